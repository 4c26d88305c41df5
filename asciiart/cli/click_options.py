"""The options of commands, made from the library's declarations."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from types import NoneType
from typing import TYPE_CHECKING, Any, TypeVar

import click
from click.core import ParameterSource

from asciiart.errors import OptionError
from asciiart.options import ArtistOptions, Declared, Options, declared, refuse_exclusions

if TYPE_CHECKING:
    from asciiart.io.terminal.terminal import Terminal
    from asciiart.options import Palette
    from asciiart.pipeline import Artist

_O = TypeVar("_O")
_Command = TypeVar("_Command", bound=Callable[..., Any])

COLORS = ("none", "auto", "16", "256", "truecolor")
"""Values of --color."""
_DECLARED = {each.name: each for owner in (Options, ArtistOptions) for each in declared(owner)}
# fmt: off
TIMEOUT = click.option("--timeout", type=click.FloatRange(min=0, min_open=True, max=86400),
    default=30.0, show_default=True, metavar="S",
    help="Seconds that a picture from the web may take.")
# fmt: on


class RenamedOption(click.Option):
    """An option that also has a former name, which neither help nor completion shows."""

    def __init__(self, *names: Any, former: str, **attributes: Any) -> None:
        super().__init__(*names, **attributes)
        self.former = former

    def add_to_parser(self, parser: Any, ctx: click.Context) -> None:
        """Let the command line have either name, and its negation if it has one."""
        shown = self.opts, self.secondary_opts
        self.opts = [*self.opts, f"--{self.former}"]
        if self.secondary_opts:
            self.secondary_opts = [*self.secondary_opts, f"--no-{self.former}"]
        super().add_to_parser(parser, ctx)
        self.opts, self.secondary_opts = shown


def all_options(
    *, without: tuple[str, ...] = (), **changes: Mapping[str, Any]
) -> Callable[[_Command], _Command]:
    """Return a decorator that adds every option of drawing, but ``without`` some.

    ``changes`` are, by the option's name, what `make_option` takes.
    """
    shown = [
        make_option(each.name, **changes.get(each.name, {}))
        for each in _DECLARED.values()
        if not each.option.library_only and each.name not in without
    ]
    return _all_of(shown)


def options_of(owner: type) -> Callable[[_Command], _Command]:
    """Return a decorator that adds the options that a dataclass declares."""
    return _all_of([_make_option(each) for each in declared(owner)])


def _all_of(
    options: Sequence[Callable[[_Command], _Command]],
) -> Callable[[_Command], _Command]:
    def decorate(command: _Command) -> _Command:
        for option in reversed(options):
            command = option(command)
        return command

    return decorate


def make_option(
    name: str, *, note: str = "", none_means: str | None = None, **attributes: Any
) -> Callable[[_Command], _Command]:
    """Return click's option for one of the library, of which a command may change something.

    ``note`` ends the help, ``none_means`` is what a missing value stands for on the command line,
    and ``attributes`` are click's own.
    """
    return _make_option(_DECLARED[name], note=note, none_means=none_means, **attributes)


def _make_option(
    each: Declared, *, note: str = "", none_means: str | None = None, **attributes: Any
) -> Callable[[_Command], _Command]:
    option = each.option
    default = attributes.setdefault("default", each.default)
    help = " ".join(filter(None, (_with_flags(option.explanation), note)))
    meaning = none_means or option.none_means
    if default is None and meaning:
        help += f"  [default: {_with_flags(meaning)}]"
    if option.former:
        attributes |= {"cls": RenamedOption, "former": option.former}
    return click.option(
        *filter(None, (option.short,)),
        _spelling(each),
        metavar=option.metavar,
        show_default=default not in (None, "") and default is not False,
        **({"help": help} | _kind(each) | attributes),
    )


def _spelling(each: Declared) -> str:
    """Return the long name of an option; a boolean has one for each of its values."""
    flag = _flag(each.name)
    return f"{flag}/{_flag(f'no_{each.name}')}" if _value_type(each) is bool else flag


def _kind(each: Declared) -> dict[str, Any]:
    """Return click's type for the values of an option."""
    if each.choices:
        return {"type": click.Choice(each.choices)}
    return {"is_flag": True} if _value_type(each) is bool else {"type": _value_type(each)}


def _value_type(each: Declared) -> Any:
    """Return the type that the command line reads a value as."""
    return next(kind for kind in each.kinds if kind is not NoneType)


def _flag(name: str) -> str:
    return f"--{name.replace('_', '-')}"


def _with_flags(text: str) -> str:
    """Return a text in which the library's options are written as those of the command line."""
    return re.sub(r"``(\w+)``", lambda match: _flag(match[1]), text)


def chosen(owner: Callable[..., _O], values: Mapping[str, Any], **others: Any) -> _O:
    """Return a dataclass of options with the values of a command's parameters, and ``others``."""
    names = {each.name for each in declared(owner)}  # type: ignore[arg-type] # a class
    return owner(**{name: values[name] for name in names & values.keys()} | others)


def color_at(target: str | None, color: str) -> str:
    """Return the ``color`` to draw with; auto becomes the colors that the target shows.

    Raises
    ------
    OptionError
        If the command line asks for others.
    """
    if target is None:
        return color
    from asciiart.art.targets import check_color, find_target  # noqa: PLC0415
    from asciiart.io.terminal.color_mode import ColorMode, parse_color_mode  # noqa: PLC0415 - not for `--help`

    place = find_target(target)
    own = ColorMode.NONE if place.colors is None else ColorMode.ANSI16
    mode = parse_color_mode(color, automatic=own)
    source = click.get_current_context().get_parameter_source("color")
    try:
        check_color(place, mode)
    except OptionError:
        if source is ParameterSource.COMMANDLINE:
            raise
        return ColorMode.NONE.value  # a default is for those places that show it
    return mode.value


def drawing_options(
    wishes: Mapping[str, Any], color: str, terminal: Terminal, output: str | None
) -> Options:
    """Return the options of a drawing in ``color`` on a terminal or in the file ``output``.

    Without a background in ``wishes`` it is the terminal's. Without colors nothing is filled.
    """
    from asciiart.io.terminal.background import choose_background  # noqa: PLC0415 - not for `--help`

    return chosen(
        Options,
        wishes,
        background=choose_background(wishes["background"], terminal, output),
        fill=wishes["fill"] and color != "none",
        palette=_palette_of(color),
    )


def _palette_of(color: str) -> Palette:
    """Return the palette of a fill for a terminal's ``color``."""
    if color == "16":
        return "16"
    return "256" if color == "256" else "truecolor"


def check_fill(wishes: Mapping[str, Any], color: str) -> None:
    """Refuse a fill without color; another option that excludes a fill is reported first.

    Raises
    ------
    OptionError
        If there is such an option among the ``wishes``.
    UsageError
        If there is no color.
    """
    if wishes["fill"] and color == "none":
        refuse_exclusions(wishes)
        raise click.UsageError("--fill needs --color")


def check_dither(color: str, artist: Artist, options: Options) -> None:
    """Refuse dithering that changes nothing; where ``color`` is auto, users cannot know that.

    Raises
    ------
    UsageError
        If there are neither few colors nor dots to be mixed.
    """
    source = click.get_current_context().get_parameter_source("dither")
    if source is not ParameterSource.COMMANDLINE:
        return  # a default is for those drawings that it changes
    mixes = color not in ("none", "truecolor") or artist.dithers(options)
    if options.dither != "none" and not mixes:
        raise click.UsageError(
            "--dither mixes 16 or 256 colors, and without --fill the dots of --charset braille, "
            "quadrants, half or blocks; here it would change nothing"
        )
