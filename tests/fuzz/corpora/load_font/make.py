"""Make the fonts of this corpus, small subsets of this repository's in every container.

Run it as ``python tests/fuzz/corpora/load_font/make.py``.
"""

import sys
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTCollection, TTFont

HERE = Path(__file__).parent
TESTS = HERE.parents[2]
sys.path.insert(0, str(TESTS))
from made_fonts import FONTS, write_bdf  # noqa: E402

CHARACTERS = " aMi#.é漢█"


def small(name: str) -> TTFont:
    """Return a bundled font with a few characters."""
    font = TTFont(FONTS / name)
    options = subset.Options(hinting=True, notdef_outline=True, name_IDs=[1, 2, 4, 6])
    subsetter = subset.Subsetter(options)
    subsetter.populate(text=CHARACTERS)
    subsetter.subset(font)
    return font


def main() -> None:
    """Write them all."""
    for name, source in (
        ("truetype.ttf", "dejavu/DejaVuSansMono.ttf"),
        ("cff.otf", "spleen/spleen-8x16.otf"),
        ("japanese.otf", "mplus/Mplus1Code-Regular.otf"),
    ):
        small(source).save(HERE / name)
    for flavor in ("woff", "woff2"):
        font = small("dejavu/DejaVuSansMono.ttf")
        font.flavor = flavor
        font.save(HERE / f"packed.{flavor}")
    collection = TTCollection()
    collection.fonts = [small("dejavu/DejaVuSansMono.ttf"), small("dejavu/DejaVuSansMono.ttf")]
    collection.save(HERE / "two.ttc")
    write_bdf(HERE / "bits.bdf", CHARACTERS)


if __name__ == "__main__":
    main()
