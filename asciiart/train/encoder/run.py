"""A user's training: data, progress, checkpoints, and a model folder at the end."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from rich.console import Console

from asciiart.core.learning.progress import show_progress
from asciiart.io.files.atomic_files import prepare_folder
from asciiart.matching.model import CARD, GLYPH_NETWORK, PAGE_NETWORK, WEIGHTS
from asciiart.options import Mode
from asciiart.train.encoder.config import ModeConfig
from asciiart.train.encoder.dataset import Dataset
from asciiart.train.encoder.export import export_model, is_exported
from asciiart.train.encoder.fit import TrainedMatcher, fit, ranking_of
from asciiart.train.encoder.report.report import REPORT, write_report
from asciiart.train.encoder.training_glyphs import find_coverage

CHECKPOINT = "{mode}.checkpoint"
LOG = "{mode}.log.jsonl"
CHECKPOINT_EVERY = 100
"""Steps between checkpoints, at most so many of which a power cut costs."""


def files_of(mode: Mode) -> tuple[str, ...]:
    """Return the names of all files that training a mode writes to its folder."""
    names = (PAGE_NETWORK, GLYPH_NETWORK, WEIGHTS, CHECKPOINT, LOG)
    return (CARD, REPORT, *(name.format(mode=mode) for name in names))


def train_modes(
    configs: Sequence[ModeConfig], folder: Path, *, resume: bool, command: str, report: bool = True
) -> None:
    """Train an encoder for each mode, one after the other, and write them to a model folder.

    ``command`` is recorded in the card as the command that reproduces the model. During a mode's
    training, and after an interrupt, the folder holds ``<mode>.checkpoint``, from which ``resume``
    continues; modes already finished are then skipped. ``<mode>.log.jsonl`` records the training,
    one line of JSON every 50 steps (`core.learning.progress.TrainingLog`), and ``report.html``,
    with ``report``, its result. A model already in the folder stays complete until another replaces
    it.

    Raises
    ------
    FontError, ModelError, OutputError
        If a font is missing, the checkpoint does not fit or the folder cannot be written.
    """
    console = Console(stderr=True)
    coverage = {each: None for config in configs for each in find_coverage(config)}
    for font, usable, wanted in coverage:
        if usable < wanted and any(config.charset for config in configs):
            _say(console, f"{font} has {usable} of {wanted} characters, and learns those")
    with _prepared(folder):
        for config in configs:
            with _told_how_to_go_on(config, folder, console):
                _train(config, folder, console, resume=resume, command=command, report=report)


def _say(console: Console, line: str) -> None:
    console.out(f"asciiart: {line}", highlight=False)


@contextmanager
def _prepared(folder: Path) -> Iterator[None]:
    """Create the folder; if it is new and stays empty, remove it."""
    new = not folder.exists()
    prepare_folder(folder)
    try:
        yield
    finally:
        if new:
            with suppress(OSError):  # something is in it
                folder.rmdir()


@contextmanager
def _told_how_to_go_on(config: ModeConfig, folder: Path, console: Console) -> Iterator[None]:
    """On Ctrl-C, say in one line how to continue the training."""
    checkpoint = folder / CHECKPOINT.format(mode=config.mode)
    try:
        yield
    except KeyboardInterrupt:
        left = f"--resume goes on from {checkpoint}" if checkpoint.exists() else "nothing is left"
        _say(console, f"{config.mode}: interrupted; {left}")
        raise


def _train(
    config: ModeConfig, folder: Path, console: Console, *, resume: bool, command: str, report: bool
) -> None:
    checkpoint = folder / CHECKPOINT.format(mode=config.mode)
    if resume and not checkpoint.exists() and is_exported(config, folder):
        _say(console, f"{config.mode}: already in {folder}")
        return
    with console.status(f"{config.mode}: drawing {config.pages} pages and the glyphs"):
        dataset = Dataset(config)
    with show_progress(
        console, config.mode, config.steps, cells_per_step=config.cells_per_step
    ) as show:
        trained = fit(
            config,
            dataset=dataset,
            callbacks=[show],
            checkpoint=checkpoint,
            checkpoint_every=CHECKPOINT_EVERY,
            resume=resume,
            log=folder / LOG.format(mode=config.mode),
        )
    export_model(trained, config, folder, command)
    if report:
        with console.status(f"{config.mode}: comparing it with others for the report"):
            write_report(trained, config, dataset, folder / REPORT)
    checkpoint.unlink(missing_ok=True)
    _say(console, f"{config.mode}: {_worth(trained)}, written to {folder}")


def _worth(trained: TrainedMatcher) -> str:
    """Return in words how well glyphs are ranked."""
    if not trained.validation:
        return f"ranking score {ranking_of(trained.history):.3f}"
    before, after = (trained.validation[step]["ranking"] for step in (0, trained.kept))
    return f"ranking score {after:.4f} on pages it never saw (before: {before:.4f})"
