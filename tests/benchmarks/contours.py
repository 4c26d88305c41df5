"""Prints how well people's contours are found: python tests/benchmarks/contours.py FOLDER [--card]

FOLDER holds photographs N.jpg, and for each N.png, 16 bit, bit k of whose pixels says whether
person k drew a contour there (a converted BSDS500; Arbelaez, Maire, Fowlkes and Malik 2011). A
contour pixel of ours is right if a pixel that any person drew lies within 0.0075 of the picture's
diagonal; a person's pixel is found if one of ours lies as near. Precision and recall are over all
pictures and people; ODS is F at the detail that is best for all pictures together. The authors
match pixels one to one, which is a little stricter.
"""

from __future__ import annotations

import argparse
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np
import tomli_w
from canny import canny
from numpy.typing import NDArray
from PIL import Image

from asciiart.io.files.assets import find_lines
from asciiart.io.pictures.arrays import Mask
from asciiart.io.pictures.image import load_image
from asciiart.page.contour_network import CARD
from asciiart.page.contours import WORKING_UNIT
from asciiart.page.picture_lines import trace_lines

TOLERANCE = 0.0075
"""Of the diagonal."""
DEFAULT = 0.5
DETAILS = (0.0, 0.125, 0.25, 0.375, DEFAULT, 0.625, 0.75, 0.875, 1.0)


class PixelCounts(NamedTuple):
    """Pixels, which can be added up over pictures."""

    right: int
    """Of ours, those that lie near what any person drew."""
    ours: int
    found: int
    """Of each person's, those that ours lie near, all people added."""
    theirs: int

    def f(self) -> tuple[float, float, float]:
        """Return F, precision and recall."""
        precision, recall = self.right / max(1, self.ours), self.found / max(1, self.theirs)
        return 2 * precision * recall / max(1e-9, precision + recall), precision, recall


def near(lines: Mask) -> Mask:
    """Return what lies near a line."""
    reach = TOLERANCE * np.hypot(*lines.shape)
    away = cv2.distanceTransform((~lines).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    return np.asarray(away <= reach) if lines.any() else np.zeros(lines.shape, bool)


def compare(lines: Mask, drawn: NDArray[np.uint16]) -> PixelCounts:
    """Return the counts of one picture, of which people drew the bits of ``drawn`` (H, W)."""
    anyone, found = drawn > 0, near(lines)
    people = [drawn >> bit & 1 for bit in range(16)]
    hits = sum(int((person & found).sum()) for person in people)
    theirs = sum(int(person.sum()) for person in people)
    return PixelCounts(int((lines & near(anyone)).sum()), int(lines.sum()), hits, theirs)


def read_bits(path: Path) -> NDArray[np.uint16]:
    """Return who drew a contour at each pixel (H, W)."""
    with Image.open(path) as picture:
        return np.asarray(picture, np.uint16)


def by_canny(path: Path, detail: float) -> Mask:
    """Return the lines that Canny's algorithm finds after an edge-preserving filter."""
    gray = np.asarray(cv2.cvtColor(load_image(path).rgb, cv2.COLOR_RGB2GRAY), np.float32)
    return canny(gray / np.float32(255), detail, WORKING_UNIT)


METHODS = {
    "canny": by_canny,
    "asciiart.trace_lines": lambda path, detail: trace_lines(path, detail=detail),
}


def measure(paths: Sequence[Path]) -> dict[str, float]:
    """Print the figures of every method; return their F by method and detail."""
    drawn = [read_bits(path.with_suffix(".png")) for path in paths]
    scores = {}
    for name, trace in METHODS.items():
        figures, inked = {}, {}
        for detail in DETAILS:
            lines = [trace(path, detail) for path in paths]
            counts = zip(*map(compare, lines, drawn), strict=True)
            figures[detail] = PixelCounts(*map(sum, counts)).f()
            inked[detail] = float(np.mean([part.mean() for part in lines]))
        best = max(figures, key=lambda detail: figures[detail][0])
        for title, detail in (("ODS", best), ("default", DEFAULT)):
            f, precision, recall = figures[detail]
            scores[f"{name}, detail {detail}: F"] = round(f, 4)
            print(
                f"{name:22} {title:8} detail {detail:.3f}  F {f:.3f}  precision {precision:.3f}"
                f"  recall {recall:.3f}"
            )
        print(f"{name:22} inked    " + " ".join(f"{share:.3f}" for share in inked.values()))
    return scores


def write_card(scores: dict[str, float]) -> None:
    """Replace the scores in the shipped network's card."""
    path = find_lines() / CARD
    card = tomllib.loads(path.read_text(encoding="utf-8"))
    command = "python tests/benchmarks/contours.py FOLDER --card"
    path.write_text(tomli_w.dumps({**card, "scores": {"command": command, **scores}}), "utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--count", type=int, help="only the first so many pictures")
    parser.add_argument("--card", action="store_true", help="write F into the network's card")
    options = parser.parse_args()
    paths = sorted(options.folder.glob("*.jpg"), key=lambda path: path.stem)[: options.count]
    if not paths:
        parser.error(f"{options.folder}: no pictures N.jpg")
    scores = measure(paths)
    if options.card:
        write_card(scores)


if __name__ == "__main__":
    main()
