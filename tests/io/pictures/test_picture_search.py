"""What names stand for."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from local_web import PICTURE, serving

from asciiart.errors import ImageError
from asciiart.io.addresses import FetchLimits
from asciiart.io.pictures.image import load_image
from asciiart.io.pictures.picture_search import (
    USUAL_SUFFIXES,
    PictureSource,
    find_pictures,
    open_picture,
)
from asciiart.io.pictures.pillow_files import picture_suffixes


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder of pictures, others' files, hidden ones and folders."""
    for name in (
        "b.PNG",
        "a.jpg",
        "notes.txt",
        ".hidden.png",
        "in/c.webp",
        ".git/d.png",
        "in/e/f.gif",
    ):
        path = tmp_path / "photos" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(PICTURE)
    (tmp_path / "photos" / "none").mkdir()
    return tmp_path / "photos"


def names(folder: Path, *, recursive: bool) -> list[str]:
    found = find_pictures([str(folder)], recursive=recursive)
    assert found.failures == ()
    return [os.path.relpath(picture.name, folder) for picture in found.pictures]


def test_a_folder_s_pictures(folder: Path) -> None:
    assert names(folder, recursive=False) == ["a.jpg", "b.PNG"]


def test_the_usual_suffixes_are_pillow_s(folder: Path) -> None:
    assert picture_suffixes() > USUAL_SUFFIXES
    (folder / "a.jpg").rename(folder / "a.PPM")
    assert names(folder, recursive=False) == ["a.PPM", "b.PNG"]


def test_folders_within(folder: Path) -> None:
    assert names(folder, recursive=True) == ["a.jpg", "b.PNG", "in/c.webp", "in/e/f.gif"]


def test_links_to_folders_lead_round_in_no_circle(folder: Path) -> None:
    (folder / "in" / "up").symlink_to(folder)
    assert len(names(folder, recursive=True)) == 4


def test_names_keep_their_order_and_what_is_no_folder_is_itself(folder: Path) -> None:
    asked = ["-", "http://x/y.png", str(folder), "clipboard:", "missing.png", ""]
    found = [picture.name for picture in find_pictures(asked).pictures]
    assert found == [*asked[:2], f"{folder}/a.jpg", f"{folder}/b.PNG", *asked[3:]]


@pytest.mark.parametrize(("recursive", "hint"), [(False, "; recursive"), (True, "")])
def test_a_folder_without_pictures(folder: Path, recursive: bool, hint: str) -> None:
    found = find_pictures([str(folder / "none")], recursive=recursive)
    assert found.pictures == ()
    (failure,) = found.failures
    assert str(failure).startswith(f"{folder}/none: no pictures in this folder{hint}")


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_a_folder_that_cannot_be_read(folder: Path) -> None:
    (folder / "in").chmod(0)
    found = find_pictures([str(folder)], recursive=True)
    (folder / "in").chmod(0o755)
    assert len(found.pictures) == 2
    assert "cannot be read" in str(found.failures[0])


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("photos/cat.jpg", "photos/cat.jpg"),
        ("https://example.org/a/cat%20b.jpg?size=2#x", "example.org/cat b.jpg"),
        ("https://example.org/a%2Fb%2F..%2Fc.png", "example.org/c.png"),
        ("https://example.org/a/%2E%2E", "example.org/picture"),
        ("https://example.org", "example.org/picture"),
        ("-", "stdin"),
        ("clipboard:", "clipboard"),
    ],
)
def test_the_path_that_a_name_suggests(name: str, path: str) -> None:
    assert PictureSource(name).path == Path(path)


def test_messages_name_where_a_picture_came_from(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", "*")
    with serving() as web:
        picture = open_picture(PictureSource(f"{web}/picture.png"), FetchLimits(seconds=20))
        assert load_image(picture).name == f"{web}/picture.png"
        page = open_picture(PictureSource(f"{web}/page.html"), FetchLimits(seconds=20))
        with pytest.raises(ImageError, match=f"^{web}/page.html: not a picture"):
            load_image(page)
