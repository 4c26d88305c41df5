"""Quantization: a trained network -> the same in 8-bit integers, which are much faster."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from onnxruntime.quantization import (
    CalibrationDataReader,
    QuantFormat,
    QuantType,
    quant_pre_process,
    quantize_static,
)

from asciiart.errors import ModelError, OutputError
from asciiart.glyphs.rasterize import Ink

TOLERANCE = 0.1
"""Largest allowed root mean square error of the codes, relative to their own."""


class _Pages(CalibrationDataReader):  # type: ignore[misc] # onnxruntime has no types
    """Gives pages to the calibration, one by one."""

    def __init__(self, name: str, pages: Sequence[Ink]) -> None:
        self._inputs = iter([{name: page[np.newaxis, np.newaxis]} for page in pages])

    def get_next(self) -> dict[str, Ink] | None:
        return next(self._inputs, None)


def to_int8(network: bytes, pages: Sequence[Ink]) -> bytes:
    """Return the ONNX file of a network for pages, quantized to 8-bit integers.

    Activations have 8 bits over the range that ``pages`` (H, W) produce; weights have 7 bits and a
    scale for each channel, so that no product overflows 16 bits on processors without VNNI
    (post-training quantization: R. Krishnamoorthi, "Quantizing deep convolutional networks for
    efficient inference", arXiv 1806.08342, 2018).

    Raises
    ------
    ModelError
        If the codes of the pages then differ by more than `TOLERANCE`.
    OutputError
        If there is no room for temporary files.
    """
    model = onnx.load_model_from_string(network)
    try:
        with tempfile.TemporaryDirectory() as folder:
            prepared, path = Path(folder) / "prepared.onnx", Path(folder) / "int8.onnx"
            quant_pre_process(model, prepared, skip_symbolic_shape=True)
            quantize_static(
                prepared,
                path,
                _Pages(model.graph.input[0].name, pages),
                quant_format=QuantFormat.QDQ,
                activation_type=QuantType.QUInt8,
                weight_type=QuantType.QInt8,
                per_channel=True,
                reduce_range=True,
            )
            quantized = path.read_bytes()
    except OSError as error:
        place = error.filename or "the folder for temporary files"
        raise OutputError(f"{place}: cannot be written ({error.strerror})") from error
    worst = max(_error(network, quantized, page) for page in pages)
    if not worst <= TOLERANCE:
        raise ModelError(f"not exported: in 8-bit integers the codes differ by {worst:.2g}")
    return quantized


def _error(network: bytes, quantized: bytes, page: Ink) -> float:
    """Return the root mean square error of a page's codes, relative to the codes."""
    exact, rough = (_codes(file, page) for file in (network, quantized))
    return float(np.linalg.norm(rough - exact) / (np.linalg.norm(exact) + 1e-12))


def _codes(network: bytes, page: Ink) -> Ink:
    session = onnxruntime.InferenceSession(network, providers=["CPUExecutionProvider"])
    (codes,) = session.run(None, {session.get_inputs()[0].name: page[np.newaxis, np.newaxis]})
    return np.asarray(codes, np.float32)
