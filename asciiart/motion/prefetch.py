"""Moving pictures: a thread decodes the next frames while others are drawn."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterable, Iterator
from contextlib import suppress
from types import TracebackType
from typing import NamedTuple, TypeVar

from asciiart.motion.frames import Frame

_Item = TypeVar("_Item")

_AHEAD = 3
"""Maximum number of frames that wait to be drawn."""
_SECONDS = 1.0
"""Time in seconds to wait for the thread to end; a camera may block it longer."""


def lookahead(items: Iterable[_Item]) -> Iterator[_Item]:
    """Yield each item once the next one has been taken; those before a fault are yielded, too."""
    held: list[_Item] = []
    try:
        for item in items:
            yield from held
            held = [item]
    except Exception:
        yield from held
        raise
    yield from held


class _Ended(NamedTuple):
    """Marks the end of the frames in the queue."""

    error: Exception | None
    """The fault that ended them, if any."""


class Prefetcher:
    """A context that yields frames which a thread of its own reads ahead."""

    def __init__(self, frames: Iterable[Frame], *, newest_only: bool = False) -> None:
        """Take the frames; ``newest_only`` drops those that wait when a newer one comes."""
        self._frames, self._newest_only = frames, newest_only
        self._filled: queue.Queue[Frame | _Ended] = queue.Queue(1 if newest_only else _AHEAD)
        self._over = threading.Event()
        self._reader = threading.Thread(target=self._read, daemon=True)

    def __enter__(self) -> Iterator[Frame]:
        """Begin to read."""
        self._reader.start()
        return self._taken()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop reading."""
        self._over.set()
        self._reader.join(_SECONDS)

    def _taken(self) -> Iterator[Frame]:
        while not isinstance(item := self._filled.get(), _Ended):
            yield item
        if item.error is not None:
            raise item.error

    def _read(self) -> None:
        error = None
        try:
            for frame in self._frames:
                self._put(frame)
                if self._over.is_set():
                    return
        except Exception as met:
            error = met
        self._put(_Ended(error))

    def _put(self, item: Frame | _Ended) -> None:
        while not self._over.is_set():
            with suppress(queue.Full):
                return self._filled.put(item, timeout=0.1)
            if self._newest_only:
                with suppress(queue.Empty):
                    self._filled.get_nowait()
