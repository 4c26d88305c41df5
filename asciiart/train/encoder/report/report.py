"""The report of a training: one self-contained HTML page.

Each mode has a section of its own; writing one keeps the other's, as with the model's card.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from html import escape
from pathlib import Path
from typing import NamedTuple, get_args

import cv2
import numpy as np
import torch
from torch import Tensor

from asciiart.io.files.atomic_files import write_atomically
from asciiart.options import Mode
from asciiart.train.encoder.config import ModeConfig
from asciiart.train.encoder.dataset import Dataset
from asciiart.train.encoder.fit import TrainedMatcher
from asciiart.train.encoder.report.baselines import learned_glyphs, shrink_glyphs, train_autoencoder
from asciiart.train.encoder.report.code_views import show_map, show_nearest, show_restored
from asciiart.train.encoder.report.matcher_trial import (
    MatcherTrial,
    Standing,
    choose_font,
    judge,
    make_trial,
    predict_by_autoencoder,
    predict_by_encoder,
    predict_by_pixels,
)
from asciiart.train.encoder.report.plots import outline, plot_curve
from asciiart.train.onnx_export import count_parameters

REPORT = "report.html"
BASELINE_STEPS = 200
"""Steps for the compared autoencoders, or the encoder's number of steps if that is less."""
_PAGES = 8
"""New pages on which matchers are compared."""
_FINER = 3
"""Enlargement of a glyph before its outline is traced."""
_ENCODER, _BEST = "this encoder", "best glyph per cell, by the exact score"
_FIRST = "{start}, from which it started"

_LEGEND = """Blue: the batches it was trained on, their mean and the middle four fifths. Green:
pages held out. The lower the loss the better; a ranking of 1 takes the best glyph everywhere, 0
is chance."""

_STYLE = Path(__file__).with_suffix(".css")
"""Style sheet of the page, for light and dark mode."""


class _MatcherResult(NamedTuple):
    """A row of the table of matchers."""

    name: str
    standing: Standing


def write_report(
    trained: TrainedMatcher,
    config: ModeConfig,
    dataset: Dataset,
    path: Path,
    *,
    baseline_steps: int = BASELINE_STEPS,
) -> None:
    """Write a mode's section of the page at ``path``, and keep the other mode's.

    The same training gives the same bytes. Two autoencoders are trained for comparison. The trial's
    font is the first of the recipe that is not in the shipped one, or else DejaVu Sans Mono, which
    the shipped encoder was not trained on.

    Parameters
    ----------
    trained, config, dataset
        The result and the arguments of `fit`.
    path
        The page, usually ``report.html`` in the model's folder.
    baseline_steps
        Number of batches for each of the two autoencoders, limited to the encoder's own.

    Raises
    ------
    OutputError
        If the page cannot be written.
    """
    name = choose_font(config)
    trial = make_trial(config, name, _PAGES)
    steps = min(baseline_steps, max(1, len(trained.history.loss)))
    results = compare(trained, trial, dataset, steps)
    section = "\n".join(_section(trained, trial, results, seen=name in config.fonts))
    sections = {**_sections_of(path), config.mode: section}
    write_atomically(path, _page(path.resolve().parent.name, sections).encode())


def compare(
    trained: TrainedMatcher, trial: MatcherTrial, dataset: Dataset, steps: int
) -> list[_MatcherResult]:
    """Return every matcher's result, the encoder's and the best possible one last."""
    glyphs = _glyphs_to_restore(trial)
    plain, denoising = (
        train_autoencoder(dataset, glyphs, steps, noisy=noisy) for noisy in (False, True)
    )
    predictions = {
        "nearest raw pixels": predict_by_pixels(trial),
        f"plain autoencoder, {steps:,} steps": predict_by_autoencoder(plain, trial),
        f"denoising autoencoder, {steps:,} steps": predict_by_autoencoder(denoising, trial),
    }
    if trial.config.start:
        first = _FIRST.format(start=escape(trial.config.start))
        predictions[first] = predict_by_encoder(trained.first, trial)
    predictions[_ENCODER] = predict_by_encoder(trained.matcher, trial)
    predictions[_BEST] = trial.exact
    return [_MatcherResult(name, judge(trial.exact, found)) for name, found in predictions.items()]


def _glyphs_to_restore(trial: MatcherTrial) -> Tensor:
    """Return the glyphs that the autoencoders learn: all of a recipe's, or those of its charset."""
    if not trial.config.charset:
        return learned_glyphs(trial.config)
    return torch.from_numpy(shrink_glyphs(trial.glyphs.inks[1:], trial.config))[:, None]


# --- the page -----------------------------------------------------------------------------------


def _sections_of(path: Path) -> dict[str, str]:
    """Return the sections of the page at ``path``, if there is one."""
    try:
        page = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return {}
    pattern = r"<!-- begin (\w+) -->\n(.*?)\n<!-- end \1 -->"
    return dict(re.findall(pattern, page, re.DOTALL))


def _page(name: str, sections: dict[str, str]) -> str:
    parts = [
        f"<!-- begin {mode} -->\n{sections[mode]}\n<!-- end {mode} -->"
        for mode in get_args(Mode)
        if mode in sections
    ]
    style = _STYLE.read_text(encoding="utf-8")
    title = f"Training report: {escape(name)}"
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{title}</title>\n<style>\n{style}</style></head>\n"
        f"<body>\n<h1>{title}</h1>\n"
        f"{''.join(part + chr(10) for part in parts)}</body>\n</html>\n"
    )


def _section(
    trained: TrainedMatcher, trial: MatcherTrial, results: Sequence[_MatcherResult], *, seen: bool
) -> Iterator[str]:
    yield f'<section id="{trial.config.mode}">\n<h2>{trial.config.mode}</h2>'
    yield _facts(trained, trial, results, seen=seen)
    yield _symbols(trial)
    curves = "".join(_curves(trained))
    yield f'<h3>How it learned</h3>\n<p>{_LEGEND}</p>\n<div class="flow">{curves}</div>'
    yield _table(results, trial)
    yield show_restored(trained, trial)
    yield show_nearest(trained, trial)
    yield show_map(trained, trial)
    yield "</section>"


def _facts(
    trained: TrainedMatcher, trial: MatcherTrial, results: Sequence[_MatcherResult], *, seen: bool
) -> str:
    config, glyphs = trial.config, trial.glyphs
    own = next(result.standing for result in results if result.name == _ENCODER)
    fonts = f"{len(config.fonts)} fonts" if len(config.fonts) > 1 else "one font"
    steps = len(trained.history.loss)
    kept = (
        ""
        if trained.kept == steps
        else f", of which the weights after step {trained.kept:,} are kept"
    )
    start = f"Started from {escape(config.start)}" if config.start else "From scratch"
    wide = f", {glyphs.drawn.width} by {glyphs.drawn.height} pixels each,"
    return (
        f"<p>On pages that it has never seen, the glyphs that this encoder finds in"
        f" {escape(glyphs.font.name)}, a font that it has {'' if seen else 'not '}learned from,"
        f" are worth <b>{_percent(own.share)}</b> of the best ones.</p>\n"
        f'<p class="dim">{start}; {steps:,} steps{kept}, on {config.pages:,} pages and'
        f" {fonts}, seed {config.seed}; {count_parameters(trained.matcher):,} numbers learned;"
        f" tried with {len(glyphs.characters)} characters{wide} in {len(trial.cells):,} cells.</p>"
    )


def _symbols(trial: MatcherTrial) -> str:
    """Return the glyphs' outlines as SVG symbols."""
    parts = []
    height, width = (_FINER * pixels for pixels in trial.glyphs.drawn)
    for number, ink in enumerate(trial.glyphs.inks[:, :, : trial.glyphs.drawn.width]):
        finer = np.asarray(cv2.resize(ink, (width, height), interpolation=cv2.INTER_CUBIC))
        parts.append(
            f'<symbol id="{trial.config.mode}-{number}" viewBox="0 0 {width} {height}">'
            f'<path d="{outline(finer)}"/></symbol>'
        )
    return f'<svg class="symbols" width="0" height="0" aria-hidden="true">{"".join(parts)}</svg>'


def _curves(trained: TrainedMatcher) -> Iterator[str]:
    history = trained.history
    series = {"loss": history.loss, **history.scores, "learning rate": history.learning_rate}
    for name, values in series.items():
        judged = {step: found[name] for step, found in trained.validation.items() if name in found}
        curve = plot_curve(name, values, len(history.loss), judged, log=name == "loss")
        yield f"<figure><figcaption>{escape(name)}</figcaption>{curve}</figure>"


def _table(results: Sequence[_MatcherResult], trial: MatcherTrial) -> str:
    rows = "\n".join(_table_row(result) for result in results)
    return f"""<h3>How good its glyphs are</h3>
<p>Every cell of {len(trial.pages)} new pages was given a glyph of {escape(trial.glyphs.font.name)}
by each matcher. Of the exact score that these glyphs have, 0% is what a blank page gets and
100% the best glyph in every cell; as a ranking, 0 is chance. The two autoencoders have the same
convolutions, and have learned to restore pages and glyphs and nothing else. More steps make them
restore better, and hardly choose better.</p>
<div class="wide"><table class="scores">
<tr><th>matcher</th><th>mean score<br>of a cell</th><th>share of<br>the best</th>
<th>ranking</th><th>best glyph<br>found</th><th></th></tr>
{rows}
</table></div>"""


def _percent(share: float) -> str:
    """Return a share in percent, rounded down, so that 100% means all."""
    return f"{math.floor(1000 * share) / 10:.1f}%"


def _floor(ranking: float) -> float:
    """Return a ranking, rounded down in the same way."""
    return math.floor(1e4 * ranking) / 1e4


def _table_row(result: _MatcherResult) -> str:
    name, (mean, share, ranking, found) = result
    own = ' class="own"' if name == _ENCODER else ""
    width = 100 * min(1.0, max(0.0, share))
    return (
        f"<tr{own}><td>{name}</td><td>{mean:.3f}</td><td>{_percent(share)}</td><td>{_floor(ranking):.4f}</td>"
        f'<td>{_percent(found)}</td><td class="bar"><i style="width:{width:.1f}%"></i></td></tr>'
    )
