"""What the encoder is compared with: it is trained, the same way every time, and searched right."""

from __future__ import annotations

import numpy as np
import torch
from hypothesis import given
from hypothesis import strategies as st
from tiny_training import Tiny
from torch.nn import functional

from asciiart.train.encoder.report.baselines import (
    closeness,
    encode_cells,
    learned_glyphs,
    shrink_glyphs,
    train_autoencoder,
)
from asciiart.train.encoder.training_glyphs import USUAL_CELL, draw_training_glyphs


@given(st.integers(0, 2**32 - 1))
def test_closest_is_nearest(seed: int) -> None:
    random = np.random.default_rng(seed)
    queries, keys = random.normal(size=(7, 3)), random.normal(size=(5, 3))
    distances = np.square(queries[:, None] - keys).sum(axis=2)
    constant = np.square(queries).sum(axis=1, keepdims=True)
    found = closeness(queries.astype(np.float32), keys.astype(np.float32))
    assert np.allclose(found, constant - distances, atol=1e-4)


def test_learned_glyphs_are_the_fonts_at_the_encoders_size(made: Tiny) -> None:
    glyphs = learned_glyphs(made.config)
    drawn = draw_training_glyphs(made.config)[0][USUAL_CELL]
    assert glyphs.shape == (len(drawn), 1, 16, 8)
    assert np.allclose(
        shrink_glyphs(drawn[:3], made.config)[0, 0, 0], drawn[0, :2, :2].mean(), atol=1e-6
    )


def test_autoencoders_learn_to_restore(made: Tiny) -> None:
    glyphs, clean = learned_glyphs(made.config), made.dataset.batch(0).clean

    def error(steps: int, noisy: bool) -> float:
        network = train_autoencoder(made.dataset, glyphs, steps, noisy=noisy)
        assert not network.training
        with torch.no_grad():
            return float(functional.mse_loss(network(clean), clean))

    first = error(1, False)
    assert error(40, False) < first / 2
    assert error(40, True) < first / 1.5


def test_same_autoencoder_every_time_and_its_codes(made: Tiny) -> None:
    glyphs = learned_glyphs(made.config)
    first, again, denoising = (
        train_autoencoder(made.dataset, glyphs, 2, noisy=noisy) for noisy in (False, False, True)
    )
    cells = glyphs[:5, 0].numpy()
    codes = encode_cells(first, cells)
    down, right = first.stride
    assert codes.shape == (5, made.config.code_channels * (16 // down) * (8 // right))
    assert (codes == encode_cells(again, cells)).all()
    assert not np.allclose(codes, encode_cells(denoising, cells))
    assert np.allclose(codes[2:3], encode_cells(first, cells[2:3]), atol=1e-6)
