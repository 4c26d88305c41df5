"""Views of the code: what they show is what the network and the exact scores say."""

from __future__ import annotations

import base64
import io
import re
from copy import deepcopy

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from PIL import Image
from tiny_training import FONT, Tiny
from torch import Tensor, nn

from asciiart.train.encoder.report import code_views
from asciiart.train.encoder.report.matcher_trial import MatcherTrial, make_trial


@pytest.fixture
def trial(made: Tiny) -> MatcherTrial:
    return make_trial(made.config, FONT, 3)


class Blank(nn.Module):
    """Restores nothing but paper."""

    def forward(self, ink: Tensor) -> Tensor:
        return torch.zeros_like(ink)


def pictures_in(html: str) -> list[NDArray[np.float64]]:
    """Return the ink of all pictures, 0 to 1."""
    found = re.findall(r"base64,([^\"]+)", html)
    opened = [Image.open(io.BytesIO(base64.b64decode(data))) for data in found]
    return [1 - np.asarray(picture.convert("L")) / 255 for picture in opened]


def test_restored_pages_stand_beside_the_clean_ones_with_their_error(
    made: Tiny, trial: MatcherTrial
) -> None:
    matcher = deepcopy(made.trained.matcher)
    matcher.autoencoder = Blank()  # type: ignore[assignment]
    html = code_views.show_restored(made.trained._replace(matcher=matcher), trial)
    pictures = pictures_in(html)
    errors = re.findall(r"<figcaption>restored, squared error ([\d.e-]+)<", html)
    assert (len(pictures), len(errors)) == (9, 3)
    for (given, restored, clean), error in zip(
        zip(*[iter(pictures)] * 3, strict=True), errors, strict=True
    ):
        assert restored.max() == 0
        assert given.std() > 0.05  # the part with the most to see
        assert np.square(clean).mean() == pytest.approx(float(error), rel=0.1)


def test_an_oracle_s_nearest_glyph_is_the_best_one(
    made: Tiny, trial: MatcherTrial, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(code_views, "predict_by_encoder", lambda _, trial: trial.exact)
    html = code_views.show_nearest(made.trained, trial)
    rows = [re.findall(r"<td.*?</td>", row) for row in re.findall(r"<tr>(.*?)</tr>", html)]
    shown = [row for row in rows if row]
    assert [len(row) for row in shown] == [7] * 8
    for cell, first, *_, best in shown:
        assert "<img" in cell
        assert first == best
        assert first.startswith('<td class="best">')


def test_the_map_has_a_dot_for_every_glyph_but_the_space(made: Tiny, trial: MatcherTrial) -> None:
    html = code_views.show_map(made.trained, trial)
    glyphs = [int(n) for n in re.findall(rf'href="#{made.config.mode}-(\d+)"', html)]
    assert glyphs == list(range(1, len(trial.glyphs.characters)))
    left, _, width, _ = map(float, re.search(r'viewBox="([^"]+)"', html)[1].split())  # type: ignore[index]
    across = [float(x) for x in re.findall(r'circle cx="([\d.]+)"', html)]
    assert len(across) == len(glyphs)
    assert left < min(across) < max(across) < left + width
    assert max(across) - min(across) > 0.9 * width - 60
