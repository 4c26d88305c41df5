"""The command `asciiart train`: the encoder trained or fine-tuned, or the network for lines."""

# ruff: noqa: D301 - click keeps the lines after \b as they are

from __future__ import annotations

import shlex
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import click
from click.core import ParameterSource

from asciiart.cli.defaults import Defaulted
from asciiart.cli.precedence import is_weaker
from asciiart.errors import ModelError, OptionError, install_command
from asciiart.io.signals import cleanup_on_signals
from asciiart.options import Mode

if TYPE_CHECKING:
    from asciiart.train.encoder.config import ModeConfig

_RESUMING = ("--resume", "--no-resume")
"""Options that are left out of the command that a model's card records."""
_OF_LINES = ("data", "steps", "learning_rate", "seed", "device")
"""Options that a training of the network for lines takes, besides --out."""
_GRACE = 10.0
"""Seconds that an interrupted training has to finish its step and write its checkpoint."""


# fmt: off
@click.command(cls=Defaulted)
@click.argument("network", type=click.Choice(("encoder", "lines")), default="encoder")
@click.option("--out", "folder", required=True, metavar="DIR",
    type=click.Path(path_type=Path, readable=False), help="Model folder to write.")
@click.option("--mode", type=click.Choice(("both", *get_args(Mode))), default="both",
    show_default=True, help="What to train the encoder for.")
@click.option("--font", "fonts", multiple=True, metavar="NAME|FILE",
    help="A font to fine-tune for; repeatable.  [default: DejaVu Sans Mono with --charset]")
@click.option("--charset", metavar="NAMES",
    help="Characters to fine-tune for, as `draw` takes them.  [default: ascii]")
@click.option("--from", "start", metavar="NAME|DIR|scratch",
    help="Model to start from.  [default: standard with --font or --charset, else scratch]")
@click.option("--config", "file", metavar="FILE",
    type=click.Path(path_type=Path, readable=False),
    help="TOML file with any of the values below and the others in the recipe of a model's "
    "card.toml: at the top for both modes, in [structure] or [tone] for one. Options override it.")
@click.option("--data", metavar="DIR", type=click.Path(path_type=Path),
    help="For lines: folder with the packages of drawings and textures to learn from.")
@click.option("--steps", type=int, metavar="N", help="Number of batches.")
@click.option("--pages", type=int, metavar="N", help="Number of synthetic pages.")
@click.option("--learning-rate", type=float, metavar="X", help="Peak learning rate.")
@click.option("--optimizer", metavar="NAME", help="sgd, momentum, adam, adamw ...")
@click.option("--schedule", metavar="NAME", help="constant, linear, cosine, warm_cosine ...")
@click.option("--initializer", metavar="NAME",
    help="Initialization from scratch: he_normal, xavier_uniform ...")
@click.option("--noise", type=float, metavar="X", help="Standard deviation of the noise on pages.")
@click.option("--patience", type=int, metavar="N",
    help="Early stopping: end after N validations without a better ranking and keep the best "
    "weights; 0 turns it off.")
@click.option("--seed", type=int, metavar="N", help="[default: 0]")
@click.option("--device", type=click.Choice(("cpu", "cuda", "auto")), help="[default: cpu]")
@click.option("--resume/--no-resume", help="Continue an interrupted training.")
@click.option("--report/--no-report", default=True, show_default=True,
    help="Write report.html: the course of training, the model's figures and its codes.")
def train(
    folder: Path,
    *,
    network: str,
    data: Path | None,
    mode: str,
    file: Path | None,
    resume: bool,
    report: bool,
    **recipe: Any,
) -> None:
    """Train the glyph encoder, or the network for lines; needs the extra "train".

    With --font or --charset the shipped encoder is fine-tuned for them, which takes minutes and
    makes it better there. Without either, and without --from, an encoder is trained from scratch,
    as the shipped one was. Anything not given follows the corresponding recipe.

    An interrupted training (Ctrl-C, or a power cut) leaves a checkpoint from which --resume
    continues as if nothing had happened. In the folder, MODE.log.jsonl records the training, and
    report.html shows its results.

    `asciiart train lines` trains the network that finds a photograph's contours, in an hour, from
    free drawings, photographs and textures; `asciiart.train.contours.stock` says which packages
    --data has to hold. It takes --data, --steps, --learning-rate, --seed and --device.

    \b
    Examples:
      asciiart train --font MyFont.ttf --charset ascii+latin --out models/mine
      asciiart train --font MyFont.ttf --mode tone --steps 2000 --patience 5 --out models/mine
      asciiart train --font MyFont.ttf --from models/mine --out models/better
      asciiart train --config mine.toml --out models/mine
      asciiart train --out models/standard          the shipped model itself
      asciiart photo.jpg --font MyFont.ttf --model models/mine
      asciiart train lines --data packages --out models/lines

    \b
    A file for --config:
      fonts = ["MyFont.ttf"]
      charset = "ascii+latin"
      from = "standard"
      [structure]
      steps = 2000
      learning_rate = 1e-3
    """
    if network == "lines":
        _train_lines(folder, {"data": data, **recipe})
        return
    if data is not None:
        raise OptionError("data is for lines: asciiart train lines", "data")
    try:
        from asciiart.train.encoder.config import RECIPES  # noqa: PLC0415 - imports torch
        from asciiart.train.encoder.plan import TrainConfig  # noqa: PLC0415
        from asciiart.train.encoder.run import train_modes  # noqa: PLC0415
    except ModuleNotFoundError as error:
        raise ModelError(f"training needs {error.name}: {install_command('train')}") from error
    given = {name: value for name, value in recipe.items() if value not in (None, ())}
    context = click.get_current_context()
    weaker = {name for name in given if is_weaker(context, name, "file")}
    modes = [name for name in RECIPES if mode in ("both", name)]
    defaults = {name: given.pop(name) for name in weaker}
    configs = TrainConfig.plan(given, file, modes, defaults).modes
    _refuse_overwriting(configs, folder, file)
    command = shlex.join(["asciiart", *(word for word in sys.argv[1:] if word not in _RESUMING)])
    with cleanup_on_signals(grace=_GRACE):
        train_modes(configs, folder, resume=resume, command=command, report=report)
# fmt: on


def _train_lines(folder: Path, options: dict[str, Any]) -> None:
    """Train the network for lines from those of the command's options that are given."""
    context = click.get_current_context()
    given = {name: value for name, value in options.items() if value not in (None, ())}
    for option in context.command.params:
        is_given = context.get_parameter_source(str(option.name)) is ParameterSource.COMMANDLINE
        if is_given and option.name not in (*_OF_LINES, "folder", "network"):
            raise OptionError(f"{option.opts[0]} is for the encoder, and not for lines")
    config = {name: given[name] for name in _OF_LINES if name in given}
    if "data" not in config:
        raise OptionError("lines need data: a folder, see asciiart.train.contours.stock", "data")
    try:
        from asciiart.train.contours.training import LinesConfig, train_lines  # noqa: PLC0415
    except ModuleNotFoundError as error:
        raise ModelError(f"training needs {error.name}: {install_command('train')}") from error
    packages = config.pop("data")
    command = shlex.join(["asciiart", *sys.argv[1:]])
    train_lines(LinesConfig(**config), packages, folder, command)


def _refuse_overwriting(configs: Sequence[ModeConfig], folder: Path, file: Path | None) -> None:
    """Refuse to overwrite the model to start from, the fonts or the file of --config."""
    from asciiart.cli.batch.output_names import refuse_overwriting  # noqa: PLC0415
    from asciiart.io.files.assets import find_model  # noqa: PLC0415 - not for `--help`
    from asciiart.train.encoder.run import files_of  # noqa: PLC0415

    starts = [find_model(config.start) for config in configs if config.start]
    fonts = [font for config in configs for font in config.fonts]
    files = [folder / name for config in configs for name in files_of(config.mode)]
    refuse_overwriting([folder, *files], [*starts, *fonts, *([file] if file else [])])
