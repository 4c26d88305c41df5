"""What a program needs that PyInstaller freezes: modules that are imported by name, and data.

Training and torch are left out; a program that trains names them itself.
"""  # noqa: N999 - PyInstaller finds hooks by such names

from pathlib import Path

from PyInstaller.utils.hooks import collect_data_files, collect_submodules

import asciiart

_PACKAGE = Path(asciiart.__file__).parent
_LEFT_OUT = ("asciiart.train", "asciiart.core")
_CHECKOUT = [_PACKAGE.parent / kind for kind in ("fonts", "models")]

hiddenimports = collect_submodules("asciiart", filter=lambda name: not name.startswith(_LEFT_OUT))
excludedimports = [*_LEFT_OUT, "torch", "onnx", "matplotlib", "pandas"]
datas = collect_data_files("asciiart")
if not (_PACKAGE / "_data").is_dir():  # not a wheel, but a checkout
    datas += [(str(folder), f"asciiart/_data/{folder.name}") for folder in _CHECKOUT]
