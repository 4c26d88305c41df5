"""The tasks of the lab, described without torch; a new task is a module and an entry here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Task:
    """A task of the lab."""

    name: str
    """Name on the command line."""
    module: str
    """Module below `asciiart.train.lab.tasks` that teaches it; see `lesson.TaskModule`."""
    question: str
    """The task in words, with its test data."""
    figure: str
    """Name of the figure that is compared with the bar and the baselines; more is better."""
    bars: Mapping[str, float | None]
    """Network -> lowest figure that counts as success, None for a network to compare with; its keys
    are the networks for the task."""
    takes: str
    """The input of `asciiart lab try`, in words."""


_TASKS = (
    Task(
        "characters",
        "characters.task",
        "next character of lines such as U+0416 CYRILLIC CAPITAL LETTER ZHE 04 16 (code, name, "
        "bytes in UTF-16), for characters never seen: nats saved against a bigram chain",
        "nats saved",
        {"rnn": None, "lstm": 1.42, "gru": 1.42, "gpt": 1.5},
        "the beginning of a line, such as U+0416, which is continued",
    ),
    Task(
        "clutter",
        "clutter.task",
        "where is it: a capital among strokes, dots and fragments, in fonts never seen; the score"
        " of cam, grad-cam and input-saliency is hits (the highest place of the evidence lies on "
        "the letter), of fast-rcnn and rcnn mAP@0.5 (two to four letters a picture), of ram "
        "accuracy (which of A to K it is, seen in four glimpses)",
        "score",
        {
            "cam": 0.9,
            "grad-cam": 0.9,
            "input-saliency": 0.87,
            "fast-rcnn": 0.85,
            "rcnn": 0.8,
            "ram": 0.8,
        },
        "a picture with letters",
    ),
    Task(
        "codes",
        "codes",
        "a few numbers per glyph, learned without labels: is the nearest glyph, by them, the same"
        " letter, of fonts never seen",
        "accuracy",
        {
            "autoencoder": 0.87,
            "denoising": 0.86,
            "variational": 0.89,
            "dense-variational": 0.89,
            "convolutional": 0.966,
        },
        "a picture of a letter",
    ),
    Task(
        "direction",
        "direction.task",
        "which way does each character run: levels of the bidirectional algorithm, lines never "
        "seen, each right to the last character",
        "exact lines",
        {"bi-rnn": 0.6, "bi-gru": 0.8},
        "a line of Latin, Hebrew, Arabic, digits and punctuation",
    ),
    Task(
        "dots",
        "dots",
        "a Braille cell, and the same moved up or down by a row or not: four dots are hidden and, "
        "half the time, the direction; cells never seen, in nats saved for each hidden unit",
        "nats saved",
        {"boltzmann": 0.265, "rbm": 0.33},
        "two Braille cells and up, still or down; each may be ?",
    ),
    Task(
        "few-labels",
        "few_labels",
        "which capital is it, of which an eighth of the pixels is flipped: four labeled pictures "
        "of each and many without labels, in fonts never seen",
        "accuracy",
        {"rbm": 0.69, "dbn": 0.69, "sparse": None, "stacked": None},
        "a picture of a capital",
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
        "glances",
        "clutter.glances",
        "where does a reader look: one to three capitals among strokes and dots, in fonts never "
        "seen; how the map correlates with the letters' places",
        "correlation",
        {"salnet": 0.9},
        "a picture with letters",
    ),
    Task(
        "letters",
        "letters.task",
        "which letter is it, of any size, place and slant, among strokes and pieces of others: 26"
        " letters, capital and small, of fonts never seen",
        "accuracy",
        {
            "mlp": 0.55,
            "deep": 0.55,
            "maxout": 0.55,
            "alexnet": 0.65,
            "vgg": 0.75,
            "googlenet": 0.58,
            "resnet": 0.75,
            "densenet": 0.75,
        },
        "a picture of a letter",
    ),
    Task(
        "make",
        "make.task",
        "make emblems of every letter, in frames in which it was never shown: harmonic mean of the "
        "share that shows the letter and a frame, and of the share of new combinations among it",
        "score",
        {"gan": None, "vae": 0.5},
        "letters from A to Z",
    ),
    Task(
        "memory",
        "memory",
        "what is the product of two marked numbers among 30: the share off by less than 0.04",
        "right",
        {"feed-forward": 0.8, "lstm": 0.9, "gru_cho": 0.9, "rnn": None},
        "two numbers from 0 to 1, which are hidden among others",
    ),
    Task(
        "names",
        "names.task",
        "what is its Unicode name: accented letters never seen in any font, whose words are known"
        " from others",
        "exact",
        {"captioner-soft": 0.4, "captioner-hard": 0.4},
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
    ),
    Task(
        "pages",
        "pages.task",
        "text, and 3 pixels around it, from background: pages of fonts and words never seen",
        "IoU",
        {"unpool": 0.9, "transposed": 0.9, "unet": 0.9, "autoencoder": 0.85},
        "a picture of a page",
    ),
    Task(
        "posters",
        "posters.task",
        "propose 200 regions that hold the letters of a poster, of any size and color: the share "
        "of letters that are held, by fonts never seen",
        "recall",
        {"selective-search": 0.87},
        "a picture",
    ),
    Task(
        "recall",
        "recall.task",
        "recall an emblem, a letter in a frame, of which 20 % of the pixels are flipped: the "
        "letter is known in other frames, the frame around other letters",
        "recalled",
        {"hopfield": 0.9},
        "a picture of an emblem, which is damaged first",
    ),
    Task(
        "restyle",
        "restyle.task",
        "draw a plain letter in the style of a sample, another letter of another font: the share "
        "in which a judge sees the letter and the style",
        "both right",
        {"style-transfer": 0.75},
        "a picture of a letter",
    ),
    Task(
        "romaji",
        "romaji.task",
        "katakana to romaji: words never seen, each right to the last letter",
        "exact words",
        {
            "seq2seq-none": None,
            "seq2seq-additive": 0.9,
            "seq2seq-dot": 0.9,
            "seq2seq-general": 0.9,
            "transformer": 0.9,
        },
        "a word in katakana",
    ),
    Task(
        "scenes",
        "scenes.task",
        "what kind of scene is it: a city, mountains, the sea, a forest, a road, a room or hills, "
        "in any colors and with things before it",
        "accuracy",
        {"resnet": 0.9},
        "a picture",
    ),
    Task(
        "styles",
        "styles.task",
        "sans, serif or mono, bold or not, italic or not: all three from one word never seen, in "
        "families never seen",
        "accuracy",
        {"resnet": 0.74},
        "a picture of a word",
    ),
    Task(
        "transfer",
        "letters.transfer",
        "19 Cyrillic letters, hidden as in letters, from four labeled pictures of each, by a "
        "network that knows Latin ones and is frozen but for its last layer, or fine-tuned",
        "accuracy",
        {"resnet": 0.55, "resnet-fine-tuned": 0.55},
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
    Task(
        "words",
        "words",
        "what comes back of a word, never seen, through a code of 16 numbers: the share without a"
        " mistake",
        "exact words",
        {"gru": 0.5},
        "a word of at most 10 letters",
    ),
)

TASKS: Mapping[str, Task] = {task.name: task for task in _TASKS}
"""Name -> task."""
