"""Moving pictures, stage 7: timed arts -> GIF, MP4, asciinema's cast, HTML or a folder of texts."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from itertools import chain
from pathlib import Path
from types import FrameType

from asciiart.errors import ImageError, OptionError
from asciiart.io.files.atomic_files import atomic_path
from asciiart.io.terminal.color_mode import ColorMode, parse_color_mode
from asciiart.motion.pyav import require_pyav
from asciiart.motion.recording.asciicast import write_cast
from asciiart.motion.recording.text_folder import FOLDER, write_folder
from asciiart.motion.recording.timed_art import Arts, Recording, TimedArt, TimedArts, Writer


def save(
    animation: TimedArts,
    path: str | Path,
    format: str | None = None,
    *,
    color: ColorMode | str = ColorMode.NONE,
    font_size: float | None = None,
    plays: int | None = None,
    limit: int | None = None,
    advance: Callable[[int | None], object] | None = None,
) -> None:
    """Write an animation to a file, in the format that its suffix names, or to a folder.

    Frames are drawn while they are written, and none is kept in memory. The file is written under
    another name and then renamed, so a failure or Ctrl-C leaves the old file intact. Ctrl-C,
    SIGTERM or SIGHUP ends the recording of a webcam, which is kept.

    Parameters
    ----------
    animation : TimedArts
        The arts and their durations.
    path : str or Path
        File that ends in .gif, .mp4 (H.264, by PyAV), .cast or .html, or a folder, whose name has
        no suffix.
    format : str, optional
        gif, mp4, cast, html or folder; overrides the suffix.
    color : ColorMode or str
        Colors of the ink; ``auto`` is true color.
    font_size : float, optional
        Pixels per em in GIF, MP4 and HTML.
    plays : int, optional
        Number of plays of GIF and HTML, 0 for endless; that of the source by default.
    limit : int, optional
        Maximum number of frames.
    advance : callable, optional
        Called before each frame is written, with the source's number of frames or None.

    Raises
    ------
    ImageError
        If the source is damaged or exceeds ``limit``; the frames before that are written.
    OptionError
        If there is no such format or color, or the format cannot contain the art.
    OutputError
        If it cannot be written.
    """
    writer = _writers()[_format(path, format)]
    source = animation.frames
    mode = parse_color_mode(color)
    with _ending_signals(source.is_live) as signals:
        kept = _Kept(animation, limit, signals, advance)
        first = next(kept, None)
        if first is None:
            raise kept.fault or ImageError(f"{source.name}: has no frames")
        how = Recording(mode, font_size, source.plays if plays is None else plays)
        with atomic_path(path) as beside:
            writer(chain([first], kept), beside, how)
    if kept.fault is not None:
        raise kept.fault
    if signals and signals[0] != signal.SIGINT:
        raise SystemExit(128 + signals[0])


def animation_format(path: str | Path) -> str:
    """Return the format that a name's suffix selects; a folder if it has none.

    Raises
    ------
    OptionError
        If no format has such a suffix, or the format needs a package that is not installed.
    """
    return _format(path, None)


def _format(path: str | Path, format: str | None) -> str:
    name = str(path)
    suffix = "" if name.endswith("/") or Path(path).is_dir() else Path(path).suffix.lower()
    known = {".htm": "html", "": FOLDER}
    chosen = format or known.get(suffix, suffix.removeprefix("."))
    if chosen not in _writers():
        raise OptionError(
            f"{path}: {chosen!r} is no format of moving pictures (there are: "
            f"{', '.join(_writers())})"
        )
    if chosen == "mp4":
        require_pyav(f"{path}: MP4", OptionError)
    return chosen


def _writers() -> dict[str, Writer]:
    from asciiart.motion.recording.gif import write_gif  # noqa: PLC0415
    from asciiart.motion.recording.html import write_html  # noqa: PLC0415 - import this module
    from asciiart.motion.recording.mp4 import write_mp4  # noqa: PLC0415

    return {
        "gif": write_gif,
        "mp4": write_mp4,
        "cast": write_cast,
        "html": write_html,
        FOLDER: write_folder,
    }


@contextmanager
def _ending_signals(live: bool) -> Iterator[list[int]]:
    """Collect the signals that ask a live recording to end, instead of obeying them at once.

    They thus never interrupt the writing of a frame. The second signal is obeyed.
    """
    signals: list[int] = []

    def note(number: int, frame: FrameType | None) -> None:  # noqa: ARG001 - a handler
        signals.append(number)
        if len(signals) > 1:
            raise KeyboardInterrupt

    with ExitStack() as stack:
        if live and threading.current_thread() is threading.main_thread():
            for name in ("SIGINT", "SIGTERM", "SIGHUP"):
                number = getattr(signal, name, None)
                if number is not None and signal.getsignal(number) is not signal.SIG_IGN:
                    stack.callback(signal.signal, number, signal.signal(number, note))
        yield signals


class _Kept:
    """The arts up to a signal or a fault of the source, which is kept for later."""

    def __init__(
        self,
        animation: TimedArts,
        limit: int | None,
        signals: Sequence[int],
        advance: Callable[[int | None], object] | None,
    ) -> None:
        self.fault: ImageError | None = None
        self._frames = animation.frames
        self._arts = animation.timed(ahead=not self._frames.is_live)
        self._limit, self._count, self._signals = limit, 0, signals
        self._advance = advance

    def __iter__(self) -> Arts:
        return self

    def __next__(self) -> TimedArt:
        if self.fault is not None or self._signals:
            raise StopIteration
        try:
            art = next(self._arts)
            if self._count == self._limit:
                raise ImageError(
                    f"{self._frames.name}: only {self._limit} frames are kept; "
                    "max_frames allows more",
                    "max_frames",
                )
        except ImageError as error:
            self.fault = error
            raise StopIteration from error
        self._count += 1
        if self._advance is not None:
            self._advance(self._frames.count)
        return art
