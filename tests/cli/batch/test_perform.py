"""Tasks are performed by one process and by several alike."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from batch_work import WORK, tasks
from command_line import ANTENNA, CAT

import asciiart
from asciiart.cli.batch.perform import perform
from asciiart.cli.batch.tasks import DrawingTask
from asciiart.errors import OptionError
from asciiart.io.pictures.picture_search import PictureSource
from asciiart.options import ArtistOptions, Options


@pytest.mark.parametrize("jobs", [1, 2])
def test_every_task_is_answered_in_its_order(tmp_path: Path, jobs: int) -> None:
    (tmp_path / "empty.png").touch()
    names = [CAT, f"{tmp_path}/empty.png", ANTENNA, f"{tmp_path}/none.png", CAT, ANTENNA, CAT]
    drawn = list(perform(tasks(names), WORK, jobs))
    assert [each.task.picture.name for each in drawn] == names
    expected = {name: str(asciiart.draw(name, columns=20)) for name in (CAT, ANTENNA)}
    assert [each.result for each in drawn] == [expected.get(name) for name in names]
    failures = [str(each.failure) for each in drawn if each.failure]
    assert failures == [
        f"{tmp_path}/empty.png: the file is empty",
        f"{tmp_path}/none.png: cannot be read (No such file or directory)",
    ]


def test_jobs_draw_the_same() -> None:
    """Other numbers of threads change no text, nor any other format."""
    options = Options(columns=60, mode="structure", quality="good", background="light")
    work = replace(WORK, options=options)
    asked = [DrawingTask(PictureSource(name), None, "json") for name in (CAT, ANTENNA, CAT)]
    alone, shared = ([each.result for each in perform(asked, work, n)] for n in (1, 2))
    assert alone == shared


def test_a_fault_of_no_picture_ends_all() -> None:
    work = replace(WORK, artist=ArtistOptions(charset="chars:漢"))
    for jobs in (1, 2):
        with pytest.raises(Exception, match="DejaVu Sans Mono lacks '漢'"):
            list(perform(tasks([CAT, CAT, CAT]), work, jobs))
    with pytest.raises(OptionError, match="charset 'x' is unknown"):
        list(perform(tasks([CAT] * 3), replace(WORK, artist=ArtistOptions(charset="x")), 2))
