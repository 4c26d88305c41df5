"""Sheets of attention: maps, and mistakes in red."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from PIL import Image

from asciiart.train.lab.tasks.romaji.attention_sheet import (
    Answer,
    AttentionMap,
    attention_sheet,
    spell,
)


def test_katakana_is_spelled_where_there_is_no_font() -> None:
    assert spell("ジョー") == "ZI·yo·-"


def _pixels(page: Image.Image, color: tuple[int, int, int]) -> int:
    return int((np.asarray(page) == color).all(-1).sum())


@pytest.mark.parametrize("fonts", [(), ("DejaVu Sans Mono",), ("no such font",)])
def test_sheet_has_maps_and_mistakes(
    fonts: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("asciiart.train.lab.tasks.romaji.attention_sheet._JAPANESE_FONTS", fonts)
    shown = AttentionMap("カタ", "KATA", torch.eye(2).repeat_interleave(2, 0))
    right, wrong = Answer("カ", "KA", "KA"), Answer("カ", "KO", "KA")
    page = attention_sheet([shown], [right, wrong])
    assert _pixels(page, (0, 0, 0)) >= 4 * 22 * 22  # the weights that are 1
    red = (190, 30, 30)
    assert _pixels(page, red)
    assert not _pixels(attention_sheet([shown], [right, right]), red)
