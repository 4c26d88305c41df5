"""The tree of errors, and warnings that point at the caller."""

from __future__ import annotations

import shlex
from pathlib import Path

import numpy as np
import pytest
from paths import CAT

from asciiart import errors
from asciiart.errors import AsciiArtError, ImageWarning, OptionError, install_command
from asciiart.io.pictures.image import load_image

NAMES = ["OptionError", "ImageError", "FontError", "ModelError", "OutputError"]


@pytest.mark.parametrize("name", NAMES)
def test_every_error_has_one_root_and_names_its_parameters(name: str) -> None:
    error = getattr(errors, name)("rows and columns", "rows", "columns")
    assert isinstance(error, AsciiArtError)
    assert (str(error), error.parameters) == ("rows and columns", ("rows", "columns"))


def test_the_docstring_names_every_error() -> None:
    assert errors.__doc__ is not None
    listed = [line.split()[1] for line in errors.__doc__.splitlines() if line.lstrip()[:1] == "-"]
    assert listed == ["AsciiArtError", *NAMES]


def test_a_wrong_option_is_a_wrong_value() -> None:
    assert issubclass(OptionError, ValueError)


def test_a_warning_points_at_the_line_that_asked_for_the_picture(tmp_path: Path) -> None:
    path = tmp_path / "cut.jpg"
    path.write_bytes(CAT.read_bytes()[:-2000])
    with pytest.warns(ImageWarning, match=r"cut\.jpg: cut short") as record:
        picture = load_image(path)
    assert np.ptp(picture.rgb) > 0
    assert [warning.filename for warning in record] == [__file__]


def test_the_command_to_install_a_part_is_one_for_a_shell() -> None:
    assert shlex.split(install_command("video")) == ["pip", "install", "asciiart-encoder[video]"]
