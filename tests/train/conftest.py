"""Two tiny networks, trained and exported once by the code that makes the shipped ones."""

from __future__ import annotations

from pathlib import Path

import pytest
from tiny_training import Tiny, tiny_config

from asciiart.options import Mode
from asciiart.train.encoder.dataset import Dataset
from asciiart.train.encoder.export import export_model
from asciiart.train.encoder.fit import fit


@pytest.fixture(scope="session")
def tiny() -> dict[Mode, Tiny]:
    """Return a tiny trained network for each mode."""
    made: dict[Mode, Tiny] = {}
    modes: tuple[Mode, Mode] = ("structure", "tone")
    for mode in modes:
        config = tiny_config(mode)
        dataset = Dataset(config)
        made[mode] = Tiny(config, dataset, fit(config, dataset=dataset))
    return made


@pytest.fixture(scope="session")
def tiny_model(tiny: dict[Mode, Tiny], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the model folder with both; tests do not change it."""
    folder = tmp_path_factory.mktemp("models") / "tiny"
    for made in tiny.values():
        export_model(made.trained, made.config, folder, "asciiart train --out tiny")
    return folder


@pytest.fixture(params=["structure", "tone"])
def made(request: pytest.FixtureRequest, tiny: dict[Mode, Tiny]) -> Tiny:
    """Return each of the tiny networks in turn."""
    return tiny[request.param]
