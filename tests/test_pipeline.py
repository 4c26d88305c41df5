"""Whole drawings with the shipped model: what a picture becomes, from end to end."""

import io
import pickle

import cv2
import numpy as np
import pytest
from paths import PICTURES
from PIL import Image

from asciiart import pipeline
from asciiart.color.palettes import palette
from asciiart.errors import FontError, ImageError, ModelError, OptionError
from asciiart.glyphs.grid import Placement
from asciiart.glyphs.rasterize import rasterize
from asciiart.io.pictures.image import load_image
from asciiart.io.terminal.color_mode import ColorMode
from asciiart.matching.metrics import score_characters
from asciiart.matching.model import Model
from asciiart.options import Options
from asciiart.page import ink_page
from asciiart.page.subject import CropBox, KnownSubject, show_subject
from asciiart.pipeline import Artist, draw

DRAWINGS = PICTURES / "drawings"
TREFOIL = DRAWINGS / "trefoil_architectural_e_01.png"
ASTRONAUT = DRAWINGS.parent / "photographs" / "astronaut.jpg"
PHOTOGRAPH = DRAWINGS.parent / "photographs" / "coffee.jpg"
UPRIGHT = set("|Il1!]['")
LEVEL = set('-_=~¯"^')


@pytest.fixture(scope="module")
def artist():
    return Artist()


def paper(value=255, height=320, width=320):
    return np.full((height, width, 3), value, np.uint8)


def gradient():
    ramp = np.linspace(0, 255, 320).astype(np.uint8)
    return np.tile(ramp[None, :, None], (160, 1, 3))


def densities(art):
    """Each character's ink, 1 where it is the densest of all."""
    inks = rasterize(art.font, art.glyphs, 16, 8).mean(axis=(1, 2))
    return inks[art.glyph_ids[..., 0]] / inks.max()


def blank_share(art):
    return float((art.characters == " ").mean())


@pytest.mark.parametrize("mode", ["tone", "structure"])
@pytest.mark.parametrize(("background", "value"), [("dark", 0), ("light", 255)])
def test_a_picture_of_the_page_is_blank(artist, mode, background, value):
    art = artist.draw(paper(value), mode=mode, background=background, columns=20)
    assert art.rows == (" " * 20,) * 10
    assert art.alternatives(0, 0) == [(" ", 0.0)]


@pytest.mark.parametrize(("background", "value"), [("dark", 255), ("light", 0)])
def test_full_ink_is_dense_glyphs(artist, background, value):
    art = artist.draw(paper(value), background=background, columns=20)
    assert densities(art).min() > 0.6


def test_with_the_full_block_full_ink_is_nearly_full():
    art = Artist(charset="blocks").draw(paper(255), columns=10)
    assert set("".join(art.rows)) <= set("█▉▇▓")


@pytest.mark.parametrize("value", [0, 255])
def test_in_structure_a_flat_picture_is_blank(artist, value):
    art = artist.draw(paper(value), mode="structure", columns=20)
    assert blank_share(art) == 1


@pytest.mark.parametrize("column", [0, 10, 21, 39])
def test_an_upright_stroke_is_upright_characters_in_its_column(artist, column):
    picture = paper()
    picture[:, 8 * column + 3 : 8 * column + 5] = 0
    art = artist.draw_with(picture, Options(mode="structure", columns=40), still=True)
    columns = art.characters.T
    assert set(columns[column, 1:-1].tolist()) <= UPRIGHT
    assert set(np.delete(columns, column, axis=0).ravel().tolist()) == {" "}


@pytest.mark.parametrize("offset", [8, 14])
def test_a_level_stroke_is_level_characters_in_its_row(artist, offset):
    picture = paper()
    y = round((9 + offset / 16) * 320 / 21)
    picture[y - 1 : y + 1] = 0
    art = artist.draw(picture, mode="structure", columns=40)
    assert art.grid.rows == 21
    inked = {int(row) for row in np.nonzero(art.characters != " ")[0]}
    assert inked == {9}
    assert set(art.characters[9, 1:-1].tolist()) <= LEVEL


@pytest.mark.parametrize(
    ("ends", "character"), [(((40, 0), (220, 319)), "\\"), (((40, 319), (220, 0)), "/")]
)
def test_a_slanting_stroke_is_slanting_characters(artist, ends, character):
    picture = cv2.line(paper(), *ends, (0, 0, 0), 4)  # type: ignore[call-overload]
    text = "".join(artist.draw(picture, mode="structure", columns=30).rows).replace(" ", "")
    assert text.count(character) >= 0.4 * len(text)
    assert not {"/", "\\"} - {character} & set(text)


def test_brightness_rises_with_ink(artist):
    row = densities(artist.draw(gradient(), columns=60))[7]
    assert row[0] == 0
    assert row[-1] > 0.6
    assert np.corrcoef(row, np.arange(60))[0, 1] > 0.97
    assert np.diff(row).min() > -0.25  # a character may make up for the one beside it


def test_light_reverses_dark(artist):
    dark = artist.draw(gradient(), columns=60)
    light = artist.draw(gradient()[:, ::-1], columns=60, background="light")
    assert (dark.characters == light.characters).mean() > 0.7


@pytest.mark.parametrize("mode", ["tone", "structure"])
def test_the_same_picture_is_the_same_art(artist, mode):
    def saved(some_artist):
        return some_artist.draw(TREFOIL, mode=mode, columns=60).render("json")

    first = saved(artist)
    assert saved(artist) == first
    assert saved(Artist()) == first
    assert saved(pickle.loads(pickle.dumps(artist))) == first
    assert draw(TREFOIL, mode=mode, columns=60).render("json") == first


def test_a_pickled_artist_keeps_all_it_was_made_of():
    artist = Artist(font="Spleen 8x16", charset="ascii+box", exclude="@")
    again = pickle.loads(pickle.dumps(artist))
    art = again.draw(paper(255), columns=10)
    assert again.font == artist.font
    assert "@" not in art.glyphs
    assert "┼" in art.glyphs


def test_a_used_artist_is_pickled_as_small_as_a_new_one(artist):
    artist.draw(paper(), columns=10)
    assert len(pickle.dumps(artist)) < 500


@pytest.mark.parametrize("form", ["path", "text", "bytes", "file", "pil", "array"])
def test_every_kind_of_source_gives_the_same_art(artist, form):
    with Image.open(TREFOIL) as image, TREFOIL.open("rb") as file:
        source = {
            "path": TREFOIL,
            "text": str(TREFOIL),
            "bytes": TREFOIL.read_bytes(),
            "file": file,
            "pil": image,
            "array": np.asarray(image),
        }[form]
        art = artist.draw(source, mode="structure", columns=60)
    assert art.rows == artist.draw(TREFOIL, mode="structure", columns=60).rows


@pytest.mark.parametrize(
    ("wishes", "size"),
    [
        ({}, (41, 80)),
        ({"columns": 40}, (21, 40)),
        ({"rows": 10}, (10, 19)),
        ({"columns": 40, "rows": 10}, (10, 19)),
        ({"columns": 10, "rows": 40}, (5, 10)),
        ({"magnify": 0.5}, (10, 19)),
        ({"magnify": 1}, (20, 39)),
    ],
    ids=str,
)
@pytest.mark.parametrize("mode", ["tone", "structure"])
def test_sizes(artist, mode, wishes, size):
    art = artist.draw(paper(100), mode=mode, **wishes)
    assert (art.grid.rows, art.grid.columns) == art.characters.shape == size
    assert art.glyph_ids.shape == art.scores.shape == (*size, 5)
    assert art.colors.shape == (*size, 3)
    assert art.placement == Placement(0, 0, size[1], size[0])
    assert all(len(row) == size[1] for row in art.rows)


@pytest.mark.parametrize("path", sorted(DRAWINGS.glob("*.png")), ids=lambda path: path.stem)
def test_a_drawing_is_as_wide_as_asked_and_mostly_blank(artist, path):
    art = artist.draw(path, mode="structure", columns=50)
    assert max(map(len, str(art).split("\n"))) <= 50
    assert len(str(art).split("\n")) == art.grid.rows
    assert 0.2 < blank_share(art) < 0.95


@pytest.mark.parametrize("mode", ["tone", "structure"])
@pytest.mark.parametrize(("shape", "rows"), [((1, 1), 10), ((1, 500), 1), ((2, 3), 7)])
def test_tiny_pictures(artist, mode, shape, rows):
    art = artist.draw(paper(200, *shape), mode=mode, columns=20)
    assert art.characters.shape == (rows, 20)


def test_a_tower_is_one_column_wide(artist):
    assert artist.draw(paper(200, 500, 1), rows=20).characters.shape == (20, 1)


@pytest.mark.parametrize("mode", ["tone", "structure"])
@pytest.mark.parametrize("k", [1, 5, 64])
def test_alternatives_are_sorted_after_the_one_that_was_chosen(artist, mode, k):
    art = artist.draw(TREFOIL, mode=mode, columns=40, neighbors=k)
    assert art.scores.shape[2] == k
    searched = art.glyph_ids[..., -1] >= 0
    assert searched.any()
    others = art.scores if mode == "structure" else art.scores[..., 1:]  # tone is refined
    assert (np.diff(others, axis=2) <= 0).all()
    glyphs = np.array(list(art.glyphs))
    np.testing.assert_array_equal(glyphs[art.glyph_ids[..., 0]], art.characters)
    row, column = np.argwhere(searched)[0].tolist()
    assert len({a.character for a in art.alternatives(row, column)}) == k
    assert art.alternatives(row, column)[0].character == art.characters[row, column]


def test_more_neighbors_than_glyphs_gives_all_glyphs():
    art = Artist(charset="chars:|-").draw(TREFOIL, mode="structure", columns=20, neighbors=64)
    assert art.glyph_ids.shape[2] == 3
    assert set("".join(art.rows)) == {" ", "|", "-"}


def test_options_made_before_give_the_same_art(artist):
    options = Options(mode="structure", columns=30, detail=0.2)
    expected = artist.draw(TREFOIL, mode="structure", columns=30, detail=0.2)
    assert artist.draw_with(TREFOIL, options).rows == expected.rows


def test_art_knows_how_it_was_made(artist):
    art = artist.draw(paper(), mode="structure", background="light", columns=10)
    assert (art.mode, art.background, art.model) == ("structure", "light", "standard")
    assert art.font.name == "DejaVu Sans Mono"
    assert art.colors.reshape(-1, 3).tolist() == [[110, 110, 110]] * 50


def test_excluded_characters_do_not_come():
    art = Artist(exclude="@QM").draw(gradient(), columns=60)
    assert not set("@QM") & set("".join(art.rows))


@pytest.mark.parametrize("mode", ["tone", "structure"])
def test_another_font_and_charset_need_no_training(mode):
    art = Artist(font="Spleen 8x16", charset="braille").draw(TREFOIL, mode=mode, columns=40)
    assert art.grid.rows == round(40 * 759 / 801 / 2)
    assert set("".join(art.rows)) <= set(map(chr, range(0x2800, 0x2900)))
    assert blank_share(art) < 0.9


def test_indexes_are_kept_in_the_users_cache_folder(artist, cache_folder):
    artist.draw(paper(), columns=5)
    assert list((cache_folder / "asciiart" / "index").glob("*.index"))


def test_a_damaged_cache_does_no_harm(cache_folder):
    def rows():
        return Artist(charset="chars:.:#").draw(gradient(), columns=30).rows

    expected = rows()
    for path in (cache_folder / "asciiart" / "index").glob("*.index"):
        path.write_bytes(path.read_bytes()[:-7])
    assert rows() == expected


@pytest.mark.parametrize(
    ("wishes", "error", "message"),
    [
        ({"font": "no such font"}, FontError, "no such font: no such font"),
        ({"model": "none"}, ModelError, "none: no such model"),
        ({"charset": "klingon"}, OptionError, "charset 'klingon' is unknown"),
    ],
)
def test_an_artist_cannot_be_made_of_nothing(wishes, error, message):
    with pytest.raises(error, match=f"^{message}"):
        Artist(**wishes)


def test_characters_asked_for_by_themselves_must_be_there():
    with pytest.raises(FontError, match=r"^DejaVu Sans Mono lacks 'あ' \(U\+3042\)$"):
        Artist(charset="chars:aあ").draw(paper(), columns=5)


def test_characters_of_a_named_set_may_be_lacking():
    art = Artist(charset="ascii+braille").draw(paper(), columns=5)
    assert len(art.glyphs) == 95


@pytest.mark.parametrize(
    ("wishes", "error"),
    [
        ({"columns": 0}, OptionError),
        ({"columns": 10, "magnify": 2}, OptionError),
        ({"mode": "colour"}, OptionError),
        ({"max_pixels": 100}, ImageError),
    ],
)
def test_wishes_that_cannot_be_met_are_refused(artist, wishes, error):
    with pytest.raises(error):
        artist.draw(paper(), **wishes)


def test_a_missing_picture_is_refused_by_name(artist, tmp_path):
    with pytest.raises(ImageError, match=r"none\.png"):
        artist.draw(tmp_path / "none.png")


def test_golden_trefoil(artist, golden):
    golden("trefoil.txt", str(artist.draw(TREFOIL, mode="structure", columns=60)))


def test_golden_gradient(artist, golden):
    golden("gradient.txt", str(artist.draw(gradient(), mode="tone", columns=60)))


@pytest.mark.parametrize("quality", ["good", "best"])
def test_a_better_page_is_no_larger_and_knows_where_the_picture_lies(quality):
    art = draw(TREFOIL, mode="structure", columns=40, quality=quality)
    assert art.grid.columns <= 40
    assert art.characters.shape == art.colors.shape[:2] == art.glyph_ids.shape[:2]
    where = art.placement
    assert 0 <= where.left < 1
    assert 0 <= where.top < 1
    assert where.left + where.width <= art.grid.columns
    assert where.top + where.height <= art.grid.rows
    assert 37 <= where.width <= 39
    assert art.glyph_ids.shape[2] == 5


def test_a_better_page_is_more_faithful():
    gray = cv2.imread(str(TREFOIL), cv2.IMREAD_GRAYSCALE).astype(np.float32) / np.float32(255)
    scores = []
    for quality in ("fast", "good", "best"):
        art = draw(TREFOIL, mode="structure", columns=60, background="light", quality=quality)
        fidelity = score_characters(
            gray, art.characters, art.font, None, "light", placement=art.placement
        )
        scores.append(fidelity.structure.f)
    assert scores[1] > scores[0] + 0.002
    assert scores[2] > scores[1] + 0.005


@pytest.mark.parametrize("wishes", [{"columns": 1}, {"rows": 1}, {"columns": 2, "rows": 2}])
def test_the_smallest_pages_have_their_size_at_best_quality(wishes):
    art = draw(TREFOIL, mode="structure", quality="best", **wishes)
    for name, most in wishes.items():
        assert getattr(art.grid, name) <= most


@pytest.mark.parametrize(("structure", "mode"), [(0, "tone"), (1, "structure")])
def test_a_mix_ends_in_its_modes(artist, structure, mode):
    for quality in ("fast", "good"):
        wishes = {"columns": 30, "quality": quality}
        mixed = artist.draw(TREFOIL, outline_share=structure, **wishes)
        assert mixed.rows == artist.draw(TREFOIL, mode=mode, **wishes).rows


@pytest.mark.parametrize("quality", ["fast", "good"])
def test_a_mix_has_the_shading_of_tone_and_the_lines_of_structure(artist, quality):
    """A gray disc with a dark rim: shaded inside as tone is, with a rim as structure has it."""
    picture = np.full((200, 200), 255, np.uint8)
    cv2.circle(picture, (100, 100), 80, 150, -1)
    wishes = {"columns": 40, "background": "light", "quality": quality}
    scores = {}
    for share in (0.0, 0.5, 1.0):
        art = artist.draw(picture, outline_share=share, **wishes)
        gray = picture.astype(np.float32) / np.float32(255)
        rim = np.ones_like(gray)
        cv2.circle(rim, (100, 100), 80, 0, 2)
        tone, structure = (
            score_characters(page, art.characters, art.font, None, "light", placement=art.placement)
            for page in (gray, rim)
        )
        scores[share] = tone.tone.r, structure.structure.recall
    assert scores[1.0][0] + 0.3 < scores[0.5][0]
    assert scores[0.0][1] + 0.03 < scores[0.5][1]


@pytest.mark.parametrize("mode", ["tone", "structure"])
@pytest.mark.parametrize("font", ["DejaVu Sans Mono", "M PLUS 1 Code", "Mona"])
def test_refined_pages_are_more_faithful_in_every_kind_of_font(font, mode):
    artist = Artist(font=font, charset="ascii+kana" if font == "M PLUS 1 Code" else "ascii")
    path = TREFOIL if mode == "structure" else PHOTOGRAPH
    gray = cv2.imread(str(path), cv2.IMREAD_GRAYSCALE).astype(np.float32) / np.float32(255)
    found = []
    for quality in ("fast", "good"):
        art = artist.draw(path, mode=mode, columns=60, background="light", quality=quality)
        fidelity = score_characters(
            gray, art.characters, art.font, art.typeset, "light", placement=art.placement
        )
        found.append(fidelity.structure.f if mode == "structure" else fidelity.tone.detail)
    assert found[1] > found[0] + 0.001


def logo():
    """A drawing on much more paper than it needs."""
    with Image.open(TREFOIL) as drawing:
        small = drawing.convert("L").resize((240, 240), Image.Resampling.BOX)
    return np.pad(np.asarray(small), ((30, 200), (350, 80)), constant_values=255)


@pytest.mark.parametrize("font", ["DejaVu Sans Mono", "Mona"])
@pytest.mark.parametrize(("mode", "quality"), [("tone", "fast"), ("structure", "good")])
def test_cropped_art_is_as_faithful_to_the_whole_picture_as_to_its_part(font, mode, quality):
    artist = Artist(font=font)
    wishes = {"mode": mode, "columns": 40, "background": "light", "quality": quality}
    art = artist.draw(logo(), crop="subject", **wishes)
    box = show_subject(load_image(logo()), Options(crop="subject")).box
    part = logo()[box.slices(*logo().shape)]
    alone = artist.draw(part, **wishes)
    assert art.rows == alone.rows
    assert part.size < logo().size / 3
    whole, cut = (
        score_characters(
            gray.astype(np.float32) / np.float32(255),
            each.characters,
            each.font,
            each.typeset,
            "light",
            placement=each.placement,
        )
        for gray, each in ((logo(), art), (part, alone))
    )
    assert whole.tone == pytest.approx(cut.tone, abs=0.01)
    assert whole.structure == pytest.approx(cut.structure, abs=0.03)
    assert (cut.tone.r if mode == "tone" else cut.structure.f) > 0.5


def test_a_frame_is_placed_by_its_film_s_box(artist):
    known, options = KnownSubject(CropBox(0.5, 0.25, 1, 0.75)), Options(columns=40, crop="subject")
    art = artist.draw_with(gradient(), options, subject=known)
    assert art.placement == Placement(-20, -art.grid.rows, 80, 2 * art.grid.rows)


def test_a_cropped_fill_lies_within_its_picture():
    art = Artist(charset="blocks").draw(logo(), crop="subject", columns=20, fill=True)
    where = art.placement
    assert where.left < 0 < art.grid.columns < where.left + where.width
    assert where.top < 0 < art.grid.rows < where.top + where.height


def test_refined_rows_for_boards_keep_their_rules():
    art = Artist(target="sjis").draw(TREFOIL, mode="structure", width=320, quality="best")
    for row in art.rows:
        assert not row.startswith(" ")
        assert "  " not in row


@pytest.mark.parametrize("quality", ["fast", "good"])
def test_characters_that_a_font_draws_blank_give_a_blank_page(quality):
    artist = Artist(
        charset="chars:\u2600", target="sjis", numeric_references=True
    )  # Mona's sun is blank
    art = artist.draw(PHOTOGRAPH, width=72, quality=quality)
    assert not "".join(art.rows).strip(" \u2600\u3000")


def test_golden_refined(artist, golden):
    good = artist.draw(TREFOIL, mode="structure", columns=60, quality="good")
    golden("trefoil-good.txt", str(good))
    golden("gradient-good.txt", str(artist.draw(gradient(), columns=60, quality="good")))


def test_a_fill_shows_the_picture_in_its_colors():
    art = Artist(charset="blocks").draw(ASTRONAUT, columns=40, fill=True)
    assert art.grid.rows == art.fill.ink.shape[0] == 21
    means = (art.fill.ink.astype(int) + art.fill.paper) / 2
    assert np.abs(means - art.colors).mean() < 20
    assert len(set("".join(art.rows))) > 20


def test_a_fill_takes_the_palette_it_is_given():
    art = Artist(charset="half").draw(ASTRONAUT, columns=20, fill=True, palette="16")
    known = set(map(tuple, palette(ColorMode.ANSI16).tolist()))
    assert set(map(tuple, art.fill.paper.reshape(-1, 3).tolist())) <= known


def test_a_fill_is_for_monospaced_fonts():
    with pytest.raises(OptionError, match="fill is for monospaced fonts"):
        Artist(font="Mona").draw(paper(100), columns=20, fill=True)


def test_a_fill_is_not_simple():
    with pytest.raises(OptionError, match=r"fill shows every color, .* combined with ink_penalty$"):
        Artist(ink_penalty=0.5).draw(ASTRONAUT, columns=20, fill=True)


def test_only_a_fill_changes_characters_for_colors(artist):
    plain = artist.draw(ASTRONAUT, columns=30)
    assert artist.draw(ASTRONAUT, columns=30, palette="16").rows == plain.rows
    assert plain.fill is None


@pytest.mark.parametrize(
    ("charset", "dots"), [("braille", (4, 2)), ("quadrants", (2, 2)), ("half", (2, 1))]
)
def test_dithered_bits_are_as_dense_as_the_picture(charset, dots):
    art = Artist(charset=charset).draw(gradient(), columns=40, dither="diffusion", detail=0)
    inks = rasterize(art.font, art.glyphs, *dots)
    density = inks[art.glyph_ids[..., 0]].mean(axis=(0, 2, 3)) / inks.max()
    assert np.corrcoef(density, np.arange(40))[0, 1] > 0.95
    assert density[:4].max() < 0.15
    assert density[-4:].min() > 0.8


def test_dithering_leaves_other_characters_alone(artist):
    plain = artist.draw(ASTRONAUT, columns=30)
    assert artist.draw(ASTRONAUT, columns=30, dither="noise").rows == plain.rows


def test_braille_alone_is_drawn_in_a_font_that_has_it():
    assert Artist(charset="braille").font.name == "Spleen 8x16"
    assert Artist(charset="ascii").font.name == "DejaVu Sans Mono"


def test_by_default_a_drawing_is_drawn_in_tone(artist):
    assert artist.draw(TREFOIL, columns=30).mode == "tone"
    assert draw(TREFOIL, columns=30).options.mode == "tone"


@pytest.mark.parametrize("background", ["dark", "light"])
@pytest.mark.parametrize(("path", "mode"), [(TREFOIL, "structure"), (PHOTOGRAPH, "tone")])
def test_auto_is_the_mode_that_suits_the_picture(artist, path, mode, background):
    wishes = {"columns": 40, "background": background}
    art, expected = (artist.draw(path, mode=each, **wishes) for each in ("auto", mode))
    assert (art.rows, art.mode, art.options) == (expected.rows, mode, expected.options)
    assert artist.draw_with(path, art.options).rows == art.rows


@pytest.mark.parametrize("suffix", ["png", "jpg"])
@pytest.mark.parametrize("wishes", [{}, {"crop": "subject"}, {"background_removal": True}], ids=str)
def test_a_large_drawing_is_read_as_finely_in_auto_as_in_structure(
    artist, tmp_path, suffix, wishes
):
    path = tmp_path / f"large.{suffix}"
    Image.open(TREFOIL).convert("L").resize((2400, 2280)).save(path, quality=95)
    art, expected = (
        artist.draw(path, mode=mode, columns=50, **wishes) for mode in ("auto", "structure")
    )
    assert art.rows == expected.rows


def test_in_auto_a_drawing_that_is_cut_out_keeps_its_outline(artist):
    """As in structure, its paper becomes that from which its border differs."""
    wishes = {"columns": 50, "background_removal": True}
    art, expected = (artist.draw(TREFOIL, mode=mode, **wishes) for mode in ("auto", "structure"))
    assert art.rows == expected.rows


def test_auto_reads_a_stream_only_once(artist):
    """Of a pipe there is nothing left to be read again."""

    class Pipe(io.RawIOBase):
        def __init__(self):
            self.left = TREFOIL.read_bytes()

        def readable(self):
            return True

        def readinto(self, buffer):
            part, self.left = self.left[: len(buffer)], self.left[len(buffer) :]
            buffer[: len(part)] = part
            return len(part)

    art = artist.draw(Pipe(), mode="auto", columns=30)
    assert art.rows == artist.draw(TREFOIL, mode="structure", columns=30).rows


@pytest.mark.parametrize("value", [0, 255])
def test_in_auto_a_blank_picture_is_in_tone(artist, value):
    assert artist.draw(paper(value), mode="auto", columns=10).mode == "tone"


@pytest.mark.parametrize(
    ("charset", "wishes"),
    [
        ("ascii", {"outline_share": 0.5}),
        ("ascii", {"outline_share": 1}),
        ("braille", {"dither": "diffusion"}),
        ("blocks", {"fill": True}),
    ],
    ids=str,
)
def test_what_asks_for_brightness_settles_auto(charset, wishes):
    artist = Artist(charset=charset)
    art, expected = (
        artist.draw(TREFOIL, mode=mode, columns=30, **wishes) for mode in ("auto", "tone")
    )
    assert (art.rows, art.mode, art.options) == (expected.rows, "tone", expected.options)


def test_auto_draws_a_photograph_without_the_networks_of_lines(monkeypatch):
    loaded: list[object] = []
    read: list[object] = []

    def watched(call, log):
        def run(*args, **others):
            log.append(args[-1])
            return call(*args, **others)

        return run

    monkeypatch.setattr(Model, "load_encoder", watched(Model.load_encoder, loaded))
    monkeypatch.setattr(pipeline, "load_image", watched(load_image, read))
    monkeypatch.setattr(ink_page, "load_line_network", watched(None, loaded))
    assert Artist().draw(PHOTOGRAPH, mode="auto", columns=30).mode == "tone"
    assert (loaded, read) == (["tone"], [PHOTOGRAPH])


def test_auto_crops_what_is_too_large_as_a_whole(artist):
    """The page of the part is small enough, and that of the whole is never made."""
    tall = paper(255, 20_000, 40)
    cv2.circle(tall, (20, 10_000), 10, (0, 0, 0), 2)
    assert artist.draw(tall, mode="auto", columns=200, crop="subject").rows
