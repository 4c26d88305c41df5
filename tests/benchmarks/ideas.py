"""Prints what ideas of the core bring to the encoder: python tests/benchmarks/ideas.py

Each is left out of the recipe by which `asciiart train --font NAME --mode structure` fine-tunes.
The figure is the share of the best possible score that the chosen glyphs reach on six pages that
nothing was trained on: the mean of three seeds and, in brackets, each of them.
Five minutes on a core for both of them; `--idea transfer` for one.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from typing import Any, NamedTuple

import numpy as np

from asciiart.train.encoder.config import FINE_TUNING, STRUCTURE, ModeConfig
from asciiart.train.encoder.dataset import Dataset
from asciiart.train.encoder.fit import build_matcher, fit
from asciiart.train.encoder.report.matcher_trial import (
    MatcherTrial,
    judge,
    make_trial,
    predict_by_encoder,
)

_FROM_SCRATCH = {"start": "", "learning_rate": STRUCTURE.learning_rate}
_TRIAL_PAGES = 6


class Idea(NamedTuple):
    """Two changes of the recipe that differ in one idea."""

    name: str
    without: dict[str, Any]
    having: dict[str, Any]


IDEAS = {
    "transfer": Idea("shipped weights to start from, not random ones", _FROM_SCRATCH, {}),
    "initialization": Idea(
        "He's variance, not 0.01²", {**_FROM_SCRATCH, "initializer": "normal"}, _FROM_SCRATCH
    ),
}


@cache
def data_of(config: ModeConfig) -> Dataset:
    """Return the data of a recipe, of which only what decides on them is set."""
    return Dataset(config)


def share_of(config: ModeConfig, trial: MatcherTrial) -> float:
    """Train by a recipe and return the share of the best score."""
    plain = replace(FINE_TUNING["structure"], fonts=config.fonts, pages=config.pages)
    dataset = data_of(replace(plain, seed=config.seed))
    matcher = fit(config, dataset=dataset).matcher if config.steps else build_matcher(config)
    return judge(trial.exact, predict_by_encoder(matcher, trial)).share


def shares(recipe: ModeConfig, seeds: Sequence[int], trial: MatcherTrial) -> str:
    """Return the mean share over seeds, and each, in words."""
    found = [share_of(replace(recipe, seed=seed), trial) for seed in seeds]
    return f"{np.mean(found):.4f} ({', '.join(f'{share:.4f}' for share in found)})"


def main() -> None:
    """Train with and without each idea and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--idea", nargs="+", choices=IDEAS, default=list(IDEAS))
    parser.add_argument("--font", default="DejaVu Sans Mono")
    parser.add_argument("--steps", type=int, default=200)
    parser.add_argument("--pages", type=int, default=60)
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    arguments = parser.parse_args()
    recipe = replace(
        FINE_TUNING["structure"],
        fonts=(arguments.font,),
        steps=arguments.steps,
        pages=arguments.pages,
        patience=0,
        threads=1,
    )
    trial = make_trial(recipe, arguments.font, _TRIAL_PAGES)
    untrained = judge(trial.exact, predict_by_encoder(build_matcher(recipe).eval(), trial)).share
    print(f"the shipped encoder, {arguments.font}: {untrained:.4f}", flush=True)
    known: dict[ModeConfig, str] = {}
    for idea in (IDEAS[name] for name in arguments.idea):
        figures = []
        for changes in (idea.without, idea.having):
            config = replace(recipe, **changes)
            if config not in known:
                known[config] = shares(config, arguments.seeds, trial)
            figures.append(known[config])
        print(f"{idea.name}: without {figures[0]}, with {figures[1]}", flush=True)


if __name__ == "__main__":
    main()
