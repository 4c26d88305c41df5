"""Prints how often a detector that never saw text art finds in it what is in the photographs.

    npm install --prefix /tmp/recognition @vladmandic/human@3.3.6 \\
        @tensorflow/tfjs@4.22.0 @tensorflow/tfjs-backend-wasm@4.22.0
    apt-get install nodejs chafa jp2a
    python tests/benchmarks/recognition.py FOLDER [--background light] [--also "OPTIONS"]

FOLDER holds photographs; `photographs.py` gathers some. Each is drawn at 80 columns and rendered in
DejaVu Sans Mono with rows of 24 pixels, other programs' art by `asciiart render`; then the picture
is blurred as by reading distance (a Gaussian whose deviation is half a character cell's width) and
stretched until its darkest pixel is black and its brightest white. An object or face counts in the
photograph from a score of 0.45, in the art from 0.2. It is found again if the art has one of the
same class whose box shares at least half of the area that both cover together (IoU 0.5); none is
found twice. "wrong" counts what has a score of 0.45 in the art and is nothing in the photograph.
The first row is the photograph itself, in gray and blurred alike. Only chafa in true color is
drawn in color, and it draws with blocks: what it prints unless told otherwise.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from itertools import chain
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from asciiart.art.reading.saved_art import render_file
from asciiart.options import Background

_COLUMNS = 80
_CELL_WIDTH = 12
_IN_PHOTOGRAPH = 0.45
_IN_ART = 0.2
_OVERLAP = 0.5
_PACKAGES = Path("/tmp/recognition")
_DETECTOR = Path(__file__).with_suffix(".cjs")
_OURS = {
    "asciiart": "",
    "asciiart tone": "--mode tone",
    "asciiart structure": "--mode structure",
    "asciiart mixture": "--outline-share 0.5",
    "asciiart tone, good": "--mode tone --quality good",
}
_SUFFIXES = (".jpg", ".jpeg", ".png", ".webp")
_Picture = NDArray[np.uint8]


class Box(NamedTuple):
    """A rectangle in fractions of the picture."""

    left: float
    top: float
    width: float
    height: float

    def overlap(self, other: Box) -> float:
        """Return the area that both share, over the area that both cover together."""
        across = min(self.left + self.width, other.left + other.width) - max(self.left, other.left)
        down = min(self.top + self.height, other.top + other.height) - max(self.top, other.top)
        shared = max(across, 0) * max(down, 0)
        return shared / max(self.width * self.height + other.width * other.height - shared, 1e-9)


class Thing(NamedTuple):
    """What the detector found."""

    label: str
    score: float
    box: Box


class Tally(NamedTuple):
    """What was to be found in the art, what was, and what was that is not there."""

    asked: int
    found: int
    wrong: int


def tally(photograph: list[Thing], art: list[Thing], faces: bool) -> Tally:
    """Compare the faces, or everything else, of a photograph and its art."""
    things = [t for t in photograph if (t.label == "face") == faces]
    left = [t for t in art if (t.label == "face") == faces and t.score >= _IN_ART]
    asked = found = 0
    for thing in sorted(things, key=lambda thing: -thing.score):
        fit = [t for t in left if t.label == thing.label and t.box.overlap(thing.box) >= _OVERLAP]
        asked += thing.score >= _IN_PHOTOGRAPH
        if fit:
            found += thing.score >= _IN_PHOTOGRAPH
            left.remove(max(fit, key=lambda t: t.box.overlap(thing.box)))
    return Tally(asked, found, sum(t.score >= _IN_PHOTOGRAPH for t in left))


def as_read(picture: Image.Image) -> _Picture:
    """Return a picture blurred and stretched to full contrast."""
    pixels = np.asarray(picture.convert("RGB"), np.float32)
    blurred = cv2.GaussianBlur(pixels, (0, 0), _CELL_WIDTH / 2)
    low, high = blurred.min(), blurred.max()
    return ((blurred - low) * (255 / max(high - low, 1))).astype(np.uint8)


def find(pictures: list[_Picture], packages: Path) -> list[list[Thing]]:
    """Let the detector look at all pictures (H, W, 3)."""
    with tempfile.TemporaryDirectory() as name:
        files = []
        for number, picture in enumerate(pictures):
            file = Path(name) / f"{number}.rgb"
            file.write_bytes(picture.tobytes())
            height, width = picture.shape[:2]
            files.append({"file": str(file), "width": width, "height": height})
        listed = Path(name) / "pictures.json"
        listed.write_text(json.dumps(files), encoding="utf-8")
        command = ("node", _DETECTOR, packages, listed)
        found = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
    return [[Thing(t["label"], t["score"], Box(*t["box"])) for t in things] for things in found]


def draw_ours(photographs: list[Path], options: str, background: Background, folder: Path) -> None:
    """Draw all photographs with the command line, as FOLDER/NAME.png."""
    command = [sys.executable, "-m", "asciiart", "draw", *map(str, photographs)]
    command += ["-c", str(_COLUMNS), "--background", background, *options.split()]
    environ = os.environ | {"XDG_CONFIG_HOME": str(folder)}
    subprocess.run([*command, "-o", f"{folder}/{{stem}}.png"], check=True, env=environ)


def chafa(*options: str) -> Callable[[Path, Background], tuple[str, ...]]:
    """Return the command for a photograph and a background."""

    def command(path: Path, background: Background) -> tuple[str, ...]:
        inverted = ("--invert",) if background == "light" else ()
        return ("chafa", "-f", "symbols", "-s", f"{_COLUMNS}x1000", *options, *inverted, str(path))

    return command


def jp2a(path: Path, background: Background) -> tuple[str, ...]:
    """Return the command for a photograph and a background."""
    return ("jp2a", f"--width={_COLUMNS}", f"--background={background}", str(path))


_OTHERS = {
    "jp2a": jp2a,
    "chafa, ASCII": chafa("-c", "none", "--symbols", "ascii"),
    "chafa, no color": chafa("-c", "none"),
    "chafa, true color": chafa("-c", "full"),
}


def draw_others(
    photographs: list[Path],
    make: Callable[[Path, Background], tuple[str, ...]],
    background: Background,
    folder: Path,
) -> None:
    """Draw all photographs with another program, as FOLDER/NAME.png."""
    for path in photographs:
        text = folder / f"{path.stem}.txt"
        with text.open("wb") as file:
            subprocess.run(make(path, background), check=True, stdout=file)
        (folder / f"{path.stem}.png").write_bytes(render_file(str(text), background=background))


def as_jpegs(photographs: list[Path], folder: Path) -> list[Path]:
    """Save the photographs in the one format that every program reads, upright."""
    folder.mkdir()
    files = []
    for path in photographs:
        files.append(folder / f"{path.stem}.jpg")
        with Image.open(path) as picture:
            upright = ImageOps.exif_transpose(picture).convert("RGB")
        upright.thumbnail((1600, 1600))
        upright.save(files[-1], quality=95)
    return files


def measure(asked: argparse.Namespace) -> dict[str, list[Tally]]:
    """Return the tallies of objects and of faces, summed over the photographs, for each way."""
    pictures = (path for path in asked.folder.iterdir() if path.suffix in _SUFFIXES)
    photographs = sorted(pictures)[: asked.first]
    ways = {f"asciiart {options}": options for options in asked.also}
    if not asked.only:
        ways = _OURS | _OTHERS | ways
    with tempfile.TemporaryDirectory() as name:
        files = as_jpegs(photographs, Path(name) / "jpeg")
        pages: dict[str, list[_Picture]] = {}
        for number, (way, how) in enumerate(ways.items()):
            folder = (asked.keep or Path(name)) / str(number)
            folder.mkdir(parents=True)
            if isinstance(how, str):
                draw_ours(files, how, asked.background, folder)
            else:
                draw_others(files, how, asked.background, folder)
            pages[way] = [as_read(Image.open(folder / f"{path.stem}.png")) for path in files]
        truth, gray = [], []
        for path, page in zip(files, next(iter(pages.values())), strict=True):
            photograph = Image.open(path).resize(page.shape[1::-1])
            truth.append(np.asarray(photograph))
            gray.append(as_read(photograph.convert("L")))
        pages = {"the photograph, gray": gray} | pages
        found = iter(find([*truth, *chain(*pages.values())], asked.packages))
    photograph_things = [next(found) for _ in files]
    result = {}
    for way, art in pages.items():
        things = [next(found) for _ in art]
        pairs = list(zip(photograph_things, things, strict=True))
        result[way] = [
            Tally(*np.sum([tally(*pair, faces) for pair in pairs], axis=0))
            for faces in (False, True)
        ]
    return result


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--first", type=int, metavar="N", help="only the first N photographs")
    parser.add_argument("--background", choices=("dark", "light"), default="dark")
    parser.add_argument("--also", action="append", default=[], metavar="OPTIONS")
    parser.add_argument("--only", action="store_true", help="only what --also names")
    parser.add_argument("--packages", type=Path, default=_PACKAGES, metavar="FOLDER")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="keep the rendered art there")
    result = measure(parser.parse_args())
    print(f"{'':34}{'objects':>11}{'faces':>12}{'both':>12}{'wrong':>13}")
    for way, tallies in result.items():
        columns = [f"{t.found:>6} of {t.asked:>3}" for t in tallies]
        asked, found, wrong = np.sum(tallies, axis=0)
        print(f"{way:34}{'  '.join(columns)}{found / max(asked, 1):>9.0%}{wrong:>13}")


if __name__ == "__main__":
    main()
