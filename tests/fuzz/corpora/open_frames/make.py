"""Writes the files beside it: small moving pictures, one for each format, to fuzz `open_frames`.

python tests/fuzz/corpora/open_frames/make.py [FOLDER]
"""

from __future__ import annotations

import io
import sys
from fractions import Fraction
from pathlib import Path

import numpy as np
from PIL import Image

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parents[2]))

from films import Pixels, film  # noqa: E402 - lies in tests/


def pictures(count: int = 4, height: int = 24, width: int = 32) -> list[Pixels]:
    """Return a square that moves over a slope, which all formats make small."""
    slope = np.broadcast_to(np.linspace(0, 200, width, dtype=np.uint8), (height, width))
    frames = [np.dstack([slope] * 3).copy() for _ in range(count)]
    for i, frame in enumerate(frames):
        frame[6:14, 3 + 5 * i : 11 + 5 * i] = 250, 40, 30
    return frames


def animated(kind: str, **options: object) -> bytes:
    """Return an animated picture that Pillow writes."""
    first, *others = map(Image.fromarray, pictures())
    file = io.BytesIO()
    first.save(
        file, kind, save_all=True, append_images=others, duration=[40, 80, 40, 60], **options
    )
    return file.getvalue()


def clear() -> list[Pixels]:
    """Return the pictures with a half that is clear."""
    alpha = np.full((24, 32), 255, np.uint8)
    alpha[:, 16:] = 0
    return [np.dstack([picture, alpha]) for picture in pictures()]


def corpus() -> dict[str, bytes]:
    """Return the files by name."""
    return {
        "animation.gif": animated("GIF", loop=0),
        "animation.png": animated("PNG", loop=2),
        "animation.webp": animated("WEBP", lossless=True),
        "animation.avif": animated("AVIF", quality=30),
        "h264.mp4": film("mp4", pictures()),
        "h264-turned.mp4": film("mp4", pictures(), turn={"degrees": 90, "hflip": True}),
        "h264-fragments.mp4": film(
            "mp4", pictures(), options={"g": "2"}, muxer={"movflags": "frag_keyframe+empty_moov"}
        ),
        "av1.mp4": film("mp4", pictures(), codec="libsvtav1"),
        "clear.mov": film("mov", clear(), codec="qtrle", pix_fmt="argb"),
        "wide-pixels.mov": film("mov", pictures(), sample_aspect_ratio=Fraction(2, 1)),
        "variable.mkv": film("matroska", pictures(), seconds=[0, 0.1, 0.5, 0.6]),
        "live.mkv": film("matroska", pictures(), muxer={"live": "1"}),
        "vp9-clear.webm": film("webm", clear(), pix_fmt="yuva420p"),
        "vp8.webm": film("webm", pictures(), codec="libvpx"),
        "h264.ts": film("mpegts", pictures()),
        "mpeg2.mpg": film("mpeg", pictures()),
        "mpeg4.avi": film("avi", pictures(3), codec="mpeg4", seekable=False),
        "sorenson.flv": film("flv", pictures()),
        "mpeg4.asf": film("asf", pictures()),
        "vp8.ogv": film("ogg", pictures()),
        "vp9.ivf": film("ivf", pictures()),
        "raw.y4m": film("yuv4mpegpipe", pictures(3)),
        "stream.h264": film("h264", pictures()),
    }


def main() -> None:
    """Write the corpus."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else HERE
    for name, data in corpus().items():
        (folder / name).write_bytes(data)


if __name__ == "__main__":
    main()
