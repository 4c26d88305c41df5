"""The tasks of the lab, described without torch; a new task is a module and an entry here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Task:
    """A task of the lab."""

    name: str
    """Name on the command line."""
    module: str
    """Module below `asciiart.train.lab` that teaches it; see `lesson.TaskModule`."""
    question: str
    """The task in words, with its test data."""
    figure: str
    """Name of the figure that is compared with the bar and the baselines; more is better."""
    bars: Mapping[str, float]
    """Network -> lowest figure that counts as success; its keys are the networks for the task."""
    takes: str
    """What `asciiart lab try` is given, in words."""
    uses_fonts: bool = field(default=True, kw_only=True)
    """Whether it draws its data with the lab's fonts."""


_TASKS = (
    Task(
        "characters",
        "characters",
        "next character of Unicode names never seen: nats saved against a bigram chain",
        "nats saved",
        {"rnn": 1.0, "lstm": 1.0, "gru": 1.0, "transformer": 1.0},
        "the beginning of a name, which is continued",
        uses_fonts=False,
    ),
    Task(
        "clutter",
        "clutter.task",
        "where is it: a capital among strokes, dots and fragments, in fonts never seen; the score "
        "of cam is hits (its map's highest place lies on the letter), of rcnn mAP@0.5 (two to four "
        "letters a picture), of ram accuracy (which of A to K it is, seen in four glimpses)",
        "score",
        {"cam": 0.9, "rcnn": 0.7, "ram": 0.8},
        "a picture with letters",
    ),
    Task(
        "denoise",
        "denoise",
        "clean noisy letters of fonts never seen, better than a median filter: dB gained",
        "gain",
        {"denoising": 0.0, "sparse": 0.0, "convolutional": 0.0, "variational": 0.0},
        "a picture of a letter",
    ),
    Task(
        "fill",
        "fill",
        "four of five pixels are missing: what a picture of a letter was, in decibels",
        "dB",
        {"rbf": 16.3},
        "a picture",
    ),
    Task(
        "letters",
        "hidden.task",
        "which letter is it, of any size, place and slant, among strokes and pieces of others: 26 "
        "letters, capital and small, of fonts never seen",
        "accuracy",
        {
            "mlp": 0.5,
            "deep": 0.5,
            "alexnet": 0.6,
            "vgg": 0.7,
            "googlenet": 0.7,
            "resnet": 0.75,
            "densenet": 0.7,
        },
        "a picture of a letter",
    ),
    Task(
        "make",
        "make",
        "draw the letter that is asked for: the share that a classifier recognizes",
        "recognized",
        {"gan": 0.6, "vae": 0.6},
        "a letter or digit",
    ),
    Task(
        "names",
        "names.task",
        "what is its Unicode name: hundreds of characters, of fonts never seen",
        "exact",
        {"captioner-soft": 0.6, "captioner-hard": 0.6},
        "a picture of a character",
    ),
    Task(
        "pages",
        "pages.task",
        "text, and 3 pixels around it, from background: pages of fonts and words never seen",
        "IoU",
        {"unpool": 0.9, "transposed": 0.9},
        "a picture of a page",
    ),
    Task(
        "recall",
        "recall",
        "recall a damaged glyph: 20 % of its pixels flipped",
        "recalled",
        {"hopfield": 0.99, "rbm": 0.7, "dbn": 0.5},
        "a picture of a letter, which is damaged first",
    ),
    Task(
        "romaji",
        "romaji.task",
        "katakana to romaji: words never seen, each right to the last letter",
        "exact words",
        {
            "seq2seq-none": 0.0,
            "seq2seq-additive": 0.95,
            "seq2seq-dot": 0.95,
            "seq2seq-general": 0.95,
            "seq2seq-concat": 0.95,
            "transformer": 0.95,
        },
        "a word in katakana",
        uses_fonts=False,
    ),
    Task(
        "styles",
        "styles.task",
        "sans, serif or mono, bold or not, italic or not: all three from one word never seen, in "
        "families never seen",
        "accuracy",
        {"vgg": 0.72, "resnet": 0.74, "densenet": 0.72},
        "a picture of a word",
    ),
    Task(
        "transfer",
        "hidden.transfer",
        "19 Cyrillic letters, hidden as in letters, from four labeled pictures of each, by a "
        "network that knows Latin ones",
        "accuracy",
        {"vgg": 0.45, "resnet": 0.55, "densenet": 0.45},
        "a picture of a Cyrillic letter",
    ),
    Task(
        "twins",
        "twins",
        "E or F, O or Q, and six more such pairs, under strong noise, of fonts never seen",
        "accuracy",
        {"perceptron": 0.925},
        "a picture of a letter",
    ),
)

TASKS: Mapping[str, Task] = {task.name: task for task in _TASKS}
"""Name -> task."""
