"""The table of tasks; a new task is a file of its own and one line here."""

from __future__ import annotations

from asciiart.train.lab.characters import TASK as CHARACTERS
from asciiart.train.lab.clutter.task import TASK as CLUTTER
from asciiart.train.lab.denoise import TASK as DENOISE
from asciiart.train.lab.lesson import Task
from asciiart.train.lab.letters import TASK as LETTERS
from asciiart.train.lab.make import TASK as MAKE
from asciiart.train.lab.names.task import TASK as NAMES
from asciiart.train.lab.pages.task import TASK as PAGES
from asciiart.train.lab.recall import TASK as RECALL
from asciiart.train.lab.romaji.task import TASK as ROMAJI

TASKS: dict[str, Task] = {
    task.name: task
    for task in (CHARACTERS, CLUTTER, DENOISE, LETTERS, MAKE, NAMES, PAGES, RECALL, ROMAJI)
}
"""Name -> task."""
