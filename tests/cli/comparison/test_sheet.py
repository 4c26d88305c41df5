from __future__ import annotations

from io import BytesIO

import numpy as np
import pytest
from numpy.typing import NDArray
from paths import ANTENNA, CAT
from PIL import Image

from asciiart.cli.comparison import sheet as compare_sheet
from asciiart.cli.comparison.ranking import Comparison, compare
from asciiart.cli.comparison.sheet import draw_sheet
from asciiart.io.pictures.arrays import Mask, Pixels
from asciiart.options import Options

COLUMNS = 30
MARGIN = (225, 228, 235)


@pytest.fixture(scope="module")
def comparison(tmp_path_factory: pytest.TempPathFactory) -> Comparison:
    """Return two pictures in a monospaced and a proportional font."""
    red = tmp_path_factory.mktemp("pictures") / "red.png"
    Image.new("RGB", (100, 50), (255, 0, 0)).save(red)
    options = Options(columns=COLUMNS, background="light", neighbors=1)
    return compare([ANTENNA, red], ["Spleen 8x16", "Mona"], ["ascii"], options)


def pixels(png: bytes) -> Pixels:
    with Image.open(BytesIO(png)) as picture:
        assert picture.format == "PNG"
        return np.asarray(picture.convert("RGB"))


def bands(taken: Mask) -> list[tuple[int, int]]:
    """Return where the runs of True in a line begin and end."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], taken, [False]]).astype(np.int8)))
    return list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))


def blocks(sheet: Pixels) -> list[list[tuple[slice, slice]]]:
    """Return where the pictures of a sheet lie: they are solid, captions are not."""
    margin = (sheet == MARGIN).all(axis=-1)
    rows = [band for band in bands(margin.mean(axis=1) < 0.6) if band[1] - band[0] > 20]
    return [
        [
            (slice(*row), slice(*column))
            for column in bands(~margin[slice(*row)].all(axis=0))
        ]
        for row in rows
    ]  # fmt: skip


def test_a_row_for_each_picture_and_a_column_for_each_entry(comparison: Comparison) -> None:
    sheet = pixels(draw_sheet(comparison))
    found = blocks(sheet)
    assert [len(row) for row in found] == [3, 3]
    for row in found:
        widths = [block[1].stop - block[1].start for block in row]
        assert widths == pytest.approx([8 * COLUMNS] * 3, rel=0.1)


def test_the_picture_comes_first(comparison: Comparison) -> None:
    sheet = pixels(draw_sheet(comparison))
    ((rows, across), *drawings) = blocks(sheet)[1]
    assert (sheet[rows.start : rows.start + 4 * COLUMNS, across] == (255, 0, 0)).all()
    for where in drawings:
        gray = sheet[where].astype(int)
        assert (gray.max(axis=-1) == gray.min(axis=-1)).all()


def test_drawings_show_the_picture(comparison: Comparison) -> None:
    sheet = pixels(draw_sheet(comparison))
    (first, *drawings) = blocks(sheet)[0]

    def coarse(where: tuple[slice, slice]) -> NDArray[np.float64]:
        small = Image.fromarray(sheet[where]).convert("L").resize((12, 15), Image.Resampling.BOX)
        return np.asarray(small, float).ravel()

    for where in drawings:
        assert np.corrcoef(coarse(first), coarse(where))[0, 1] > 0.6


def test_captions(comparison: Comparison) -> None:
    rows = [compare_sheet._row(comparison, i, 50) for i in range(2)]
    best, other = comparison.entries
    assert [tile.caption for tile in rows[0]] == [
        ("antenna.png",),
        (f"1. {best.font}", "ascii", caption(comparison, 0)),
        (f"2. {other.font}", "ascii", caption(comparison, 1)),
    ]


def caption(comparison: Comparison, entry: int) -> str:
    chosen = comparison.entries[entry]
    figures = chosen.measurements[0].fidelity
    return f"score {np.mean(figures[:2]):.3f} (mean {chosen.score:.3f})"


def test_captions_are_drawn_and_stay_above_their_pictures(comparison: Comparison) -> None:
    sheet = pixels(draw_sheet(comparison))
    for row in blocks(sheet):
        for across in (block[1] for block in row):
            above = sheet[row[0][0].start - 54 : row[0][0].start, across]
            assert (above != MARGIN).any()


def test_a_mean_only_of_several() -> None:
    alone = compare([CAT], ["Spleen 8x16"], ["ascii"], Options(columns=10, neighbors=1))
    ((_, tile),) = [compare_sheet._row(alone, 0, 50)]
    assert tile.caption[2] == f"score {alone.entries[0].score:.3f}"


def test_narrow_drawings_leave_room_for_captions() -> None:
    alone = compare([CAT], ["Spleen 8x16"], ["ascii"], Options(columns=2, neighbors=1))
    assert pixels(draw_sheet(alone)).shape[1] > 2 * 24 * 8


def test_a_large_sheet_is_made_smaller(
    comparison: Comparison, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = blocks(pixels(draw_sheet(comparison)))[0][0][0]
    limit = compare_sheet._MAX_PIXELS
    area = sum(h * w for h, w in ((306, 240), (120, 240))) * 3
    assert area < limit
    monkeypatch.setattr(compare_sheet, "_MAX_PIXELS", area // 4)
    half = blocks(pixels(draw_sheet(comparison)))[0][0][0]
    assert half.stop - half.start == pytest.approx((whole.stop - whole.start) / 2, abs=2)


@pytest.mark.parametrize(
    ("text", "shown"), [("", ""), ("0123456789", "0123456789"), ("01234567890", "…234567890")]
)
def test_long_captions_lose_their_beginnings(text: str, shown: str) -> None:
    assert compare_sheet._cut(text, 10) == shown


def test_the_same_comparison_gives_the_same_bytes(comparison: Comparison) -> None:
    assert draw_sheet(comparison) == draw_sheet(comparison)
