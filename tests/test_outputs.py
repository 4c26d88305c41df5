"""Where many pictures' texts go."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asciiart.errors import OptionError
from asciiart.outputs import fill, is_pattern, plan_outputs
from asciiart.sources import Named

CAT, DOG = Named("photos/cat.jpg"), Named("photos/dog.tar.png")


def test_fields() -> None:
    pattern = "out/{parent}/{stem}-{name}{suffix}{{x}}.txt"
    assert is_pattern(pattern)
    assert fill(pattern, DOG) == "out/photos/dog.tar-dog.tar.png.png{x}.txt"
    assert fill("{parent}/{stem}", Named("cat.jpg")) == "./cat"


def test_a_plain_name_is_for_one_picture() -> None:
    assert not is_pattern("out.txt")
    assert plan_outputs("out.txt", [CAT]) == ("out.txt",)
    with pytest.raises(OptionError, match=r"-o takes one picture; for 2, .*\{stem\}"):
        plan_outputs("out.txt", [CAT, DOG])


@pytest.mark.parametrize(
    "pattern",
    ["{}", "{0}", "{tail}", "{stem.__class__}", "{stem!r}", "{stem:>9}", "{stem[0]}", "{stem", "}"],
)
def test_other_braces_are_refused(pattern: str) -> None:
    with pytest.raises(OptionError, match=r"^-o "):
        plan_outputs(pattern, [CAT])


def test_two_pictures_never_share_a_file() -> None:
    with pytest.raises(OptionError, match=r"photos/cat.jpg and other/cat.png both to o/cat.txt"):
        plan_outputs("o/{stem}.txt", [CAT, DOG, Named("other/cat.png")])
    with pytest.raises(OptionError, match="both"):
        plan_outputs("o/{parent}/x", [Named("a/1.png"), Named("a/../a/2.png")])


def test_no_picture_is_written_over(tmp_path: Path) -> None:
    picture = tmp_path / "a.png"
    picture.write_bytes(b"")
    (tmp_path / "link.png").symlink_to(picture)
    for output in ("{parent}/{name}", f"{tmp_path}/link.png", f"{tmp_path}/./a.png"):
        with pytest.raises(OptionError, match=r"over the picture .*a\.png"):
            plan_outputs(output, [Named(str(picture))])
    assert plan_outputs("{parent}/b.png", [Named(str(picture))]) == (f"{tmp_path}/b.png",)


@given(st.lists(st.text(st.characters(codec="utf-8"), min_size=1), min_size=1, unique=True))
def test_a_plan_has_a_file_for_each_picture_or_is_refused(stems: list[str]) -> None:
    pictures = [Named(f"in/{stem}") for stem in stems]
    with suppress(OptionError):
        files = plan_outputs("out/{parent}/{name}.txt", pictures)
        assert len(set(files)) == len(pictures)
