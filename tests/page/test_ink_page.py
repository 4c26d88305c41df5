"""From picture to ink: lines in structure; in tone as much ink as the picture is bright."""

from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np
import pytest
import skimage
from paths import PICTURES
from PIL import Image

from asciiart.glyphs.grid import Cell, fit_grid
from asciiart.io.pictures.image import load_image
from asciiart.options import Options
from asciiart.page.ink_page import to_page
from asciiart.page.tone_ink import WHITE_INK_SHARE

CELL = Cell(height=16, width=8, aspect=2.0, unit=8)
DRAWINGS = sorted((PICTURES / "drawings").glob("*.png"))
ASTRONAUT = Path(skimage.__file__).parent / "data" / "astronaut.png"
DENSITY = 0.4
WHITE = DENSITY * WHITE_INK_SHARE


def ink_of(array, columns=40, density=DENSITY, mode="tone", **wishes):
    picture = load_image(np.asarray(array))
    grid = fit_grid(*picture.rgb.shape[:2], CELL, columns=columns)  # type: ignore[arg-type, misc]
    page = to_page(picture, grid, mode, Options(**wishes), density).ink
    assert page.shape == grid.page_shape
    assert page.dtype == np.float32
    assert page.min() >= 0
    return page


def lines_of(array, columns=40, **wishes):
    return ink_of(array, columns, mode="structure", **wishes)


def paper(value=255):
    return np.full((320, 320), value, np.uint8)


def pieces(page):
    return cv2.connectedComponents((page > 0.35).astype(np.uint8), connectivity=8)[0] - 1


def ring(thickness=5):
    return cv2.circle(paper(), (160, 160), 100, 0, thickness)


def gradient(low=0, high=255):
    return np.tile(np.linspace(low, high, 320).astype(np.uint8), (160, 1))


@pytest.mark.parametrize("thickness", [2, 5, 9])
def test_a_drawn_stroke_is_one_line(thickness):
    page = lines_of(ring(thickness))
    assert pieces(page) == 1
    across = page[160, :160] > 0.35  # one crossing of the ring
    assert np.diff(np.flatnonzero(across)).tolist() == [1] * (across.sum() - 1)
    assert 1 <= across.sum() <= 3
    assert abs(float(np.flatnonzero(across).mean()) - 60) <= 1.5


def test_an_outlined_patch_of_a_photograph_is_its_contour():
    array = gradient(60, 120)
    array[40:120, 100:200] = 230
    page = lines_of(array)
    inside = page[52:108, 112:188]
    assert not inside.any()
    assert (page[80] > 0.35).any()


@pytest.mark.parametrize("path", DRAWINGS, ids=lambda path: path.stem)
def test_a_drawings_ink_stays_within_its_strokes(path):
    array = np.asarray(Image.open(path).convert("L"))
    page = lines_of(array, columns=80)
    drawn = cv2.resize(array, page.shape[::-1], interpolation=cv2.INTER_AREA) < 200
    near = cv2.dilate(drawn.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    assert (page > 0.35).mean() > 0.01
    assert ((page > 0.35) & near).sum() > 0.98 * (page > 0.35).sum()


def test_a_photograph_is_not_taken_for_a_drawing():
    if not ASTRONAUT.is_file():
        pytest.skip("scikit-image came without its pictures")
    array = np.asarray(Image.open(ASTRONAUT))
    counts = [int((lines_of(array, 80, detail=d) > 0.35).sum()) for d in (0, 0.25, 0.5, 0.75, 1)]
    assert counts[-1] > 2 * counts[0] > 0
    assert all(more >= 0.9 * fewer for fewer, more in pairwise(counts))


def test_white_on_black_gives_the_same_lines_as_black_on_white():
    np.testing.assert_allclose(lines_of(255 - ring()), lines_of(ring()), atol=0.05)


def test_the_background_does_not_change_lines():
    np.testing.assert_array_equal(
        lines_of(ring(), background="dark"), lines_of(ring(), background="light")
    )


def test_a_picture_that_is_flat_but_for_noise_has_no_lines():
    noise = np.random.default_rng(0).integers(-1, 2, (320, 320))
    assert not lines_of((200 + noise).astype(np.uint8)).any()


@pytest.mark.parametrize("value", [0, 100, 128, 200, 255])
def test_a_flat_picture_has_no_lines(value):
    assert not lines_of(paper(value)).any()


@pytest.mark.parametrize("mode", ["tone", "structure"])
@pytest.mark.parametrize("background", ["dark", "light"])
def test_a_picture_that_is_all_clear_has_no_ink(background, mode):
    array = np.zeros((80, 80, 4), np.uint8)
    assert not ink_of(array, mode=mode, background=background).any()


@pytest.mark.parametrize("background", ["dark", "light"])
@pytest.mark.parametrize("value", [0, 255])
def test_a_drawing_on_a_transparent_page_is_seen_on_every_background(background, value):
    rgba = np.zeros((320, 320, 4), np.uint8)
    rgba[..., :3] = value
    rgba[..., 3] = 255 - ring()
    np.testing.assert_allclose(lines_of(rgba, background=background), lines_of(ring()), atol=0.05)
    tone = ink_of(rgba, background=background, detail=0)
    assert float(tone.max() - tone.min()) > 0.2


@pytest.mark.parametrize(("value", "dark", "light"), [(0, 0, WHITE), (255, WHITE, 0)])
def test_black_and_white_are_no_ink_and_more_than_the_densest_glyph(value, dark, light):
    for background, ink in (("dark", dark), ("light", light)):
        page = ink_of(paper(value), background=background)
        np.testing.assert_allclose(page, ink, atol=1e-6)


def test_on_dark_bright_is_ink_and_on_light_dark_is():
    on_dark = ink_of(gradient(), detail=0)[40]
    on_light = ink_of(gradient(), detail=0, background="light")[40]
    assert (np.diff(on_dark) >= -1e-6).all()
    assert (np.diff(on_light) <= 1e-6).all()
    np.testing.assert_allclose(on_dark, on_light[::-1], atol=0.06)


def test_faint_pictures_are_stretched_to_black_and_white():
    page = ink_of(gradient(100, 150), detail=0)
    assert page.min() == 0
    assert 0.95 * WHITE < page.max() < WHITE  # only pure white is white
    assert page[40, 160] == pytest.approx(0.19, abs=0.02)


@pytest.mark.parametrize(
    ("more", "less"),
    [({"brightness": 0.2}, {"brightness": -0.2}), ({"gamma": 2.0}, {"gamma": 0.5})],
    ids=["brightness", "gamma"],
)
def test_brightness_and_gamma_lighten(more, less):
    plain = ink_of(gradient(), detail=0).mean()
    assert ink_of(gradient(), detail=0, **more).mean() > plain + 0.02
    assert ink_of(gradient(), detail=0, **less).mean() < plain - 0.02


def test_gamma_leaves_black_and_white_alone():
    page = ink_of(gradient(), detail=0, gamma=2.0)
    assert (page.min(), page.max()) == (0, pytest.approx(WHITE))


def test_contrast_spreads():
    spread = [float(ink_of(gradient(), detail=0, contrast=c).std()) for c in (0.0, 0.5, 1.0, 2.0)]
    assert spread[0] < 1e-6
    assert spread[0] < spread[1] < spread[2] < spread[3]


def test_detail_raises_local_contrast_in_tone():
    array = np.tile(np.where(np.arange(320) // 8 % 2, 140, 110).astype(np.uint8), (160, 1))
    array[0, :] = 0
    array[:20] = 0
    array[-20:] = 255
    spread = [float(ink_of(array, detail=d)[60:100].std()) for d in (0, 0.5, 1)]
    assert spread[0] < spread[1] < spread[2]


@pytest.mark.parametrize("mode", ["tone", "structure"])
@pytest.mark.parametrize("shape", [(1, 1), (1, 500), (3, 2)])
def test_tiny_pictures_have_a_page_too(mode, shape):
    ink_of(np.full(shape, 200, np.uint8), columns=5, mode=mode)


def test_among_more_lines_shading_is_lighter():
    array = np.full((80, 80), 100, np.uint8)
    array[:, 40:] = 0
    inks = [ink_of(array, outline_share=share, background="light").max() for share in (0, 0.5, 0.9)]
    assert inks[1] == pytest.approx(0.75 * inks[0], rel=1e-3)
    assert inks[2] == pytest.approx(0.19 * inks[0], rel=1e-3)
