"""Results of lessons with several seeds: read, written, and held against bar and baselines."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import mean, stdev
from typing import Any, NamedTuple

from asciiart.errors import ModelError
from asciiart.io.files.atomic_files import write_atomically


class Baseline(NamedTuple):
    """The strongest cheap method."""

    name: str
    figure: float
    """Its figure, averaged over the seeds."""


@dataclass(frozen=True)
class Result:
    """Figures that a network reached in a task, for each seed."""

    task: str
    network: str
    figure: str
    """Name of the figure that is judged; more is better."""
    bar: float | None
    """Lowest figure that counts as success; None for a network that is only to compare with."""
    seeds: tuple[int, ...]
    figures: tuple[Mapping[str, float], ...]
    """All figures on held-out data, for each seed."""
    baselines: tuple[Mapping[str, float], ...]
    """Cheap method -> the figure that it reaches on the same data, for each seed."""
    seconds: tuple[float, ...]
    """Time that each seed took."""
    settings: Mapping[str, Any]
    """Settings that the network is built from, beside its name."""

    @property
    def values(self) -> tuple[float, ...]:
        """The figure that is judged, for each seed."""
        return tuple(figures[self.figure] for figures in self.figures)

    @property
    def mean(self) -> float:
        """The mean of the figure over the seeds."""
        return mean(self.values)

    @property
    def spread(self) -> float | None:
        """The standard deviation of the figure over the seeds; None for a single one."""
        return stdev(self.values) if len(self.values) > 1 else None

    @property
    def baseline(self) -> Baseline | None:
        """The best of the cheap methods."""
        averages = {name: mean(each[name] for each in self.baselines) for name in self.baselines[0]}
        best = max(averages, key=averages.__getitem__, default=None)
        return None if best is None else Baseline(best, averages[best])

    @property
    def passed(self) -> bool:
        """Whether the mean reaches the bar, if there is one, and is above every baseline."""
        if self.bar is None:
            return True
        baseline = self.baseline
        return self.mean >= self.bar and (baseline is None or self.mean > baseline.figure)


def result_path(folder: Path, task: str, network: str) -> Path:
    """Return the file of a result."""
    return folder / f"{task}-{network}.json"


def write_result(folder: Path, result: Result) -> None:
    """Write a result to a folder.

    Raises
    ------
    OutputError
        If that is not possible.
    """
    text = json.dumps(asdict(result), indent=1, ensure_ascii=False) + "\n"
    write_atomically(result_path(folder, result.task, result.network), text.encode())


def read_result(path: Path) -> Result:
    """Return the result in a file.

    Raises
    ------
    ModelError
        If there is none that can be read.
    """
    try:
        entries = json.loads(path.read_text(encoding="utf-8"))
        return Result(**{key: _tuple(value) for key, value in entries.items()})
    except OSError as error:
        raise ModelError(f"{path}: cannot be read ({error.strerror})") from error
    except (ValueError, TypeError, AttributeError) as error:
        raise ModelError(f"{path}: damaged, or not the result of a lesson") from error


def _tuple(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def reached(result: Result) -> str:
    """Return the figure in words, such as 0.9798 ± 0.0021."""
    return f"{result.mean:.4f}" + (f" ± {result.spread:.4f}" if result.spread is not None else "")


def summary(result: Result) -> str:
    """Return the figure and that of the strongest cheap method."""
    words = f"{result.figure} {reached(result)}"
    baseline = result.baseline
    return words if baseline is None else f"{words}; {baseline.name} {baseline.figure:.4f}"


def table(results: Sequence[Result]) -> str:
    """Return results as a table in Markdown."""
    lines = [
        "| task | network | figure | reached | bar | strongest cheap method | its figure |",
        "|---|---|---|---|---|---|---|",
    ]
    for result in results:
        baseline = result.baseline
        cheap = "" if baseline is None else baseline.name
        bar = "–" if result.bar is None else f"{result.bar:g}"
        figure = "" if baseline is None else f"{baseline.figure:.4f}"
        lines.append(
            f"| {result.task} | {result.network} | {result.figure} | {reached(result)} "
            f"| {bar} | {cheap} | {figure} |"
        )
    return "\n".join(lines)
