"""One task: its picture is read, drawn and written, or its failure is the result."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from batch_work import WORK
from command_line import ANTENNA, CAT
from PIL import Image

import asciiart
from asciiart.art.art import Art
from asciiart.cli.batch.drawing import PictureWorker
from asciiart.cli.batch.tasks import DrawingTask, TaskResult, Work, make_artist
from asciiart.errors import FontError, OutputError
from asciiart.io.pictures.picture_search import PictureSource
from asciiart.io.pictures.sources import Source
from asciiart.options import ArtistOptions, Options
from asciiart.pipeline import Artist


def perform(work: Work, output: Path | None = None, picture: str = CAT) -> TaskResult:
    task = DrawingTask(PictureSource(picture), None if output is None else str(output), "text")
    result = PictureWorker(work).perform(task)
    assert result.task is task
    return result


def test_a_result_without_a_file_is_returned() -> None:
    assert perform(WORK)[1:] == (str(asciiart.draw(CAT, columns=20)), None, ())


@pytest.mark.parametrize("keep", [False, True])
def test_a_result_for_a_file_is_written_and_returned_if_wanted(tmp_path: Path, keep: bool) -> None:
    result = perform(replace(WORK, keep_text=keep), tmp_path / "cat.txt")
    text = (tmp_path / "cat.txt").read_text(encoding="utf-8")
    assert text == f"{asciiart.draw(CAT, columns=20)}\n"
    assert result.result == (text.removesuffix("\n") if keep else None)


def test_one_artist_draws_all(monkeypatch: pytest.MonkeyPatch) -> None:
    made = []

    def make(options: ArtistOptions) -> Artist:
        made.append(options)
        return make_artist(options)

    monkeypatch.setattr("asciiart.cli.batch.drawing.make_artist", make)
    worker = PictureWorker(WORK)
    for picture in (CAT, ANTENNA, CAT):
        assert worker.perform(DrawingTask(PictureSource(picture), None, "text")).failure is None
    assert made == [WORK.artist]


def test_folders_are_created_only_if_asked_for(tmp_path: Path) -> None:
    file = tmp_path / "new" / "in" / "cat.txt"
    assert isinstance(perform(WORK, file).failure, OutputError)
    assert list(tmp_path.iterdir()) == []
    assert perform(replace(WORK, make_folders=True), file).failure is None
    assert file.read_text(encoding="utf-8").strip()


def test_a_folder_that_cannot_be_created(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    failure = perform(replace(WORK, make_folders=True), tmp_path / "file" / "cat.txt").failure
    assert str(failure) == f"{tmp_path}/file: cannot be created (File exists)"


def test_the_warnings_of_a_damaged_picture(tmp_path: Path) -> None:
    cut = tmp_path / "cut.jpg"
    cut.write_bytes(Path(CAT).read_bytes()[:-2000])
    (warning,) = perform(WORK, picture=str(cut)).warnings
    assert str(warning).startswith(f"{cut}: ")
    assert perform(WORK).warnings == ()


def test_a_damaged_drawing_that_is_read_twice_has_one_warning(tmp_path: Path) -> None:
    cut = tmp_path / "cut.jpg"
    Image.open(ANTENNA).save(cut)
    cut.write_bytes(cut.read_bytes()[:-500])
    work = replace(WORK, options=replace(WORK.options, mode="auto"))
    assert len(perform(work, picture=str(cut)).warnings) == 1


def test_a_drawing_is_made_smaller_in_the_mode_it_has(monkeypatch: pytest.MonkeyPatch) -> None:
    """A small page might be judged otherwise, since its strokes are thinner."""
    modes: list[str] = []
    draw_with = Artist.draw_with

    def watched(self: Artist, source: Source, options: Options, name: str) -> Art:
        modes.append(options.mode)
        return draw_with(self, source, options, name=name)

    monkeypatch.setattr(Artist, "draw_with", watched)
    options = Options(columns=60, mode="auto")
    work = replace(WORK, artist=ArtistOptions(target="twitch"), options=options, shrinks=True)
    assert perform(work, picture=ANTENNA).failure is None
    assert (modes[0], set(modes[1:])) == ("auto", {"structure"})


def test_references_stand_for_what_an_encoding_lacks() -> None:
    artist = ArtistOptions(
        charset="chars:\u3000¥☀", font="Mona", numeric_references=True, target="sjis"
    )
    options = Options(width=320, mode="structure", background="light")
    work = replace(WORK, artist=artist, options=options, encoding="cp932")
    result = perform(work, picture=ANTENNA).result
    assert isinstance(result, bytes)
    assert re.search(rb"&#(165|9728);", result)


def test_what_reads_as_a_reference_is_escaped_in_utf_8_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("asciiart.art.formats.registry.render", lambda *_, **__: "&#9728;")
    artist = ArtistOptions(numeric_references=True)
    assert perform(replace(WORK, artist=artist)).result == b"&#38;#9728;\n"


def test_a_text_is_drawn_smaller_until_it_fits() -> None:
    wide = replace(WORK, artist=ArtistOptions(target="twitch"), options=Options(columns=80))
    misfit = perform(wide)
    assert isinstance(misfit.failure, OutputError)
    assert misfit.failure.parameters == ("columns",)
    assert str(misfit.failure).startswith(f"{CAT}: ")
    fitting = perform(replace(wide, shrinks=True))
    assert fitting.failure is None
    assert isinstance(fitting.result, str)
    assert len(fitting.result) <= 500


def test_an_error_of_all_pictures_is_raised() -> None:
    with pytest.raises(FontError, match="lacks '漢'"):
        perform(replace(WORK, artist=ArtistOptions(charset="chars:漢")))
