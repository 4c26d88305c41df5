"""Silence for C libraries while they work on a picture."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from asciiart.errors import ImageError


@contextmanager
def muted_libraries(picture: str) -> Iterator[None]:
    """Send to nowhere what C libraries, such as libtiff, print to stderr about a picture.

    Raises
    ------
    ImageError
        If memory runs out.
    """
    with ExitStack() as stack:
        if sys.stderr is not None:
            stack.enter_context(_muted_stderr())
        try:
            yield
        except Exception as error:
            # OpenCV and ONNX Runtime raise no MemoryError, but their messages speak of allocation.
            if isinstance(error, MemoryError) or "alloc" in str(error):
                raise ImageError(f"{picture}: not enough memory to draw it") from error
            raise


@contextmanager
def _muted_stderr() -> Iterator[None]:
    kept, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)
