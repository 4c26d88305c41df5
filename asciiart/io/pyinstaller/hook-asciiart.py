"""PyInstaller's hook: modules that are imported by name, and data files, of a frozen program.

Training and torch are left out; a program that trains must name them itself.
"""  # noqa: N999 - PyInstaller finds hooks by such names

from pathlib import Path

_PACKAGE = Path(__file__).parents[2]
_LEFT_OUT = (("core",), ("train",), ("io", "pyinstaller"))
_NO_DATA = {".py", ".pyc", ".pyi"}


def _modules() -> list[str]:
    """Return the names of all modules except those for training."""
    own = (path.relative_to(_PACKAGE).with_suffix("").parts for path in _PACKAGE.rglob("*.py"))
    light = [each for each in own if not any(each[: len(out)] == out for out in _LEFT_OUT)]
    return sorted(
        ".".join(["asciiart", *(name for name in each if name != "__init__")]) for each in light
    )


def _files(folder: Path, target: str) -> list[tuple[str, str]]:
    """Return the files below a folder, except modules, each with its folder below ``target``."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    return [
        (str(path), (Path(target) / path.parent.relative_to(folder)).as_posix())
        for path in paths
        if path.suffix not in _NO_DATA
    ]


hiddenimports = _modules()
excludedimports = ["asciiart.train", "asciiart.core", "torch", "onnx"]
datas = _files(_PACKAGE, "asciiart")
if not (_PACKAGE / "_data").is_dir():  # not a wheel, but a checkout
    for _kind in ("fonts", "models"):
        datas += _files(_PACKAGE.parent / _kind, f"asciiart/_data/{_kind}")
