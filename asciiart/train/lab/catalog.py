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
        "codes",
        "codes",
        "eight numbers per glyph, learned without labels: is the nearest glyph, by them, the same "
        "letter, of fonts never seen",
        "accuracy",
        {"autoencoder": 0.82, "pretrained": 0.82},
        "a picture of a letter",
    ),
    Task(
        "denoise",
        "denoise",
        "clean noisy lines of words, of fonts and words never seen: dB against the clean ones",
        "PSNR",
        {
            "denoising": 18.0,
            "sparse": 18.0,
            "convolutional": 18.0,
            "unpooling": 18.0,
            "variational": 18.0,
        },
        "a picture of text, about 16 to 24 pixels high",
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
        "make glyphs of every letter: harmonic mean of the share that a classifier recognizes, and "
        "of the share of glyphs, of fonts never seen, to which one is nearer than all known glyphs",
        "score",
        {"gan": 0.2, "vae": 0.2},
        "letters and digits",
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
        "recall an emblem, a letter in a frame, of which 20 % of the pixels are flipped: the "
        "letter is known in other frames, the frame around other letters",
        "recalled",
        {"hopfield": 0.9, "rbm": 0.5, "dbn": 0.5},
        "a picture of an emblem, which is damaged first",
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
)

TASKS: Mapping[str, Task] = {task.name: task for task in _TASKS}
"""Name -> task."""
