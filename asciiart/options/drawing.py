"""Every option of a drawing, and which of them exclude each other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any, Literal

from asciiart.errors import OptionError
from asciiart.options.crop_area import parse_crop
from asciiart.options.declaration import Option, declared
from asciiart.options.exclusions import Exclusion
from asciiart.options.keywords import option_class

Mode = Literal["tone", "structure"]
ModeChoice = Literal["tone", "structure", "auto"]
Background = Literal["dark", "light"]
Quality = Literal["fast", "good", "best"]
Palette = Literal["16", "256", "truecolor"]
Dither = Literal["none", "ordered", "diffusion", "noise"]
BrailleBlank = Literal["pattern", "space"]
Resample = Literal["auto", "nearest", "smooth"]
LevelChoice = Literal["auto", "film", "none"]
Mirroring = Literal["none", "horizontal", "vertical"]
Strict = Annotated[
    bool,
    Option("Refuse damaged and cut-off pictures that are otherwise drawn with a warning."),
]
"""Type and explanation of ``strict`` in all classes of options."""

DEFAULT_CHARSET = "ascii"
DEFAULT_COLUMNS = 80
MAX_COLUMNS = 10_000
"""Largest number of columns; longer lines cannot be read, wrapped or printed anywhere."""
MAX_ROWS = 10_000
"""Largest number of rows. Without a limit, a picture a few pixels wide would fill a file with lines
that nobody asked for."""
FONT_SIZES = range(6, 101)
"""Possible sizes of a proportional font, in pixels per em."""
DEFAULT_MAX_PIXELS = 100_000_000
"""Pictures with more pixels are refused before they are decoded."""
DEFAULT_MAX_UNREDUCED_PIXELS = 50_000_000
"""The same limit for files that can only be decoded at their full size."""
SIZES = ("columns", "width", "rows", "magnify")
"""Options that say how large an art is."""
EDITS = ("rotate", "flip", "invert", "crop")
"""Options that change a picture before anything is drawn of it."""
PROPORTIONAL = ("width", "font_size", "line_height")
"""Options that only proportional fonts have."""


class CheckedOptions:
    """A dataclass of options that checks them when it is made."""

    def __post_init__(self) -> None:
        values = vars(self)
        for each in declared(type(self)):
            each.check(values[each.name])
        refuse_exclusions(values)

    def part(self, owner: type) -> dict[str, Any]:
        """Return those values, by name, that ``owner`` declares as well."""
        return {each.name: getattr(self, each.name) for each in declared(owner)}


@option_class
@dataclass(frozen=True, kw_only=True)
class Options(CheckedOptions):
    """Options of one drawing, checked when made.

    Raises
    ------
    OptionError
        If a value is out of its range, or two options exclude each other.
    """

    # fmt: off
    mode: Annotated[ModeChoice, Option(
        "Draw brightness (tone) or outlines (structure). auto: outlines of a line drawing, "
        "brightness of any other picture; a film is drawn as its first frame is.")] = "tone"
    outline_share: Annotated[float | None, Option(
        "Blend the modes: 0 is tone, 1 is structure; in between, outlines over lighter and "
        "lighter shading.",
        metavar="X", low=0, high=1, none_means="that of the ``mode``", former="structure")] = None
    columns: Annotated[int | None, Option(
        "Half-width characters per line; in a proportional font, half ems.",
        metavar="N", short="-c", low=1, high=MAX_COLUMNS,
        none_means=f"{DEFAULT_COLUMNS}, or as the ``target`` needs, if no size is given")] = None
    width: Annotated[int | None, Option(
        "Pixels per line of a proportional font, instead of ``columns``.",
        metavar="PX", low=1, high=MAX_COLUMNS)] = None
    rows: Annotated[int | None, Option(
        "Lines. With ``columns`` too, the picture is fitted inside both.",
        metavar="N", short="-r", low=1, high=MAX_ROWS)] = None
    magnify: Annotated[float | None, Option(
        "Scale instead of a size: page pixels per picture pixel. A line is 16 page pixels high; "
        "in a proportional font, its line height.",
        metavar="F", above=0)] = None
    stretch: Annotated[bool, Option(
        "Fill both ``columns`` and ``rows``, whatever the picture's proportions.")] = False
    cell_ratio: Annotated[float | None, Option(
        "Height of a character's cell divided by its width, where the text will be shown with "
        "other spacing than the font's own.",
        metavar="X", low=0.5, high=5, none_means="the font's")] = None
    enlarge: Annotated[bool, Option(
        "Enlarge small pictures to the size that was asked for. Otherwise a character covers at "
        "least two of the picture's pixels across.")] = True
    font_size: Annotated[int | None, Option(
        "Pixels per em of a proportional font.",
        metavar="PX", low=FONT_SIZES[0], high=FONT_SIZES[-1], none_means="16")] = None
    line_height: Annotated[int | None, Option(
        "Pixels from line to line in a proportional font, half to four times its size.",
        metavar="PX", none_means="the font's own, at least 9/8 of its size")] = None
    background: Annotated[Background, Option("Background that the text will be shown on.")] = "dark"
    contrast: Annotated[float, Option(
        "Scale differences from middle gray.",
        metavar="X", low=0, high=10)] = 1.0
    brightness: Annotated[float, Option(
        "Brightness offset, as a fraction of the range from black to white; 0 leaves the "
        "picture as it is.",
        metavar="X", low=-1, high=1)] = 0.0
    gamma: Annotated[float, Option(
        "Values above 1 lighten the middle tones, those below 1 darken them.",
        metavar="X", low=0.1, high=10)] = 1.0
    levels: Annotated[LevelChoice, Option(
        "Gray levels that become black and white. auto: the darkest and the brightest of the "
        "picture, or of the whole film, so that fades fade. film: the same, and a film is read "
        "to its end before it plays. none: 0 and 255, so that every gray stays as it is.")] = "auto"
    detail: Annotated[float, Option(
        "How much is kept: lines in structure, local contrast in tone.",
        metavar="X", low=0, high=1)] = 0.5
    subject: Annotated[float, Option(
        "How much more of a photograph's subject is drawn in structure than of what lies behind "
        "it. 0 treats both alike; 1 leaves hardly a line behind it.",
        metavar="X", low=0, high=1)] = 0.5
    rotate: Annotated[int, Option(
        "Turn the picture clockwise by a multiple of 90 degrees.",
        metavar="DEGREES", low=-270, high=270)] = 0
    flip: Annotated[Mirroring, Option(
        "Mirror the picture: horizontal swaps left and right, vertical top and bottom.")] = "none"
    invert: Annotated[bool, Option(
        "Swap dark and light, as in a negative. Dark text on a light page is what ``background`` "
        "light is for.")] = False
    crop: Annotated[str, Option(
        "Cut the picture, once it is turned and mirrored, to the area X,Y,WIDTH,HEIGHT in pixels "
        "or percent, such as 10%,0,80%,100%. subject: to its subject, with a margin; a film to "
        "where its subject ever is. A picture without a clear subject stays whole.",
        metavar="none|subject|X,Y,W,H")] = "none"
    background_removal: Annotated[bool, Option(
        "Blank what is not the subject: plain paper around a logo or a drawing, or what lies "
        "behind somebody or something in a photograph. A picture without a clear subject stays "
        "whole. A film is cut out frame by frame, and its subject's border may flicker.")] = False
    quality: Annotated[Quality, Option(
        "How much work goes into the page as a whole. good and best change characters until "
        "they draw the page best together; in tone, fast does a little of that. In structure "
        "they also move a picture in its cells, as fast moves a line drawing, so that it leaves a "
        "margin of up to a row and a column; best also makes it up to 5 % smaller and changes "
        "its height by up to 4 %. A film is not moved.")] = "fast"
    fill: Annotated[bool, Option(
        "Color what the characters stand on too, and choose each character and its two colors "
        "together. Best with ``charset`` blocks, box or braille.")] = False
    palette: Annotated[Palette, Option(
        "Colors that a ``fill`` is made of.",
        library_only=True)] = "truecolor"
    dither: Annotated[Dither, Option(
        "Dither the 16- or 256-color palette, or the dots of ``charset`` braille, quadrants, "
        "half or blocks. True color and other characters are not dithered.")] = "none"
    neighbors: Annotated[int, Option(
        "Alternatives kept for each character.",
        metavar="K", low=1, high=64)] = 5
    resample: Annotated[Resample, Option(
        "How pictures smaller than their page are enlarged: nearest keeps their pixels as "
        "squares of one color, smooth blends them. auto is nearest for pixel art (at most 64 x "
        "64 pixels of at most 16 colors) with ``fill``, otherwise smooth.")] = "auto"
    pixel_art: Annotated[bool, Option(
        "Draw each of the picture's pixels as a square of whole characters, as many as fit the "
        "size that was asked for. A picture with more pixels than that is drawn as any other.")] = (
        False)
    max_pixels: Annotated[int | None, Option(
        "Refuse pictures with more pixels.",
        metavar="N", low=1,
        none_means=f"{DEFAULT_MAX_PIXELS} in JPEG, {DEFAULT_MAX_UNREDUCED_PIXELS} in files that "
        "cannot be decoded at a reduced size")] = None
    strict: Strict = False
    # fmt: on

    def __post_init__(self) -> None:
        """Check what the declarations cannot."""
        super().__post_init__()
        parse_crop(self.crop)
        if self.rotate % 90:
            raise OptionError(f"rotate must be a multiple of 90, not {self.rotate}", "rotate")

    @property
    def is_edited(self) -> bool:
        """Whether the picture is changed before anything is drawn of it."""
        return self != self.unedited()

    def unedited(self) -> Options:
        """Return these options for a picture that was turned, mirrored, cut and inverted before."""
        crop = self.crop if parse_crop(self.crop) is None else "none"
        return replace(self, rotate=0, flip="none", invert=False, crop=crop)

    @property
    def shares(self) -> dict[Mode, float]:
        """How much each mode counts, from 0 to 1; modes that do not count are absent.

        auto counts as tone until it is settled.
        """
        lines = self.outline_share
        structure = float(self.settled_mode == "structure") if lines is None else lines
        shares: dict[Mode, float] = {"tone": 1 - structure, "structure": structure}
        return {mode: share for mode, share in shares.items() if share > 0}

    @property
    def settled_mode(self) -> Mode:
        """The mode, where auto is tone until it is settled."""
        return "structure" if self.mode == "structure" else "tone"

    def settled(self, mode: Mode) -> Options:
        """Return these options, with the given mode instead of auto."""
        return replace(self, mode=mode) if self.mode == "auto" else self

    @property
    def draws_lines_alone(self) -> bool:
        """Whether neither brightness nor two colors a cell are drawn."""
        return not self.fill and "tone" not in self.shares

    @property
    def seeks_subject(self) -> bool:
        """Whether the picture's subject must be found."""
        return self.crop == "subject" or self.background_removal

    @property
    def is_sized(self) -> bool:
        """Whether any option says how large the art is."""
        return any(getattr(self, name) is not None for name in SIZES)

    def sized(self, columns: int | None, rows: int | None) -> Options:
        """Return these options, with the given size if they have none of their own."""
        return self if self.is_sized else replace(self, columns=columns, rows=rows)


@option_class
@dataclass(frozen=True, kw_only=True)
class ArtistOptions(CheckedOptions):
    """Options of an `Artist`, which hold for every picture that it draws.

    Raises
    ------
    OptionError
        If a value is out of its range.
    """

    # fmt: off
    font: Annotated[str | Path | None, Option(
        "Name of a bundled or installed font, or a font file; `asciiart fonts --all` lists "
        "them. NAME:wght=500 or NAME:Bold is an instance of a variable font, FILE#1 the second "
        "face of a collection.",
        metavar="NAME|FILE",
        none_means="DejaVu Sans Mono, or for braille alone Spleen 8x16")] = None
    charset: Annotated[str | None, Option(
        "Sets joined by +, such as ascii+box, or by - for those without others; ranges such as "
        "u2500..u257f, blocks of Unicode such as block:\"Box Drawing\", or chars:... followed by "
        "the characters themselves. `asciiart charsets` lists the sets.",
        metavar="NAMES", none_means=DEFAULT_CHARSET)] = None
    exclude: Annotated[str, Option("Characters never to use.", metavar="CHARS")] = ""
    ink_penalty: Annotated[float, Option(
        "How strongly characters with little ink are preferred.",
        metavar="X", low=0, high=1, former="simple")] = 0.0
    model: Annotated[str | Path, Option(
        "Name or folder of an encoder, such as one that `asciiart train` made.",
        metavar="NAME|DIR")] = "standard"
    target: Annotated[str | None, Option(
        "Where the text will be pasted, which gives font, characters, size and a code fence "
        "where you do not.")] = None
    numeric_references: Annotated[bool, Option(
        "Write characters that the encoding, or the target's, lacks as numeric references.",
        former="references")] = False
    braille_blank: Annotated[BrailleBlank, Option(
        "The blank of ``charset`` braille: the pattern without dots, U+2800, which is as wide "
        "as the others in every font, or a space.")] = "pattern"
    # fmt: on


@option_class
@dataclass(frozen=True, kw_only=True)
class DrawOptions(Options, ArtistOptions):
    """Options of an `Artist` and of one drawing together.

    Raises
    ------
    OptionError
        If a value is out of its range, or two options exclude each other.
    """


_DEFAULTS = {each.name: each.default for each in declared(DrawOptions)}
_WITH_AN_ARTIST = " already has a font, characters, a model and a target, and"
EXCLUSIONS = (
    Exclusion("width", "columns"),
    Exclusion("magnify", "columns"),
    Exclusion("magnify", "width"),
    Exclusion("magnify", "rows"),
    Exclusion("fill", "mode", " shows brightness and color, and", ("auto",), is_moot=True),
    Exclusion("fill", "outline_share", " shows brightness and color, and", (0,), is_moot=True),
    Exclusion("fill", "detail", " keeps every detail, and", is_moot=True),
    Exclusion("fill", "subject", " draws no lines, and", is_moot=True),
    Exclusion("fill", "quality", " finds the best characters at once, and", is_moot=True),
    Exclusion("fill", "ink_penalty", " shows every color, and", is_moot=True),
    *(Exclusion("artist", each.name, _WITH_AN_ARTIST) for each in declared(ArtistOptions)),
    *(Exclusion("options", each.name) for each in declared(Options)),
)
"""Which options exclude each other, on the command line and among the keywords of Python."""


def broken_exclusions(values: Mapping[str, Any]) -> list[Exclusion]:
    """Return those that values of options, by their names, break."""
    return [exclusion for exclusion in EXCLUSIONS if exclusion.is_broken(values, _DEFAULTS)]


def refuse_exclusions(values: Mapping[str, Any]) -> None:
    """Check values of options, by their names.

    Raises
    ------
    OptionError
        If two exclude each other.
    """
    for exclusion in broken_exclusions(values):
        raise exclusion.refusal(values)
