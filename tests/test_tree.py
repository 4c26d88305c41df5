"""The tests mirror the package: asciiart/a/b.py is tested by tests/a/test_b.py.

And each name of a type means one thing, and contracts of imports that list modules forget none.
"""

from __future__ import annotations

import ast
import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from paths import ROOT, TESTS

from asciiart.art.formats.ansi import AnsiRenderer
from asciiart.art.formats.registry import FORMATS

TESTED_ELSEWHERE = {
    "__main__": "tests/cli/test_main.py starts it",
    "color/fill": "it names the arrays of a tuple and does nothing",
    "core/convnets/alexnet": "tests/core/test_convnets.py tests all of them",
    "core/convnets/densenet": "tests/core/test_convnets.py",
    "core/convnets/googlenet": "tests/core/test_convnets.py",
    "core/convnets/resnet": "tests/core/test_convnets.py",
    "core/convnets/vgg": "tests/core/test_convnets.py",
    "io/pyinstaller/hook-asciiart": "tests/io/test_pyinstaller.py has PyInstaller run it",
    "matching/arrays": "it names types of arrays and does nothing",
    "motion/recording/timed_art": "it holds values, names types and does nothing",
}
"""Modules that need no test file of their own, and why."""

OF_SEVERAL_MODULES = {"core/course/pages", "core/techniques_on_networks"}
"""Tests in a package's folder that are about several of its modules."""

TYPE_NAME = re.compile(r"_?[A-Z]\w*[a-z]\w*")


def modules() -> set[str]:
    """Return the modules as paths without a suffix, the packages' ``__init__`` left out."""
    package = ROOT / "asciiart"
    files = {path.relative_to(package).with_suffix("") for path in package.rglob("*.py")}
    return {file.as_posix() for file in files if file.name != "__init__"}


def packages() -> set[str]:
    package = ROOT / "asciiart"
    return {path.parent.relative_to(package).as_posix() for path in package.rglob("__init__.py")}


def subject(test: Path) -> str:
    """Return the module that a test file is about by its name and place."""
    return test.with_name(test.stem.removeprefix("test_")).relative_to(TESTS).as_posix()


def subjects() -> set[str]:
    """Return what all test files are about."""
    return {subject(path) for path in TESTS.rglob("test_*.py")}


def test_every_module_has_its_test_file() -> None:
    missing = modules() - subjects() - TESTED_ELSEWHERE.keys()
    assert not missing, "write tests/PACKAGE/test_MODULE.py"


def test_only_modules_without_a_test_file_of_their_own_are_tested_elsewhere() -> None:
    needless = TESTED_ELSEWHERE.keys() - (modules() - subjects())
    assert not needless, "take these from the list"


def test_every_test_file_in_a_package_s_folder_is_about_one_of_its_modules() -> None:
    folders = {name for name in packages() if name != "."}
    inside = {name for name in subjects() if name.rpartition("/")[0] in folders}
    assert inside - OF_SEVERAL_MODULES <= modules() | packages()


def declared_types(module: ast.Module) -> Iterator[str]:
    """Yield the names of the public classes and of all type aliases that a module declares."""
    for statement in module.body:
        match statement:
            case ast.ClassDef(name=name) if not name.startswith("_"):
                yield name
            case ast.Assign(value=ast.Call()):  # a TypeVar is not an alias
                pass
            case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
                if TYPE_NAME.fullmatch(name):
                    yield name


def count_types(folder: Path) -> Counter[str]:
    """Return how often the modules in a folder declare each type."""
    texts = (path.read_text("utf-8") for path in folder.rglob("*.py"))
    return Counter(name for text in texts for name in declared_types(ast.parse(text)))


def test_no_type_is_declared_twice() -> None:
    counts = count_types(ROOT / "asciiart")
    twice = [name for name, count in counts.items() if count > 1]
    assert not twice, "import the one that is meant, or name it for what it is"


def test_tests_declare_no_type_of_the_package_again() -> None:
    again = count_types(ROOT / "asciiart").keys() & count_types(TESTS).keys()
    assert not again, "import the package's, or choose another name"


def contracted(name: str) -> set[str]:
    """Return the modules that a contract of imports lists."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]
    (modules,) = (
        contract["modules"]
        for contract in settings["importlinter"]["contracts"]
        if contract["name"] == name
    )
    return set(modules)


def test_no_format_but_ansi_may_be_imported_by_another() -> None:
    formats = {type(renderer).__module__ for renderer in FORMATS.values()}
    assert contracted("No format imports another") == formats - {AnsiRenderer.__module__}


def test_no_recording_may_be_imported_by_another() -> None:
    folder = ROOT / "asciiart" / "motion" / "recording"
    writers = {
        file.stem for file in folder.glob("*.py") if "\ndef write_" in file.read_text("utf-8")
    }
    recordings = {f"asciiart.motion.recording.{name}" for name in writers}
    assert contracted("No recording imports another") == recordings


def test_benchmarks_start_by_themselves() -> None:
    """Their own folder is on Python's path then, those of the tests' helpers are not."""
    helpers = {path.stem for folder in ("support", "fuzz") for path in (TESTS / folder).iterdir()}
    for path in sorted((TESTS / "benchmarks").glob("*.py")):
        names: set[str] = set()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                names.update(alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module:
                names.add(node.module)
        assert not names & helpers, f"{path.name} imports what only pytest finds"
