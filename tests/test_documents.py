"""What the documents name is there, and they agree on the command that checks everything."""

from __future__ import annotations

import re
from pathlib import Path
from pkgutil import resolve_name

import pytest
from paths import ROOT

NEW_FILES = {"asciiart/art/formats/markdown.py", "tests/art/formats/test_markdown.py"}
"""The recipes' examples."""
MADE_BY_TOOLS = {"models/mine", "tests/fuzz/found/"}
DOCUMENTS = [
    *ROOT.glob("*.md"),
    *(path for folder in ("asciiart", "docs", "tests") for path in ROOT.glob(f"{folder}/**/*.md")),
]
HISTORY = ROOT / "CHANGELOG.md"
"""It names what there was, too."""
every_document = pytest.mark.parametrize(
    "document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT))
)


def second_command() -> str:
    """Return the README's second command."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    return re.findall(r"```sh\n(.*?)```", readme, re.DOTALL)[1].strip()


def test_ci_runs_exactly_the_second_command() -> None:
    assert (ROOT / ".ci" / "run").read_text().splitlines()[-1] == second_command()


def test_the_guide_shows_the_second_command() -> None:
    guide = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    assert f"```sh\n{second_command()}\n```" in guide


def test_hooks_run_what_ci_runs() -> None:
    hooks = (ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8")
    checks = second_command().split(" && ")[2:]
    assert re.findall(r"entry: (.*)", hooks) == checks


@every_document
def test_every_picture_and_link_is_there(document: Path) -> None:
    targets = re.findall(r"\]\(([^)#]+)", document.read_text(encoding="utf-8"))
    missing = [t for t in targets if "://" not in t and not (document.parent / t).exists()]
    assert not missing


@every_document
def test_every_file_that_is_named_is_there(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    paths = set(re.findall(r"[` ]((?:asciiart|docs|fonts|models|share|tests)/[\w./*-]+)", text))
    missing = [path for path in paths if not any(ROOT.glob(path))]
    assert set(missing) <= NEW_FILES | MADE_BY_TOOLS


@every_document
def test_every_name_in_the_package_is_there(document: Path) -> None:
    if document == HISTORY:
        return
    for name in re.findall(r"`(asciiart(?:\.\w+)+)", document.read_text(encoding="utf-8")):
        assert resolve_name(name) is not None
