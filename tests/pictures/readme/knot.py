"""Makes the film behind animation.gif: a trefoil knot that turns; python knot.py knot.webp."""

import sys

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

_Floats = NDArray[np.float64]

FRAMES, HEIGHT, WIDTH = 40, 360, 480
TUBE = 0.6
LIGHT = np.array([0.5, -0.6, -0.62])
GLANCE = np.array([0.28, -0.33, -0.9])


def knot() -> tuple[_Floats, _Floats, _Floats]:
    """Return points (N, 3) of the knot's surface, its normals and colors there."""
    along, around = np.meshgrid(np.linspace(0, 2 * np.pi, 3000), np.linspace(0, 2 * np.pi, 360))
    t, v = along.ravel(), around.ravel()
    middle = np.stack(
        [np.sin(t) + 2 * np.sin(2 * t), np.cos(t) - 2 * np.cos(2 * t), -np.sin(3 * t)], 1
    )
    ahead = np.stack(
        [np.cos(t) + 4 * np.cos(2 * t), -np.sin(t) + 4 * np.sin(2 * t), -3 * np.cos(3 * t)], 1
    )
    ahead /= np.linalg.norm(ahead, axis=1, keepdims=True)
    side = np.cross(ahead, [0, 0, 1])
    side /= np.linalg.norm(side, axis=1, keepdims=True)
    normals = np.cos(v)[:, None] * side + np.sin(v)[:, None] * np.cross(ahead, side)
    hsv = np.stack([np.degrees(t), np.full_like(t, 0.62), np.ones_like(t)], 1).astype(np.float32)
    return middle + TUBE * normals, normals, cv2.cvtColor(hsv[None], cv2.COLOR_HSV2RGB)[0]


def frame(points: _Floats, normals: _Floats, colors: _Floats, angle: float) -> NDArray[np.uint8]:
    """Return the knot (HEIGHT, WIDTH, 3) turned by ``angle``, which is in radians."""
    c, s = np.cos(angle), np.sin(angle)
    turn = np.array([[1, 0, 0], [0, 0.82, -0.57], [0, 0.57, 0.82]]) @ [
        [c, 0, s],
        [0, 1, 0],
        [-s, 0, c],
    ]
    x, y, z = (points @ turn.T).T
    normals = normals @ turn.T
    light = 0.12 + 0.85 * (normals @ LIGHT).clip(0) ** 1.2
    gleam = 0.9 * (normals @ GLANCE).clip(0) ** 40
    shaded = colors * light[:, None] + gleam[:, None]
    far = np.argsort(-z)
    scale = 560 / (z + 12)
    row = (HEIGHT / 2 + y * scale).astype(int)[far].clip(0, HEIGHT - 1)
    column = (WIDTH / 2 + x * scale).astype(int)[far].clip(0, WIDTH - 1)
    picture = np.zeros((HEIGHT, WIDTH, 3))
    picture[row, column] = shaded[far]  # the nearest comes last
    return (255 * cv2.GaussianBlur(picture, (3, 3), 0)).clip(0, 255).astype(np.uint8)


if __name__ == "__main__":
    surface = knot()
    turns = 2 * np.pi * np.arange(FRAMES) / FRAMES
    pictures = [Image.fromarray(frame(*surface, angle)) for angle in turns]
    pictures[0].save(sys.argv[1], save_all=True, append_images=pictures[1:], duration=70, loop=0)
