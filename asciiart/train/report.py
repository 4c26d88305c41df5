"""What a training came to, as one HTML page that needs no other file.

Every mode has a section of its own; writing one leaves the other's, as with the model's card.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from html import escape
from pathlib import Path
from typing import NamedTuple, get_args

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from asciiart.art import Mode
from asciiart.core.augmentation import GaussianNoise
from asciiart.core.optimizers import SCHEDULES
from asciiart.core.trainer import History
from asciiart.files import write_atomically
from asciiart.glyphs import rasterize
from asciiart.train.baselines import learned_glyphs, train_autoencoder
from asciiart.train.config import ModeConfig
from asciiart.train.dataset import Dataset, Page
from asciiart.train.fit import Trained
from asciiart.train.matcher import count_parameters
from asciiart.train.plots import outline, part_labels, picture_uri, plot_curve, project
from asciiart.train.trial import (
    Standing,
    Trial,
    choose_font,
    judge,
    keys_of,
    make_trial,
    predict_by_autoencoder,
    predict_by_encoder,
    predict_by_pixels,
)

REPORT = "report.html"
BASELINE_STEPS = 200
"""Of the compared autoencoders, at most; the encoder's own where these are fewer."""
_PAGES = 8
"""New pages on which matchers are compared."""
_RESTORED = 3
"""Pages of which a part is shown beside what the decoder makes of it."""
_PART = 8
"""Rows of that part."""
_SAMPLES = 8
"""Cells whose nearest glyphs are shown."""
_NEAREST = 5
"""Glyphs that are shown of each."""
_DRAWN_HEIGHT = 96
"""Pixels of a glyph from which its outline is taken."""
_MAP_WIDTH = 760
_LABEL = (13, 26)
"""Pixels of a glyph on the map, across and down."""
_ENCODER, _BEST = "this encoder", "best glyph per cell, by the exact score"

_STYLE = Path(__file__).with_suffix(".css")
"""How the page looks, by day and by night."""


class _Result(NamedTuple):
    """A matcher in the table."""

    name: str
    standing: Standing


def write_report(
    trained: Trained,
    config: ModeConfig,
    dataset: Dataset,
    path: Path,
    *,
    font: str | None = None,
    baseline_steps: int = BASELINE_STEPS,
) -> None:
    """Write a mode's section of the page at ``path``; one of the other mode stays.

    The same training gives the same bytes. Trains two small autoencoders to compare with.

    Parameters
    ----------
    trained, config, dataset
        What `fit` gave and was given.
    path
        Of the page, usually ``report.html`` in the model's folder.
    font
        Name or file of the font that is tried; without it the first of the recipe that the
        shipped one lacks, else DejaVu Sans Mono, which the shipped encoder has never seen.
    baseline_steps
        Batches of each of the two autoencoders, though never more than the encoder had.

    Raises
    ------
    FontError
        If there is no such font.
    OutputError
        If the page cannot be written.
    """
    name = font or choose_font(config)
    trial = make_trial(config, name, _PAGES)
    steps = min(baseline_steps, max(1, len(trained.history.loss)))
    results = compare(trained, trial, dataset, steps)
    section = "\n".join(_section(trained, trial, results, seen=name in config.fonts, steps=steps))
    sections = {**_sections_of(path), config.mode: section}
    write_atomically(path, _page(sections).encode())


def compare(trained: Trained, trial: Trial, dataset: Dataset, steps: int) -> list[_Result]:
    """Return every matcher's standing, the encoder's and the best possible one last."""
    glyphs = learned_glyphs(trial.config)
    plain, denoising = (
        train_autoencoder(dataset, glyphs, steps, noisy=noisy) for noisy in (False, True)
    )
    predictions = {
        "nearest raw pixels": predict_by_pixels(trial),
        "plain autoencoder": predict_by_autoencoder(plain, trial),
        "denoising autoencoder": predict_by_autoencoder(denoising, trial),
        _ENCODER: predict_by_encoder(trained.matcher, trial),
        _BEST: trial.exact,
    }
    return [_Result(name, judge(trial.exact, found)) for name, found in predictions.items()]


# --- the page -----------------------------------------------------------------------------------


def _sections_of(path: Path) -> dict[str, str]:
    """Return the sections of the page that lies there, if one does."""
    try:
        page = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return {}
    pattern = r"<!-- begin (\w+) -->\n(.*?)\n<!-- end \1 -->"
    return dict(re.findall(pattern, page, re.DOTALL))


def _page(sections: dict[str, str]) -> str:
    parts = [
        f"<!-- begin {mode} -->\n{sections[mode]}\n<!-- end {mode} -->"
        for mode in get_args(Mode)
        if mode in sections
    ]
    style = _STYLE.read_text(encoding="utf-8")
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>Training report</title>\n<style>\n{style}</style></head>\n"
        "<body>\n<h1>Training report</h1>\n"
        f"{''.join(part + chr(10) for part in parts)}</body>\n</html>\n"
    )


def _section(
    trained: Trained, trial: Trial, results: Sequence[_Result], *, seen: bool, steps: int
) -> Iterator[str]:
    yield f'<section id="{trial.config.mode}">\n<h2>{trial.config.mode}</h2>'
    yield _facts(trained, trial, results, seen=seen)
    yield _symbols(trial)
    curves = "".join(_curves(trained, trial.config))
    yield f'<h3>How it learned</h3>\n<div class="flow">{curves}</div>'
    yield _table(results, trial, steps)
    yield _restorations(trained, trial)
    yield _nearest(trained, trial)
    yield _map(trained, trial)
    yield "</section>"


def _facts(trained: Trained, trial: Trial, results: Sequence[_Result], *, seen: bool) -> str:
    config, glyphs = trial.config, trial.glyphs
    own = next(result.standing for result in results if result.name == _ENCODER)
    fonts = f"{len(config.fonts)} fonts" if len(config.fonts) > 1 else "one font"
    return (
        f"<p>On pages that it has never seen, the glyphs that this encoder finds in"
        f" {escape(glyphs.font.name)}, a font that it has {'' if seen else 'not '}learned from,"
        f" are worth <b>{_percent(own.share)}</b> of the best ones.</p>\n"
        f'<p class="dim">{len(trained.history.loss):,} steps on {config.pages:,} pages and'
        f" {fonts}, seed {config.seed}; {count_parameters(trained.matcher):,} numbers learned;"
        f" tried with {len(glyphs.characters)} characters in {len(trial.cells):,} cells.</p>"
    )


def _symbols(trial: Trial) -> str:
    """Return the glyphs' outlines, to be drawn wherever they are named."""
    parts, font, characters = [], trial.glyphs.font, trial.glyphs.characters
    height, width = _DRAWN_HEIGHT, _DRAWN_HEIGHT // 2
    for number, ink in enumerate(rasterize(font, characters, height, width)):
        parts.append(
            f'<symbol id="{trial.config.mode}-{number}" viewBox="0 0 {width} {height}">'
            f'<path d="{outline(ink)}"/></symbol>'
        )
    return f'<svg class="symbols" width="0" height="0" aria-hidden="true">{"".join(parts)}</svg>'


def _learning_rates(history: History, config: ModeConfig) -> list[float]:
    schedule = SCHEDULES[config.schedule]
    done = range(1, len(history.loss) + 1)
    return [config.learning_rate * schedule(min(1.0, step / config.steps)) for step in done]


def _curves(trained: Trained, config: ModeConfig) -> Iterator[str]:
    history = trained.history
    series = {"loss": history.loss, **history.scores}
    series.setdefault("learning rate", _learning_rates(history, config))
    for name, values in series.items():
        yield (
            f"<figure><figcaption>{escape(name)}</figcaption>"
            f"{plot_curve(name, values, len(history.loss), log=name == 'loss')}</figure>"
        )


def _table(results: Sequence[_Result], trial: Trial, steps: int) -> str:
    rows = "\n".join(_table_row(result) for result in results)
    return f"""<h3>How good its glyphs are</h3>
<p>Every cell of {len(trial.pages)} new pages was given a glyph of {escape(trial.glyphs.font.name)}
by each matcher. Of the exact score that these glyphs have, 0% is what a blank page gets and
100% the best glyph in every cell; as a ranking, 0 is chance. The two autoencoders have learned to
restore pages and glyphs for {steps:,} steps, and nothing else.</p>
<div class="wide"><table class="scores">
<tr><th>matcher</th><th>mean score<br>of a cell</th><th>share of<br>the best</th>
<th>ranking</th><th>best glyph<br>found</th><th></th></tr>
{rows}
</table></div>"""


def _percent(share: float) -> str:
    """Return a share, rounded down: only all is 100%."""
    return f"{math.floor(1000 * share) / 10:.1f}%"


def _table_row(result: _Result) -> str:
    name, (mean, share, ranking, found) = result
    own = ' class="own"' if name == _ENCODER else ""
    width = 100 * min(1.0, max(0.0, share))
    return (
        f"<tr{own}><td>{name}</td><td>{mean:.3f}</td><td>{_percent(share)}</td><td>{ranking:.4f}</td>"
        f'<td>{_percent(found)}</td><td class="bar"><i style="width:{width:.1f}%"></i></td></tr>'
    )


# --- what the code holds ------------------------------------------------------------------------


class _Restored(NamedTuple):
    """Part of a page."""

    given: NDArray[np.float32]
    """(H, W), with the noise of training."""
    restored: NDArray[np.float32]
    """What the decoder makes of the code."""
    clean: NDArray[np.float32]
    """What it should."""


def _restorations(trained: Trained, trial: Trial) -> str:
    shown = (_restore(trained, trial.config, page) for page in trial.pages[:_RESTORED])
    figures = "\n".join(_triple(part) for part in shown)
    return f"""<h3>What the code holds</h3>
<p>Parts of new pages as the encoder is given them, what the decoder restores from the code alone,
and the clean pages that it should.</p>
{figures}"""


def _restore(trained: Trained, config: ModeConfig, page: Page) -> _Restored:
    generator = torch.Generator().manual_seed(config.seed)
    given = GaussianNoise(config.noise)(torch.from_numpy(page.ink)[None, None], generator)
    with torch.no_grad():
        restored = trained.matcher.autoencoder(given)[0, 0].numpy()
    side = _PART * config.cell_height
    corners = [
        (top, left)
        for top in range(0, page.ink.shape[0] - side + 1, config.cell_height)
        for left in range(0, page.ink.shape[1] - side + 1, config.cell_height)
    ]
    top, left = max(corners, key=lambda at: _variety(page.ink, at, side))
    part = (slice(top, top + side), slice(left, left + side))
    return _Restored(given[0, 0].numpy()[part], restored[part], page.clean[part])


def _variety(ink: NDArray[np.float32], at: tuple[int, int], side: int) -> float:
    return float(ink[at[0] : at[0] + side, at[1] : at[1] + side].std())


def _triple(part: _Restored) -> str:
    error = float(np.square(part.restored - part.clean).mean())
    captions = ("given", f"restored, squared error {error:.2g}", "clean")
    figures = (
        f'<figure><img src="{picture_uri(ink)}" alt="{caption}"><figcaption>{caption}</figcaption>'
        "</figure>"
        for ink, caption in zip(part, captions, strict=True)
    )
    return f'<div class="restored">{"".join(figures)}</div>'


def _nearest(trained: Trained, trial: Trial) -> str:
    predicted = predict_by_encoder(trained.matcher, trial)
    rows = [_nearest_row(trial, predicted[cell], cell) for cell in _samples(trial)]
    half = -(-len(rows) // 2)
    tables = "\n".join(_nearest_table(some) for some in (rows[:half], rows[half:]) if some)
    return f"""<h3>Nearest glyphs</h3>
<p>Cells drawn by lot from those that are not nearly blank, among their neighbors; the {_NEAREST}
nearest glyphs by their codes, and the best one by the exact score. Below each its exact score and,
smaller, what the codes take it for. Green is the best.</p>
<div class="flow">{tables}</div>"""


def _nearest_table(rows: Sequence[str]) -> str:
    heads = "".join(f"<th>{place}</th>" for place in range(1, _NEAREST + 1))
    head = f"<tr><th>cell</th>{heads}<th>exact<br>best</th></tr>"
    return f'<div class="wide"><table class="nearest">{head}{"".join(rows)}</table></div>'


def _samples(trial: Trial) -> list[int]:
    """Return some cells in which at least half as much can be won as in the average one."""
    best = trial.exact.max(1).values
    worthwhile = np.flatnonzero((best >= best.mean() / 2).numpy())
    random = np.random.default_rng(trial.config.seed)
    return sorted(random.permutation(worthwhile)[:_SAMPLES].tolist())


def _nearest_row(trial: Trial, predicted: Tensor, cell: int) -> str:
    exact = trial.exact[cell]
    best = int(exact.argmax())
    order = predicted.argsort(descending=True, stable=True)[:_NEAREST].tolist()
    shown = [_choice(trial, number, exact, predicted) for number in [*order, best]]
    missing = "<td></td>" * (_NEAREST - len(order))
    return (
        f"<tr><td>{_cell_picture(trial, cell)}</td>{''.join(shown[:-1])}{missing}{shown[-1]}</tr>"
    )


def _choice(trial: Trial, number: int, exact: Tensor, predicted: Tensor) -> str:
    best = ' class="best"' if exact[number] >= exact.max() else ""
    name = _name_of(trial.glyphs.characters[number])
    symbol = f'<use href="#{trial.config.mode}-{number}" width="24" height="48"/>'
    return (
        f'<td{best}><svg class="glyph" viewBox="0 0 24 48" role="img" aria-label="{name}">'
        f"<title>{name}</title>{symbol}</svg>"
        f"<b>{float(exact[number]):#.3g}</b><span>{float(predicted[number]):#.3g}</span></td>"
    )


def _name_of(character: str) -> str:
    return "space" if character == " " else escape(character)


def _cell_picture(trial: Trial, cell: int) -> str:
    """Return the picture of a cell and the eight around it."""
    height = trial.config.cell_height
    width = height // 2
    for page in trial.pages:
        if cell < len(page.cells):
            break
        cell -= len(page.cells)
    columns = page.ink.shape[1] // width
    top, left = height * (page.cells[cell] // columns), width * (page.cells[cell] % columns)
    padded = np.pad(page.ink, ((height, height), (width, width)))
    around = padded[top : top + 3 * height, left : left + 3 * width]
    return f'<div class="around"><img src="{picture_uri(around)}" alt="cell"><i></i></div>'


def _map(trained: Trained, trial: Trial) -> str:
    keys = keys_of(trained.matcher, trial)[1:].double().numpy()
    flat, share = project(keys)
    low, high = flat.min(axis=0), flat.max(axis=0)
    room = np.array(_LABEL) * 1.5
    scale = (_MAP_WIDTH - 2 * room[0]) / max(float(high[0] - low[0]), 1e-9)
    spots = (flat - low) * scale + room
    labels = part_labels(spots, (_LABEL[0] + 2, _LABEL[1]))
    top, bottom = float(labels[:, 1].min()), float(labels[:, 1].max())
    marks = "".join(
        _mark(trial, number + 1, spot, label)
        for number, (spot, label) in enumerate(zip(spots, labels, strict=True))
    )
    height = bottom - top + 2 * room[1]
    box = f"0 {top - room[1]:.0f} {_MAP_WIDTH} {height:.0f}"
    return f"""<h3>Map of the glyphs</h3>
<p>The glyphs' codes (keys) on their first two principal axes, which hold {share:.0%} of their
variance. Glyphs that are near here do for the same cells, mostly. Dots are the true places; where
glyphs would lie on each other they stand aside.</p>
<svg class="map" viewBox="{box}" role="img" aria-label="map of the glyphs">{marks}</svg>"""


def _mark(trial: Trial, number: int, spot: NDArray[np.float64], label: NDArray[np.float64]) -> str:
    (x, y), (u, v) = spot, label
    width, height = _LABEL
    return (
        f'<path class="lead" d="M{x:.1f} {y:.1f}L{u:.1f} {v:.1f}"/>'
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="1.5"/>'
        f'<use href="#{trial.config.mode}-{number}" x="{u - width / 2:.1f}"'
        f' y="{v - height / 2:.1f}" width="{width}" height="{height}"/>'
    )
