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
        "characters.task",
        "next character of lines such as U+0416 D0 96 CYRILLIC CAPITAL LETTER ZHE (code, bytes in "
        "UTF-8, name), for characters never seen: nats saved against a bigram chain",
        "nats saved",
        {"rnn": 1.45, "lstm": 1.5, "gru": 1.5, "gpt": 1.45},
        "the beginning of a line, such as U+0416, which is continued",
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
        "direction",
        "direction.task",
        "which way does each character run: levels of the bidirectional algorithm, lines never "
        "seen, each right to the last character",
        "exact lines",
        {"bi-rnn": 0.6, "bi-lstm": 0.8, "bi-gru": 0.8},
        "a line of Latin, Hebrew, Arabic, digits and punctuation",
        uses_fonts=False,
    ),
    Task(
        "letters",
        "letters",
        "which letter is it: 62 letters and digits, of fonts never seen",
        "accuracy",
        {"mlp": 0.8, "vgg": 0.9, "googlenet": 0.9, "resnet": 0.9, "densenet": 0.9},
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
        "memory",
        "memory",
        "what is the product of two marked numbers among 30: the share off by less than 0.04",
        "right",
        {"feed-forward": 0.9, "lstm": 0.9, "gru": 0.9, "gru_cho": 0.9, "rnn": 0.0},
        "two numbers from 0 to 1, which are hidden among others",
        uses_fonts=False,
    ),
    Task(
        "names",
        "names.task",
        "what is its Unicode name: accented letters never seen in any font, whose words are known "
        "from others",
        "exact",
        {"captioner-soft": 0.5, "captioner-hard": 0.4},
        "a picture of a character",
    ),
    Task(
        "numbers",
        "numbers.task",
        "does a separator join two numbers, as in 3.5: texts never seen, spelled by the names of "
        "their characters",
        "accuracy",
        {"convolution": 0.83, "localizer": 0.83, "attention": 0.83},
        "a text of a few characters",
        uses_fonts=False,
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
            "seq2seq-additive": 0.9,
            "seq2seq-dot": 0.9,
            "seq2seq-general": 0.9,
            "seq2seq-concat": 0.9,
            "transformer": 0.9,
        },
        "a word in katakana",
        uses_fonts=False,
    ),
    Task(
        "words",
        "words",
        "what comes back of a word, never seen, through a code of 64 numbers: the share without a "
        "mistake",
        "exact words",
        {"lstm": 0.62, "gru": 0.62},
        "a word of at most 10 letters",
        uses_fonts=False,
    ),
)

TASKS: Mapping[str, Task] = {task.name: task for task in _TASKS}
"""Name -> task."""
