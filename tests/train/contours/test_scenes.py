"""Rendered scenes: their lines are where things end or meet, never where texture or shadow is."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from tiny_stock import SKIN, rough

from asciiart.io.pictures.arrays import Mask, Samples
from asciiart.train.contours import scenes
from asciiart.train.contours.scenes import (
    BORDER,
    FACE,
    HIDDEN,
    INNER,
    OBJECT,
    SIDE,
    UNKNOWN,
    Scene,
    make_scene,
)
from asciiart.train.contours.stock import PictureObject, Stock

CANVAS = 2 * SIDE
GRAY, RED, GREEN = (0.5, 0.5, 0.5), (0.8, 0.1, 0.1), (0.1, 0.6, 0.2)
PLAIN, SHADOWED, BLURRED = 0.9, 0.2, 0.1
"""What random numbers must be for an object without a shadow, with one, and out of focus, too."""
Y, X = np.mgrid[:SIDE, :SIDE]


class Steady(np.random.Generator):
    """Makes the same choice each time."""

    def __init__(self, chance: float) -> None:
        super().__init__(np.random.PCG64(0))
        self.chance = chance

    def random(self, *_: Any, **__: Any) -> Any:
        """Return the one number."""
        return self.chance


def flat(color: tuple[float, float, float]) -> Samples:
    """Return a picture (C, C, 3) of one color."""
    return np.full((CANVAS, CANVAS, 3), color, np.float32)


def ground(picture: Samples | None = None) -> scenes._Canvas:
    """Return a canvas without objects."""
    numbers = np.zeros((CANVAS, CANVAS), np.int32)
    faces, drawn = np.zeros((CANVAS, CANVAS), np.uint8), np.zeros((CANVAS, CANVAS), bool)
    shown = flat(GRAY) if picture is None else picture
    return scenes._Canvas(shown, numbers, numbers.copy(), faces, drawn)


def disk(radius: float, x: float = 128, y: float = 128) -> Mask:
    """Return a disk (C, C), in pixels of the scene."""
    rows, columns = np.mgrid[:CANVAS, :CANVAS]
    return np.hypot(columns - 2 * x, rows - 2 * y) < 2 * radius


def thing(
    inside: Mask,
    picture: Samples,
    *,
    labels: NDArray[Any] | None = None,
    faces: int = 0,
    shaded: bool = False,
) -> scenes._Placed:
    """Return an object on the canvas; it has one region, if not given several."""
    regions = (inside * (1 if labels is None else labels)).astype(np.uint8)
    return scenes._Placed(regions, inside * np.uint8(faces), picture, (256.0, 256.0), 200.0, shaded)


def paint(*things: scenes._Placed, chance: float = PLAIN, on: Samples | None = None) -> Scene:
    """Return the scene of objects, from back to front."""
    canvas = ground(on)
    for number, each in enumerate(things, 1):
        scenes._paint(Steady(chance), canvas, each, number)
    return scenes._finish(np.random.default_rng(0), canvas)


def has(scene: Scene, bit: int) -> Mask:
    """Return where a scene (S, S) has a mark."""
    return np.asarray(scene.marks & bit > 0)


def off(mask: Mask, radius: float, x: float = 128, y: float = 128) -> float:
    """Return how far from a circle the farthest pixel of a mask (S, S) is."""
    return float(np.abs(np.hypot(X - x, Y - y) - radius)[mask].max())


def directions(mask: Mask) -> int:
    """Return in how many of 90 directions from the center a mask (S, S) has pixels."""
    angles = np.arctan2(Y - 128, X - 128)[mask]
    return len(np.unique((45 + 45 * angles / np.pi).astype(int) % 90))


def test_a_border_is_where_an_object_ends() -> None:
    scene = paint(thing(disk(50), flat(RED)))
    assert off(has(scene, BORDER), 50) < 2
    assert directions(has(scene, BORDER)) == 90
    assert not has(scene, INNER | HIDDEN | FACE | UNKNOWN).any()
    assert (has(scene, OBJECT) ^ (np.hypot(X - 128, Y - 128) < 50)).sum() < 2 * np.pi * 50


def test_a_covered_border_is_none() -> None:
    back, front = thing(disk(20), flat(GREEN)), thing(disk(50), flat(RED))
    assert np.array_equal(paint(back, front).marks, paint(front).marks)


def test_an_object_half_covered_ends_where_the_front_one_does() -> None:
    scene = paint(thing(disk(50, 98), flat(GREEN)), thing(disk(50, 158), flat(RED)))
    border = has(scene, BORDER)
    front = np.hypot(X - 158, Y - 128) < 48
    assert not border[front].any()
    behind = border & (np.hypot(X - 158, Y - 128) > 53)
    assert off(behind, 50, 98) < 2
    assert directions(border & (X > 130)) >= 40
    assert not has(scene, INNER).any()


def test_objects_of_one_kind_end_where_they_meet() -> None:
    scene = paint(thing(disk(50, 98), flat(GREEN)), thing(disk(50, 158), flat(RED)))
    swapped = paint(thing(disk(50, 158), flat(RED)), thing(disk(50, 98), flat(GREEN)))
    assert has(scene, BORDER)[128, 107:110].any()
    assert not has(scene, BORDER)[128, 140:155].any()
    assert has(swapped, BORDER)[128, 147:150].any()
    assert not has(swapped, BORDER)[128, 100:140].any()


def test_the_place_behind_has_borders_too_where_it_is_seen() -> None:
    canvas = ground(np.concatenate([flat(GRAY)[:256], flat(GREEN)[256:]]))
    canvas.regions[256:] = 1
    scenes._paint(Steady(PLAIN), canvas, thing(disk(50), flat(RED)), 1)
    scene = scenes._finish(np.random.default_rng(0), canvas)
    border = has(scene, BORDER)
    assert border[127:129, :70].any(0).all()
    assert not border[:120, :70].any()
    assert not border[np.hypot(X - 128, Y - 128) < 48].any()


def test_a_shadow_is_no_line() -> None:
    canvases = []
    for chance in (PLAIN, SHADOWED):
        canvas = ground(flat((0.9, 0.9, 0.9)))
        scenes._paint(Steady(chance), canvas, thing(disk(50), flat(RED)), 1)
        canvases.append(canvas)
    plain, shadowed = canvases
    assert (plain.picture - shadowed.picture)[~disk(50)].max() > 0.1
    without, with_shadow = (scenes._finish(np.random.default_rng(0), each) for each in canvases)
    assert np.array_equal(without.marks, with_shadow.marks)


def test_texture_is_no_line() -> None:
    texture = rough((CANVAS, CANVAS)).astype(np.float32) / np.float32(255)
    stripes = np.where(np.arange(CANVAS)[:, None, None] % 40 < 20, flat(RED), flat(GREEN))
    scene = paint(thing(disk(50), stripes), on=texture)
    assert off(has(scene, BORDER | HIDDEN), 50) < 2
    assert not has(scene, INNER).any()
    assert not has(paint(on=texture), 255).any()


def test_an_inner_line_is_where_two_colors_meet() -> None:
    right = np.arange(CANVAS)[None, :] >= 256
    halves = np.where(right[..., None], flat(RED), flat(GREEN))
    scene = paint(thing(disk(50), halves, labels=1 + right))
    inner = has(scene, INNER)
    assert set(np.nonzero(inner)[1]) == {127, 128}
    assert inner[82:174, 127:129].any(1).all()
    assert not inner[np.hypot(X - 128, Y - 128) > 50].any()
    assert off(has(scene, BORDER), 50) < 2


def test_a_shaded_object_has_lines_where_it_has_edges() -> None:
    step = np.where(np.arange(CANVAS)[None, :, None] >= 256, flat(RED), flat(GREEN))
    slow = np.linspace(0.2, 0.8, CANVAS, dtype=np.float32)[None, :, None].repeat(CANVAS, 0)
    scene = paint(thing(disk(50), step, shaded=True))
    columns = np.nonzero(has(scene, INNER))[1]
    assert len(columns) > 80
    assert np.abs(columns - 127.5).max() < 2
    soft = paint(thing(disk(50), slow.repeat(3, 2), shaded=True))
    assert not has(soft, INNER).any()
    assert off(has(soft, BORDER | HIDDEN), 50) < 2


def test_lines_of_a_shaded_object_are_gone_where_it_is_covered() -> None:
    step = np.where(np.arange(CANVAS)[None, :, None] >= 256, flat(RED), flat(GREEN))
    back = thing(disk(50), step, shaded=True)
    scene = paint(back, thing(disk(20), flat(GRAY)))
    assert has(scene, INNER)[85:95].any()
    assert not has(scene, INNER)[110:146].any()


def test_what_is_too_faint_to_be_seen_is_hidden() -> None:
    right = np.arange(CANVAS)[None, :] >= 256
    halves = np.where(right[..., None], flat(RED), flat((0.8, 0.1, 0.11)))
    scene = paint(thing(disk(50), halves, labels=1 + right))
    assert off(has(scene, BORDER), 50) < 2
    assert not has(scene, INNER)[np.hypot(X - 128, Y - 128) < 45].any()
    assert has(scene, HIDDEN)[85:171, 127:129].any(1).all()
    faint = paint(thing(disk(50), flat((0.5, 0.5, 0.51))))
    assert not has(faint, BORDER).any()
    assert off(has(faint, HIDDEN), 50) < 2
    assert directions(has(faint, HIDDEN)) == 90
    assert has(faint, OBJECT)[128, 128]


def test_out_of_focus_the_border_stays() -> None:
    sharp, soft = (
        paint(thing(disk(50), flat(RED)), chance=chance) for chance in (SHADOWED, BLURRED)
    )
    assert np.array_equal(has(sharp, OBJECT), has(soft, OBJECT))
    assert off(has(soft, BORDER), 50) < 2
    across = [np.abs(np.diff(each.rgb[128].astype(int), axis=0)).max() for each in (sharp, soft)]
    assert across[1] < 0.9 * across[0]


def test_faces_are_marked_where_nothing_covers_them() -> None:
    face = thing(disk(50), flat(RED), faces=FACE)
    scene = paint(face)
    assert (has(scene, FACE) ^ has(scene, OBJECT)).sum() < 2 * np.pi * 50
    half = has(paint(face, thing(disk(50, 178), flat(GREEN))), FACE)
    assert half[128, 90]
    assert not half[np.hypot(X - 178, Y - 128) < 49].any()
    unknown = paint(face, thing(disk(30), flat(GREEN), faces=UNKNOWN))
    assert has(unknown, UNKNOWN)[128, 128]
    assert not has(unknown, FACE)[128, 128]


@pytest.mark.parametrize(("width", "mark"), [(20, UNKNOWN), (30, FACE)])
def test_whether_a_small_face_is_one_is_unknown(width: int, mark: int) -> None:
    faces = np.zeros((CANVAS, CANVAS), np.uint8)
    faces[100:140, 200 : 200 + width] = FACE
    found = scenes._without_small(faces)
    assert set(np.unique(found)) == {0, mark}
    assert np.array_equal(found > 0, faces > 0)


@pytest.mark.parametrize(("size", "mark"), [(400.0, FACE), (40.0, UNKNOWN)])
def test_an_object_s_size_decides_whether_its_face_is_told(size: float, mark: int) -> None:
    labels = np.ones((100, 100), np.uint8)
    faces = np.zeros_like(labels)
    faces[30:60, 35:65] = FACE
    cutout = scenes._Cutout(labels, faces, np.ones((100, 100, 3), np.float32), shaded=True)
    placed = [scenes._place(np.random.default_rng(seed), cutout, size) for seed in range(4)]
    assert {int(value) for each in placed for value in np.unique(each.faces)} == {0, mark}


@pytest.fixture(scope="module")
def cutouts(stock: Stock) -> list[scenes._Cutout]:
    return [scenes._choose_cutout(np.random.default_rng(seed), stock) for seed in range(50)]


def test_objects_of_every_kind_are_chosen(cutouts: list[scenes._Cutout]) -> None:
    for cutout in cutouts:
        shape = cutout.labels.shape
        assert cutout.faces.shape == shape
        assert cutout.picture.shape == (*shape, 3)
        assert 0 <= cutout.picture.min() <= cutout.picture.max() <= 1
    assert 10 < sum(cutout.shaded for cutout in cutouts) < 40
    marks = {int(mark) for cutout in cutouts for mark in np.unique(cutout.faces)}
    assert marks == {0, FACE, UNKNOWN}


def test_a_drawing_may_have_faces_anywhere(cutouts: list[scenes._Cutout]) -> None:
    for cutout in cutouts:
        if not cutout.shaded:
            assert np.array_equal(cutout.faces, (cutout.labels > 0) * UNKNOWN)


def test_a_face_keeps_its_colors(cutouts: list[scenes._Cutout]) -> None:
    with_face = [cutout for cutout in cutouts if (cutout.faces == FACE).any()]
    assert with_face
    for cutout in with_face:
        color = np.median(cutout.picture[cutout.faces == FACE], axis=0)
        assert np.allclose(color, np.array(SKIN) / 255, atol=0.01)


def test_regions_of_a_drawing_are_of_one_color(cutouts: list[scenes._Cutout]) -> None:
    for cutout in cutouts:
        if not cutout.shaded:
            for label in np.unique(cutout.labels):
                assert len(np.unique(cutout.picture[cutout.labels == label], axis=0)) == 1


def test_strokes_belong_to_the_nearest_area() -> None:
    labels = np.zeros((60, 80), np.uint8)
    labels[10:50, 10:70] = 1
    labels[10:50, 38:40] = 2
    labels[10:50, 40:70] = 3
    found = scenes._without_strokes(labels)
    assert set(np.unique(found)) == {0, 1, 3}
    assert np.array_equal(found > 0, labels > 0)
    assert (found[10:50, 10:38] == 1).all()
    assert (found[10:50, 40:70] == 3).all()


def test_a_drawing_of_strokes_alone_stays() -> None:
    labels = np.zeros((60, 80), np.uint8)
    labels[10:50:6] = 2
    labels[10:50, 10] = 1
    assert np.array_equal(scenes._without_strokes(labels), labels)


def test_head_and_shoulders_have_the_face(stock: Stock) -> None:
    (portrait,) = (each for each in stock.portraits if each.face is not None)
    sizes = set()
    for seed in range(12):
        rgba, face = scenes._part_of(np.random.default_rng(seed), portrait)
        assert face is not None
        assert face.sum() == portrait.face.sum()
        assert face.shape == rgba.shape[:2]
        sizes.add(rgba.shape[:2])
        colors = rgba[face], portrait.rgba[portrait.face]
        assert np.array_equal(*colors)
    assert len(sizes) > 4
    unknown = PictureObject(portrait.rgba, None)
    assert scenes._part_of(np.random.default_rng(0), unknown) is unknown


def test_regions_and_colors_are_turned_together() -> None:
    labels = np.zeros((60, 90), np.uint8)
    cv2.circle(labels, (45, 30), 28, 1, -1)
    labels[20:40, 20:50] = 2
    labels[5:20, 40:50] = 3
    colors = np.array([(0, 0, 0), RED, GREEN, GRAY], np.float32)
    faces = (labels == 2) * np.uint8(UNKNOWN)
    cutout = scenes._Cutout(labels, faces, colors[labels], shaded=False)
    mirrored = []
    for seed in range(12):
        placed = scenes._place(np.random.default_rng(seed), cutout, 150.0)
        assert np.array_equal(placed.picture[placed.inside], colors[placed.labels[placed.inside]])
        assert np.array_equal(placed.faces > 0, placed.labels == 2)
        rows, columns = np.nonzero(placed.inside)
        if 120 < placed.center[0] < 392 and 120 < placed.center[1] < 392:
            assert abs(columns.mean() - placed.center[0]) < 8
            assert abs(rows.mean() - placed.center[1]) < 8
            assert 60 < max(np.ptp(rows), np.ptp(columns)) < 150
            left = np.nonzero(placed.labels == 2)[1].mean() < columns.mean()
            mirrored.append(bool(left))
    assert {True, False} == set(mirrored)


def test_light_changes_colors_but_no_regions(stock: Stock) -> None:
    placed = thing(disk(50), flat(RED))
    for seed in range(6):
        lit = scenes._light(np.random.default_rng(seed), placed, stock)
        assert lit.labels is placed.labels
        assert lit.picture.dtype == np.float32
        assert 0 <= lit.picture.min() <= lit.picture.max() <= 1
        assert not np.array_equal(lit.picture, placed.picture)


def test_places_behind_are_one_two_or_several(stock: Stock) -> None:
    counts = set()
    for seed in range(8):
        canvas = scenes._make_background(np.random.default_rng(seed), stock)
        assert not canvas.objects.any()
        assert not canvas.faces.any()
        assert not canvas.drawn.any()
        assert 0 <= canvas.picture.min() <= canvas.picture.max() <= 1
        counts.add(len(np.unique(canvas.regions)))
    assert {1, 2} <= counts
    assert max(counts) > 2


@pytest.fixture(scope="module")
def made(stock: Stock) -> list[Scene]:
    return [make_scene(stock, (1, number)) for number in range(5)]


def test_the_seed_decides_everything(stock: Stock, made: list[Scene]) -> None:
    again = make_scene(stock, (1, 2))
    assert np.array_equal(again.rgb, made[2].rgb)
    assert np.array_equal(again.marks, made[2].marks)
    assert not np.array_equal(again.rgb, made[3].rgb)


def test_scenes_are_pictures_and_marks(made: list[Scene]) -> None:
    for scene in made:
        assert scene.rgb.shape == (SIDE, SIDE, 3)
        assert scene.marks.shape == (SIDE, SIDE)
        assert scene.rgb.dtype == scene.marks.dtype == np.uint8
        assert scene.marks.max() < 2 * UNKNOWN


def test_a_line_is_of_one_kind(made: list[Scene]) -> None:
    for scene in made:
        kinds = np.stack([has(scene, bit) for bit in (BORDER, INNER, HIDDEN)])
        assert kinds.sum(0).max() == 1
    assert 0.005 < np.mean([has(scene, BORDER | INNER) for scene in made]) < 0.2


def test_inner_lines_and_faces_are_on_objects(made: list[Scene]) -> None:
    for scene in made:
        objects = has(scene, OBJECT)
        assert objects[has(scene, FACE | UNKNOWN)].mean() > 0.98  # the rest is in thin strokes
        near = cv2.dilate(objects.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
        assert near[has(scene, INNER)].all()
        assert not has(scene, FACE)[has(scene, UNKNOWN)].any()
