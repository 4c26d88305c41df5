"""Tests of asciiart.motion.decoding.webcam: cameras, of which there is none where tests run."""

from __future__ import annotations

import pytest

from asciiart.errors import ImageError
from asciiart.motion.decoding.opening import open_frames


@pytest.mark.parametrize("camera", [97, "97"])
def test_camera_that_is_not_there(camera: int | str, capfd: pytest.CaptureFixture[str]) -> None:
    frames = open_frames(camera)
    assert frames.is_live
    with pytest.raises(ImageError, match="camera 97: there is none, or it is in use"):
        list(frames)
    assert capfd.readouterr().err == ""
