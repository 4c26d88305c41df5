"""The commands `asciiart lab`: the core's networks listed, trained on real tasks, and tried."""

# ruff: noqa: D301, PLR0917 - click keeps the lines after \b as they are, and names every option

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from asciiart.cli.messages import OUTPUT
from asciiart.errors import ModelError, install_command
from asciiart.io.signals import cleanup_on_signals

if TYPE_CHECKING:
    from asciiart.train.lab.results import Result


_NAMED = 8
"""Largest number of missing fonts that are named."""


@click.group(invoke_without_command=True)
@click.pass_context
def lab(context: click.Context) -> None:
    """Train classic networks on real tasks (needs the extra "train")."""
    if context.invoked_subcommand is None:
        click.echo(context.get_help(), err=True)
        context.exit(2)


def _need_torch() -> None:
    try:
        import asciiart.core  # noqa: F401, PLC0415 - imports torch
    except ModuleNotFoundError as error:
        raise ModelError(f"the lab needs {error.name}: {install_command('train')}") from error


@lab.command("list")
def list_() -> None:
    """List the networks with their papers, the tasks that they can learn, and what is missing.

    \b
    Examples:
      asciiart lab list
    """
    from asciiart.train.lab.catalog import TASKS  # noqa: PLC0415

    missing = []
    try:
        _need_torch()
    except ModelError as error:
        missing.append(str(error))
    else:
        _list_networks()
    click.echo("\nTasks: asciiart lab train NETWORK --task TASK")
    for task in TASKS.values():
        click.echo(f"\n  {task.name:<12} {task.question}")
        for name, bar in task.bars.items():
            wanted = "to compare with" if bar is None else f"{task.figure} at least {bar:g}"
            click.echo(f"    {name:<28} {wanted}")
    missing += _missing_fonts()
    if missing:
        click.echo("\nMissing:\n" + "\n".join(f"  {line}" for line in missing))


def _list_networks() -> None:
    from asciiart.core.zoo import NETWORKS  # noqa: PLC0415

    family, width = "", max(map(len, NETWORKS))
    for network in NETWORKS.values():
        if network.family != family:
            family = network.family
            click.echo(f"\n{family}")
        click.echo(f"  {network.name:<{width}}  {network.paper}")


def _missing_fonts() -> list[str]:
    from asciiart.train.lab.data.font_groups import DEBIAN_PACKAGES, missing_fonts  # noqa: PLC0415

    missing = missing_fonts()
    if not missing:
        return []
    names = ", ".join(missing[:_NAMED]) + (", ..." if len(missing) > _NAMED else "")
    fonts = "1 font" if len(missing) == 1 else f"{len(missing)} fonts"
    return [f"{fonts} ({names}), from Debian: sudo apt install {DEBIAN_PACKAGES}"]


# fmt: off
@lab.command()
@click.argument("network")
@click.option("--task", required=True, metavar="TASK",
    help="Task to learn; `asciiart lab list` shows them.")
@click.option("--out", "folder", default="lab", show_default=True, metavar="DIR",
    type=click.Path(path_type=Path, readable=False), help="Folder for weights and samples.")
@click.option("--steps", type=click.IntRange(min=1), metavar="N",
    help="Number of batches.  [default: the task's]")
@click.option("--seed", type=click.IntRange(0, 2**32 - 1), default=0, show_default=True,
    metavar="N")
@click.option("--seeds", type=click.IntRange(min=1, max=100), default=1, show_default=True,
    metavar="N", help="Number of lessons, each with the next seed.")
@click.option("--device", type=click.Choice(("cpu", "cuda", "auto")), default="cpu",
    show_default=True)
@click.option("--font", "training_fonts", multiple=True, metavar="NAME|FILE",
    help="A font to learn from; repeatable.  [default: the lab's own]")
@click.option("--held-out", "held_out_fonts", multiple=True, metavar="NAME|FILE",
    help="A font to test with; repeatable.  [default: the lab's own]")
@click.option("--validate/--no-validate", default=False,
    help="Test on the data for validation, by which choices are made, not on the held-out.")
def train(
    network: str,
    task: str,
    folder: Path,
    steps: int | None,
    seed: int,
    seeds: int,
    device: str,
    training_fonts: tuple[str, ...],
    held_out_fonts: tuple[str, ...],
    validate: bool,
) -> None:
    """Train NETWORK on a task, and measure it on data that it has not seen.

    If it misses the task's bar, or does not beat a cheap method, the exit code is 1. Lessons with
    --steps, --font, --held-out or --validate are not judged.

    \b
    Examples:
      asciiart lab train resnet --task letters
      asciiart lab train seq2seq-additive --task romaji --out my-lab
      asciiart lab train vgg --task letters --held-out MyFont.ttf
    """
    _need_torch()
    from asciiart.train.lab.catalog import TASKS  # noqa: PLC0415
    from asciiart.train.lab.lesson import Lesson  # noqa: PLC0415
    from asciiart.train.lab.run import run_task  # noqa: PLC0415

    lesson = Lesson(folder, steps, seed, device, training_fonts, held_out_fonts, validate)
    with cleanup_on_signals():
        result = run_task(TASKS, task, network, lesson, seeds=seeds)
    _show(result)
    click.echo(f"weights and samples are in {folder}", err=True)
    own = (steps, training_fonts, held_out_fonts, validate) != (None, (), (), False)
    if not own and not result.passed:
        sys.exit(1)
# fmt: on


def _show(result: Result) -> None:
    """Print the figures, averaged over the seeds, and what they are held against."""
    rows = {}
    for name in result.figures[0]:
        values = [figures[name] for figures in result.figures]
        spread = f" ± {result.spread:.4f}" if name == result.figure and result.spread else ""
        rows[name] = _number(sum(values) / len(values)) + spread
    if result.baseline is not None:
        rows[f"{result.figure} by {result.baseline.name}"] = f"{result.baseline.figure:.4f}"
    if result.bar is not None:
        rows[f"{result.figure}, bar"] = f"{result.bar:.4f}"
    width = max(map(len, rows))
    for name, figure in rows.items():
        click.echo(f"{name:<{width}}  {figure}")


def _number(figure: float) -> str:
    """Return a share or score with four decimals, and a count, which is above 1, without any."""
    return f"{figure:,.0f}" if figure > 1 and figure.is_integer() else f"{figure:.4f}"


# fmt: off
@lab.command("try")
@click.argument("task")
@click.argument("given", metavar="INPUT")
@click.option("--network", metavar="NAME", help="Network to ask.  [default: the best]")
@click.option("--from", "folder", default="lab", show_default=True, metavar="DIR",
    type=click.Path(path_type=Path), help="Folder with what `asciiart lab train` wrote.")
@click.option("-o", "--output", type=OUTPUT, metavar="FILE",
    help="PNG file for an answer that is a picture.  [default: TASK.png]")
def try_(task: str, given: str, network: str | None, folder: Path, output: str | None) -> None:
    """Ask a network that was trained on TASK about INPUT.

    INPUT is a picture's file or a text, as the task needs it.

    \b
    Examples:
      asciiart lab try letters letter.png
      asciiart lab try romaji アスキーアート
      asciiart lab try make Q -o q.png
    """
    _need_torch()
    from PIL import Image  # noqa: PLC0415

    from asciiart.io.files.atomic_files import write_atomically  # noqa: PLC0415
    from asciiart.train.lab.catalog import TASKS  # noqa: PLC0415
    from asciiart.train.lab.run import try_task  # noqa: PLC0415
    from asciiart.train.lab.sheet import to_png  # noqa: PLC0415

    tried = try_task(TASKS, task, given, folder, network)
    if isinstance(tried.answer, Image.Image):
        output = output or f"{task}.png"
        write_atomically(output, to_png(tried.answer))
        click.echo(f"{tried.network}: the answer is in {output}", err=True)
    else:
        click.echo(tried.answer)
# fmt: on
