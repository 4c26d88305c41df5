"""Batches: the same from the same seed, and their scores exact."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import paths
import pytest
import torch
from made_fonts import write_bold
from tiny_training import FONT, Tiny, tiny_config

from asciiart.glyphs.font import load_font
from asciiart.glyphs.rasterize import rasterize, rasterize_row
from asciiart.glyphs.typesetting import choose_typeset
from asciiart.matching.scores import SCORES
from asciiart.options import Mode
from asciiart.page.strokes import ROW_HEIGHT
from asciiart.train.encoder import dataset as module
from asciiart.train.encoder.dataset import Dataset, MatchingBatch, make_page, unpack
from asciiart.train.encoder.glyph_matcher import GlyphMatcher
from asciiart.train.encoder.training_glyphs import (
    SINGLE_WIDTH,
    USUAL_CELL,
    CellSize,
    draw_training_glyphs,
)


def equal(first: MatchingBatch, second: MatchingBatch) -> bool:
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
    drawn = draw_training_glyphs(config)[0][USUAL_CELL]
    known = score.glyphs(drawn)
    features = [maps.tobytes() for maps in known.maps]
    cleans = [page.clean.tobytes() for page in made.dataset.pages]
    for step in range(4):
        batch = made.dataset.batch(step)
        number = cleans.index(batch.clean.numpy().tobytes())
        random = np.random.default_rng((config.seed, number))
        clean, _ = module._PAGES[config.mode](random, config.layers)
        queries = score.cells(clean, 32, 16)[batch.cells.numpy()]
        ids = [features.index(maps.numpy().tobytes()) for maps in batch.glyphs]
        expected = queries @ known.maps[ids].reshape(len(ids), -1).T + known.biases[ids]
        np.testing.assert_array_equal(batch.biases, known.biases[ids])
        np.testing.assert_allclose(batch.scores, expected, rtol=1e-4, atol=1e-3)


def test_blank_cells_take_no_part(tiny: dict[Mode, Tiny]) -> None:
    for page in tiny["structure"].dataset.pages:
        cells = page.cells[USUAL_CELL]
        queries = np.unpackbits(cells.queries.view(np.uint8), axis=1)
        assert queries.any(axis=1).all()
        assert len(cells.numbers) == len(queries) < 16 * 32


def test_glyphs_come_from_one_font_or_from_all(tmp_path: Path) -> None:
    bold = str(write_bold(tmp_path / "bold.ttf", SINGLE_WIDTH))
    config = replace(tiny_config("tone"), fonts=(FONT, bold), pages=1, glyphs_per_step=4000)
    dataset = Dataset(config)
    first, second = np.bincount(dataset.pools[0].fonts)
    assert min(first, second) > 300
    found = {len(dataset.batch(step).glyphs) for step in range(20)}
    assert found == {first, second, first + second}


@pytest.mark.parametrize("size", [8, 24, 4096])
def test_binary_features_are_packed_and_come_back(size: int) -> None:
    random = np.random.default_rng(0)
    features = random.integers(0, 2, (20, size)).astype(np.float32)
    packed = module._pack(features)
    assert packed.nbytes == features.nbytes // 32
    assert torch.equal(unpack(packed), torch.from_numpy(features))


def test_other_features_stay_as_they_are() -> None:
    features = np.random.default_rng(0).random((20, 16), np.float32)
    assert torch.equal(unpack(module._pack(features)), torch.from_numpy(features))


def test_features_of_both_modes_survive_packing(made: Tiny) -> None:
    score = SCORES[made.config.mode]()
    known = score.glyphs(draw_training_glyphs(made.config)[0][USUAL_CELL][:40])
    unpacked = unpack(made.dataset.pools[0].features[:40]).numpy()
    assert np.array_equal(unpacked.reshape(known.maps.shape), known.maps)
    assert made.dataset.pools[0].shape == known.maps.shape[1:]
    assert np.array_equal(made.dataset.pools[0].biases[:40], known.biases)


def test_pages_to_judge_by_are_none_to_learn_from(made: Tiny) -> None:
    seen = {page.clean.tobytes() for page in made.dataset.pages}
    assert len(made.dataset.validation_pages) == made.config.validation_pages == 2
    for number, page in enumerate(made.dataset.validation_pages):
        batch = made.dataset.validation_batch(number)
        assert batch.clean.numpy().tobytes() == page.clean.tobytes()
        assert page.clean.tobytes() not in seen
        assert equal(batch, Dataset(made.config).validation_batch(number))
    fewer = Dataset(replace(made.config, validation_pages=0))
    assert equal(fewer.batch(3), made.dataset.batch(3))


MPLUS = str(paths.MPLUS)


def test_characters_are_learned_in_the_fonts_own_cells(made: Tiny) -> None:
    """M PLUS 1 Code is narrow; its wide characters are learned whole."""
    font = load_font(MPLUS)
    config = replace(made.config, fonts=(MPLUS,), charset="chars:ab-あ木", glyphs_per_step=9)
    dataset, score = Dataset(config), SCORES[config.mode]()
    unit = font.cell(16, config.step[1]).width * 2
    assert unit == (12 if config.mode == "structure" else 16)
    assert [pool.size for pool in dataset.pools] == [(32, unit), (32, 2 * unit)]
    for pool, characters, span in zip(dataset.pools, ("ab-", "あ木"), (1, 2), strict=True):
        known = score.glyphs(rasterize(font, characters, 32, span * unit, cells=span))
        features = unpack(pool.features).numpy().reshape(known.maps.shape)
        np.testing.assert_array_equal(features, known.maps)
    found = set()
    for step in range(12):
        batch = dataset.batch(step)
        width = batch.glyphs.shape[3] * 32 // score.row_height
        found.add(width)
        assert len(batch.glyphs) == (3 if width == unit else 2)
        assert batch.cells.max() < 16 * (512 // width)
        page = next(p for p in dataset.pages if np.array_equal(p.clean, batch.clean[0, 0]))
        cells = page.cells[CellSize(32, width)]
        rows = np.searchsorted(cells.numbers, batch.cells.numpy())
        queries = unpack(cells.queries[rows])
        expected = queries @ batch.glyphs.flatten(1).T + batch.biases
        torch.testing.assert_close(batch.scores, expected)
    assert found == {unit, 2 * unit}


def test_a_proportional_fonts_characters_are_learned_in_cells_that_hold_them(made: Tiny) -> None:
    """What is beside a narrower one counts for nothing; rows are as high as the font's."""
    config = replace(made.config, fonts=("Mona",), charset="chars:il.mW", glyphs_per_step=9)
    font, score, dataset = load_font("Mona"), SCORES[config.mode](), Dataset(config)
    step = 2 * config.step[1]
    spans = dict(zip("il.mW", font.advances("il.mW", 16), strict=True))
    assert len(set(spans.values())) > 2
    wanted = {-(-2 * span // step) * step for span in spans.values()}
    assert {pool.size.width for pool in dataset.pools} == wanted
    height = 2 * choose_typeset(font).cell(config.step[0]).height
    assert {pool.size.height for pool in dataset.pools} == {height} != {32}
    narrow = rasterize_row(font, "i", 16, 18, spans["i"], scale=2)
    if height == 36:  # else rows are stretched
        known = score.glyphs(narrow)
        maps = unpack(dataset.pools[0].features).view(-1, *dataset.pools[0].shape).numpy()
        width = known.maps.shape[3]
        (place,) = [i for i, m in enumerate(maps) if np.array_equal(m[..., :width], known.maps[0])]
        assert not maps[place, ..., width:].any()
        assert dataset.pools[0].biases[place] == known.biases[0]
    for number in range(6):
        batch = dataset.batch(number)
        found = GlyphMatcher(config.stages, 4, score.maps, config.patch).glyphs(batch.glyphs)
        block = found.key.shape[2:]
        rows, columns = (
            side // pixels // positions
            for side, pixels, positions in zip(
                batch.page.shape[2:], config.step, block, strict=True
            )
        )
        assert batch.cells.max() < rows * columns


def test_layers_are_finer_strokes() -> None:
    plain = tiny_config("structure")
    score = SCORES["structure"]()
    inks = [
        [make_page(config, score, number).clean.sum() for number in range(8)]
        for config in (plain, replace(plain, layers=2))
    ]
    assert sum(inks[1]) > 1.5 * sum(inks[0])
