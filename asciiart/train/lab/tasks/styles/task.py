"""Lab task: the style of a font - sans, serif or mono, bold, italic - from one word."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PIL import Image
from torch import Tensor, nn

from asciiart.core.convnets import resnet_small
from asciiart.core.learning.trainer import TrainerConfig
from asciiart.glyphs.font import load_font
from asciiart.train.lab.cheap_methods import (
    classify_cheaply,
    logistic_regression,
    nearest_neighbors,
    share_right,
)
from asciiart.train.lab.classification import likeliest, picture_loss, recognize
from asciiart.train.lab.data.given import load_figure
from asciiart.train.lab.data.word_parts import split_words
from asciiart.train.lab.lesson import Lesson, Outcome
from asciiart.train.lab.sheet import sheet
from asciiart.train.lab.tasks.styles.families import (
    HELD_OUT,
    STYLES,
    TRAINING,
    VALIDATION,
    StyledFonts,
    find_families,
    named_style,
)
from asciiart.train.lab.tasks.styles.measures import measure_style
from asciiart.train.lab.tasks.styles.words import (
    HEIGHT,
    WIDTH,
    WordSetter,
    known_words,
    word_batches,
)

_FILLED = 0.85
"""Share of the height that a user's word fills, with ascenders and descenders."""
_BATCH = 48
_CONFIG = TrainerConfig(steps=400, learning_rate=4e-3, optimizer="adamw", schedule="warm_cosine")
_ASKED, _KNOWN = 2000, 8000
_KNOWN_SEED, _ASKED_SEED = 2**40, 2**41


def build(network: str, settings: Mapping[str, Any]) -> nn.Module:  # noqa: ARG001 - as all tasks
    """Return the network as it is before training."""
    return resnet_small(len(STYLES))


def answer(model: nn.Module, given: str, settings: Mapping[str, Any]) -> str:  # noqa: ARG001
    """Return the three likeliest styles of the word in a picture, with probabilities."""
    return likeliest(model, load_figure(given, HEIGHT, WIDTH, filled=_FILLED), STYLES)


def _fonts(lesson: Lesson) -> tuple[StyledFonts, StyledFonts]:
    """Return the fonts to train on and those to test on, of other families."""
    unseen = VALIDATION if lesson.validate else HELD_OUT
    return (
        _named(lesson.training_fonts) or find_families(TRAINING),
        _named(lesson.held_out_fonts) or find_families(unseen),
    )


def _named(names: tuple[str, ...]) -> StyledFonts | None:
    fonts = tuple(map(load_font, names))
    return StyledFonts(fonts, tuple(map(named_style, fonts))) if fonts else None


def teach(network: str, lesson: Lesson) -> Outcome:
    """Train on words in the fonts for training; test on other words in fonts of other families."""
    training, held_out = _fonts(lesson)
    words = split_words(known_words(), validate=lesson.validate)
    setter = WordSetter(training, words.training)
    model = lesson.build(lambda: build(network, {}))
    batches = word_batches(setter, _BATCH, lesson.seed)
    lesson.fit(model, batches, picture_loss, _CONFIG, title=f"styles, {network}")
    asked, styles = WordSetter(held_out, words.held_out, seed=1)(_ASKED, _ASKED_SEED + lesson.seed)
    answers = recognize(model.eval(), asked)
    figures = {
        "accuracy": share_right(answers, styles),
        "sans, serif or mono": share_right(answers // 4, styles // 4),
        "bold or not": share_right(answers // 2 % 2, styles // 2 % 2),
        "italic or not": share_right(answers % 2, styles % 2),
        "fonts": float(len(held_out.fonts)),
        "words": float(len(styles)),
    }
    cheap = _answer_cheaply(*setter(_KNOWN, _KNOWN_SEED + lesson.seed), asked, lesson.seed)
    baselines = {name: share_right(found, styles) for name, found in cheap.items()}
    return Outcome(model, figures, _picture(asked, styles, answers), baselines)


def _answer_cheaply(
    known: Tensor, styles: Tensor, asked: Tensor, seed: int
) -> Mapping[str, Tensor]:
    """Return for each cheap method its styles (Q,) of the pictures ``asked``."""
    measured, sought = measure_style(known), measure_style(asked)
    return {
        **classify_cheaply(known, styles, asked, seed),
        "logistic regression on strokes": logistic_regression(measured, styles, sought, seed=seed),
        "nearest neighbors by strokes": nearest_neighbors(measured, styles, sought),
    }


def _picture(asked: Tensor, styles: Tensor, answers: Tensor) -> Image.Image:
    """Return a sheet, mistakes first, with the style that was taken for the true one."""
    order = (answers == styles).int().argsort(stable=True)[:60]
    captions = [STYLES[answers[i]] for i in order]
    return sheet([asked[i] for i in order], captions, columns=6)
