"""What programs hand over as a picture, or as a moving one."""

from __future__ import annotations

import io
import os
import threading
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from local_web import serving
from paths import TESTS
from PIL import Image

import asciiart
from asciiart.errors import ImageError
from asciiart.io.pictures.image import load_image
from asciiart.io.pictures.sources import Source, name_source, rereadable
from asciiart.motion.decoding.opening import open_frames

DATA = TESTS / "data" / "good"
PICTURE = DATA / "rgb.png"
CONTENT = PICTURE.read_bytes()
COLORS = load_image(PICTURE).rgb


@dataclass
class Named:
    """A path of some other library."""

    path: str | bytes

    def __fspath__(self) -> str | bytes:
        return self.path


@pytest.mark.parametrize(
    ("source", "name"),
    [
        (Named(str(PICTURE)), str(PICTURE)),
        (Named(os.fsencode(PICTURE)), str(PICTURE)),
        (bytearray(CONTENT), "bytes"),
        (memoryview(CONTENT), "bytes"),
        (memoryview(b"\0" + CONTENT + b"\0")[1:-1], "bytes"),
        (memoryview(CONTENT + b"\0" * (-len(CONTENT) % 4)).cast("I"), "bytes"),
    ],
    ids=["path", "path of bytes", "bytearray", "memoryview", "part", "of integers"],
)
def test_kinds_of_sources(source: object, name: str) -> None:
    for picture in (load_image(source), load_image(source)):  # type: ignore[arg-type]
        np.testing.assert_array_equal(picture.rgb, COLORS)
        assert picture.name == name
    (frame,) = open_frames(source)  # type: ignore[arg-type]
    np.testing.assert_array_equal(frame.pixels, COLORS)
    asciiart.draw(source, columns=4)  # type: ignore[arg-type]
    assert len(list(asciiart.animate(source))) == 1  # type: ignore[arg-type]


def test_addresses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", "*")
    with serving() as web:
        address = f"{web}/picture.png"
        picture = load_image(address)
        assert picture.name == address
        (frame,) = open_frames(address)
        np.testing.assert_array_equal(frame.pixels, picture.rgb)
        for use in (load_image, open_frames):
            with pytest.raises(ImageError, match=f"^{web}/page.html: not a picture"):
                use(f"{web}/page.html")
            with pytest.raises(ImageError, match=f"^{web}/none.png: .*404"):
                use(f"{web}/none.png")


def test_address_as_a_path_is_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ImageError, match="cannot be read"):
        load_image(Path("http://127.0.0.1:9/a.png"))


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        (None, "a moving picture must be .*, not NoneType"),
        (3.5, "a moving picture must be .*, not float"),
        ({"a": 1}, "a moving picture must be .*, not dict"),
        ([1, 2, 3], "a picture must be .*, not int"),
        ([[1, 2], [3, 4]], "a picture must be .*, not list"),
        ([np.zeros((4, 4), np.uint8), None], "a picture must be .*, not NoneType"),
        (io.StringIO("text"), "opened in binary mode"),
    ],
)
def test_what_is_no_moving_picture(source: object, reason: str) -> None:
    with pytest.raises(TypeError, match=reason):
        open_frames(source)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match=reason):
        asciiart.animate(source)  # type: ignore[arg-type]


def test_arrays_of_other_libraries_and_images_in_an_animation() -> None:
    class Tensor:
        def __array__(self, dtype: object = None, copy: object = None) -> np.ndarray:
            return np.full((4, 4), 0.5, np.float32)

    frames = list(open_frames([Tensor(), Image.new("L", (4, 4), 7), np.zeros((4, 4), ">i4")]))
    assert [int(frame.pixels[0, 0, 0]) for frame in frames] == [128, 7, 0]


def test_array_that_is_no_picture_in_an_animation() -> None:
    with pytest.raises(TypeError, match=r"shape \(3,\)"):
        list(open_frames([np.zeros(3)]))


@pytest.mark.parametrize(
    ("source", "name"),
    [
        (Path("a\nb.png"), r"'a\nb.png'"),
        ("-", "standard input"),
        (Path("-"), "-"),
        (Named(b"\xff.png"), r"'\udcff.png'"),
        (Image.new("L", (1, 1)), "picture"),
    ],
)
def test_names(source: object, name: str) -> None:
    assert name_source(source) == name


def test_torch_tensors() -> None:
    torch = pytest.importorskip("torch", reason="the lowest versions are tried without training")
    tensor = torch.full((4, 4, 3), 0.2)
    assert (load_image(tensor).rgb == 51).all()
    with pytest.raises(ImageError, match=r"array: cannot be read .*grad"):
        load_image(tensor.requires_grad_())


def test_what_can_be_read_only_once_is_kept(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_bytes, args=(CONTENT,))
    writer.start()
    kept = rereadable(pipe)
    writer.join()
    for _ in range(2):
        assert np.array_equal(load_image(kept).rgb, COLORS)
    assert name_source(kept) == str(pipe)


@pytest.mark.parametrize("source", [str(PICTURE), PICTURE, CONTENT, COLORS, "missing.png", "a\0b"])
def test_what_can_be_read_again_is_left_alone(source: Source) -> None:
    assert rereadable(source) is source


def test_standard_input_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(CONTENT)))
    kept = rereadable("-")
    assert name_source(kept) == "standard input"
    assert np.array_equal(load_image(kept).rgb, load_image(kept).rgb)
