"""The table of tasks."""

from __future__ import annotations

import pytest

from asciiart.train.lab.catalog import TASKS


@pytest.mark.parametrize("name", TASKS)
def test_tasks_are_whole(name: str) -> None:
    task = TASKS[name]
    assert task.name == name
    assert task.question
    assert task.bars
