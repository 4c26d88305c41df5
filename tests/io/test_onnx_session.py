"""A network in a file runs, also in other threads and processes, or is refused in one line."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from paths import TESTS

from asciiart.errors import ModelError
from asciiart.io.onnx_session import OnnxNetwork

LINES = TESTS.parent / "models" / "lines" / "lines.onnx"
LAB = np.random.default_rng(5).random((1, 3, 16, 24), np.float32)

FORKING = """
import os, sys, warnings
from pathlib import Path
import numpy as np
from asciiart.io.onnx_session import OnnxNetwork

warnings.simplefilter("ignore")
network, lab = OnnxNetwork(Path(sys.argv[1])), np.ones((1, 3, 256, 256), np.float32)
[expected] = network.run("lab", lab)
pid = os.fork()
[output] = network.run("lab", lab)
assert np.array_equal(output, expected)
if pid:
    sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
"""


@pytest.fixture(scope="module")
def network() -> OnnxNetwork:
    return OnnxNetwork(LINES)


@pytest.fixture(scope="module")
def expected(network: OnnxNetwork) -> np.ndarray:
    [output] = network.run("lab", LAB)
    assert output.dtype == np.float32
    assert output.std() > 0
    return output


def test_outputs_of_the_stated_shapes_are_returned(
    network: OnnxNetwork, expected: np.ndarray
) -> None:
    [output] = network.run("lab", LAB, [expected.shape])
    np.testing.assert_array_equal(output, expected)


def test_outputs_of_other_shapes_are_refused(network: OnnxNetwork) -> None:
    with pytest.raises(ModelError) as caught:
        network.run("lab", LAB, [(1, 2)])
    assert str(caught.value) == (
        f"{LINES}: its outputs, [(1, 4, 16, 24)], are not what the card says, [(1, 2)]"
    )


@pytest.mark.parametrize("name", ["grey", "gr\x1b[1my"])
def test_an_input_that_the_network_does_not_take_is_refused(
    network: OnnxNetwork, name: str
) -> None:
    with pytest.raises(ModelError, match=r"lines\.onnx: not a usable network \(") as caught:
        network.run(name, LAB)
    assert str(caught.value).isprintable()


@pytest.mark.parametrize("content", [b"", b"no network", LINES.read_bytes()[:1000]])
def test_a_damaged_file_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.onnx"
    path.write_bytes(content)
    with pytest.raises(ModelError, match=r"a\.onnx: not a usable network \([^\n]*\)$"):
        OnnxNetwork(path)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"a\.onnx: cannot be read \(No such file or directory\)$"):
        OnnxNetwork(tmp_path / "a.onnx")


def test_the_file_is_not_needed_any_more(tmp_path: Path, expected: np.ndarray) -> None:
    path = tmp_path / "a.onnx"
    path.write_bytes(LINES.read_bytes())
    network = OnnxNetwork(path)
    path.unlink()
    network.abandon_session()
    np.testing.assert_array_equal(network.run("lab", LAB)[0], expected)


def test_threads_run_it_at_the_same_time(network: OnnxNetwork, expected: np.ndarray) -> None:
    with ThreadPoolExecutor(4) as pool:
        for [output] in pool.map(lambda _: network.run("lab", LAB), range(20)):
            np.testing.assert_array_equal(output, expected)


def test_a_forked_process_runs_it_although_the_session_s_threads_are_not_there() -> None:
    command = [sys.executable, "-c", FORKING, str(LINES)]
    environ = {**os.environ, "OMP_NUM_THREADS": "2"}
    done = subprocess.run(command, env=environ, capture_output=True, check=False, timeout=60)
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.parametrize(("given", "left"), [(None, "1"), ("0", "0")])
def test_nothing_is_reported_to_anybody_unless_the_user_wishes_it(
    given: str | None, left: str
) -> None:
    environ = {key: value for key, value in os.environ.items() if key != "ORT_DISABLE_TELEMETRY"}
    if given is not None:
        environ["ORT_DISABLE_TELEMETRY"] = given
    code = (
        "import os, sys; assert 'onnxruntime' not in sys.modules; import asciiart.io.onnx_session; "
        "print(os.environ['ORT_DISABLE_TELEMETRY'])"
    )
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, env=environ, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == left
