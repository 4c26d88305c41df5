"""A network is exported only if ONNX Runtime computes what torch does."""

from __future__ import annotations

import tempfile
from copy import deepcopy
from pathlib import Path

import pytest
import torch
from tiny_training import Tiny
from torch import nn

from asciiart.errors import ModelError, OutputError
from asciiart.train.encoder.glyph_matcher import GlyphMatcher, PageNetwork
from asciiart.train.onnx_export import check_parity, count_parameters, to_onnx


class Spoilt(PageNetwork):
    """Gives torch another result than it gives the exporter."""

    def __init__(self, matcher: GlyphMatcher) -> None:
        super().__init__(deepcopy(matcher))
        with torch.no_grad():
            self.matcher.autoencoder.code.weight.view(-1)[0] += 0.01


def test_parity_is_checked(made: Tiny) -> None:
    page = torch.rand(1, 1, 32, 32)
    onnx = to_onnx(
        PageNetwork(made.trained.matcher), page, "ink", ["code"], {0: "B", 2: "H", 3: "W"}
    )
    assert check_parity(PageNetwork(made.trained.matcher), onnx, page) < 1e-5
    with pytest.raises(ModelError, match="differ by") as error:
        check_parity(Spoilt(made.trained.matcher), onnx, page)
    assert "\n" not in str(error.value)


def test_parity_with_nonsense_is_refused(made: Tiny, tiny_model: Path) -> None:
    onnx = (tiny_model / f"{made.config.mode}.onnx").read_bytes()
    nonsense = deepcopy(made.trained.matcher)
    with torch.no_grad():
        nonsense.autoencoder.code.bias.fill_(float("nan"))
    with pytest.raises(ModelError, match="differ by nan"):
        check_parity(PageNetwork(nonsense), onnx, torch.rand(1, 1, 32, 32))


def test_missing_room_for_temporary_files_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", "/no/such/folder")
    with pytest.raises(OutputError, match=r"^/no/such/folder.*: cannot be written") as error:
        to_onnx(nn.Identity(), torch.rand(1, 2), "x", ["y"], {0: "B"})
    assert "\n" not in str(error.value)


def test_only_trainable_numbers_are_counted() -> None:
    """Running means and variances of a batch normalization are buffers."""
    assert count_parameters(nn.Sequential(nn.Linear(3, 5), nn.BatchNorm1d(5))) == 3 * 5 + 5 + 2 * 5
