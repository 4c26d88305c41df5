"""Where faces are in drawn portraits, by OpenCV's cascade of local binary patterns.

scikit-image carries the cascade (Apache 2.0). It is needed for training alone: OpenCV 5 has no
class for it any more, and the network, which looks at the whole picture, is surer.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import cv2
import numpy as np
from skimage import data
from skimage.feature import Cascade

from asciiart.io.pictures.arrays import Mask, Pixels

_SMALLEST, _LARGEST = 26, 160
"""Sides of faces in pixels."""


@cache
def _cascade() -> Cascade:
    return Cascade(str(data.lbp_frontal_face_cascade_filename()))  # type: ignore[no-untyped-call]


class FacePlace(NamedTuple):
    """An ellipse that a face fills, in pixels."""

    center: tuple[int, int]
    """x, y."""
    axes: tuple[int, int]
    """Half the width and half the height."""

    def mask(self, height: int, width: int) -> Mask:
        """Return where the face is in a picture (H, W) of that size."""
        face = np.zeros((height, width), np.uint8)
        return np.asarray(cv2.ellipse(face, self.center, self.axes, 0, 0, 360, 1, -1) > 0)


def find_face(rgba: Pixels, longest: int = 300, lowest: float = 0.4) -> FacePlace | None:
    """Return where the face is in a picture (H, W, 4) of one person.

    None if the cascade finds none or several. ``longest`` is the longer side, in pixels, of the
    picture that it looks at; ``lowest`` is how far down, as a share of the height, the face's
    center may be.
    """
    scale = min(1.0, longest / max(rgba.shape[:2]))
    small = cv2.resize(rgba, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    opacity = small[..., 3:].astype(np.float32) / 255
    on_gray = (opacity * small[..., :3] + (1 - opacity) * 128).astype(np.uint8)
    found = _cascade().detect_multi_scale(
        on_gray, 1.2, 1, (_SMALLEST, _SMALLEST), (_LARGEST, _LARGEST), min_neighbor_number=2
    )
    if len(found) != 1 or found[0]["r"] + found[0]["height"] / 2 > lowest * small.shape[0]:
        return None
    row, column, width, height = (found[0][name] / scale for name in ("r", "c", "width", "height"))
    center = (round(column + width / 2), round(row + height / 2))
    return FacePlace(center, (round(0.42 * width), round(0.5 * height)))
