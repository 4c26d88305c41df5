"""The wheel and the source archive: what is in them, and that the wheel draws by itself."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from configparser import ConfigParser
from email.message import Message
from email.parser import Parser
from pathlib import Path

import pytest
from paths import CAT, ROOT

import asciiart
from asciiart import __version__
from asciiart.errors import DISTRIBUTION, install_command

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
NAME = f"{DISTRIBUTION.replace('-', '_')}-{__version__}"
INFO = f"{NAME}.dist-info"
STRAY = ("runs/log.txt", "venv/junk.py", "notes.md", "asciiart/__pycache__/cli.cpython-311.pyc")
"""What may lie in a checkout and belongs in no package."""
PAPERS = (
    *("CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "README.md", "SECURITY.md"),
    "pyproject.toml",
)
FOLDERS = ("asciiart", "docs", "fonts", "models", "share", "tests")
"""What the source archive holds whole."""
UNFINISHED = ("__pycache__", "*.checkpoint")
"""What others leave in this checkout while tests run."""


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a wheel and a source archive, built from a copy with stray files."""
    pytest.importorskip("hatchling")
    copy = tmp_path_factory.mktemp("checkout") / "copy"
    copy.mkdir()
    for name in (".gitignore", *PAPERS):
        shutil.copy(ROOT / name, copy)
    for name in FOLDERS:
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns(*UNFINISHED))
    for name in STRAY:
        (copy / name).parent.mkdir(exist_ok=True)
        (copy / name).write_text("stray", encoding="utf-8")
    target = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-t", "sdist"]
    subprocess.run([*command, "-d", str(target)], cwd=copy, capture_output=True, check=True)
    return target


@pytest.fixture(scope="module")
def wheel(packages: Path) -> Path:
    (file,) = packages.glob("*.whl")
    return file


@pytest.fixture(scope="module")
def names(wheel: Path) -> set[str]:
    """Return the names of what is in the wheel."""
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


@pytest.fixture(scope="module")
def metadata(wheel: Path) -> Message:
    with zipfile.ZipFile(wheel) as archive:
        return Parser().parsestr(archive.read(f"{INFO}/METADATA").decode())


@pytest.fixture(scope="module")
def unpacked(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder in which the wheel, and nothing else, is installed."""
    folder = tmp_path_factory.mktemp("unpacked")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    return folder


def files(folder: str) -> set[str]:
    """Return the files of a folder of the checkout."""
    return {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and path.suffix != ".checkpoint"
    }


def test_wheel_is_for_every_platform(wheel: Path) -> None:
    assert wheel.name == f"{NAME}-py3-none-any.whl"


def test_wheel_has_the_package_and_nothing_else(names: set[str]) -> None:
    modules = files("asciiart")
    assert {"asciiart/py.typed", "asciiart/cli/main.py", "asciiart/art/formats/svg.py"} <= modules
    data = {f"asciiart/_data/{name}" for name in files("models") | files("fonts")}
    info = {name for name in names if name.startswith(f"{INFO}/")}
    shared = {f"{NAME}.data/data/{name}" for name in files("share")}
    assert names == modules | data | shared | info


def test_wheel_has_models_and_fonts(names: set[str]) -> None:
    model = "asciiart/_data/models/standard"
    networks = {f"{mode}{part}.onnx" for mode in ("tone", "structure") for part in ("", "-glyphs")}
    assert {f"{model}/{name}" for name in ("card.toml", *networks)} <= names
    assert "asciiart/_data/fonts/fonts.toml" in names
    assert "asciiart/_data/fonts/dejavu/DejaVuSansMono.ttf" in names


def test_wheel_has_the_manual_and_completions(names: set[str]) -> None:
    share = f"{NAME}.data/data/share"
    assert {
        f"{share}/man/man1/asciiart.1",
        f"{share}/bash-completion/completions/asciiart",
        f"{share}/zsh/site-functions/_asciiart",
        f"{share}/fish/vendor_completions.d/asciiart.fish",
    } <= names


def test_models_are_cards_networks_and_weights(names: set[str]) -> None:
    model = {Path(name).suffix for name in names if name.startswith("asciiart/_data/models/")}
    assert model == {".toml", ".onnx", ".safetensors"}


def test_licenses(names: set[str], metadata: Message) -> None:
    licenses = {"LICENSE", *(name for name in files("fonts") if "LICENSE" in name)}
    assert len(licenses) >= 3
    assert {f"{INFO}/licenses/{name}" for name in licenses} <= names
    assert set(metadata.get_all("License-File", [])) == licenses
    assert metadata["License-Expression"] == "MIT"


def test_every_font_has_its_license(names: set[str]) -> None:
    table = tomllib.loads((ROOT / "fonts" / "fonts.toml").read_text(encoding="utf-8"))
    for entry in table.values():
        assert f"asciiart/_data/fonts/{entry['file']}" in names
        assert f"asciiart/_data/fonts/{entry['license']}" in names


def test_metadata(metadata: Message) -> None:
    assert metadata["Name"] == DISTRIBUTION == PROJECT["name"]
    assert metadata["Version"] == __version__
    assert metadata["Requires-Python"] == ">=3.11"
    assert metadata["Description-Content-Type"] == "text/markdown"


def test_all_that_tells_the_name_tells_the_same() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    core = (ROOT / "asciiart" / "core" / "README.md").read_text(encoding="utf-8")
    assert f"The distribution is called `{DISTRIBUTION}`" in readme
    assert install_command("train") in core
    assert PROJECT["optional-dependencies"]["dev"][0].startswith(f"{DISTRIBUTION}[")


def test_a_plain_install_needs_no_torch(metadata: Message) -> None:
    needed = [line for line in metadata.get_all("Requires-Dist", []) if "extra ==" not in line]
    assert {line.split(">")[0] for line in needed} == {
        *("brotli", "click", "faiss-cpu", "fonttools", "numpy", "onnxruntime"),
        *("opencv-python-headless", "pillow", "platformdirs", "rich", "wcwidth"),
    }


def test_entry_point(wheel: Path) -> None:
    points = ConfigParser()
    with zipfile.ZipFile(wheel) as archive:
        points.read_string(archive.read(f"{INFO}/entry_points.txt").decode())
    assert dict(points["console_scripts"]) == {"asciiart": "asciiart.__main__:main"}
    assert dict(points["pyinstaller40"]) == {"hook-dirs": "asciiart.io.pyinstaller:get_hook_dirs"}


def run(unpacked: Path, folder: Path, *arguments: str) -> str:
    """Run Python with the unpacked wheel before all else, in an empty folder."""
    done = subprocess.run(
        [sys.executable, *arguments],
        capture_output=True,
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(unpacked), "XDG_CACHE_HOME": str(folder / "cache")},
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def test_the_wheel_is_what_is_run(unpacked: Path, tmp_path: Path) -> None:
    script = (
        "import asciiart, asciiart.cli.main; print(asciiart.__file__, asciiart.cli.main.__file__)"
    )
    found = run(unpacked, tmp_path, "-c", script).split()
    assert found == [str(unpacked / "asciiart" / name) for name in ("__init__.py", "cli/main.py")]


@pytest.mark.parametrize("kind", ["fonts", "models"])
def test_fonts_and_models_are_the_wheel_s_own(unpacked: Path, tmp_path: Path, kind: str) -> None:
    lines = run(unpacked, tmp_path, "-m", "asciiart", kind).splitlines()
    assert lines
    for line in lines:
        assert line.split()[-1].startswith(f"{unpacked}/asciiart/_data/{kind}/")


@pytest.mark.parametrize("mode", ["tone", "structure"])
def test_the_wheel_draws(unpacked: Path, tmp_path: Path, mode: str) -> None:
    arguments = ("-m", "asciiart", str(CAT), "-c", "30", "--mode", mode)
    expected = asciiart.draw(CAT, columns=30, mode=mode)  # type: ignore[arg-type]
    assert run(unpacked, tmp_path, *arguments) == f"{expected}\n"


def test_the_wheel_s_version(unpacked: Path, tmp_path: Path) -> None:
    assert __version__ in run(unpacked, tmp_path, "-m", "asciiart", "--version")


def test_source_archive(packages: Path) -> None:
    (file,) = packages.glob("*.tar.gz")
    with tarfile.open(file) as archive:
        found = {member.name.removeprefix(f"{NAME}/") for member in archive if member.isfile()}
    ours = set(PAPERS).union(*map(files, FOLDERS))
    assert ours <= found
    assert found - ours <= {"PKG-INFO", ".gitignore"}
