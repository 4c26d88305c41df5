"""Training as a user starts it: data, progress, checkpoints, and a model folder at the end."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from asciiart.core.progress import show_progress
from asciiart.files import prepare_folder
from asciiart.train.config import ModeConfig
from asciiart.train.dataset import Dataset
from asciiart.train.export import export_model, is_exported
from asciiart.train.fit import fit, ranking_of
from asciiart.train.report import REPORT, write_report


def train_modes(configs: Sequence[ModeConfig], folder: Path, *, resume: bool, command: str) -> None:
    """Train an encoder for each mode, one after the other, into a model folder.

    ``command`` is what the card says reproduces the model. While a mode is trained, and after an
    interrupt, ``<mode>.checkpoint`` in the folder holds what ``resume`` continues from; a mode
    that was already finished is then left alone.

    Raises
    ------
    FontError, ModelError, OutputError
        If a font is missing, the checkpoint does not fit or the folder cannot be written.
    """
    prepare_folder(folder)
    console = Console(stderr=True)
    for config in configs:
        _train(config, folder, console, resume=resume, command=command)


def _train(
    config: ModeConfig, folder: Path, console: Console, *, resume: bool, command: str
) -> None:
    checkpoint = folder / f"{config.mode}.checkpoint"
    if resume and not checkpoint.exists() and is_exported(config, folder):
        console.out(f"{config.mode}: already in {folder}", highlight=False)
        return
    with console.status(f"{config.mode}: drawing {config.pages} pages and the glyphs"):
        dataset = Dataset(config)
    with show_progress(console, config.mode, config.steps) as show:
        trained = fit(
            config,
            dataset=dataset,
            callbacks=[show],
            checkpoint=checkpoint,
            resume=resume,
        )
    export_model(trained, config, folder, command)
    checkpoint.unlink(missing_ok=True)
    with console.status(f"{config.mode}: comparing it with others for the report"):
        write_report(trained, config, dataset, folder / REPORT)
    ranking = ranking_of(trained.history)
    console.out(f"{config.mode}: ranking score {ranking:.3f}, written to {folder}", highlight=False)
