"""Saved art is scored against a picture."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from asciiart.art.reading.saved_art import render_file
from asciiart.cli.comparison.score_file import score_file
from asciiart.glyphs.typesetting import Typeset
from asciiart.matching.metrics import draw_text

FONT = "DejaVu Sans Mono"
TEXT = "/--\\ |\n\\__/ |\n ##  |\n"
MONA_TEXT = "　／￣￣＼\n（　ﾟДﾟ　）\n\n　＼＿＿／\n"


@pytest.mark.parametrize("background", ["dark", "light"])
def test_a_picture_of_the_text_scores_high_and_another_does_not(write, tmp_path, font, background):
    ink = draw_text(TEXT.splitlines(), font, 32, 16)
    gray = ink if background == "dark" else 1 - ink
    picture = str(tmp_path / "picture.png")
    Image.fromarray(np.rint(255 * gray).astype(np.uint8)).save(picture)
    assert score_file(picture, write(TEXT), font=FONT, background=background).tone.r > 0.999
    other = "     \n  ####\n"
    assert (
        score_file(picture, write(other, "other.txt"), font=FONT, background=background).tone.r
        < 0.5
    )


def test_a_transparent_picture_is_scored_on_the_arts_background(write, tmp_path, font):
    ink = draw_text(TEXT.splitlines(), font, 32, 16)
    rgba = np.full((*ink.shape, 4), 255, np.uint8)
    rgba[..., 3] = np.rint(255 * ink)
    picture = str(tmp_path / "picture.png")
    Image.fromarray(rgba).save(picture)
    assert score_file(picture, write(TEXT), font=FONT, background="dark").tone.r > 0.999


def test_a_picture_that_only_the_other_page_shows_is_scored_there(write, tmp_path, font):
    ink = draw_text(TEXT.splitlines(), font, 32, 16)
    rgba = np.zeros((*ink.shape, 4), np.uint8)
    rgba[..., 3] = 255 - np.rint(255 * ink)
    picture = str(tmp_path / "picture.png")
    Image.fromarray(rgba).save(picture)
    assert score_file(picture, write(TEXT), font=FONT, background="dark").tone.r > 0.999


@pytest.mark.parametrize("name", ["art.txt", "art.json"])
def test_a_picture_of_proportional_text_scores_high(write, tmp_path, make_art, mona, name):
    made = make_art(MONA_TEXT.splitlines(), font=mona, typeset=Typeset(16, 18), background="light")
    path = write(made.render("json" if name == "art.json" else "text"), name)
    picture = str(tmp_path / "picture.png")
    data = render_file(path, font="Mona", background="light")
    (tmp_path / "picture.png").write_bytes(data)
    fidelity = score_file(picture, path, font="Mona", background="light")
    assert fidelity.tone.r > 0.999
    assert fidelity.structure.f > 0.8
    assert (
        score_file(picture, write("ﾟДﾟﾟДﾟ", "x.txt"), font="Mona", background="light").structure.f < 0.5
    )
