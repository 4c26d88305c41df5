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
        "of cam, grad-cam and input-saliency is hits (the highest place of the evidence lies on "
        "the letter), of fast-rcnn and rcnn mAP@0.5 (two to four letters a picture), of ram "
        "accuracy (which of A to K it is, seen in four glimpses)",
        "score",
        {
            "cam": 0.9,
            "grad-cam": 0.9,
            "input-saliency": 0.87,
            "fast-rcnn": 0.7,
            "rcnn": 0.6,
            "ram": 0.8,
        },
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
        "glances",
        "clutter.glances",
        "where does a reader look: one to three capitals among strokes and dots, in fonts never "
        "seen; how the map correlates with the letters' places",
        "correlation",
        {"salnet": 0.7},
        "a picture with letters",
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
        "posters",
        "posters.task",
        "propose 200 regions that hold the letters of a poster, of any size and color: the share "
        "of letters that are held, by fonts never seen",
        "recall",
        {"selective-search": 0.75},
        "a picture",
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
        "restyle",
        "restyle.task",
        "draw a plain letter in the style of a sample, another letter of another font: the share "
        "in which a judge sees the letter and the style",
        "both right",
        {"style-transfer": 0.6},
        "a picture of a letter",
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
