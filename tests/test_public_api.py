"""What the package shows, and what it imports when."""

import inspect
import json
import operator
import os
import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

import asciiart
from asciiart import __version__

PACKAGE = Path(asciiart.__file__).parent

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
        "trace_lines",
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
    assert (
        not {"torch", "rich", "skimage", "scipy", "onnx", "resvg_py", "safetensors", "click"}
        & modules
    )


def test_the_way_of_the_data_names_what_is_there():
    stages = re.findall(r"^    ([\w.]+) +\S.* -> .* ([\w.]+)$", asciiart.__doc__, re.MULTILINE)
    assert len(stages) > 15
    for module, name in stages:
        operator.attrgetter(name)(import_module(f"asciiart.{module}"))
