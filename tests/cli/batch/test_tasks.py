"""Tasks and their results travel between processes."""

from __future__ import annotations

import pickle
from dataclasses import FrozenInstanceError

import pytest

from asciiart.cli.batch.tasks import DrawingTask, TaskResult, Work
from asciiart.errors import ImageError, ImageWarning
from asciiart.io.addresses import FetchLimits
from asciiart.io.pictures.picture_search import PictureSource
from asciiart.options import ArtistOptions, Options

TASK = DrawingTask(PictureSource("a.jpg"), "a.txt", "text")
WORK = Work(
    artist=ArtistOptions(charset="box", target="sjis"),
    options=Options(columns=20),
    limits=FetchLimits(seconds=3),
    color="none",
    encoding="cp932",
    make_folders=True,
    keep_text=False,
)


@pytest.mark.parametrize("value", [TASK, WORK])
def test_what_a_process_is_told_arrives_as_it_was(value: object) -> None:
    assert pickle.loads(pickle.dumps(value)) == value


def test_a_result_arrives_with_the_parameters_that_its_messages_name() -> None:
    failure = ImageError("a.jpg: larger than max_pixels", "max_pixels")
    warning = ImageWarning("a.jpg: cut short, which strict refuses", "strict")
    sent = pickle.loads(pickle.dumps(TaskResult(TASK, None, failure, (warning,))))
    assert (sent.task, sent.result) == (TASK, None)
    assert (str(sent.failure), sent.failure.parameters) == (str(failure), ("max_pixels",))
    assert [(str(each), each.parameters) for each in sent.warnings] == [(str(warning), ("strict",))]


def test_tasks_are_never_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        TASK.format = "png"  # type: ignore[misc]
    with pytest.raises(FrozenInstanceError):
        WORK.encoding = "utf-8"  # type: ignore[misc]
