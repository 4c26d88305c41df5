"""What a picture's header announces is drawn in bounded memory, or refused at once in one line."""

from __future__ import annotations

import json
import re
import struct
import subprocess
import sys
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

LIMIT_MB = 700
"""Peak memory of a whole command whatever its page; what is refused takes far less."""
REFUSED_MB = 250

RUN = """
import json, os, re, sys
sys.argv[0] = "asciiart"
from asciiart.__main__ import main
code = 0
try:
    main()
except SystemExit as end:
    code = end.code or 0
sys.stdout.flush()
with open("/proc/self/status") as file:  # getrusage would count what this process was forked from
    peak = int(re.search(r"VmHWM:\\s*(\\d+) kB", file.read())[1]) // 1024
with open(os.environ["PEAK"], "w") as file:
    json.dump([code, peak], file)
"""


class Ran:
    """What became of a command."""

    def __init__(self, arguments: list[str], folder: Path) -> None:
        peak = folder / "peak.json"
        done = subprocess.run(
            [sys.executable, "-c", RUN, *arguments],
            capture_output=True,
            cwd=folder,
            env={"PEAK": str(peak), "XDG_CACHE_HOME": str(folder), "OMP_NUM_THREADS": "1"},
            timeout=600,
            check=False,
        )
        self.code, self.megabytes = json.loads(peak.read_text())
        self.text = done.stdout.decode()
        self.errors = done.stderr.decode()


def one_color_png(path: Path, width: int, height: int) -> None:
    """Write a gray PNG of any size in a few kilobytes, and without the pixels in memory."""
    rows = zlib.compressobj(9)
    data = b"".join(rows.compress(bytes(1 + (width + 7) // 8)) for _ in range(height))

    def chunk(kind: bytes, content: bytes) -> bytes:
        checksum = zlib.crc32(kind + content)
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", checksum)

    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    path.write_bytes(
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", data + rows.flush())
        + chunk(b"IEND", b"")
    )


def photograph(path: Path) -> None:
    y, x = np.mgrid[:400, :400]
    noise = np.random.default_rng(0).integers(0, 60, (400, 400))
    values = 96 + 60 * np.sin(x / 31) * np.cos(y / 23 + x / 90) + noise
    values = np.where(y > 150 + x / 3, values, values / 4)  # a border from side to side
    Image.fromarray(values.astype(np.uint8)).save(path)


def sizes_that_fit(line: str) -> list[list[str]]:
    """Return the options that an error says would do."""
    named = re.findall(r"(--[a-z]+) ([\d.e+-]+)", line.partition("; ")[2])
    assert named, line
    return [[flag, value] for flag, value in named]


@pytest.mark.parametrize(
    ("width", "height", "wishes"),
    [
        (1, 1000, []),  # sliver_1x1000.png
        (20, 24_000, []),  # tall20.png
        (20, 24_000, ["--mode", "structure"]),
        (3, 70_000, ["--columns", "8"]),
        (5000, 1, ["--rows", "30"]),
        (10, 9000, ["--magnify", "40"]),
    ],
)
def test_a_page_that_is_too_large_is_refused_and_the_sizes_named_are_drawn(
    tmp_path: Path, width: int, height: int, wishes: list[str]
) -> None:
    one_color_png(tmp_path / "picture.png", width, height)
    refused = Ran(["picture.png", *wishes], tmp_path)
    assert (refused.code, refused.text) == (1, "")
    assert refused.errors.count("\n") == 1
    assert refused.errors.startswith("asciiart: picture.png: a page of ")
    assert refused.megabytes < REFUSED_MB
    for size in sizes_that_fit(refused.errors):
        mode = [] if "structure" not in wishes else wishes
        drawn = Ran(["picture.png", "-o", "drawn.txt", *mode, *size], tmp_path)
        assert (drawn.code, drawn.errors) == (0, "")
        assert drawn.megabytes < LIMIT_MB


@pytest.mark.parametrize(("width", "height"), [(30_000, 30_000), (1, 200_000_000 // 8)])
def test_a_picture_of_too_many_pixels_is_refused_from_its_header(
    tmp_path: Path, width: int, height: int
) -> None:
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    checksum = struct.pack(">I", zlib.crc32(b"IHDR" + header))
    start = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + b"IHDR" + header + checksum
    (tmp_path / "bomb.png").write_bytes(start + struct.pack(">I", 2**31 - 1) + b"IDAT")
    refused = Ran(["bomb.png"], tmp_path)
    assert refused.code == 1
    assert refused.errors.count("\n") == 1
    assert refused.megabytes < REFUSED_MB


def test_pages_of_extreme_moving_pictures_are_refused_by_name(tmp_path: Path) -> None:
    frames = [Image.new("L", (1, 1000), gray) for gray in range(0, 250, 5)]
    frames[0].save(tmp_path / "tall.gif", save_all=True, append_images=frames[1:])
    refused = Ran(["play", "tall.gif", "-o", "tall.cast"], tmp_path)
    assert refused.code == 1
    assert refused.errors.startswith("asciiart: tall.gif: a page of 41,339 lines")
    assert refused.megabytes < REFUSED_MB
    assert not (tmp_path / "tall.cast").exists()
    [size, *_] = sizes_that_fit(refused.errors)
    drawn = Ran(["play", "tall.gif", "-o", "tall.cast", "--max-frames", "2", *size], tmp_path)
    assert (drawn.code, drawn.errors) == (0, "")


@pytest.mark.parametrize("wishes", [["--mode", "tone"], ["--mode", "structure"]])
def test_a_thousand_columns_of_a_square_picture(tmp_path: Path, wishes: list[str]) -> None:
    photograph(tmp_path / "photograph.png")
    drawn = Ran(["photograph.png", "--columns", "1000", "-o", "art.txt", *wishes], tmp_path)
    assert (drawn.code, drawn.errors) == (0, "")
    assert drawn.megabytes < LIMIT_MB
    rows = (tmp_path / "art.txt").read_text().splitlines()
    assert len(rows) == 517
    assert max(map(len, rows)) == 1000


@pytest.mark.parametrize(
    "wishes",
    [
        ["--charset", "braille", "--dither", "diffusion"],
        ["--charset", "blocks", "--color", "16", "--fill", "--dither", "diffusion"],
        ["--charset", "ascii+latin+box+blocks+kana+joyo", "--font", "M PLUS 1 Code"],
        ["--font", "Mona"],
    ],
    ids=" ".join,
)
def test_a_tall_page_takes_no_more_than_its_cells(tmp_path: Path, wishes: list[str]) -> None:
    one_color_png(tmp_path / "tall.png", 40, 16_000)
    drawn = Ran(["tall.png", "--rows", "4000", "-o", "art.txt", *wishes], tmp_path)
    assert (drawn.code, drawn.errors) == (0, "")
    assert drawn.megabytes < LIMIT_MB


def test_a_picture_of_a_page_that_is_too_large_is_refused_with_a_size_that_fits(
    tmp_path: Path,
) -> None:
    one_color_png(tmp_path / "square.png", 100, 100)
    refused = Ran(["square.png", "-c", "1000", "-o", "art.png"], tmp_path)
    assert refused.code == 2
    assert refused.errors.count("\n") == 1
    [size] = sizes_that_fit(refused.errors)
    drawn = Ran(["square.png", "-o", "art.png", *size], tmp_path)
    assert (drawn.code, drawn.errors) == (0, "")
    assert drawn.megabytes < 1000
