"""Batches: the same from the same seed, and their scores exact."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from tiny_training import FONT, Tiny, tiny_config

from asciiart.art import Mode
from asciiart.errors import FontError
from asciiart.features import SCORES
from asciiart.glyphs import load_font
from asciiart.strokes import ROW_HEIGHT
from asciiart.train import dataset as module
from asciiart.train.dataset import Batch, Dataset, make_page


def equal(first: Batch, second: Batch) -> bool:
    return all(torch.equal(a, b) for a, b in zip(first, second, strict=True))


def test_same_step_same_batch_in_any_order(made: Tiny) -> None:
    again = Dataset(made.config)
    later = again.batch(7)
    assert equal(again.batch(3), made.dataset.batch(3))
    assert equal(later, made.dataset.batch(7))
    assert not equal(later, made.dataset.batch(8))


def test_other_seed_other_pages_and_batches(made: Tiny) -> None:
    config = replace(made.config, seed=1, pages=1)
    score = SCORES[config.mode]()
    other = make_page(config, score, 0)
    assert not np.array_equal(other.clean, made.dataset.pages[0].clean)
    assert not np.array_equal(make_page(made.config, score, 1).clean, made.dataset.pages[0].clean)
    same_pages = Dataset.__new__(Dataset)
    vars(same_pages).update(vars(made.dataset), config=replace(made.config, seed=1))
    assert not torch.equal(same_pages.batch(3).page, made.dataset.batch(3).page)


def test_batches_have_the_promised_shapes(made: Tiny) -> None:
    config = made.config
    side = module.PAGE_SIZE * config.cell_height // ROW_HEIGHT
    for step in range(6):
        page, clean, cells, glyphs, biases, scores = made.dataset.batch(step)
        assert page.shape == clean.shape == (1, 1, side, side)
        maps, rows = SCORES[config.mode].maps, SCORES[config.mode].row_height
        assert glyphs.shape == (config.glyphs_per_step, maps, rows, rows // 2)
        assert biases.shape == (len(glyphs),)
        assert scores.shape == (len(cells), len(glyphs))
        assert 0 < len(cells) <= config.cells_per_step
        assert len(set(cells.tolist())) == len(cells)
        assert cells.min() >= 0
        assert cells.max() < (side // config.cell_height) * (side // (config.cell_height // 2))
        for tensor in (page, clean, glyphs, scores):
            assert tensor.dtype == torch.float32
        assert 0 <= clean.min() <= clean.max() <= 1


def test_scores_of_a_batch_are_the_products_of_the_features(made: Tiny) -> None:
    """Pages and glyphs are drawn again at full size and scored without the dataset."""
    config, score = made.config, SCORES[made.config.mode]()
    drawn = module._font_glyphs(load_font(FONT))
    known = score.glyphs(drawn)
    features = [maps.tobytes() for maps in known.maps]
    cleans = [page.clean.tobytes() for page in made.dataset.pages]
    for step in range(4):
        batch = made.dataset.batch(step)
        number = cleans.index(batch.clean.numpy().tobytes())
        random = np.random.default_rng((config.seed, number))
        clean, _ = module._PAGES[config.mode](random)
        queries = score.cells(clean, 32, 16)[batch.cells.numpy()]
        ids = [features.index(maps.numpy().tobytes()) for maps in batch.glyphs]
        expected = queries @ known.maps[ids].reshape(len(ids), -1).T + known.biases[ids]
        np.testing.assert_array_equal(batch.biases, known.biases[ids])
        np.testing.assert_allclose(batch.scores, expected, rtol=1e-4, atol=1e-3)


def test_blank_cells_take_no_part(tiny: dict[Mode, Tiny]) -> None:
    for page in tiny["structure"].dataset.pages:
        queries = np.unpackbits(page.queries.view(np.uint8), axis=1)
        assert queries.any(axis=1).all()
        assert len(page.cells) == len(queries) < 16 * 32


def test_glyphs_come_from_one_font_or_from_all() -> None:
    config = replace(
        tiny_config("tone"), fonts=(FONT, "DejaVu Sans Mono Bold"), pages=1, glyphs_per_step=4000
    )
    dataset = Dataset(config)
    first, second = np.bincount(dataset.glyphs.fonts)
    assert min(first, second) > 300
    found = {len(dataset.batch(step).glyphs) for step in range(20)}
    assert found == {first, second, first + second}


@pytest.mark.parametrize("size", [8, 24, 4096])
def test_binary_features_are_packed_and_come_back(size: int) -> None:
    random = np.random.default_rng(0)
    features = random.integers(0, 2, (20, size)).astype(np.float32)
    packed = module._pack(features)
    assert packed.nbytes == features.nbytes // 32
    assert torch.equal(module.unpack(packed), torch.from_numpy(features))


def test_other_features_stay_as_they_are() -> None:
    features = np.random.default_rng(0).random((20, 16), np.float32)
    assert torch.equal(module.unpack(module._pack(features)), torch.from_numpy(features))


def test_features_of_both_modes_survive_packing(made: Tiny) -> None:
    score = SCORES[made.config.mode]()
    known = score.glyphs(module._font_glyphs(load_font(FONT))[:40])
    unpacked = module.unpack(made.dataset.glyphs.features[:40]).numpy()
    assert np.array_equal(unpacked.reshape(known.maps.shape), known.maps)
    assert made.dataset.glyphs.shape == known.maps.shape[1:]
    assert np.array_equal(made.dataset.glyphs.biases[:40], known.biases)


def test_missing_font_is_named_with_where_to_get_it() -> None:
    with pytest.raises(FontError, match=r"No Such Font.*fonts-liberation") as error:
        Dataset(replace(tiny_config("tone"), fonts=("No Such Font",)))
    assert "\n" not in str(error.value)
