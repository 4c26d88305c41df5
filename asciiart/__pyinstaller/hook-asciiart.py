"""What a program needs that PyInstaller freezes: modules that are imported by name, and data.

Training and torch are left out; a program that trains names them itself.
"""  # noqa: N999 - PyInstaller finds hooks by such names

from pathlib import Path

_PACKAGE = Path(__file__).parents[1]
_HEAVY = ("core", "lab", "train")
_NO_DATA = {".py", ".pyc", ".pyi"}


def _modules() -> list[str]:
    """Return the names of all light modules; the lab's and training's are found where needed."""
    own = (path.relative_to(_PACKAGE.parent).with_suffix("") for path in _PACKAGE.rglob("*.py"))
    parts = [path.parts for path in own if path.parts[1] not in (*_HEAVY, "__pyinstaller")]
    return sorted(".".join(name for name in each if name != "__init__") for each in parts)


def _files(folder: Path, target: str) -> list[tuple[str, str]]:
    """Return what is no module below a folder, and the folder that it belongs in."""
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
