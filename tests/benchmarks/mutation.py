"""Prints how many faults in the core its tests catch: python tests/benchmarks/mutation.py

mutmut makes the faults ("mutants") in the folder mutants/ and notes which tests reach them
(delete the folder when the core has changed). A random sample of them is tried, each in a fork
of one process that has collected all tests. A mutant's tests run shortest first, those of its
own module before the others, until one fails or their usual durations exceed the budget.
What survives only because the budget is spent counts as survived, and so does what is caught
by a test that also fails without it.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import random
import signal
import subprocess
import sys
import tomllib
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest
from _pytest.runner import runtestprotocol
from mutmut.mutation.diff_apply import get_diff_for_mutant

ROOT = Path(__file__).resolve().parents[2]
MUTANTS = ROOT / "mutants"
EQUIVALENTS = ROOT / "tests/core/equivalent_mutants.toml"
FIRST = "asciiart.core.layers.x_build_activation__mutmut_1"


def prepare() -> None:
    """Let mutmut make the mutants and find out which tests reach them."""
    if not (MUTANTS / "mutmut-stats.json").exists():
        command = [sys.executable, "-m", "mutmut", "run", "--max-children", "1", FIRST]
        subprocess.run(command, cwd=ROOT, check=True)


def all_mutants() -> list[str]:
    """Return the names of all mutants."""
    metas = sorted((MUTANTS / "asciiart/core").rglob("*.meta"))
    return [name for meta in metas for name in json.loads(meta.read_text())["exit_code_by_key"]]


def difference(name: str) -> tuple[str, str]:
    """Return the lines that a mutant lacks, and those that it has instead."""
    lines = get_diff_for_mutant(name).splitlines()[2:]
    old = " ".join(line[1:].strip() for line in lines if line.startswith("-"))
    new = " ".join(line[1:].strip() for line in lines if line.startswith("+"))
    return old, new


def is_equivalent(name: str, listed: list[dict[str, str]]) -> bool:
    """Say whether an entry of the list names this mutant's module and both its lines."""
    old, new = difference(name)
    return any(
        name.startswith(f"asciiart.core.{entry['module']}.")
        and entry["old"] == old
        and entry["new"] == new
        for entry in listed
    )


def module_of(name: str) -> str:
    return name.rpartition(".")[0].removeprefix("asciiart.core.")


class Loop:
    """Takes the place of pytest's loop over the collected tests."""

    def __init__(self, names: list[str], budget: float) -> None:
        self.names, self.budget = names, budget
        stats = json.loads((MUTANTS / "mutmut-stats.json").read_text())
        self.reaching: dict[str, list[str]] = stats["tests_by_mangled_function_name"]
        self.durations: dict[str, float] = stats["duration_by_test"]
        self.survived: dict[str, bool] = {}

    def tests(self, name: str, items: list[Any]) -> list[Any]:
        """Return the tests of a mutant in the order in which they run."""
        function = name.rpartition("__mutmut_")[0]
        reaching = set(self.reaching.get(function, ()))
        *folders, module = module_of(name).split(".")
        own = "/".join(["tests/core", *folders, f"test_{module}.py"])
        ranked = sorted(
            (not item.nodeid.startswith(own), self.durations.get(item.nodeid, 0.0), number)
            for number, item in enumerate(items)
            if item.nodeid in reaching
            or (item.nodeid.startswith(own) and item.nodeid not in self.durations)
        )
        chosen: list[Any] = []
        seconds = 0.0
        for _, duration, number in ranked:
            seconds += duration
            if chosen and seconds > self.budget:
                continue
            chosen.append(items[number])
        return chosen

    def failing(self, mutant: str, items: list[Any]) -> str:
        """Return which test fails first in a fork, "" if none; one that runs out of time does."""
        reader, writer = os.pipe()
        child = os.fork()
        if not child:
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
            signal.alarm(int(60 + 10 * self.budget))
            os.environ["MUTANT_UNDER_TEST"] = mutant
            for item in items:
                os.write(writer, f"{item.nodeid}\n".encode())
                if not passes(item):
                    os._exit(1)
            os._exit(0)
        os.close(writer)
        with os.fdopen(reader) as started:
            ran = started.read().splitlines()
        return ran[-1] if os.waitpid(child, 0)[1] and ran else ""

    def pytest_runtestloop(self, session: Any) -> bool:
        by_id = {item.nodeid: item for item in session.items}
        sound: dict[str, bool] = {}
        for number, name in enumerate(self.names, 1):
            killer = self.failing(name, self.tests(name, session.items))
            if killer and killer not in sound:
                sound[killer] = not self.failing("", [by_id[killer]])
                if not sound[killer]:
                    print(f"\nfails without a mutant too: {killer}", flush=True)
            self.survived[name] = not (killer and sound[killer])
            if self.survived[name]:
                old, new = difference(name)
                print(f"\n{number} survived: {name}\n  - {old}\n  + {new}", flush=True)
            elif number % 25 == 0:
                report(self.survived)
        return True


def passes(item: Any) -> bool:
    reports = runtestprotocol(item, nextitem=None, log=False)
    return all(report.passed or report.skipped for report in reports)


def interval(killed: int, total: int) -> tuple[float, float]:
    """Return Wilson's 95 % interval of a share."""
    z, share = 1.96, killed / total
    middle = share + z * z / (2 * total)
    half = z * math.sqrt(share * (1 - share) / total + z * z / (4 * total * total))
    return (middle - half) / (1 + z * z / total), (middle + half) / (1 + z * z / total)


def report(survived: dict[str, bool]) -> None:
    by_module: dict[str, list[bool]] = defaultdict(list)
    for name, alive in survived.items():
        by_module[module_of(name)].append(alive)
    for module, fates in sorted(by_module.items()):
        print(f"{module:40} {len(fates) - sum(fates):4} of {len(fates):4} caught")
    total = len(survived)
    killed = total - sum(survived.values())
    low, high = interval(killed, total)
    print(f"{killed} of {total} caught: {killed / total:.1%} (95 %: {low:.1%} to {high:.1%})")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--sample", type=int, default=1000, help="mutants to try (0: all)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--budget", type=float, default=10.0, help="seconds of tests a mutant")
    parser.add_argument("--module", default="", help="only mutants whose name has this")
    options = parser.parse_args()
    os.chdir(ROOT)
    prepare()
    names = [name for name in all_mutants() if options.module in name]
    random.Random(options.seed).shuffle(names)
    listed = tomllib.loads(EQUIVALENTS.read_text())["mutant"]
    names = names[: options.sample or None]
    names = [name for name in names if not is_equivalent(name, listed)]
    sys.path.insert(0, str(MUTANTS))
    os.environ["MUTANT_UNDER_TEST"] = ""
    loop = Loop(names, options.budget)
    pytest.main(["tests/core", "-q", "-p", "no:cacheprovider", "--no-summary"], plugins=[loop])
    report(loop.survived)


if __name__ == "__main__":
    main()
