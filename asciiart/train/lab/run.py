"""Runs the tasks: networks are trained, judged and saved, and saved ones are tried."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from PIL import Image
from safetensors import SafetensorError
from safetensors.torch import load_model, save
from torch import Tensor, nn

from asciiart.errors import ModelError, OptionError
from asciiart.io.files.atomic_files import prepare_folder, write_atomically
from asciiart.train.lab.catalog import Task
from asciiart.train.lab.lesson import Lesson, Outcome, module_of
from asciiart.train.lab.results import Result, read_result, result_path, write_result
from asciiart.train.lab.sheet import to_png


def run_task(
    tasks: Mapping[str, Task], name: str, network: str, lesson: Lesson, *, seeds: int = 1
) -> Result:
    """Train a network for a task and write ``TASK-NETWORK`` .safetensors, .json and .png or .txt.

    The lesson is repeated with ``seeds`` seeds from the lesson's own on; the weights and samples
    that are written are those of the first.

    Raises
    ------
    OptionError
        If there is no such task, or it is not one for the network.
    FontError, OutputError
        If fonts are missing or the folder cannot be written.
    """
    task = _find(tasks, name, network)
    prepare_folder(lesson.folder)
    outcomes, seconds = [], []
    used = tuple(range(lesson.seed, lesson.seed + seeds))
    for seed in used:
        start = time.perf_counter()
        outcomes.append(module_of(task).teach(network, replace(lesson, seed=seed)))
        seconds.append(round(time.perf_counter() - start, 1))
    _write(outcomes[0], result_path(lesson.folder, name, network))
    result = Result(
        task=name,
        network=network,
        figure=task.figure,
        bar=task.bars[network],
        seeds=used,
        figures=tuple(outcome.figures for outcome in outcomes),
        baselines=tuple(outcome.baselines for outcome in outcomes),
        seconds=tuple(seconds),
        settings=outcomes[0].settings,
    )
    write_result(lesson.folder, result)
    return result


def _find(tasks: Mapping[str, Task], name: str, network: str | None) -> Task:
    if name not in tasks:
        raise OptionError(f"task {name!r} is unknown (there are: {', '.join(tasks)})")
    task = tasks[name]
    if network is not None and network not in task.bars:
        raise OptionError(f"task {name} is not for {network!r} (it is for: {', '.join(task.bars)})")
    return task


def _write(outcome: Outcome, path: Path) -> None:
    write_atomically(path.with_suffix(".safetensors"), save(_weights(outcome.network)))
    if isinstance(outcome.samples, Image.Image):
        write_atomically(path.with_suffix(".png"), to_png(outcome.samples))
    else:
        write_atomically(path.with_suffix(".txt"), outcome.samples.encode())


def _weights(network: nn.Module) -> dict[str, Tensor]:
    """Return a network's weights, each once: of those that are tied the first, as the format asks.

    `load_model` leaves out the others, too, and they are tied again as the network was built.
    """
    tied = network.state_dict(keep_vars=True)  # the parameters themselves, not copies
    first = {id(value): name for name, value in reversed(tied.items())}
    return {
        name: value.detach().cpu().contiguous()
        for name, value in tied.items()
        if first[id(value)] == name
    }


class Tried(NamedTuple):
    """A trained network's answer to an input."""

    network: str
    answer: Image.Image | str


def try_task(
    tasks: Mapping[str, Task], name: str, given: str, folder: Path, network: str | None = None
) -> Tried:
    """Return the answer of a network that `run_task` saved in ``folder``, by default the best.

    Raises
    ------
    OptionError
        If there is no such task, or it is not one for the network.
    ModelError
        If no such network was saved there, or its files are damaged.
    ImageError
        If the task takes a picture, and ``given`` is not one.
    """
    task = _find(tasks, name, network)
    names = task.bars if network is None else (network,)
    paths = [result_path(folder, name, each) for each in names]
    found = [read_result(path) for path in paths if path.exists()]
    if not found:
        command = f"asciiart lab train {next(iter(names))} --task {name} --out {folder}"
        raise ModelError(f"{folder}: has no network trained for {name}: {command}")
    best = max(found, key=lambda result: result.mean)
    module = module_of(task)
    model = module.build(best.network, best.settings)
    _load(model, result_path(folder, name, best.network).with_suffix(".safetensors"))
    return Tried(best.network, module.answer(model.eval(), given, best.settings))


def _load(model: nn.Module, path: Path) -> None:
    try:
        load_model(model, path)
    except OSError as error:
        raise ModelError(f"{path}: cannot be read ({error.strerror or error})") from error
    except (SafetensorError, RuntimeError) as error:
        raise ModelError(f"{path}: damaged, or of another version of the network") from error
