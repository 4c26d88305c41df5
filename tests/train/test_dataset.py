"""Batches: the same from the same seed, and their scores exact."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from tiny_training import FONT, Tiny, tiny_config

from asciiart.art import Mode
from asciiart.strokes import ROW_HEIGHT
from asciiart.train import dataset as module
from asciiart.train.dataset import Batch, Dataset, choose_windows, make_page, make_score
from asciiart.train.glyphs import draw_font, open_font, shrink
from asciiart.train.targets import unpack


def equal(first: Batch, second: Batch) -> bool:
    return all(torch.equal(a, b) for a, b in zip(first, second, strict=True))


def test_same_step_same_batch_in_any_order(made: Tiny) -> None:
    again = Dataset(made.config)
    later = again.batch(7)
    assert equal(again.batch(3), made.dataset.batch(3))
    assert equal(later, made.dataset.batch(7))
    assert not torch.equal(later.page, made.dataset.batch(8).page)


def test_other_seed_other_pages_and_batches(made: Tiny) -> None:
    config = replace(made.config, seed=1, pages=1)
    score = make_score(config.mode)
    other = make_page(config, score, 0)
    assert not np.array_equal(other.clean, made.dataset.pages[0].clean)
    assert not np.array_equal(make_page(made.config, score, 1).clean, made.dataset.pages[0].clean)
    same_pages = Dataset.__new__(Dataset)
    vars(same_pages).update(vars(made.dataset), config=replace(made.config, seed=1))
    assert not torch.equal(same_pages.batch(3).page, made.dataset.batch(3).page)


def test_batches_have_the_promised_shapes(made: Tiny) -> None:
    config, step = made.config, made.config.step[1]
    side = module.PAGE_SIZE * config.cell_height // ROW_HEIGHT
    columns = side // step
    for number in range(20):
        page, clean, windows, glyphs, scores = made.dataset.batch(number)
        assert page.shape == clean.shape == (1, 1, side, side)
        count, width = windows.shape
        assert glyphs.shape[1:] == (1, config.cell_height, width * step)
        assert 0 < len(glyphs) <= config.glyphs_per_step
        assert scores.shape == (count, len(glyphs))
        assert 0 < count <= config.cells_per_step
        assert len(set(windows[:, 0].tolist())) == count
        assert torch.equal(windows, windows[:, :1] + torch.arange(width))
        assert windows.min() >= 0
        assert torch.equal(windows[:, 0] // columns, windows[:, -1] // columns)  # in one row
        assert windows.max() < side // config.cell_height * columns
        for tensor in (page, clean, glyphs, scores):
            assert tensor.dtype == torch.float32
        assert 0 <= clean.min() <= clean.max() <= 1


def drawn_glyphs(made: Tiny) -> dict[bytes, list[NDArray[np.float32]]]:
    """Return the tiny fonts' glyphs, at full size and unpadded, by what a batch holds of them."""
    found: dict[bytes, list[NDArray[np.float32]]] = {}
    pools = made.dataset.glyphs
    taken = dict.fromkeys(pools, 0)
    column = 2 * made.config.step[1]
    for name in made.config.fonts:
        for size, inks in draw_font(open_font(name), 16).items():
            width = -(-size // column)
            for ink in inks:
                small = pools[width].inks[taken[width]]
                assert np.allclose(small[:, : size // 2], shrink(ink, 2), atol=1e-6)
                assert not small[:, size // 2 :].any()
                found.setdefault(small.tobytes(), []).append(ink)
                taken[width] += 1
    assert taken == {width: len(pool.inks) for width, pool in pools.items()}
    return found


def test_scores_of_a_batch_are_the_products_of_the_features(made: Tiny) -> None:
    """Pages and glyphs are drawn again at full size; whole glyphs are scored at their pixels."""
    config, score = made.config, make_score(made.config.mode)
    drawn = drawn_glyphs(made)
    cleans = [page.clean.tobytes() for page in made.dataset.pages]
    widths = set()
    for step in range(25):
        batch = made.dataset.batch(step)
        widths.add(batch.windows.shape[1])
        random = np.random.default_rng((config.seed, cleans.index(batch.clean.numpy().tobytes())))
        _, seen = module._PAGES[config.mode](random)
        finest = score.cells(seen, ROW_HEIGHT, score.grain)
        finest = finest.reshape(16, module.PAGE_SIZE // score.grain, -1)
        across = 2 * config.step[1] // score.grain
        for place, ink in enumerate(batch.glyphs):
            if place % 8:
                continue
            row, column = np.divmod(batch.windows[:, 0].numpy(), finest.shape[1] // across)
            possible = []
            for whole in drawn[ink.numpy().tobytes()]:
                known = score.glyphs(whole[None])
                span = np.arange(whole.shape[1] // score.grain)
                own = finest[row[:, None], (across * column)[:, None] + span].swapaxes(1, 2)
                possible.append(own.reshape(len(own), -1) @ known.keys[0] + known.biases[0])
            found = batch.scores[:, place].numpy()
            assert any(np.allclose(found, each, rtol=1e-4, atol=1e-3) for each in possible)
    assert len(widths) >= 3


def test_blank_columns_are_kept_once(tiny: dict[Mode, Tiny]) -> None:
    for page in tiny["structure"].dataset.pages:
        queries = unpack(page.queries)
        assert not queries[0].any()
        assert queries[1:].any(dim=1).all()
        kept = page.places[page.places > 0]
        assert np.array_equal(kept, np.arange(1, len(queries)))
        assert page.places.shape == (16, 128)
        assert len(queries) < page.places.size


@pytest.mark.parametrize("width", [1, 2, 4, 7])
def test_windows_are_all_that_are_not_blank(width: int) -> None:
    random = np.random.default_rng(width)
    places = np.zeros((6, 30), np.int32)
    inked = [(0, 0), (2, 29), (3, 10), (3, 11), (5, 20)]
    for number, place in enumerate(inked):
        places[place] = number + 1
    expected = {
        30 * row + first
        for row, column in inked
        for first in range(max(0, column - width + 1), min(column, 30 - width) + 1)
    }
    windows = choose_windows(places, width, 1000, random)
    assert windows.shape == (len(expected), width)
    assert set(windows[:, 0].tolist()) == expected
    assert np.array_equal(windows, windows[:, :1] + np.arange(width))
    few = choose_windows(places, width, 3, random)
    assert len(few) == 3
    assert set(few[:, 0].tolist()) <= expected
    assert not np.array_equal(few, windows[:3])  # not the first of the page, nor sorted


def test_half_of_the_steps_are_single_width_and_a_quarter_full_width(
    tiny: dict[Mode, Tiny],
) -> None:
    widths = [tiny["tone"].dataset.batch(step).glyphs.shape[3] for step in range(300)]
    assert np.mean(np.array(widths) == 8) == pytest.approx(0.5, abs=0.1)
    assert np.mean(np.array(widths) == 16) == pytest.approx(0.25, abs=0.1)
    assert {4, 12} <= set(widths)


def test_glyphs_of_one_width_are_all_there_is() -> None:
    config = replace(tiny_config("tone"), fonts=(FONT,), pages=1)
    dataset = Dataset(config)
    assert list(dataset.glyphs) == [2]
    assert {dataset.batch(step).glyphs.shape[3] for step in range(9)} == {8}


def test_glyphs_come_from_one_font_or_from_all() -> None:
    config = replace(
        tiny_config("tone"), fonts=(FONT, "DejaVu Sans Mono Bold"), pages=1, glyphs_per_step=4000
    )
    dataset = Dataset(config)
    first, second = np.bincount(dataset.glyphs[2].fonts)
    assert min(first, second) > 300
    found = {len(dataset.batch(step).glyphs) for step in range(20)}
    assert found == {first, second, first + second}


def test_queries_survive_packing(made: Tiny) -> None:
    config, score = made.config, make_score(made.config.mode)
    _, seen = module._PAGES[config.mode](np.random.default_rng((config.seed, 0)))
    page = made.dataset.pages[0]
    expected = score.cells(seen, ROW_HEIGHT, 2 * config.step[1])
    assert np.array_equal(unpack(page.queries[page.places.ravel()]).numpy(), expected)
