"""Stage 1, last: a picture cropped to its subject, or with what lies behind it blanked.

What is transparent lies behind, and so does plain paper from the picture's border on. In any other
picture the contour network says where objects are, but not where they end: GrabCut (Rother,
Kolmogorov & Blake 2004) finds that in the colors. Where network and colors disagree there is no
clear subject, and the picture stays whole.
"""

from __future__ import annotations

import math
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import cv2
import numpy as np

from asciiart.io.pictures.arrays import Gray, Mask, Pixels, Samples, read_only
from asciiart.io.pictures.image import Picture
from asciiart.options import Options
from asciiart.page import resampling
from asciiart.page.contour_network import load_line_network, probability
from asciiart.page.contours import WORKING_UNIT
from asciiart.page.drawing_lines import drop_short

WELL_SEEN = 320
"""Height and width, in pixels, of a picture in which the subject is found as well as in any."""
SMALLEST = 1 / 4
"""Least share of a picture's width that a subject has, if it is to be as sharp as the picture."""
_COLUMNS = 120
"""Longer side, in half-width characters, of the picture that the network sees."""
_LARGEST_SCALE = 2.0
"""Largest factor by which a small picture is magnified for the network."""
_CUT_SIDE = 160
"""Longer side, in pixels, of the picture in which the subject is cut out by color."""
_PAPER_SIDE = 2048
"""Longer side, in pixels, of the picture in which paper is looked for."""
_VISIBLE = 16
"""Least opacity, 0 to 255, of a pixel of the subject."""
_CUT_OUT = 0.05
"""Least share of transparent pixels in a picture whose subject has been cut out already."""
_PLAIN = 12
"""Largest difference, in levels, of paper from its own color."""
_BORDER_OF_PAPER = 0.9
"""Least share of the picture's border that is paper, if anything is."""
_BLUR = 1.5
"""Standard deviation, in pixels, of the blur of what the network says."""
_RANGE = (0.05, 0.98)
"""Quantiles of what the network says that count as certainly behind and certainly the subject."""
_CLEAR = 0.3
"""Least share of the subject that the network gives a subject's clearest part."""
_SURE, _SURELY_BEHIND = 0.8, 0.15
"""How far from the one quantile to the other a pixel must be for colors not to matter."""
_LEAST_FACE = 0.08
"""Height of a face, as a share of the picture's, below which no body is looked for."""
_BODY = 5
"""Height of a face and the body below it, at most, in heights of the face."""
_NECK = 1.4
"""Height of a face and its neck, in heights of the face; below, the body is twice as wide."""
_ROUNDS = 4
"""Number of times that GrabCut learns the colors anew."""
_SEED = 1
_SOFTNESS = 0.8
"""Standard deviation, in pixels, of the blur of a border before it is enlarged."""
_SPECK = 0.05
"""Share of the subject, or of what lies behind, below which a separate piece is dropped."""
_AGREEMENT = 0.6
"""Least share that cut and network have in common of what either of them takes for the subject."""
_DIFFERENCE = 0.25
"""Least difference, 0 to 1, of what the network says inside and outside of the cut."""
_MARGIN = 0.05
"""Margin around the subject, as a share of its longer side."""


class CropBox(NamedTuple):
    """A part of a picture, in shares of its height and width from 0 to 1."""

    top: float
    left: float
    bottom: float
    right: float

    def united(self, other: CropBox) -> CropBox:
        """Return the least box that holds both."""
        return CropBox(*map(min, self[:2], other[:2]), *map(max, self[2:], other[2:]))

    def slices(self, height: int, width: int) -> tuple[slice, slice]:
        """Return the rows and columns of a picture of that size, of which a part lies inside."""
        rows = slice(math.floor(self.top * height), math.ceil(self.bottom * height))
        return rows, slice(math.floor(self.left * width), math.ceil(self.right * width))

    def whole_size(self, height: int, width: int) -> tuple[int, int]:
        """Return the height and width of a picture whose part has these."""
        down, across = self.bottom - self.top, self.right - self.left
        return math.ceil(height / down), math.ceil(width / across)

    def rounded(self, height: int, width: int) -> CropBox:
        """Return the box that `slices` cuts from a picture of that size."""
        rows, columns = self.slices(height, width)
        return CropBox(
            rows.start / height, columns.start / width, rows.stop / height, columns.stop / width
        )


WHOLE = CropBox(0, 0, 1, 1)
"""The whole picture."""


class ShownPicture(NamedTuple):
    """A picture as it will be drawn."""

    picture: Picture
    """The picture, perhaps cropped to its subject, perhaps with that alone."""
    box: CropBox
    """The part that it is of the picture from which it was cut."""


class KnownSubject(NamedTuple):
    """The subject of a film, as far as it is known before a frame is drawn."""

    box: CropBox | None
    """The part of each frame that holds it; None if there is no clear subject."""


def show_subject(
    picture: Picture, options: Options, known: KnownSubject | None = None
) -> ShownPicture:
    """Return a picture as ``options.crop`` and ``options.background_removal`` want it.

    ``known`` is the subject of the film that the picture is from, if it is from one. A picture
    without a clear subject is returned as it is.
    """
    shown = WHOLE
    if not options.seeks_subject:
        return ShownPicture(picture, shown)
    box = opacity = None
    if known is None:
        opacity = find_subject(picture)
        box = None if opacity is None else box_around(opacity)
    elif known.box is not None:
        box = known.box
        opacity = find_subject(picture, is_sure=True) if options.background_removal else None
    if box is not None and options.crop == "subject":
        shown = box.rounded(*picture.rgb.shape[:2])
        picture, opacity = _cropped(picture, opacity, box)
    if opacity is not None and options.background_removal:
        picture = _blanked(picture, opacity, for_lines=options.draws_lines_alone)
    return ShownPicture(picture, shown)


def find_subject(picture: Picture, *, is_sure: bool = False) -> Pixels | None:
    """Return how far each pixel belongs to the subject (H, W), 0 to 255.

    None is returned if there is no clear subject; with ``is_sure``, only if nothing or everything
    seems to be one. What is transparent does not belong to it.
    """
    alpha = picture.alpha
    if alpha is not None and float((alpha < _VISIBLE).mean()) >= _CUT_OUT:
        return alpha if _is_partial(alpha >= _VISIBLE) else None
    found = _find_off_paper(_seen_at(picture, _PAPER_SIDE, 1.0))
    if found is None:
        seen = _seen_at(picture, _COLUMNS * WORKING_UNIT, _LARGEST_SCALE)
        found = _find_by_network(seen, is_sure=is_sure)
    if found is None:
        return None
    opacity = _enlarged(found, picture.rgb.shape[1::-1])
    return opacity if alpha is None else np.minimum(opacity, alpha)


def box_around(opacity: Pixels) -> CropBox:
    """Return the part of a picture that its subject, of the given opacity (H, W), is in.

    Around it there is a margin. It is the whole picture if no pixel is visible.
    """
    ranges = []
    for axis in (1, 0):
        (inside,) = np.nonzero(opacity.max(axis=axis) >= _VISIBLE)
        if not len(inside):
            return WHOLE
        ranges.append((int(inside[0]), int(inside[-1]) + 1))
    margin = math.ceil(_MARGIN * max(last - first for first, last in ranges))
    (top, bottom), (left, right) = (
        (max(0, first - margin) / size, min(size, last + margin) / size)
        for (first, last), size in zip(ranges, opacity.shape, strict=True)
    )
    return CropBox(top, left, bottom, right)


def _cropped(
    picture: Picture, opacity: Pixels | None, box: CropBox
) -> tuple[Picture, Pixels | None]:
    """Return what lies in a box of a picture, and of its opacity."""
    where = box.slices(*picture.rgb.shape[:2])
    rgb, alpha, inside = (
        None if pixels is None else read_only(np.ascontiguousarray(pixels[where]))
        for pixels in (picture.rgb, picture.alpha, opacity)
    )
    assert rgb is not None
    return Picture(rgb, alpha, picture.name), inside


def _blanked(picture: Picture, opacity: Pixels, *, for_lines: bool) -> Picture:
    """Return a picture with the given opacity (H, W).

    Behind lines it is opaque, black or white: that from which the subject's border differs more,
    so that it remains an outline.
    """
    cut_out = Picture(picture.rgb, read_only(opacity), picture.name)
    if not for_lines:
        return cut_out
    inside = (opacity >= 128).astype(np.uint8)
    rim = inside > cv2.erode(inside, np.ones((3, 3), np.uint8), borderValue=1)
    gray = cv2.cvtColor(picture.rgb, cv2.COLOR_RGB2GRAY)
    behind = 0 if rim.any() and gray[rim].mean() > 127 else 255
    return Picture(read_only(cut_out.on(behind)), None, picture.name)


def _seen_at(picture: Picture, side: int, largest_scale: float) -> Pixels:
    """Return a picture on white (H, W, 3), whose longer side has ``side`` pixels, if it may."""
    height, width = picture.rgb.shape[:2]
    scale = min(largest_scale, side / max(height, width))
    size = max(1, round(scale * width)), max(1, round(scale * height))
    if size == (width, height):
        return picture.on(255)
    rgb = resampling.resize(picture.rgb, size)
    alpha = None if picture.alpha is None else resampling.resize(picture.alpha, size)
    return Picture(rgb, alpha, picture.name).on(255)


def _find_off_paper(rgb: Pixels) -> Mask | None:
    """Return what lies on plain paper (H, W); None if the picture (H, W, 3) is not on any.

    What paper the subject encloses belongs to it.
    """
    border = np.concatenate([rgb[0], rgb[-1], rgb[:, 0], rgb[:, -1]]).astype(np.int16)
    paper = np.median(border, axis=0)
    if float((np.abs(border - paper).max(axis=1) <= _PLAIN).mean()) < _BORDER_OF_PAPER:
        return None
    low, high = (np.clip(paper + step, 0, 255) for step in (-_PLAIN, _PLAIN))
    plain = np.pad(np.asarray(cv2.inRange(rgb, low, high)), 1, constant_values=255)
    _, labels = cv2.connectedComponents(plain, connectivity=4)
    subject = np.asarray(labels != labels[0, 0])[1:-1, 1:-1]
    return subject if subject.any() else None


def _find_by_network(rgb: Pixels, *, is_sure: bool) -> Mask | None:
    """Return the subject (h, w) of a picture (H, W, 3); None if it is not clear."""
    maps = load_line_network().look(rgb)
    small, share, face = (
        _shrunk(each)
        for each in (
            rgb.astype(np.float32),
            probability(np.maximum(maps.subject, maps.face)),
            probability(maps.face),
        )
    )
    said = np.asarray(cv2.GaussianBlur(share, (0, 0), _BLUR), np.float32)
    guess = _guess(said, face)
    subject = _without_specks(_cut_by_color(np.rint(small).astype(np.uint8), guess))
    if not _is_partial(subject):
        return None
    return subject if is_sure or _is_clear(subject, _is_subject(guess), said) else None


def _shrunk(samples: Samples) -> Samples:
    """Return samples (H, W) or (H, W, 3) at the size at which the subject is cut out by color."""
    height, width = samples.shape[:2]
    scale = min(1.0, _CUT_SIDE / max(height, width))
    size = max(1, round(scale * width)), max(1, round(scale * height))
    return np.asarray(cv2.resize(samples, size, interpolation=cv2.INTER_AREA), np.float32)


def _guess(said: Gray, face: Gray) -> Pixels:
    """Return what GrabCut begins with (H, W), from what the network says, 0 to 1."""
    behind, clearest = (float(np.quantile(said, quantile)) for quantile in _RANGE)
    share = np.clip((said - behind) / (max(clearest, _CLEAR) - behind + 1e-6), 0, 1)
    levels = np.rint(255 * share).astype(np.uint8)
    middle, _ = cv2.threshold(levels, 0, 255, cv2.THRESH_OTSU)
    guess = np.where(levels > middle, cv2.GC_PR_FGD, cv2.GC_PR_BGD).astype(np.uint8)
    guess[share > _SURE], guess[share < _SURELY_BEHIND] = cv2.GC_FGD, cv2.GC_BGD
    _add_bodies(guess, face)
    return guess


def _add_bodies(guess: Pixels, face: Gray) -> None:
    """Mark what lies below faces (H, W) as a body, of which the network knows little."""
    _, _, boxes, _ = cv2.connectedComponentsWithStats((face > 0.5).astype(np.uint8))
    for left, top, width, height, _ in np.asarray(boxes)[1:].tolist():
        if height < _LEAST_FACE * len(guess):
            continue
        bottom, shoulders = top + _BODY * height, top + round(_NECK * height)
        around = guess[shoulders:bottom, max(0, left - width // 2) : left + width + width // 2]
        around[around != cv2.GC_FGD] = cv2.GC_PR_FGD
        guess[top:bottom, left + width // 4 : left + width - width // 4] = cv2.GC_FGD


def _is_subject(guess: Pixels) -> Mask:
    """Return where GrabCut's mask (H, W) says foreground, surely or probably."""
    return (guess & 1).astype(bool)


def _cut_by_color(rgb: Pixels, guess: Pixels) -> Mask:
    """Return the subject (H, W) that GrabCut finds in a picture (H, W, 3) from a guess."""
    if not _is_partial(_is_subject(guess)):
        return _is_subject(guess)

    def cut() -> Mask:
        cv2.setRNGSeed(_SEED)
        behind, before = np.zeros((2, 1, 65))  # the colors learned
        nowhere, by_mask = (0, 0, 0, 0), cv2.GC_INIT_WITH_MASK
        found, _, _ = cv2.grabCut(rgb, guess.copy(), nowhere, behind, before, _ROUNDS, by_mask)
        return _is_subject(np.asarray(found, np.uint8))

    # OpenCV has one generator a thread; that of the caller's stays as it is.
    with ThreadPoolExecutor(1) as own_thread:
        return own_thread.submit(cut).result()


def _without_specks(subject: Mask) -> Mask:
    """Return a subject (H, W) without its small pieces and small holes."""
    kept = drop_short(subject, math.ceil(_SPECK * int(subject.sum())))
    behind = np.ascontiguousarray(~kept)
    return ~drop_short(behind, math.ceil(_SPECK * int(behind.sum())))


def _is_clear(subject: Mask, guess: Mask, said: Gray) -> bool:
    """Tell whether the network agrees with a subject (H, W) that was cut out by color."""
    common = int((subject & guess).sum()) / int((subject | guess).sum())
    difference = float(said[subject].mean() - said[~subject].mean())
    return common >= _AGREEMENT and difference >= _DIFFERENCE


def _is_partial(mask: Mask) -> bool:
    return bool(mask.any() and not mask.all())


def _enlarged(subject: Mask, size: tuple[int, ...]) -> Pixels:
    """Return a subject (h, w) as opacity (H, W), 0 to 255, with soft edges if it is enlarged."""
    opacity = subject.astype(np.uint8) * np.uint8(255)
    if subject.shape[1::-1] != size[:2]:
        opacity = np.asarray(cv2.GaussianBlur(opacity, (0, 0), _SOFTNESS), np.uint8)
    return np.asarray(cv2.resize(opacity, size[:2], interpolation=cv2.INTER_LINEAR), np.uint8)
