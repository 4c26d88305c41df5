"""The tiny stock that scenes are made of in tests."""

from __future__ import annotations

from pathlib import Path

import pytest
from tiny_stock import write_stock

from asciiart.train.contours.stock import Stock, load_stock


@pytest.fixture(scope="session")
def stock_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with all packages; tests do not change it."""
    folder = tmp_path_factory.mktemp("stock")
    write_stock(folder)
    return folder


@pytest.fixture(scope="session")
def stock(stock_folder: Path) -> Stock:
    """Return what these packages hold."""
    return load_stock(stock_folder)
