"""Stage 1: every kind of picture comes out right, and everything else is refused in one line."""

import io
import logging
import os
import runpy
import subprocess
import sys
import threading
import warnings
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from made_pictures import encoded
from paths import ROOT, TESTS
from PIL import Image, ImageFile
from PIL.PngImagePlugin import PngInfo

import asciiart
from asciiart.errors import ImageError, ImageWarning
from asciiart.io.pictures.image import Picture, load_image

DATA = TESTS / "data"
GOOD = sorted((DATA / "good").iterdir())
BAD = sorted((DATA / "bad").iterdir())
CONTENTS = {path.name: path.read_bytes() for path in GOOD}


def quarters(*values):
    """(16, 32, channels) whose quarters have four values, in reading order."""
    return np.array(values, np.uint8).reshape(2, 2, -1).repeat(8, axis=0).repeat(16, axis=1)


RED, GREEN, BLUE, WHITE, BLACK = (
    (255, 0, 0),
    (0, 255, 0),
    (0, 0, 255),
    (255, 255, 255),
    (0, 0, 0),
)
CORNERS = quarters(RED, GREEN, BLUE, WHITE)
KEYED_CORNERS = quarters(RED, GREEN, BLUE, BLACK)
DIM_CORNERS = quarters((127, 0, 0), (0, 127, 0), (0, 0, 127), (127, 127, 127))
STEPS = quarters(*[(value,) * 3 for value in (0, 85, 170, 255)])
HALVES = quarters(BLACK, BLACK, WHITE, WHITE)
GRAYS = [0, 17, 34, 51, 68, 85, 102, 119, 136, 153, 170, 187, 204, 221, 238, 255]
RAMP = np.array(GRAYS, np.uint8).repeat(8).reshape(1, -1, 1).repeat(8, axis=0).repeat(3, axis=2)
BITMAP = np.where(RAMP > 127, 255, 0)

EXPECTED = {
    "animated-damaged.png": CORNERS,
    "animated.gif": CORNERS,
    "animated.png": CORNERS,
    "animated.webp": CORNERS,
    "bitmap.pbm": BITMAP,
    "bitmap.png": BITMAP,
    "cmyk.jpg": KEYED_CORNERS,
    "cmyk.tiff": KEYED_CORNERS,
    "exif-1.jpg": CORNERS,
    "exif-2.jpg": CORNERS,
    "exif-3.jpg": CORNERS,
    "exif-4.jpg": CORNERS,
    "exif-5.jpg": CORNERS,
    "exif-6.jpg": CORNERS,
    "exif-6.png": CORNERS,
    "exif-6.tiff": CORNERS,
    "exif-6.webp": CORNERS,
    "exif-7.jpg": CORNERS,
    "exif-8.jpg": CORNERS,
    "exif-damaged.jpg": CORNERS,
    "float-nan.tiff": RAMP,
    "float-wide.pfm": RAMP,
    "float.tiff": RAMP,
    "gray-alpha.png": STEPS,
    "gray-alpha16.png": STEPS,
    "gray-transparent.png": STEPS,
    "gray.jpg": RAMP,
    "gray.png": RAMP,
    "gray1-transparent.png": HALVES,
    "gray16-big-endian.tiff": RAMP,
    "gray16-transparent.png": STEPS,
    "gray16-white-is-zero.tiff": RAMP,
    "gray16.pgm": RAMP,
    "gray16.png": RAMP,
    "gray16.tiff": RAMP,
    "gray2-transparent.png": STEPS,
    "gray4-transparent.png": STEPS,
    "gray4.png": RAMP,
    "int32-of-16-bits.tiff": RAMP,
    "int32-wide.tiff": RAMP,
    "lab.tiff": CORNERS,
    "lzw.tiff": CORNERS,
    "opaque-rgba.png": CORNERS,
    "pages.tiff": CORNERS,
    "palette-alpha.png": CORNERS,
    "palette-transparent.gif": CORNERS,
    "palette-transparent.png": CORNERS,
    "palette.gif": CORNERS,
    "palette.png": CORNERS,
    "palette.tiff": CORNERS,
    "progressive.jpg": CORNERS,
    "rgb-transparent.png": CORNERS,
    "rgb.bmp": CORNERS,
    "rgb.jp2": CORNERS,
    "rgb.jpg": CORNERS,
    "rgb.png": CORNERS,
    "rgb.ppm": CORNERS,
    "rgb.tga": CORNERS,
    "rgb.tiff": CORNERS,
    "rgb.webp": CORNERS,
    "rgb16-transparent.png": DIM_CORNERS,
    "rgb16.png": CORNERS,
    "rgba.ico": CORNERS,
    "rgba.png": CORNERS,
    "rgba.tiff": CORNERS,
    "rgba.webp": CORNERS,
    "ycck.jpg": KEYED_CORNERS,
}
TOLERANCES = {".jpg": 2, ".jp2": 1, "lab.tiff": 22}
"""Of lossy files, and of colors at the edge of what 8-bit Lab holds."""

ALPHA = quarters(255, 128, 255, 0)[..., 0]
CLEAR_CORNER = quarters(255, 255, 255, 0)[..., 0]
EXPECTED_ALPHA = {
    "gray-alpha.png": ALPHA,
    "gray-alpha16.png": ALPHA,
    "palette-alpha.png": ALPHA,
    "rgba.ico": ALPHA,
    "rgba.png": ALPHA,
    "rgba.tiff": ALPHA,
    "rgba.webp": ALPHA,
    "gray-transparent.png": CLEAR_CORNER,
    "gray1-transparent.png": quarters(255, 255, 0, 0)[..., 0],
    "gray16-transparent.png": CLEAR_CORNER,
    "gray2-transparent.png": CLEAR_CORNER,
    "gray4-transparent.png": CLEAR_CORNER,
    "palette-transparent.gif": CLEAR_CORNER,
    "palette-transparent.png": CLEAR_CORNER,
    "rgb-transparent.png": CLEAR_CORNER,
    "rgb16-transparent.png": CLEAR_CORNER,
}

REASONS = {
    "bomb.png": "30000 x 30000 pixels are more than max_pixels 50000000 allows by default for PNG",
    "drawing.svg": "an SVG that refers to something outside of it ('photo.png')",
    "empty.png": "the file is empty",
    "header-checksum.png": "damaged or cut short (the checksum of its IHDR chunk is wrong)",
    "header-only.png": "damaged or cut short (the data end too early)",
    "one-byte.gif": "damaged or cut short (the data end too early)",
    "program.eps": "not a picture that can be read",
    "samples.tiff": "damaged or cut short (Invalid value for samples per pixel)",
    "table.h5": "not a picture that can be read",
    "text-named.jpg": "not a picture that can be read",
    "truncated.bmp": "damaged or cut short (image file is truncated",
    "truncated.gif": "damaged or cut short (",
    "truncated.ico": "damaged or cut short (image file is truncated",
    "truncated.jp2": "damaged or cut short (",
    "truncated.jpg": "damaged or cut short (",
    "truncated.ppm": "damaged or cut short (image file is truncated",
    "truncated.tga": "damaged or cut short (image file is truncated",
    "truncated.tiff": "damaged or cut short (",
    "truncated.webp": "damaged or cut short (",
    "wrong-data.png": "damaged or cut short (",
    "zero-height.png": "damaged or cut short (",
    "zero-width.gif": "has no pixels (0 x 0)",
    "zero-width.ppm": "damaged or cut short (",
}


def refusal(source, **options):
    with pytest.raises(ImageError) as caught:
        load_image(source, **options)
    assert "\n" not in str(caught.value)
    return caught.value


# --- the corpora ------------------------------------------------------------------------------


@pytest.mark.parametrize("path", GOOD, ids=lambda path: path.name)
def test_good_file_has_its_true_colors(path):
    picture = load_image(path)
    tolerance = TOLERANCES.get(path.name, TOLERANCES.get(path.suffix, 0))
    assert picture.rgb.dtype == np.uint8
    seen = ... if picture.alpha is None else picture.alpha > 0
    np.testing.assert_allclose(
        picture.rgb[seen].astype(int), EXPECTED[path.name][seen].astype(int), atol=tolerance
    )


@pytest.mark.parametrize("path", GOOD, ids=lambda path: path.name)
def test_good_file_has_its_true_alpha(path):
    picture = load_image(path)
    if path.name in EXPECTED_ALPHA:
        np.testing.assert_array_equal(picture.alpha, EXPECTED_ALPHA[path.name])
    else:
        assert picture.alpha is None


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.name)
def test_bad_file_is_refused_for_its_reason(path):
    error = refusal(path)
    assert str(error).startswith(f"{path}: {REASONS[path.name]}")


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.name)
def test_damage_chains_what_pillow_raised(path):
    error = refusal(path)
    assert ("damaged" in str(error)) == (error.__cause__ is not None)


def test_tables_name_all_files():
    assert {path.name for path in GOOD} == set(EXPECTED)
    assert {path.name for path in BAD} == set(REASONS)


def test_corpora_are_what_their_maker_writes(tmp_path):
    runpy.run_path(str(DATA / "make_corpus.py"))["write_corpus"](tmp_path)
    assert {path.name for path in (tmp_path / "bad").iterdir()} == set(REASONS)
    remade = {path.name: load_image(path).rgb for path in (tmp_path / "good").iterdir()}
    assert remade.keys() == set(EXPECTED)
    for path in GOOD:
        np.testing.assert_array_equal(remade[path.name], load_image(path).rgb)


@pytest.mark.parametrize("name", ["exif-damaged.jpg", "animated-damaged.png"])
def test_corpus_makes_pillow_warn(name):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        with Image.open(DATA / "good" / name) as image:
            image.getexif()
    assert UserWarning in [warning.category for warning in caught]


def test_nothing_is_printed():
    script = """if True:
        import sys
        from pathlib import Path
        from asciiart.errors import ImageError
        from asciiart.io.pictures.image import load_image
        for path in map(Path, sys.argv[1:]):
            try:
                load_image(path)
            except ImageError:
                pass
    """
    command = [sys.executable, "-W", "error", "-c", script, *map(str, GOOD + BAD)]
    root = ROOT
    process = subprocess.run(command, capture_output=True, text=True, check=False, cwd=root)
    assert (process.returncode, process.stdout, process.stderr) == (0, "", "")


CORPUS = sorted((TESTS / "fuzz" / "corpora" / "load_image").glob("*.bin"))


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.stem)
def test_corpus_for_fuzzing_can_be_read(path):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            read = load_image(path)
        except ImageError as error:
            read = str(error)  # type: ignore[assignment]
    if isinstance(read, str):  # older versions of Pillow lack some formats
        assert path.name.startswith(("avif", "ppm-f"))
        assert "not a picture that can be read" in read
    is_cut = path.stem.endswith("-cut")
    assert [each.category for each in caught] == ([ImageWarning] if is_cut else [])


@pytest.mark.parametrize("mode", ["L", "RGB", "RGBA"])
def test_icons_of_png_with_a_long_header(mode):
    text = PngInfo()
    text.add_text("Comment", "x" * 500)
    content = encoded(Image.fromarray(CORNERS).convert(mode), "PNG", pnginfo=text)
    entry = bytes([32, 16, 0, 0, 1, 0, 32, 0]) + len(content).to_bytes(4, "little")
    icon = bytes([0, 0, 1, 0, 1, 0]) + entry + (22).to_bytes(4, "little") + content
    np.testing.assert_array_equal(load_image(icon).rgb, load_image(content).rgb)


# --- sources ----------------------------------------------------------------------------------


def test_every_source_gives_the_same_picture(monkeypatch):
    path = DATA / "good" / "rgba.png"
    content = path.read_bytes()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))
    with path.open("rb") as file, Image.open(path) as image:
        sources = {
            str(path): [str(path), path, file, image],
            "bytes": [content],
            "file object": [io.BytesIO(content)],
            "array": [np.asarray(image)],
            "picture": [image.copy()],
            "standard input": ["-"],
        }
        pictures = {name: [load_image(one) for one in group] for name, group in sources.items()}  # type: ignore[attr-defined]
    for name, group in pictures.items():
        for picture in group:
            assert picture.name == name
            np.testing.assert_array_equal(picture.rgb, CORNERS)
            np.testing.assert_array_equal(picture.alpha, ALPHA)


def test_path_named_like_standard_input_is_a_file(tmp_path, monkeypatch):
    (tmp_path / "-").write_bytes(CONTENTS["rgb.png"])
    monkeypatch.chdir(tmp_path)
    assert load_image(Path("-")).name == "-"


def test_file_object_is_read_from_its_start_and_left_open():
    file = io.BytesIO(CONTENTS["rgb.png"])
    file.seek(0, io.SEEK_END)
    np.testing.assert_array_equal(load_image(file).rgb, CORNERS)
    assert not file.closed


def test_pipe_as_file_object():
    reading, writing = os.pipe()
    os.write(writing, CONTENTS["rgb.png"])
    os.close(writing)
    with os.fdopen(reading, "rb") as file:
        np.testing.assert_array_equal(load_image(file).rgb, CORNERS)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_pipe_as_path(tmp_path):
    path = tmp_path / "pipe"
    os.mkfifo(path)
    writer = threading.Thread(target=path.write_bytes, args=(CONTENTS["rgb.png"],))
    writer.start()
    np.testing.assert_array_equal(load_image(path).rgb, CORNERS)
    writer.join()


@pytest.mark.parametrize("path", [DATA / "good" / "animated.gif", DATA / "bad" / "truncated.bmp"])
def test_opened_file_is_closed(path, monkeypatch):
    opened = []
    path_open = Path.open

    def recording_open(self, mode):
        opened.append(path_open(self, mode))
        return opened[-1]

    monkeypatch.setattr(Path, "open", recording_open)
    try:
        load_image(path)
    except ImageError:
        assert path.name == "truncated.bmp"
    assert [file.closed for file in opened] == [True]


def test_missing_file(tmp_path):
    error = refusal(tmp_path / "none.png")
    assert str(error) == f"{tmp_path / 'none.png'}: cannot be read (No such file or directory)"
    assert isinstance(error.__cause__, FileNotFoundError)


def test_folder(tmp_path):
    assert str(refusal(tmp_path)).startswith(f"{tmp_path}: cannot be read (")


def test_file_without_permission(monkeypatch):
    def refuse(self, mode):
        raise PermissionError(13, "Permission denied", self, mode)

    monkeypatch.setattr(Path, "open", refuse)
    assert str(refusal("secret.png")) == "secret.png: cannot be read (Permission denied)"


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("a\nb.png", r"'a\nb.png': cannot be read (No such file or directory)"),
        ("\x1b[2J.png", r"'\x1b[2J.png': cannot be read (No such file or directory)"),
        ("a\0.png", r"'a\x00.png': cannot be read (embedded null byte)"),
        ("", "'': cannot be read (Is a directory)"),
    ],
)
def test_message_stays_one_printable_line(source, shown):
    assert str(refusal(source)) == shown


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        (b"", "bytes: the file is empty"),
        (io.BytesIO(), "file object: the file is empty"),
    ],
)
def test_source_that_is_no_picture(source, shown):
    assert str(refusal(source)).startswith(shown)


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        (5, "int"),
        (None, "NoneType"),
        ([1, 2, 3], "list"),
        ([[0, 255], [255, 0]], "list"),
        ({"path": "a.png"}, "dict"),
        (np.ndarray, "type"),
        (object(), "object"),
    ],
)
def test_what_can_hold_no_picture_is_named_beside_what_can(source, kind):
    with pytest.raises(TypeError, match=rf"a path, .* an array .* not {kind}$"):
        load_image(source)


def test_file_opened_as_text():
    with pytest.raises(TypeError, match="opened in binary mode"):
        load_image(io.StringIO("text"))  # type: ignore[arg-type]


def test_closed_file_object():
    file = io.BytesIO(CONTENTS["rgb.png"])
    file.close()
    assert str(refusal(file)) == "file object: cannot be read (I/O operation on closed file.)"


# --- PIL images -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("mode", "color", "rgb", "alpha"),
    [
        ("1", 1, (255, 255, 255), None),
        ("L", 77, (77, 77, 77), None),
        ("P", 0, (0, 0, 0), None),
        ("RGBX", (1, 2, 3, 4), (1, 2, 3), None),
        ("CMYK", (0, 255, 255, 0), (255, 0, 0), None),
        ("HSV", (0, 255, 255), (255, 0, 0), None),
        ("YCbCr", (128, 128, 128), (128, 128, 128), None),
        ("LA", (77, 9), (77, 77, 77), 9),
        ("RGBA", (1, 2, 3, 255), (1, 2, 3), None),
        ("RGBa", (0, 0, 0, 0), (0, 0, 0), 0),
        ("I;16", 257 * 77, (77, 77, 77), None),
        ("I;16B", 257 * 77, (77, 77, 77), None),
        ("I", 257 * 77, (77, 77, 77), None),
        ("I", -5000, (0, 0, 0), None),
        ("F", 0.2, (51, 51, 51), None),
        ("F", 300.0, (0, 0, 0), None),
        ("F", float("nan"), (0, 0, 0), None),
    ],
)
def test_pil_mode(mode, color, rgb, alpha):
    image = Image.new(mode, (1, 1))
    image.putpixel((0, 0), color)
    picture = load_image(image)
    assert tuple(picture.rgb[0, 0].tolist()) == rgb
    assert (None if picture.alpha is None else picture.alpha.item()) == alpha


def test_pil_image_is_left_as_it_was():
    with Image.open(io.BytesIO(CONTENTS["exif-6.jpg"])) as image:
        assert load_image(image, target=(4, 4)).rgb.shape == (4, 8, 3)
        assert (image.mode, image.size) == ("RGB", (16, 32))
        assert image.getexif()[274] == 6


def test_damaged_pil_image_is_named(tmp_path):
    path = tmp_path / "half.png"
    whole = CONTENTS["rgb.png"]
    path.write_bytes(whole[: len(whole) - 30])
    with Image.open(path) as image:
        assert str(refusal(image)).startswith(f"{path}: damaged or cut short (")


def test_pil_image_with_damaged_exif_is_read():
    image = Image.new("L", (1, 1), 77)
    image.info["exif"] = b"not EXIF"
    with pytest.raises(SyntaxError):
        image.copy().getexif()
    assert load_image(image).rgb.tolist() == [[[77, 77, 77]]]


def test_message_of_two_lines_becomes_one(monkeypatch):
    def fail(*_):
        raise ValueError("no\n  luck")

    monkeypatch.setattr(Image.Image, "load", fail)
    assert str(refusal(Image.new("L", (1, 1)))) == "picture: damaged or cut short (no luck)"


def test_pil_image_without_pixels():
    assert str(refusal(Image.new("RGB", (0, 5)))) == "picture: has no pixels (0 x 5)"


# --- arrays -----------------------------------------------------------------------------------


def test_rgb_array_is_not_copied_and_stays_writable():
    array = np.zeros((2, 3, 3), np.uint8)
    picture = load_image(array)
    assert np.shares_memory(picture.rgb, array)
    assert array.flags.writeable
    assert not picture.rgb.flags.writeable


class Tensor:
    """An array of another library, such as PyTorch's."""

    def __array__(self, dtype=None, copy=None):
        return np.array([[[10, 20, 30]]], np.uint8)


def test_what_numpy_makes_an_array_of():
    assert load_image(Tensor()).rgb.tolist() == [[[10, 20, 30]]]


@pytest.mark.parametrize("step", [(slice(None), slice(None, None, -1)), (slice(None, None, 2),)])
def test_views_of_arrays_draw(step):
    array = np.random.default_rng(3).integers(0, 256, (40, 60, 3)).astype(np.uint8)[step]
    assert str(asciiart.draw(array, columns=8)) == str(asciiart.draw(array.copy(), columns=8))


# --- size -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "source",
    [CONTENTS["rgb.png"], np.zeros((16, 32), np.uint8), Image.new("RGB", (32, 16))],
    ids=["file", "array", "pil"],
)
def test_max_pixels_is_the_most_that_is_read(source):
    assert load_image(source, max_pixels=512).rgb.shape == (16, 32, 3)
    assert str(refusal(source, max_pixels=511)).endswith(
        ": 32 x 16 pixels are more than max_pixels 511 allows"
    )


def test_bomb_is_refused_before_it_is_decoded(monkeypatch):
    decoded: list[Any] = []
    monkeypatch.setattr(ImageFile.ImageFile, "load", decoded.append)
    assert "are more than max_pixels" in str(refusal(DATA / "bad" / "bomb.png"))
    assert not decoded


def test_bomb_inside_an_icon_is_refused():
    content = (DATA / "bad" / "bomb.png").read_bytes()
    entry = bytes([16, 16, 0, 0, 1, 0, 32, 0]) + len(content).to_bytes(4, "little")
    icon = bytes([0, 0, 1, 0, 1, 0]) + entry + (22).to_bytes(4, "little") + content
    assert str(refusal(icon)).startswith("bytes: 30000 x 30000 pixels are more than max_pixels")


@pytest.mark.filterwarnings("error")
def test_max_pixels_replaces_the_limit_of_pillow(monkeypatch):
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 100)
    assert load_image(CONTENTS["rgb.png"]).rgb.shape == (16, 32, 3)
    assert Image.MAX_IMAGE_PIXELS == 100


def test_too_little_memory(monkeypatch):
    def fail(*_):
        raise MemoryError

    monkeypatch.setattr(Image.Image, "load", fail)
    assert str(refusal(Image.new("L", (1, 1)))) == "picture: too large for this computer's memory"


def gradient(height, width):
    rows, columns = np.mgrid[0:height, 0:width]
    return Image.fromarray((rows * 100 // height + columns * 100 // width).astype(np.uint8))


@pytest.mark.parametrize(
    ("format", "target", "shape"),
    [
        ("JPEG", None, (600, 800, 3)),
        ("JPEG", (301, 401), (600, 800, 3)),
        ("JPEG", (300, 400), (300, 400, 3)),
        ("JPEG", (100, 100), (150, 200, 3)),  # decoded at a quarter
        ("JPEG", (30, 30), (38, 50, 3)),  # decoded at an eighth, (75, 100), then halved
        ("PNG", (301, 401), (600, 800, 3)),
        ("PNG", (100, 100), (100, 134, 3)),  # a sixth, rounded up
        ("PNG", (9000, 9000), (600, 800, 3)),
    ],
)
def test_target_reduces(format, target, shape):
    content = encoded(gradient(600, 800), format)
    assert load_image(content, target=target).rgb.shape == shape


@pytest.mark.parametrize("orientation", [5, 6, 7, 8])
@pytest.mark.parametrize(
    ("format", "target", "shape"),
    [
        ("JPEG", (200, 75), (200, 150, 3)),  # a quarter; as if it were not turned, (400, 300)
        ("JPEG", (75, 200), (400, 300, 3)),  # a half; as if it were not turned, (200, 150)
        ("PNG", (200, 75), (200, 150, 3)),
        ("PNG", (75, 200), (267, 200, 3)),
    ],
)
def test_target_is_of_the_upright_picture(format, target, shape, orientation):
    exif = Image.Exif()
    exif[274] = orientation
    content = encoded(gradient(600, 800), format, exif=exif)  # upright 800 x 600
    assert load_image(content, target=target).rgb.shape == shape


def test_reducing_averages():
    array = np.array([[0, 100, 10, 10], [100, 200, 10, 30]], np.uint8)
    picture = load_image(Image.fromarray(array), target=(1, 2))
    assert picture.rgb[..., 0].tolist() == [[100, 15]]


def test_reducing_gives_clear_pixels_no_weight():
    array = np.array([[[200, 0, 0, 255], [0, 200, 0, 0]]] * 2, np.uint8)
    picture = load_image(Image.fromarray(array), target=(1, 1))
    assert picture.rgb.tolist() == [[[199, 0, 0]]]
    assert picture.alpha.tolist() == [[128]]


@given(
    size=st.tuples(st.integers(1, 70), st.integers(1, 70)),
    target=st.tuples(st.integers(1, 80), st.integers(1, 80)),
    format=st.sampled_from(["JPEG", "PNG"]),
    orientation=st.integers(1, 8),
)
@settings(max_examples=60, deadline=None)
def test_never_reduced_below_target(size, target, format, orientation):
    exif = Image.Exif()
    exif[274] = orientation
    content = encoded(Image.new("L", size), format, exif=exif)
    upright = size if orientation >= 5 else size[::-1]
    shape = load_image(content, target=target).rgb.shape
    for got, had, wanted in zip(shape, upright, target, strict=False):
        assert min(had, wanted) <= got <= had


# --- the page ---------------------------------------------------------------------------------


def test_opaque_picture_is_its_own_page():
    picture = load_image(CONTENTS["rgb.png"])
    assert picture.on(0) is picture.rgb


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        (255, [[200, 100, 0], [227, 177, 127], [255, 255, 255]]),
        (0, [[200, 100, 0], [100, 50, 0], [0, 0, 0]]),
        (100, [[200, 100, 0], [150, 100, 50], [100, 100, 100]]),
    ],
)
def test_page_shows_through(page, expected):
    rgb = np.array([[[200, 100, 0]] * 3], np.uint8)
    picture = Picture(rgb, np.array([[255, 128, 0]], np.uint8), "three")
    assert picture.on(page).tolist() == [expected]
    assert picture.on(page).dtype == np.uint8


# --- state ------------------------------------------------------------------------------------


def test_threads_leave_the_warning_filters_alone():
    before = list(warnings.filters), list(logging.getLogger("PIL").handlers)
    names = ["exif-damaged.jpg", "animated-damaged.png", "rgb.tiff", "palette.gif"] * 100
    with ThreadPoolExecutor(8) as pool:
        pictures = list(pool.map(lambda name: load_image(CONTENTS[name]), names))
    assert all(picture.rgb.shape == (16, 32, 3) for picture in pictures)
    assert (list(warnings.filters), list(logging.getLogger("PIL").handlers)) == before


# --- laws -------------------------------------------------------------------------------------

SIDE = st.integers(1, 12)


@given(array=hnp.arrays(np.uint8, st.tuples(SIDE, SIDE, st.sampled_from([3, 4]))))
@settings(max_examples=60, deadline=None)
def test_png_round_trip(array):
    picture = load_image(encoded(Image.fromarray(array), "PNG"))
    np.testing.assert_array_equal(picture.rgb, array[..., :3])
    alpha = np.full(array.shape[:2], 255) if picture.alpha is None else picture.alpha
    np.testing.assert_array_equal(alpha, array[..., 3] if array.shape[2] == 4 else 255)


@given(array=hnp.arrays(np.uint16, st.tuples(SIDE, SIDE)))
@settings(max_examples=60, deadline=None)
def test_16_bits_are_scaled_not_clipped(array):
    expected = np.round(array / 257)
    for source in (array, encoded(Image.fromarray(array), "PNG")):
        np.testing.assert_array_equal(load_image(source).rgb[..., 0], expected)


def assert_read_or_refused(content):
    message = "bytes: read"
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ImageWarning)
            load_image(content, max_pixels=1_000_000)
    except ImageError as error:
        message = str(error)
    assert message.startswith("bytes: ")
    assert "\n" not in message


@given(name=st.sampled_from(sorted(CONTENTS)), kept=st.floats(0, 1))
@settings(max_examples=300, deadline=None)
def test_truncated_file_is_read_or_refused(name, kept):
    assert_read_or_refused(CONTENTS[name][: int(len(CONTENTS[name]) * kept)])


@given(
    name=st.sampled_from(sorted(CONTENTS)),
    changes=st.lists(st.tuples(st.integers(0, 400), st.integers(0, 255)), min_size=1, max_size=8),
)
@settings(max_examples=300, deadline=None)
def test_changed_file_is_read_or_refused(name, changes):
    content = bytearray(CONTENTS[name])
    for position, value in changes:
        content[position % len(content)] = value
    assert_read_or_refused(bytes(content))
