"""When `asciiart draw` is given a film: it plays, is saved as a film, or one frame is drawn."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from asciiart.errors import AsciiArtError, OptionError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from asciiart.io.pictures.picture_search import PictureSource
    from asciiart.motion.single_frame import FrameChoice

VIDEO_SUFFIXES = frozenset(
    {".avi", ".m4v", ".mkv", ".mov", ".mp4", ".mpeg", ".mpg", ".ogv", ".ts", ".webm", ".wmv"}
)
"""Suffixes of files that hold films, and no pictures."""
_MAY_MOVE = frozenset({".apng", ".avif", ".gif", ".png", ".webp", *VIDEO_SUFFIXES})
_SAVED_AS_FILMS = frozenset({".cast", ".gif", ".mp4"})
_SAVED_AS_EITHER = frozenset({".htm", ".html"})
_ONCE = 1


class FrameType(click.ParamType):  # type: ignore[type-arg] # a parameter since click 8.2
    """A frame's number, or the time at which it is shown."""

    name = "frame"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> FrameChoice:
        """Return the frame that is meant."""
        from asciiart.motion.single_frame import parse_frame  # noqa: PLC0415 - on use

        try:
            return parse_frame(str(value))
        except OptionError as error:
            self.fail(str(error).removeprefix("frame "), param, ctx)


def is_for_play(
    context: click.Context,
    play: click.Command,
    picture: PictureSource,
    output: str | None,
    *,
    is_terminal: bool,
) -> bool:
    """Tell whether a drawing was asked for that `asciiart play` makes.

    That is a film in a terminal, or to be saved as a film. Options that only `asciiart draw` has
    ask for a frame.
    """
    suffix = "" if output is None else Path(output).suffix.lower()
    if suffix in _SAVED_AS_FILMS:
        return not _only_drawing(context, play)
    fits = is_terminal if output is None else suffix in _SAVED_AS_EITHER
    return fits and not _only_drawing(context, play) and _is_film(picture)


def _only_drawing(context: click.Context, play: click.Command) -> set[str]:
    """Return the parameters of the command line that play has not."""
    shared = {parameter.name for parameter in play.params} | {"pictures"}
    return {
        name
        for name in context.params
        if name not in shared and context.get_parameter_source(name) is ParameterSource.COMMANDLINE
    }


def _is_film(picture: PictureSource) -> bool:
    if not picture.is_file or picture.path.suffix.lower() not in _MAY_MOVE:
        return False
    from asciiart.motion.decoding.opening import open_frames  # noqa: PLC0415 - for films only

    try:
        return not open_frames(picture.path).is_still
    except AsciiArtError:
        return picture.path.suffix.lower() in VIDEO_SUFFIXES  # play says what is wrong


def play_instead(
    context: click.Context, play: click.Command, picture: str, wishes: Mapping[str, Any]
) -> None:
    """Let `asciiart play` do what was asked for; in a terminal a film plays once."""
    names = {parameter.name for parameter in play.params}
    values = {name: value for name, value in wishes.items() if name in names}
    if context.get_parameter_source("color") is ParameterSource.DEFAULT:
        values["color"] = "auto"
    loop = _ONCE if wishes["output"] is None else None
    context.invoke(play, picture=picture, loop=loop, **values)
