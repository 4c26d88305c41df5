from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from paths import ANTENNA, CAT, PICTURES
from PIL import Image, ImageOps

from asciiart.cli.comparison.ranking import Comparison, compare, score_of
from asciiart.errors import FontError, ImageError, ModelError, OptionError
from asciiart.glyphs import grid
from asciiart.io.files.assets import available_fonts
from asciiart.io.pictures.image import load_image
from asciiart.matching.metrics import StructureFidelity, ToneFidelity, score_characters
from asciiart.options import Background, Mode, Options
from asciiart.page.subject import WHOLE, show_subject
from asciiart.pipeline import Artist

FLOWER = PICTURES / "photographs" / "flower.jpg"
SKULL = PICTURES / "drawings" / "skull_charles_mccolm_01.png"
BRAILLE = "DejaVu Sans Mono has none of these characters"


def options(mode: Mode = "structure", background: Background = "light") -> Options:
    return Options(mode=mode, columns=24, background=background, neighbors=1)


def structure_f(picture: Path, **changes: Any) -> float:
    (entry,) = compare([picture], ["Mona"], ["ascii"], options(**changes)).entries
    return entry.score


def ranking(comparison: Comparison) -> list[tuple[str, str]]:
    return [(entry.font, entry.charset) for entry in comparison.entries]


@pytest.mark.parametrize("mode", ["structure", "tone"])
@pytest.mark.parametrize("font", ["DejaVu Sans Mono", "Mona"])
def test_trials_are_the_artist_s_drawings_and_their_scores(mode: Mode, font: str) -> None:
    comparison = compare([ANTENNA], [font], ["ascii"], options(mode))
    ((measured,),) = [entry.measurements for entry in comparison.entries]
    art = Artist(font=font, charset="ascii").draw_with(ANTENNA, options(mode))
    assert art.rows == measured.art.rows
    gray = cv2.imread(str(ANTENNA), cv2.IMREAD_GRAYSCALE).astype(np.float32) / np.float32(255)
    expected = score_characters(
        gray, art.characters, art.font, art.typeset, "light", placement=art.placement
    )
    assert measured.fidelity == (expected.structure if mode == "structure" else expected.tone)
    assert comparison.mode == mode


def test_the_best_come_first() -> None:
    charsets = ["chars:.", "ascii+box", "ascii"]
    comparison = compare([ANTENNA, SKULL], ["Spleen 8x16"], charsets, options())
    scores = [entry.score for entry in comparison.entries]
    assert scores == sorted(scores, reverse=True)
    assert comparison.entries[0].charset == "ascii+box"
    assert comparison.entries[-1].charset == "chars:."


def test_equals_stand_in_the_order_asked_for() -> None:
    fonts, charsets = ["spleen 8x16", "Spleen 8x16"], ["ASCII", "ascii", "Ascii"]
    comparison = compare([ANTENNA], fonts, charsets, options())
    assert len({entry.score for entry in comparison.entries}) == 1
    assert ranking(comparison) == [(font, charset) for charset in charsets for font in fonts]


def test_figures_are_means_over_the_pictures() -> None:
    (entry,) = compare([ANTENNA, SKULL], ["Spleen 8x16"], ["ascii"], options("tone")).entries
    parts = [
        compare([picture], ["Spleen 8x16"], ["ascii"], options("tone")).entries[0].fidelity
        for picture in (ANTENNA, SKULL)
    ]
    assert isinstance(entry.fidelity, ToneFidelity)
    assert entry.fidelity == pytest.approx(np.mean(parts, axis=0))
    assert entry.score == pytest.approx((entry.fidelity.r + entry.fidelity.detail) / 2)
    assert entry.seconds == pytest.approx(
        np.mean([measured.seconds for measured in entry.measurements])
    )


def test_one_number() -> None:
    assert score_of(StructureFidelity(0.5, 0.4, 0.7)) == 0.5
    assert score_of(ToneFidelity(r=0.75, detail=0.25, range=0.9, monotony=1.0)) == 0.5


@pytest.mark.parametrize("font", ["DejaVu Sans Mono", "Mona"])
def test_characters_are_counted(font: str) -> None:
    comparison = compare([ANTENNA, SKULL], [font], ["chars:/\\|_漢" if font == "Mona" else "ascii"],
        options())  # fmt: skip
    (entry,) = comparison.entries
    rows = "".join("".join(measured.art.rows) for measured in entry.measurements)
    assert entry.used == len(set(rows))
    assert entry.available == (6 if font == "Mona" else 95)


# What structure is measured against


def test_structure_is_the_same_on_both_backgrounds() -> None:
    """A proportional page may reach beyond its picture; what is dark there is no stroke."""
    assert structure_f(ANTENNA, background="dark") == structure_f(ANTENNA, background="light")


def test_a_white_drawing_on_black_is_as_good_as_its_negative(tmp_path: Path) -> None:
    with Image.open(ANTENNA) as picture:
        ImageOps.invert(picture.convert("L")).save(tmp_path / "negative.png")
    assert structure_f(tmp_path / "negative.png") == pytest.approx(structure_f(ANTENNA), abs=0.05)


@pytest.mark.parametrize("background", ["dark", "light"])
def test_a_drawing_on_transparent_paper(tmp_path: Path, background: Background) -> None:
    with Image.open(ANTENNA) as picture:
        gray = picture.convert("L")
    clear = Image.merge("LA", (Image.new("L", gray.size), ImageOps.invert(gray)))
    clear.save(tmp_path / "clear.png")
    found = structure_f(tmp_path / "clear.png", background=background)
    assert found == pytest.approx(structure_f(ANTENNA), abs=0.05)


def test_a_photograph_s_lines_count_not_its_dark_areas() -> None:
    assert structure_f(CAT) > 0.6


@pytest.mark.parametrize("mode", ["structure", "tone"])
@pytest.mark.parametrize("picture", [FLOWER, "padded"])
def test_a_crop_is_ranked_as_its_part_alone(
    tmp_path: Path, mode: Mode, picture: str | Path
) -> None:
    if picture == "padded":
        picture = tmp_path / "padded.png"
        with Image.open(ANTENNA) as drawing:
            ImageOps.expand(drawing.convert("L"), (300, 50, 400, 150), 255).save(picture)
    whole = load_image(str(picture))
    shown, box = show_subject(whole, Options(crop="subject"))
    assert box != WHOLE
    Image.fromarray(shown.rgb).save(tmp_path / "part.png")
    fonts = ["Spleen 8x16", "Mona"]
    asked = replace(options(mode), crop="subject")
    cropped = compare([picture], fonts, ["ascii"], asked)
    alone = compare([tmp_path / "part.png"], fonts, ["ascii"], options(mode))
    for one, other in zip(cropped.entries, alone.entries, strict=True):
        assert one.measurements[0].art.rows == other.measurements[0].art.rows
        assert one.fidelity == other.fidelity
    np.testing.assert_array_equal(cropped.pictures[0].rgb, alone.pictures[0].rgb)
    assert cropped.pictures[0].name == str(picture)


def test_what_is_transparent_in_a_cropped_picture_stays_so(tmp_path: Path) -> None:
    with Image.open(ANTENNA) as picture:
        ink = ImageOps.expand(ImageOps.invert(picture.convert("L")), (300, 50, 400, 150), 0)
    Image.merge("LA", (Image.new("L", ink.size, 255), ink)).save(tmp_path / "clear.png")
    asked = replace(options("tone", "dark"), crop="subject")
    comparison = compare([tmp_path / "clear.png"], ["Spleen 8x16"], ["ascii"], asked)
    assert comparison.entries[0].fidelity.r > 0.8
    assert comparison.pictures[0].rgb.shape[1] < 0.5 * ink.size[0]


def test_only_the_part_s_page_must_not_be_too_large(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(grid, "MAX_CELLS", 2000)
    tall = np.full((1200, 600), 255, np.uint8)
    tall[5:-5, 300] = 0
    Image.fromarray(tall).save(tmp_path / "tall.png")
    strip = np.full((1200, 100), 255, np.uint8)
    strip[600:640, 30:70] = 0
    Image.fromarray(strip).save(tmp_path / "strip.png")
    asked = replace(options(), crop="subject")
    pictures = [tmp_path / "tall.png", tmp_path / "strip.png"]
    comparison = compare(pictures, ["Spleen 8x16"], ["ascii"], asked)
    (failure,) = comparison.failures
    assert str(failure).startswith(f"{tmp_path}/tall.png: a page of ")
    assert [shown.name for shown in comparison.pictures] == [f"{tmp_path}/strip.png"]


def test_a_part_that_is_too_large_in_one_font_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(grid, "MAX_CELLS", 2200)  # a square page of Mona has 11 rows of 192 pixels
    paper = np.full((200, 200), 255, np.uint8)
    paper[60:120, 50:90] = 0
    Image.fromarray(paper).save(tmp_path / "paper.png")
    asked = replace(options(), crop="subject")
    comparison = compare([tmp_path / "paper.png"], ["Mona"], ["ascii"], asked)
    (failure,) = comparison.failures
    assert str(failure).startswith(f"{tmp_path}/paper.png: a page of ")


def test_lines_are_measured_against_those_of_the_same_weight() -> None:
    first, second = (
        compare([CAT], ["Spleen 8x16"], ["ascii"], replace(options(), subject=weight)).entries[0]
        for weight in (0.0, 1.0)
    )
    assert first.measurements[0].art.rows != second.measurements[0].art.rows
    assert min(first.score, second.score) > 0.62


# What is left out


def test_a_picture_that_cannot_be_read_is_left_out(tmp_path: Path) -> None:
    comparison = compare([tmp_path / "no.png", ANTENNA], ["Mona"], ["ascii"], options())
    assert [shown.name for shown in comparison.pictures] == [str(ANTENNA)]
    assert [len(entry.measurements) for entry in comparison.entries] == [1]
    (failure,) = comparison.failures
    assert isinstance(failure, ImageError)
    assert f"{tmp_path}/no.png: cannot be read" in str(failure)


def test_no_picture_no_ranking(tmp_path: Path) -> None:
    comparison = compare([tmp_path / "no.png"], ["Mona"], ["ascii"], options())
    assert (comparison.pictures, comparison.entries) == ((), ())


def test_a_font_that_lacks_a_charset_is_left_out() -> None:
    fonts = ["DejaVu Sans Mono", "Spleen 8x16"]
    comparison = compare([ANTENNA], fonts, ["braille", "ascii"], options())
    asked = {(font, charset) for font in fonts for charset in ("braille", "ascii")}
    assert set(ranking(comparison)) == asked - {("DejaVu Sans Mono", "braille")}
    (failure,) = comparison.failures
    assert isinstance(failure, FontError)
    assert str(failure).startswith(f"charset 'braille': {BRAILLE}: ")


def test_without_a_font_those_bundled_that_have_the_charset() -> None:
    comparison = compare([ANTENNA], [], ["braille", "chars:|/漢"], options())
    assert set(ranking(comparison)) == {
        ("Spleen 8x16", "braille"),
        ("Mona", "chars:|/漢"),
        ("M PLUS 1 Code", "chars:|/漢"),
    }
    assert comparison.failures == ()


def test_without_a_font_and_charset_all_bundled_fonts_in_ascii() -> None:
    comparison = compare([ANTENNA], [], [], options("tone"))
    assert set(ranking(comparison)) == {(font, "ascii") for font in available_fonts()}


def test_a_charset_that_no_bundled_font_has_is_told_of() -> None:
    comparison = compare([ANTENNA], [], ["chars:\U0001f600"], options())
    assert comparison.entries == ()
    assert len(comparison.failures) == len(available_fonts())


@pytest.mark.parametrize(
    ("error", "fonts", "charsets", "model"),
    [
        (FontError, ["Nonsense"], ["ascii"], "standard"),
        (OptionError, ["Mona"], ["klingon"], "standard"),
        (ModelError, ["Mona"], ["ascii"], "nonsense"),
    ],
)
def test_what_makes_no_sense_is_refused_at_once(
    error: type[Exception], fonts: list[str], charsets: list[str], model: str
) -> None:
    with pytest.raises(error):
        compare([ANTENNA], ["DejaVu Sans Mono", *fonts], charsets, options(), model=model)


def test_the_guard_is_entered_and_may_fail() -> None:
    entered = []

    @contextmanager
    def guard(name: str) -> Iterator[None]:
        entered.append(name)
        yield
        if name == str(CAT):
            raise ImageError(f"{name}: not enough memory")

    pictures = [ANTENNA, CAT, ANTENNA]
    comparison = compare(pictures, ["Mona"], ["ascii"], options("tone"), guard=guard)
    assert entered == ["Mona", str(ANTENNA), str(CAT)]
    assert [str(failure) for failure in comparison.failures] == [f"{CAT}: not enough memory"]
    assert len(comparison.pictures) == 1


@pytest.mark.skipif(not Path("/dev/fd").exists(), reason="asks for names of open files")
def test_a_pipe_is_read_once() -> None:
    reading, writing = os.pipe()
    pipe = Path(f"/dev/fd/{reading}")

    def write() -> None:
        with os.fdopen(writing, "wb") as stream:
            stream.write(CAT.read_bytes())

    writer = threading.Thread(target=write, daemon=True)
    writer.start()
    fonts = ["Spleen 8x16", "DejaVu Sans Mono"]
    piped = compare([pipe], fonts, ["ascii"], options("tone"))
    os.close(reading)
    assert [shown.name for shown in piped.pictures] == [str(pipe)]
    plain = compare([CAT], fonts, ["ascii"], options("tone"))
    assert [entry.fidelity for entry in piped.entries] == [
        entry.fidelity for entry in plain.entries
    ]


def test_pictures_are_kept_small_to_be_shown(tmp_path: Path) -> None:
    Image.new("RGB", (3000, 1500), (200, 100, 0)).save(tmp_path / "large.png")
    comparison = compare([tmp_path / "large.png"], ["Spleen 8x16"], ["ascii"], options("tone"))
    (shown,) = comparison.pictures
    assert shown.rgb.shape == (640, 1280, 3)
    assert tuple(shown.rgb[0, 0]) == (200, 100, 0)
