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
from asciiart.page import contour_network
from asciiart.page.contour_network import CARD, HEADS, NETWORK, LineNetwork, load_line_network

SHIPPED = ROOT / "models" / "lines"
PHOTOGRAPH = str(CAT)


@pytest.fixture
def folder(tmp_path):
    return Path(shutil.copytree(SHIPPED, tmp_path / "models" / "lines"))


def maps_of(rgb):
    return load_line_network().look(rgb)


@given(height=st.integers(1, 90), width=st.integers(1, 90))
@settings(max_examples=20, deadline=None)
def test_maps_are_as_large_as_the_picture(height, width):
    rgb = np.random.default_rng(0).integers(0, 256, (height, width, 3), np.uint8)
    for logits in maps_of(rgb):
        assert logits.shape == (height, width)
        assert logits.dtype == np.float32
        assert np.isfinite(logits).all()


def halves(left, right, noise=10):
    """Two colors side by side, with a little texture."""
    rgb = np.empty((160, 160, 3), np.float32)
    rgb[:, :80], rgb[:, 80:] = left, right
    grain = np.random.default_rng(1).normal(0, 1, (160, 160)).astype(np.float32)
    smooth = cv2.GaussianBlur(grain, (0, 0), 1)
    return np.clip(rgb + (noise * smooth / smooth.std())[..., None], 0, 255).astype(np.uint8)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ((100, 100, 100), (190, 190, 190)),
        ((200, 60, 60), (70, 122, 60)),
        ((230, 140, 60), (180, 60, 50)),
    ],
    ids=["gray", "red on green, as bright", "orange on red"],
)
def test_a_border_is_told_from_texture_in_brightness_and_in_color(left, right):
    lines = maps_of(halves(left, right)).border > -0.85  # as sure as a line must be
    assert lines[:, 77:83].any(axis=1).mean() > 0.95
    lines[:, 74:86] = False
    assert lines.mean() < 0.01


def test_an_object_is_told_from_what_lies_behind():
    rgb = halves((120, 150, 110), (120, 150, 110))
    cv2.circle(rgb, (80, 80), 35, (200, 60, 50), -1)
    share = maps_of(rgb).subject
    assert share[60:100, 60:100].mean() > share[:20].mean() + 2


def test_bands_leave_no_trace_in_the_maps(monkeypatch):
    rgb = np.random.default_rng(0).integers(0, 256, (301, 40, 3), np.uint8)
    rgb = np.asarray(cv2.GaussianBlur(rgb, (0, 0), 3), np.uint8)
    whole = maps_of(rgb)
    monkeypatch.setattr(contour_network, "_BAND_PIXELS", 40 * 32)
    for in_bands, at_once in zip(maps_of(rgb), whole, strict=True):
        np.testing.assert_allclose(in_bands, at_once, atol=1e-3)


def test_faces_are_looked_for_at_every_size(monkeypatch):
    def read(_, rgb):
        logits = np.full((*rgb.shape[:2], len(HEADS)), -9.0, np.float32)
        logits[..., HEADS.index("face")] = 3 if len(rgb) == 20 else -9
        return logits

    monkeypatch.setattr(LineNetwork, "_read", read)
    maps = maps_of(np.zeros((40, 60, 3), np.uint8))
    assert (maps.face == 3).all()
    assert (maps.border < -8).all()


def test_network_is_small():
    assert (SHIPPED / NETWORK).stat().st_size < 2_000_000


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
