"""What the package shows, and what it imports when."""

import ast
import inspect
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import asciiart
from asciiart import __version__

PACKAGE = Path(asciiart.__file__).parent
COMMANDS = {"cli.py", "cli_train.py"}
STAGES = sorted(path for path in PACKAGE.glob("*.py") if path.name not in COMMANDS)
RENDERERS = sorted((PACKAGE / "render").glob("*.py"))
CORE = sorted((PACKAGE / "core").rglob("*.py"))
TRAIN = sorted((PACKAGE / "train").rglob("*.py"))
LAB = sorted((PACKAGE / "lab").rglob("*.py"))

DRAW = """
import numpy as np
picture = np.full((64, 64, 3), 255, np.uint8)
picture[:, 30:33] = 0
for mode in ("tone", "structure"):
    art = asciiart.draw(picture, mode=mode, columns=20)
    str(art)
"""


def imported_after(code):
    """Roots of all modules that a fresh interpreter has after `code`."""
    program = f"import asciiart, json, sys\n{code}\n"
    program += "print(json.dumps(sorted({name.partition('.')[0] for name in sys.modules})))"
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", program],
        capture_output=True,
        text=True,
        check=False,
        cwd=PACKAGE.parent,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
    )
    assert (done.returncode, done.stderr) == (0, "")
    return set(json.loads(done.stdout.splitlines()[-1]))


def imports(path):
    """Full names of the modules that a file imports anywhere in it."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: a relative import"
            names.add(node.module)  # type: ignore[arg-type]
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def under(names, *roots):
    return {n for n in names if any(n == root or n.startswith(root + ".") for root in roots)}


def test_public_names():
    assert asciiart.__all__ == [
        "Art",
        "Artist",
        "AsciiArtError",
        "FontError",
        "ImageError",
        "ImageWarning",
        "ModelError",
        "OptionError",
        "Options",
        "OutputError",
        "animate",
        "available_fonts",
        "available_models",
        "draw",
        "load_image",
    ]


@pytest.mark.parametrize("name", asciiart.__all__)
def test_each_public_name_is_there_and_documented(name):
    assert getattr(asciiart, name).__name__ == name
    assert getattr(asciiart, name).__doc__
    assert name in dir(asciiart)


def test_the_version_is_that_of_the_distribution():
    code = "import asciiart; print(asciiart.__version__)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    assert done.stdout.strip() == __version__
    assert "__version__" in dir(asciiart)


def test_animate_takes_the_keywords_of_draw():
    def keywords(function):
        parameters = inspect.signature(function).parameters.values()
        return {p.name: p for p in parameters if p.kind is inspect.Parameter.KEYWORD_ONLY}

    assert keywords(asciiart.draw).items() <= keywords(asciiart.animate).items()


def test_other_names_are_not():
    with pytest.raises(AttributeError, match="module 'asciiart' has no attribute 'pear'"):
        _ = asciiart.pear


def test_a_star_import_gives_the_public_names():
    names: dict[str, object] = {}
    exec("from asciiart import *", names)  # the star is what is tested
    assert set(asciiart.__all__) <= set(names)


def test_types_are_published():
    assert (PACKAGE / "py.typed").is_file()


def test_importing_imports_nothing_heavy():
    modules = imported_after("")
    assert "asciiart" in modules
    heavy = {"torch", "faiss", "cv2", "onnxruntime", "click", "PIL", "numpy", "fontTools", "rich"}
    assert not heavy & modules


def test_help_and_completion_import_nothing_slow():
    modules = imported_after("import asciiart.cli.main")
    assert "click" in modules
    heavy = {"torch", "faiss", "cv2", "onnxruntime", "PIL", "numpy", "fontTools", "rich"}
    assert not heavy & modules


def test_drawing_imports_nothing_that_only_training_or_tests_need():
    modules = imported_after(DRAW)
    assert {"numpy", "cv2", "faiss", "onnxruntime"} <= modules
    assert not {"torch", "rich", "skimage", "scipy", "onnx", "safetensors", "click"} & modules


@pytest.mark.parametrize("path", STAGES + RENDERERS, ids=lambda path: path.stem)
def test_the_way_of_the_data_knows_nothing_of_training(path):
    forbidden = ("asciiart.core", "asciiart.train", "asciiart.train.lab", "torch", "onnx")
    assert not under(imports(path), *forbidden)


@pytest.mark.parametrize("path", CORE, ids=lambda path: path.stem)
def test_the_core_knows_nothing_of_the_rest(path):
    known = ("asciiart.core", "asciiart.io.distribution")  # the latter is constants
    assert under(imports(path), "asciiart") == under(imports(path), *known)


@pytest.mark.parametrize("path", TRAIN, ids=lambda path: path.stem)
def test_training_does_not_know_the_command_line_nor_the_lab(path):
    assert not under(imports(path), "asciiart.cli.main", "asciiart.train.lab", "click")


@pytest.mark.parametrize("path", LAB, ids=lambda path: path.stem)
def test_the_lab_stands_on_the_core_and_on_glyphs(path):
    known = ("core", "distribution", "errors", "files", "glyphs", "signals")
    assert under(imports(path), "asciiart") == under(
        imports(path), "asciiart.train.lab", *(f"asciiart.{name}" for name in known)
    )


def test_the_files_are_there():
    assert {"pipeline", "encoder", "index", "art"} <= {path.stem for path in STAGES}
    assert len(RENDERERS) >= 6
    assert len(CORE) >= 3
    assert len(TRAIN) >= 3
    assert len(LAB) >= 10
