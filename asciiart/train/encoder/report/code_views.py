"""Views of the code in the report: reconstructed pages, nearest glyphs, a map.

Glyphs are drawn by the symbols that the report defines, named ``<mode>-<number>``.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from asciiart.core.learning.augmentation import GaussianNoise
from asciiart.glyphs.rasterize import Ink
from asciiart.train.encoder.config import ModeConfig
from asciiart.train.encoder.dataset import SyntheticPage
from asciiart.train.encoder.fit import TrainedMatcher
from asciiart.train.encoder.report.matcher_trial import (
    MatcherTrial,
    keys_of,
    predict_by_encoder,
    seen_size,
)
from asciiart.train.encoder.report.plots import PlotValues, part_labels, picture_uri, project

_RESTORED = 3
"""Number of pages shown beside their reconstructions."""
_PART = 8
"""Rows shown of each page."""
_SAMPLES = 8
"""Number of cells whose nearest glyphs are shown."""
_NEAREST = 5
"""Number of nearest glyphs shown for each."""
_SHOWN = 1.5
"""Pixels of the report per pixel of a glyph."""
_MAP_WIDTH = 760
_MAPPED = 0.8
"""Pixels of the map per pixel of a glyph."""


class _Restored(NamedTuple):
    """Part of a page."""

    given: Ink
    """The part (H, W) with the noise of training."""
    restored: Ink
    """The decoder's reconstruction (H, W) from the code."""
    clean: Ink
    """The target (H, W) of the reconstruction."""


def show_restored(trained: TrainedMatcher, trial: MatcherTrial) -> str:
    """Return HTML with parts of pages beside their reconstructions."""
    shown = (_restore(trained, trial.config, page) for page in trial.pages[:_RESTORED])
    figures = "\n".join(_triple(part) for part in shown)
    return f"""<h3>What the code holds</h3>
<p>Parts of new pages as the encoder is given them, what the decoder restores from the code alone,
and the clean pages that it should.</p>
{figures}"""


def _restore(trained: TrainedMatcher, config: ModeConfig, page: SyntheticPage) -> _Restored:
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


def _variety(ink: Ink, at: tuple[int, int], side: int) -> float:
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


def show_nearest(trained: TrainedMatcher, trial: MatcherTrial) -> str:
    """Return HTML with sample cells and the glyphs nearest to them."""
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


def _samples(trial: MatcherTrial) -> list[int]:
    """Return some cells in which at least half as much can be gained as on average."""
    best = trial.exact.max(1).values
    worthwhile = np.flatnonzero((best >= best.mean() / 2).numpy())
    random = np.random.default_rng(trial.config.seed)
    return sorted(random.permutation(worthwhile)[:_SAMPLES].tolist())


def _nearest_row(trial: MatcherTrial, predicted: Tensor, cell: int) -> str:
    exact = trial.exact[cell]
    best = int(exact.argmax())
    order = predicted.argsort(descending=True, stable=True)[:_NEAREST].tolist()
    shown = [_choice(trial, number, exact, predicted) for number in [*order, best]]
    missing = "<td></td>" * (_NEAREST - len(order))
    return (
        f"<tr><td>{_cell_picture(trial, cell)}</td>{''.join(shown[:-1])}{missing}{shown[-1]}</tr>"
    )


def _choice(trial: MatcherTrial, number: int, exact: Tensor, predicted: Tensor) -> str:
    best = ' class="best"' if exact[number] >= exact.max() else ""
    name = _name_of(trial.glyphs.characters[number])
    height, width = (_SHOWN * pixels for pixels in trial.glyphs.drawn)
    size = f'width="{width:g}" height="{height:g}"'
    return (
        f'<td{best}><svg class="glyph" {size} role="img" aria-label="{name}">'
        f'<title>{name}</title><use href="#{trial.config.mode}-{number}" {size}/></svg>'
        f"<b>{float(exact[number]):#.3g}</b><span>{float(predicted[number]):#.3g}</span></td>"
    )


def _name_of(character: str) -> str:
    return "space" if character == " " else escape(character)


def _cell_picture(trial: MatcherTrial, cell: int) -> str:
    """Return the picture of a cell and the eight around it."""
    for page in trial.pages:
        numbers = page.cells[trial.glyphs.size].numbers
        if cell < len(numbers):
            break
        cell -= len(numbers)
    height, width = seen_size(trial.glyphs, trial.config)
    row, column = divmod(int(numbers[cell]), page.ink.shape[1] // width)
    padded = np.pad(page.ink, ((height, height), (width, width)))
    top, left = height * row, width * column
    around = padded[top : top + 3 * height, left : left + 3 * width]
    down, right = (_SHOWN * pixels for pixels in trial.glyphs.size)
    size = f"--down: {down:g}px; --right: {right:g}px"
    return (
        f'<div class="around" style="{size}"><img src="{picture_uri(around)}" alt="cell"><i></i>'
        "</div>"
    )


def show_map(trained: TrainedMatcher, trial: MatcherTrial) -> str:
    """Return HTML with a map of the glyphs' codes."""
    keys = keys_of(trained.matcher, trial)[1:].double().numpy()
    flat, share = project(keys)
    low, high = flat.min(axis=0), flat.max(axis=0)
    label = _MAPPED * np.array(trial.glyphs.drawn[::-1])
    room = 1.5 * label
    scale = (_MAP_WIDTH - 2 * room[0]) / max(float(high[0] - low[0]), 1e-9)
    spots = (flat - low) * scale + room
    labels = part_labels(spots, (label[0] + 2, label[1]))
    top, bottom = float(labels[:, 1].min()), float(labels[:, 1].max())
    marks = "".join(
        _mark(trial, number + 1, spot, place)
        for number, (spot, place) in enumerate(zip(spots, labels, strict=True))
    )
    height = bottom - top + 2 * room[1]
    box = f"0 {top - room[1]:.0f} {_MAP_WIDTH} {height:.0f}"
    return f"""<h3>Map of the glyphs</h3>
<p>The glyphs' codes (keys) on their first two principal axes, which hold {share:.0%} of their
variance. Glyphs that are near here do for the same cells, mostly. Dots are the true places; where
glyphs would lie on each other they stand aside.</p>
<svg class="map" viewBox="{box}" role="img" aria-label="map of the glyphs">{marks}</svg>"""


def _mark(trial: MatcherTrial, number: int, spot: PlotValues, label: PlotValues) -> str:
    (x, y), (u, v) = spot, label
    height, width = (_MAPPED * pixels for pixels in trial.glyphs.drawn)
    return (
        f'<path class="lead" d="M{x:.1f} {y:.1f}L{u:.1f} {v:.1f}"/>'
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="1.5"/>'
        f'<use href="#{trial.config.mode}-{number}" x="{u - width / 2:.1f}"'
        f' y="{v - height / 2:.1f}" width="{width:g}" height="{height:g}"/>'
    )
