"""The table of tasks: one line here and one file are a new one."""

from __future__ import annotations

from asciiart.lab.characters import TASK as CHARACTERS
from asciiart.lab.clutter import TASK as CLUTTER
from asciiart.lab.denoise import TASK as DENOISE
from asciiart.lab.lesson import Task
from asciiart.lab.letters import TASK as LETTERS
from asciiart.lab.make import TASK as MAKE
from asciiart.lab.names import TASK as NAMES
from asciiart.lab.pages import TASK as PAGES
from asciiart.lab.recall import TASK as RECALL
from asciiart.lab.romaji import TASK as ROMAJI

TASKS: dict[str, Task] = {
    task.name: task
    for task in (CHARACTERS, CLUTTER, DENOISE, LETTERS, MAKE, NAMES, PAGES, RECALL, ROMAJI)
}
"""Name -> task."""
