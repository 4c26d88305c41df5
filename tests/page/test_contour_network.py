"""The network of lines: any size goes in, and what is damaged is said in one line."""

import shutil
from pathlib import Path

import cv2
import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from paths import CAT, ROOT

from asciiart.cli.main import main
from asciiart.errors import ModelError
from asciiart.io.files.assets import find_lines
from asciiart.page.contour_network import CARD, NETWORK, LineNetwork, load_line_network

SHIPPED = ROOT / "models" / "lines"
PHOTOGRAPH = str(CAT)


@pytest.fixture
def folder(tmp_path):
    return Path(shutil.copytree(SHIPPED, tmp_path / "models" / "lines"))


@given(height=st.integers(1, 90), width=st.integers(1, 90))
@settings(max_examples=20, deadline=None)
def test_logits_are_as_large_as_the_picture(height, width):
    gray = np.random.default_rng(0).random((height, width), np.float32)
    logits = load_line_network().logits(gray)
    assert logits.shape == gray.shape
    assert logits.dtype == np.float32
    assert np.isfinite(logits).all()


def test_a_contour_is_told_from_texture_and_from_the_border():
    rng = np.random.default_rng(1)
    gray = np.full((160, 160), 0.4, np.float32)
    noise = cv2.GaussianBlur(rng.normal(size=gray.shape).astype(np.float32), (0, 0), 1)
    gray += 0.04 * noise / noise.std()
    gray[:, 80:] += 0.35
    lines = load_line_network().logits(np.clip(gray, 0, 1)) > 0
    assert lines[:, 77:83].any(axis=1).mean() > 0.95
    lines[:, 74:86] = False
    assert lines.mean() < 0.01


def test_network_is_small():
    assert (SHIPPED / NETWORK).stat().st_size < 1_000_000


def test_network_of_the_users_home_comes_first(folder, monkeypatch):
    monkeypatch.setenv("ASCIIART_HOME", str(folder.parents[1]))
    assert find_lines() == folder


def test_folder_without_models_is_one_line(tmp_path, monkeypatch):
    monkeypatch.setattr("asciiart.io.files.assets._data_folders", lambda _: [tmp_path])
    with pytest.raises(ModelError, match="models/lines: not found") as error:
        find_lines()
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("name", [CARD, NETWORK])
def test_missing_file_is_one_line(folder, name):
    (folder / name).unlink()
    with pytest.raises(ModelError, match=f"{name}: cannot be read") as error:
        LineNetwork(folder)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("damage", [b"", b"\xff\xfe", b"sha256 = ", b"license = 'MIT'"])
def test_damaged_card_is_one_line(folder, damage):
    (folder / CARD).write_bytes(damage)
    with pytest.raises(ModelError, match="damaged card") as error:
        LineNetwork(folder)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("damage", [b"", b"no network"])
def test_photograph_without_a_network_is_one_line(folder, monkeypatch, damage):
    monkeypatch.setenv("ASCIIART_HOME", str(folder.parents[1]))
    load_line_network.cache_clear()
    (folder / NETWORK).write_bytes(damage)
    result = CliRunner().invoke(main, [PHOTOGRAPH, "--mode", "structure", "-c", "20"])
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr.count("\n") == 1
    assert f"{folder / NETWORK}: damaged" in result.stderr


def test_damaged_network_is_refused(folder):
    data = bytearray((folder / NETWORK).read_bytes())
    data[len(data) // 2] ^= 1
    (folder / NETWORK).write_bytes(data)
    with pytest.raises(ModelError, match="SHA-256"):
        LineNetwork(folder)
