"""Trials: new pages, exact scores, and predictions that are the running program's."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from tiny_training import FONT, Tiny, font_of

from asciiart.errors import FontError
from asciiart.matching.cell_codes import cell_codes
from asciiart.matching.model import load_model
from asciiart.matching.scores import SCORES
from asciiart.train.encoder.config import STRUCTURE
from asciiart.train.encoder.dataset import Dataset, unpack
from asciiart.train.encoder.fit import fit, ranking_score
from asciiart.train.encoder.quantize import TOLERANCE
from asciiart.train.encoder.report.baselines import learned_glyphs, train_autoencoder
from asciiart.train.encoder.report.matcher_trial import (
    MatcherTrial,
    choose_font,
    cut_page,
    find_glyphs,
    judge,
    make_trial,
    predict_by_autoencoder,
    predict_by_encoder,
    predict_by_pixels,
)
from asciiart.train.encoder.training_glyphs import USUAL_CELL, CellSize


@pytest.fixture
def trial(made: Tiny) -> MatcherTrial:
    return make_trial(made.config, FONT, 2)


def test_pages_are_new_and_the_same_every_time(made: Tiny, trial: MatcherTrial) -> None:
    seen = [page.ink for page in made.dataset.pages]
    assert not any(np.array_equal(page.ink, old) for page in trial.pages for old in seen)
    again = make_trial(made.config, FONT, 2)
    assert torch.equal(again.exact, trial.exact)
    assert trial.exact.shape == (sum(len(p.cells[USUAL_CELL].numbers) for p in trial.pages), 95)


def test_exact_scores_and_cells_are_those_of_the_pages(made: Tiny, trial: MatcherTrial) -> None:
    first, second = (page.cells[USUAL_CELL] for page in trial.pages)
    cell = len(first.numbers) + 7
    known = SCORES[made.config.mode]().glyphs(trial.glyphs.inks)
    letter = trial.glyphs.characters.index("A")
    query = unpack(second.queries)[7].numpy()
    wanted = query @ known.maps[letter].ravel() + known.biases[letter]
    assert float(trial.exact[cell, letter]) == pytest.approx(wanted, rel=1e-4)
    assert (trial.exact[:, 0] == 0).all()
    row, column = divmod(int(second.numbers[7]), 32)
    page = trial.pages[1]
    part = page.ink[16 * row : 16 * row + 16, 8 * column : 8 * column + 8]
    assert np.array_equal(trial.cells[cell], part)
    assert np.array_equal(cut_page(page, CellSize(16, 8))[second.numbers[7]], part)


def test_predictions_are_what_the_running_encoder_finds(
    made: Tiny, trial: MatcherTrial, tiny_model: Path
) -> None:
    model = load_model(tiny_model)
    encoder, score = model.load_encoder(made.config.mode), model.score(made.config.mode)
    page = trial.pages[0]
    numbers = page.cells[USUAL_CELL].numbers
    codes = cell_codes(encoder.encode(page.ink), 16, 32)[numbers]
    found = encoder.encode_glyphs(trial.glyphs.inks, score)
    keys = found.keys.transpose(0, 2, 1, 3).reshape(95, -1)
    wanted = (codes @ keys.T + found.biases) * score.temperature
    predicted = predict_by_encoder(made.trained.matcher, trial)[: len(numbers)].numpy()
    # Structure's pages are read in 8-bit integers, of which training knows nothing.
    tolerance = TOLERANCE if made.config.mode == "structure" else 1e-4
    assert np.linalg.norm(predicted - wanted) < tolerance * np.linalg.norm(wanted)


def test_a_cell_that_is_a_glyph_is_nearest_to_it(made: Tiny, trial: MatcherTrial) -> None:
    own = trial._replace(cells=learned_glyphs(made.config)[:40, 0].numpy())
    wanted = trial.glyphs.characters[1:41]
    network = train_autoencoder(made.dataset, learned_glyphs(made.config), 5, noisy=False)
    for predicted in (predict_by_pixels(own), predict_by_autoencoder(network, own)):
        assert "".join(trial.glyphs.characters[i] for i in predicted.argmax(1)) == wanted


def test_judge() -> None:
    exact = torch.tensor([[0.0, 4.0, 2.0], [0.0, -1.0, 6.0], [0.0, 5.0, 5.0]])
    predicted = torch.tensor([[1.0, 0, 3], [3, 1, 2], [0, 1, 2]])
    found = judge(exact, predicted)
    assert found.mean == pytest.approx(7 / 3)
    assert found.share == pytest.approx(7 / 15)
    assert found.found == pytest.approx(1 / 3)
    assert found.ranking == pytest.approx(float(ranking_score(exact, predicted)))
    assert judge(exact, exact)[1:] == (1, 1, 1)
    assert judge(torch.zeros(2, 3), torch.zeros(2, 3)).share == 0


def test_font_that_is_tried() -> None:
    assert choose_font(STRUCTURE) == "DejaVu Sans Mono"
    assert choose_font(replace(STRUCTURE, fonts=("Hack", "My.ttf"))) == "My.ttf"
    assert choose_font(replace(STRUCTURE, fonts=("Hack", "Monoid"), charset="box")) == "Hack"


def test_glyphs_of_fonts_that_lack_most(made: Tiny, tmp_path: Path) -> None:
    few = find_glyphs(made.config, font_of("A./", tmp_path / "few.ttf"))
    assert sorted(few.characters) == sorted(" A./")
    assert (few.features[0] == 0).all()
    others = find_glyphs(made.config, font_of("─Ж", tmp_path / "others.ttf"))
    assert sorted(others.characters) == sorted(" ─Ж")
    assert others.features.shape[0] == 3
    with pytest.raises(FontError) as error:
        find_glyphs(made.config, font_of("あ", tmp_path / "none.ttf"))
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("font", "charset", "characters"),
    [("Mona", "ascii", "#0123"), ("M PLUS 1 Code", "kana", "ぁあカ"), (FONT, "chars:├A", "├A")],
)
def test_what_is_learned_is_tried(font: str, charset: str, characters: str, made: Tiny) -> None:
    """In the cells that it is learned in, also where the font is no monospaced one."""
    config = replace(made.config, fonts=(font,), charset=charset, pages=1)
    dataset = Dataset(config)
    trial = make_trial(config, font, 1)
    assert set(characters) < set(trial.glyphs.characters)
    assert len(trial.glyphs.characters) <= 257
    (pool,) = (pool for pool in dataset.pools if pool.size == trial.glyphs.size)
    pooled = {maps.numpy().tobytes() for maps in unpack(pool.features)}
    assert all(maps.numpy().tobytes() in pooled for maps in trial.glyphs.features[1:])
    matcher = fit(replace(config, steps=1), dataset=dataset).matcher
    predicted = predict_by_encoder(matcher, trial)
    assert predicted.shape == trial.exact.shape
    padded = torch.from_numpy(np.pad(trial.pages[0].ink, 16))[None, None]
    with torch.no_grad():
        code = matcher.query(padded)[0]
        known = matcher.glyphs(trial.glyphs.features)
    down, right = matcher.autoencoder.stride
    height, width = (pixels // 2 for pixels in trial.glyphs.size)
    number = int(trial.pages[0].cells[trial.glyphs.size].numbers[5])
    row, column = divmod(number, 256 // width)
    top, left = (16 + row * height) // down, (16 + column * width) // right
    block = code[:, top : top + height // down, left : left + width // right]
    wanted = (known.key * block).sum((1, 2, 3)) + known.bias
    wanted = wanted * SCORES[config.mode].temperature + trial.glyphs.biases
    torch.testing.assert_close(predicted[5], wanted, rtol=1e-3, atol=1e-2)
