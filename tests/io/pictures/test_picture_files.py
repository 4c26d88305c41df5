"""Damaged files that every viewer shows are shown, with a warning; the others are refused."""

from __future__ import annotations

import struct
import subprocess
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from made_pictures import chunk, encoded
from paths import CASES, CAT
from PIL import Image

from asciiart.cli.main import main
from asciiart.errors import ImageError, ImageWarning
from asciiart.io.pictures.image import Picture, load_image

PNG_HEADER = 33
"""Bytes before a PNG's second chunk."""


@pytest.fixture(scope="module")
def photograph() -> Image.Image:
    with Image.open(CAT) as image:
        return image.convert("RGB").resize((160, 120))


def warned(content: bytes, fault: str) -> Picture:
    """Load what gives one warning; strict refuses it with the same words."""
    with pytest.warns(ImageWarning, match=f"^bytes: {fault}$") as record:
        picture = load_image(content)
    assert [str(each.filename) for each in record] == [__file__]
    with pytest.raises(ImageError, match=f"^bytes: {fault}, which strict refuses$"):
        load_image(content, strict=True)
    return picture


def chunks(content: bytes) -> Iterator[tuple[int, bytes, int]]:
    """Yield where each chunk of a PNG begins, its name and the length of its data."""
    start = 8
    while start < len(content):
        length, name = struct.unpack_from(">I4s", content, start)
        yield start, name, length
        start += 12 + length


def with_wrong_checksum(content: bytes, wanted: bytes) -> bytes:
    changed = bytearray(content)
    for start, name, length in chunks(content):
        if name == wanted:
            changed[start + 8 + length] ^= 1
    return bytes(changed)


# --- JPEG -------------------------------------------------------------------------------------


def test_jpeg_without_its_end_marker() -> None:
    path = CASES / "no_eoi.jpg"
    with pytest.warns(ImageWarning, match="no_eoi.jpg: cut short; its end is missing$"):
        picture = load_image(path)
    whole = load_image(path.read_bytes() + b"\xff\xd9")
    np.testing.assert_array_equal(picture.rgb, whole.rgb)


@pytest.mark.parametrize("progressive", [False, True])
@pytest.mark.parametrize("mode", ["RGB", "L", "CMYK"])
def test_jpeg_cut_at_nine_tenths(photograph: Image.Image, mode: str, progressive: bool) -> None:
    content = encoded(photograph.convert(mode), "JPEG", quality=90, progressive=progressive)
    fault = r"cut short; (its end is missing|\d+ % of the picture is missing)"
    picture = warned(content[: len(content) * 9 // 10], fault)
    whole = load_image(content)
    differs = (picture.rgb != whole.rgb).any(axis=2)
    if progressive:
        np.testing.assert_allclose(picture.rgb.astype(int), whole.rgb, atol=60)
    else:
        assert not differs[:90].any()
        assert differs[-8:].any()


def test_how_much_of_a_jpeg_is_missing(photograph: Image.Image) -> None:
    content = encoded(photograph, "JPEG", quality=90, subsampling=0)
    picture = warned(content[: len(content) * 6 // 10], r"cut short; (3|4)\d % of the picture .*")
    assert (picture.rgb[-30:] == 128).all()


def test_cut_jpeg_at_a_reduced_size(photograph: Image.Image) -> None:
    content = encoded(photograph, "JPEG", quality=90)
    with pytest.warns(ImageWarning, match=r"cut short; \d\d % of the picture is missing"):
        picture = load_image(content[: len(content) // 2], target=(30, 40))
    assert picture.rgb.shape == (30, 40, 3)


def test_jpeg_of_which_nothing_is_left(photograph: Image.Image) -> None:
    content = encoded(photograph, "JPEG")
    scan = content.index(b"\xff\xda") + 14
    for length in (scan - 2, 300, 20):
        with pytest.raises(ImageError, match="damaged or cut short"):
            load_image(content[:length])


# --- PNG --------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [b"tEXt", b"gAMA", b"pHYs", b"iCCP", b"eXIf", b"tIME", b"teSt"])
def test_wrong_checksum_in_a_chunk_without_pixels(name: bytes) -> None:
    content = encoded(Image.new("RGB", (8, 4), (10, 200, 30)), "PNG")
    for place in (PNG_HEADER, len(content) - 12):
        changed = content[:place] + chunk(name, b"\0" * 40) + content[place:]
        fault = f"the checksum of its {name.decode()} chunk is wrong"
        picture = warned(with_wrong_checksum(changed, name), fault)
        assert (picture.rgb == (10, 200, 30)).all()


def test_wrong_checksum_in_the_last_chunk() -> None:
    content = encoded(Image.new("RGB", (8, 4), (10, 200, 30)), "PNG")
    picture = warned(
        with_wrong_checksum(content, b"IEND"), "the checksum of its IEND chunk is wrong"
    )
    assert (picture.rgb == (10, 200, 30)).all()


@pytest.mark.parametrize("name", [b"IHDR", b"PLTE", b"IDAT"])
def test_wrong_checksum_in_a_chunk_with_pixels(photograph: Image.Image, name: bytes) -> None:
    content = with_wrong_checksum(encoded(photograph.quantize(8), "PNG"), name)
    with pytest.raises(ImageError, match=f"the checksum of its {name.decode()} chunk is wrong"):
        load_image(content)


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L", "LA", "P", "1", "I;16"])
def test_cut_png_is_clear_where_rows_are_missing(photograph: Image.Image, mode: str) -> None:
    image = photograph.quantize(16) if mode == "P" else photograph.convert("L")
    image = image if mode == "P" else image.convert(mode) if mode != "RGB" else photograph
    content = encoded(image, "PNG")
    picture = warned(content[: len(content) * 2 // 3], r"cut short; \d\d % of the picture .*")
    whole = load_image(content)
    assert picture.alpha is not None
    rows = int((picture.alpha[:, 0] > 0).sum())
    assert 40 < rows < 110
    assert not picture.alpha[rows:].any()
    np.testing.assert_array_equal(picture.rgb[:rows], whole.rgb[:rows])


def test_png_without_its_last_chunk() -> None:
    content = encoded(Image.new("RGB", (8, 4), (10, 200, 30)), "PNG")
    for missing in (12, 13, 16, 4):
        picture = warned(content[:-missing], "cut short; its end is missing")
        assert picture.alpha is None
        assert (picture.rgb == (10, 200, 30)).all()


def test_png_of_which_nothing_is_left(photograph: Image.Image) -> None:
    content = encoded(photograph, "PNG")
    for length in (9, 30, PNG_HEADER, PNG_HEADER + 8, PNG_HEADER + 20):
        with pytest.raises(ImageError):
            load_image(content[:length])


def test_what_follows_a_picture_does_not_matter(photograph: Image.Image) -> None:
    for format in ("PNG", "JPEG", "GIF"):
        content = encoded(photograph, format)
        picture = load_image(content + b"of another program" * 50, strict=True)
        np.testing.assert_array_equal(picture.rgb, load_image(content).rgb)


# --- GIF --------------------------------------------------------------------------------------


def test_cut_gif_is_clear_where_pixels_are_missing(photograph: Image.Image) -> None:
    content = encoded(photograph.quantize(64), "GIF", interlace=0)
    picture = warned(content[: len(content) * 2 // 3], r"cut short; \d\d % of the picture .*")
    assert picture.alpha is not None
    there = picture.alpha > 0
    assert 0.3 < there.mean() < 0.9
    np.testing.assert_array_equal(picture.rgb[there], load_image(content).rgb[there])


def test_cut_gif_whose_missing_rows_lie_between_others(photograph: Image.Image) -> None:
    content = encoded(photograph.quantize(64), "GIF", interlace=1)
    picture = warned(content[: len(content) * 2 // 3], r"cut short; \d\d % of the picture .*")
    assert picture.alpha is None
    np.testing.assert_array_equal(picture.rgb[::4], load_image(content).rgb[::4])
    np.testing.assert_array_equal(picture.rgb[-3], picture.rgb[-4])


def test_gif_without_its_end() -> None:
    content = encoded(Image.new("P", (8, 4), 3), "GIF")
    assert content.endswith(b"\0;")
    picture = warned(content[:-1], "cut short; its end is missing")
    assert picture.alpha is None
    warned(content[:-2], "cut short; its end is missing")


# --- JPEG 2000 --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "shape"),
    [
        ({}, (30, 40)),
        ({"num_resolutions": 2}, (30, 40)),
        ({"num_resolutions": 1}, (24, 32)),
        ({"no_jp2": True}, (30, 40)),
        ({"tile_size": (64, 64)}, (30, 40)),
    ],
)
def test_jpeg2000_is_decoded_at_a_size_that_suffices(
    photograph: Image.Image, options: dict[str, object], shape: tuple[int, int]
) -> None:
    content = encoded(photograph, "JPEG2000", **options)
    picture = load_image(content, target=(24, 32))
    assert picture.rgb.shape[:2] == shape
    small = np.asarray(photograph.resize(picture.rgb.shape[1::-1], Image.Resampling.BOX))
    assert np.abs(picture.rgb.astype(int) - small).mean() < 12
    assert load_image(content).rgb.shape == (120, 160, 3)


# --- the command line -------------------------------------------------------------------------


def run(*arguments: str) -> tuple[int, str, list[str]]:
    result = CliRunner().invoke(main, arguments)
    assert isinstance(result.exception, SystemExit | None), repr(result.exception)
    return result.exit_code, result.stdout, result.stderr.splitlines()


def test_commands_warn_and_go_on(tmp_path: Path) -> None:
    cut, fault = str(CASES / "no_eoi.jpg"), "no_eoi.jpg: cut short; its end is missing"
    code, art, said = run(cut, "-c", "20")
    assert (code, said) == (0, [f"asciiart: warning: {CASES}/{fault}"])
    assert len(art.splitlines()) > 5
    (tmp_path / "art.txt").write_text(art)
    for command in (
        ("score", cut, f"{tmp_path}/art.txt"),
        ("compare", cut, "-c", "20", "--font", "DejaVu Sans Mono"),
        ("play", cut, "-c", "20", "-o", f"{tmp_path}/art.gif"),
    ):
        code, _, said = run(*command)
        assert (code, said) == (0, [f"asciiart: warning: {CASES}/{fault}"])
        code, _, said = run(*command, "--strict")
        assert (code, said) == (1, [f"asciiart: {CASES}/{fault}, which --strict refuses"])
    code, art, said = run(cut, "--strict")
    assert (code, art, said) == (1, "", [f"asciiart: {CASES}/{fault}, which --strict refuses"])


def test_warnings_of_several_processes(tmp_path: Path) -> None:
    names = [f"{tmp_path}/{number}\x1b.jpg" for number in range(3)]
    for name in names:
        Path(name).write_bytes((CASES / "no_eoi.jpg").read_bytes())
    names.insert(1, str(CAT))
    command = [sys.executable, "-m", "asciiart", *names, "--jobs", "2", "-c", "10"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stderr.splitlines() == [
        rf"asciiart: warning: '{tmp_path}/{number}\x1b.jpg': cut short; its end is missing"
        for number in range(3)
    ]


# --- what is not ours -------------------------------------------------------------------------


def test_signaling_nans_are_no_warning() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert load_image(CASES / "cast-warning.spider").rgb.shape == (24, 32, 3)


def lzw_tiff(photograph: Image.Image) -> bytes:
    return encoded(photograph, "TIFF", compression="tiff_lzw")


def test_libtiff_is_mute_and_its_errors_are_ours(photograph: Image.Image) -> None:
    """In a process of its own, whose stderr is a pipe."""
    content = bytearray(lzw_tiff(photograph))
    content[2000:2600] = bytes(600)
    script = """if True:
        import sys
        from asciiart.errors import ImageError
        from asciiart.io.pictures.image import load_image
        try:
            load_image(sys.stdin.buffer.read(), strict=True)
        except ImageError as error:
            print(error)
    """
    done = subprocess.run(
        [sys.executable, "-c", script], input=bytes(content), capture_output=True, check=True
    )
    assert done.stderr == b""
    assert b"bytes: damaged" in done.stdout


def test_stderr_is_there_again_after_a_tiff(
    photograph: Image.Image, capfd: pytest.CaptureFixture[str]
) -> None:
    load_image(lzw_tiff(photograph))
    print("still here", file=sys.stderr)
    assert "still here" in capfd.readouterr().err


def test_tiff_with_stderr_closed(photograph: Image.Image) -> None:
    script = """if True:
        import os, sys
        from asciiart.io.pictures.image import load_image
        data = sys.stdin.buffer.read()
        os.close(2)
        print(load_image(data).rgb.shape)
    """
    done = subprocess.run(
        [sys.executable, "-c", script], input=lzw_tiff(photograph), capture_output=True, check=True
    )
    assert done.stdout == b"(120, 160, 3)\n"
