"""C libraries, muted while they work on a picture."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from asciiart.errors import (
    ImageError,
)


@contextmanager
def muted_libraries(picture: str) -> Iterator[None]:
    """Let C libraries work on a picture, muted; libtiff has its own say on damaged files.

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
            # OpenCV's and ONNX Runtime's errors are no MemoryError, but speak of allocating.
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
