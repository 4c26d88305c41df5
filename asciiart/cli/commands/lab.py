"""The commands `asciiart lab`: the core's networks listed, and trained on real tasks."""

# ruff: noqa: D301, PLR0917 - click keeps the lines after \b as they are, and names every option

from __future__ import annotations

from pathlib import Path

import click

from asciiart.errors import ModelError, install_command
from asciiart.io.signals import cleanup_on_signals


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
    """List the networks with their papers, and the tasks with the networks that can learn them.

    \b
    Examples:
      asciiart lab list
    """
    _need_torch()
    from asciiart.core.zoo import NETWORKS  # noqa: PLC0415
    from asciiart.train.lab.tasks import TASKS  # noqa: PLC0415

    family = ""
    for network in NETWORKS.values():
        if network.family != family:
            family = network.family
            click.echo(f"\n{family}")
        click.echo(f"  {network.name:<30} {network.paper}")
    click.echo("\nTasks: asciiart lab train NETWORK --task TASK")
    for task in TASKS.values():
        click.echo(f"\n  {task.name:<12} {task.question}")
        for name, bar in task.bars.items():
            click.echo(f"    {name:<28} {task.figure} at least {bar:g}")


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
@click.option("--device", type=click.Choice(("cpu", "cuda", "auto")), default="cpu",
    show_default=True)
@click.option("--font", "training_fonts", multiple=True, metavar="NAME|FILE",
    help="A font to learn from; repeatable.  [default: the lab's own]")
@click.option("--held-out", "held_out_fonts", multiple=True, metavar="NAME|FILE",
    help="A font to test with; repeatable.  [default: the lab's own]")
def train(
    network: str,
    task: str,
    folder: Path,
    steps: int | None,
    seed: int,
    device: str,
    training_fonts: tuple[str, ...],
    held_out_fonts: tuple[str, ...],
) -> None:
    """Train NETWORK on a task, and measure it on data that it has not seen.

    \b
    Examples:
      asciiart lab train resnet --task letters
      asciiart lab train seq2seq-additive --task romaji --out my-lab
      asciiart lab train vgg --task letters --held-out MyFont.ttf
    """
    _need_torch()
    from asciiart.train.lab.lesson import Lesson  # noqa: PLC0415
    from asciiart.train.lab.run import run_task  # noqa: PLC0415
    from asciiart.train.lab.tasks import TASKS  # noqa: PLC0415

    lesson = Lesson(folder, steps, seed, device, training_fonts, held_out_fonts)
    with cleanup_on_signals():
        outcome = run_task(TASKS, task, network, lesson)
    for name, value in outcome.figures.items():
        click.echo(f"{name:<28} {value:.4f}")
    click.echo(f"weights and samples are in {folder}", err=True)
# fmt: on
