"""Files of a model are the ones on their card, or are refused in one line."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from asciiart.errors import ModelError
from asciiart.io.model_files import MAX_MODEL_FILE_SIZE, read_checked, read_model_file

DATA = b"weights"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "a.onnx"
    path.write_bytes(DATA)
    return path


def test_the_file_on_the_card_is_read(path: Path) -> None:
    assert read_checked(path, hashlib.sha256(DATA).hexdigest()) == DATA


@pytest.mark.parametrize("digest", ["", "0" * 64, None, 7, hashlib.sha256(DATA).digest()])
def test_another_file_is_refused(path: Path, digest: object) -> None:
    with pytest.raises(ModelError) as caught:
        read_checked(path, digest)
    assert str(caught.value) == f"{path}: damaged (its SHA-256 is not the one on the card)"


def test_a_missing_file_is_refused(path: Path) -> None:
    path.unlink()
    with pytest.raises(ModelError) as caught:
        read_model_file(path)
    assert str(caught.value) == f"{path}: cannot be read (No such file or directory)"


def test_a_file_larger_than_any_model_s_is_refused(path: Path) -> None:
    os.truncate(path, MAX_MODEL_FILE_SIZE + 1)
    with pytest.raises(ModelError) as caught:
        read_model_file(path)
    assert str(caught.value) == f"{path}: cannot be read (larger than 67,108,864 bytes)"
