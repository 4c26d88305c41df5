"""Where the tests and what they need lie."""

from __future__ import annotations

from pathlib import Path

TESTS = Path(__file__).parents[1]
ROOT = TESTS.parent
FONTS = ROOT / "fonts"
DEJAVU = FONTS / "dejavu" / "DejaVuSansMono.ttf"
MONA = FONTS / "mona" / "mona.ttf"
MPLUS = FONTS / "mplus" / "Mplus1Code-Regular.otf"
SPLEEN = FONTS / "spleen" / "spleen-8x16.otf"
PICTURES = TESTS / "pictures"
CAT = PICTURES / "photographs" / "cat.jpg"
ANTENNA = PICTURES / "drawings" / "antenna.png"
CASES = TESTS / "data" / "cases"
FILMS = TESTS / "data" / "films"
