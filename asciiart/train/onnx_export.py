"""Torch network -> ONNX file, refused unless ONNX Runtime computes the same from it."""

from __future__ import annotations

import tempfile
import warnings
from pathlib import Path

import numpy as np
import onnxruntime
import torch
from torch import Tensor, nn

from asciiart.errors import ModelError, OutputError

TOLERANCE = 1e-4
"""Largest allowed difference between torch and ONNX Runtime, relative to the largest output."""


def to_onnx(
    network: nn.Module, example: Tensor, name: str, outputs: list[str], axes: dict[int, str]
) -> bytes:
    """Return the ONNX file of a network.

    Parameters
    ----------
    network
        A network with one input; it is put in evaluation mode.
    example
        An input to trace it with.
    name, outputs
        Names of the input and of the outputs.
    axes
        Names of the input's axes whose size may vary, and of the first output's.

    Raises
    ------
    OutputError
        If there is no room for temporary files.
    """
    try:
        with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
            warnings.simplefilter("ignore")  # torch's exporter warns of its own future
            path = Path(folder) / "network.onnx"
            torch.onnx.export(
                network.eval(),
                (example,),
                str(path),
                input_names=[name],
                output_names=outputs,
                dynamic_axes={name: axes, outputs[0]: axes},
                dynamo=False,
            )
            return path.read_bytes()
    except OSError as error:
        place = error.filename or "the folder for temporary files"
        raise OutputError(f"{place}: cannot be written ({error.strerror})") from error


def check_parity(network: nn.Module, onnx: bytes, example: Tensor) -> float:
    """Return the largest relative difference between torch and ONNX Runtime on ``example``.

    Raises
    ------
    ModelError
        If it is larger than `TOLERANCE`.
    """
    with torch.no_grad():
        result = network(example)
    expected = [result] if isinstance(result, Tensor) else list(result)
    session = onnxruntime.InferenceSession(onnx, providers=["CPUExecutionProvider"])
    found = session.run(None, {session.get_inputs()[0].name: example.numpy()})
    worst = max(
        float(np.abs(torch_output.numpy() - output).max() / max(1, np.abs(output).max()))
        for torch_output, output in zip(expected, found, strict=True)
    )
    if not worst <= TOLERANCE:
        raise ModelError(f"not exported: ONNX Runtime and torch differ by {worst:.2g}")
    return worst


def count_parameters(module: nn.Module) -> int:
    """Return the number of a network's parameters."""
    return sum(parameter.numel() for parameter in module.parameters())
