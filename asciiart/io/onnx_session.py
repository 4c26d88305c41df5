"""An ONNX file -> an `OnnxNetwork` that runs it with ONNX Runtime, also in forked processes."""

from __future__ import annotations

import ctypes
import os
import weakref
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from asciiart.errors import ModelError
from asciiart.io.forks import after_fork_in_child
from asciiart.io.model_files import read_model_file

# Unless told otherwise, ONNX Runtime keeps a device id and reports every run to Microsoft; and a
# forked process would wait at its end for the thread that does so.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")

import onnxruntime

Shape = tuple[int, ...]


class OnnxNetwork:
    """The network in an ONNX file. Threads and forked processes may run it at the same time."""

    def __init__(self, path: Path) -> None:
        """Open a file of at most 64 MiB, which holds all its weights.

        Raises
        ------
        ModelError
            If it is missing, damaged or too large.
        """
        self._path, self._data = path, read_model_file(path)
        self._session: onnxruntime.InferenceSession | None = self._open()
        _NETWORKS.add(self)

    def run(
        self, name: str, data: NDArray[np.float32], shapes: list[Shape] | None = None
    ) -> list[NDArray[np.float32]]:
        """Return the network's outputs, float32, for its only input, which is called ``name``.

        Raises
        ------
        ModelError
            If it does not take this input, or its outputs do not have these ``shapes``.
        """
        session = self._session
        if session is None:
            session = self._session = self._open()
        try:
            outputs = session.run(None, {name: data})
            found = [output.shape for output in outputs]
        except Exception as error:  # see _open
            raise self._unusable(error) from error
        if any(output.dtype != np.float32 for output in outputs) or shapes not in (None, found):
            raise ModelError(
                f"{self._path}: its outputs, {found}, are not what the card says, {shapes}"
            )
        return list(outputs)

    def abandon_session(self) -> None:
        """Give up the session without closing it; the next run opens another one.

        A forked process lacks the session's threads and would crash when closing it.
        """
        if self._session is not None:
            ctypes.pythonapi.Py_IncRef(ctypes.py_object(self._session))
            self._session = None

    def _open(self) -> onnxruntime.InferenceSession:
        options = onnxruntime.SessionOptions()
        options.log_severity_level = 3
        # Threads that spin while waiting would slow OpenCV and FAISS on the same cores.
        threads = os.environ.get("OMP_NUM_THREADS", "")
        if threads.isdecimal():  # as the other libraries do
            options.intra_op_num_threads = int(threads)
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        providers = ["CPUExecutionProvider"]
        try:
            # A fallback, to the same provider, would be reported on standard output.
            return onnxruntime.InferenceSession(
                self._data, options, providers=providers, enable_fallback=0
            )
        except Exception as error:  # onnxruntime's own exceptions share no public root
            raise self._unusable(error) from error

    def _unusable(self, error: Exception) -> ModelError:
        lines = str(error).strip().splitlines() or [type(error).__name__]
        reason = lines[0] if lines[0].isprintable() else ascii(lines[0])  # names come from the file
        return ModelError(f"{self._path}: not a usable network ({reason})")


_NETWORKS: weakref.WeakSet[OnnxNetwork] = weakref.WeakSet()
"""All networks that this process has opened."""


def _abandon_sessions() -> None:
    for network in _NETWORKS:
        network.abandon_session()


after_fork_in_child(_abandon_sessions)
