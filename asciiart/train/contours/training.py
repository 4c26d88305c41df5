"""Trains the network that tells a photograph's contours from its texture.

python -m asciiart.train.contours FOLDER [--steps N] [--scenes N] [--seed N]

It learns from rendered scenes whose lines are known (`contours.scenes`), reduced as a page is
before its lines are traced. The shipped network is the output of this program in models/lines.
"""

from __future__ import annotations

import argparse
import copy
import hashlib
import platform
import shlex
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, NamedTuple

import cv2
import numpy as np
import onnxruntime
import tomli_w
import torch
from rich.console import Console
from torch import Tensor, nn
from torch.nn import functional

from asciiart.core.autoencoders.convolutional import ConvAutoencoder, ConvStage
from asciiart.core.learning.initializers import initialize
from asciiart.core.learning.progress import recent, show_progress
from asciiart.core.learning.trainer import (
    Callback,
    History,
    StepLoss,
    Trainer,
    TrainerConfig,
    seed_everything,
)
from asciiart.errors import AsciiArtError, OptionError
from asciiart.io.files.atomic_files import prepare_folder, write_atomically
from asciiart.page.contour_network import CARD, NETWORK
from asciiart.page.contours import WORKING_UNIT
from asciiart.train.contours.scenes import SCENE_UNIT, make_scene
from asciiart.train.onnx_export import check_parity, count_parameters, to_onnx

_LINE_WEIGHT = 3.0
"""Weight in the loss of pixels on a line, about one pixel in thirty."""
_GAMMA = 0.3
"""Standard deviation of the logarithm of a scene's random gamma."""


@dataclass(frozen=True)
class LinesConfig:
    """Settings that determine the trained network; they are checked on construction."""

    stages: tuple[ConvStage, ...] = (
        ConvStage(12, 5, (2, 2)),
        ConvStage(24, 3, (2, 2)),
        ConvStage(32, 3),
        ConvStage(32, 3),
    )
    """Convolutions of the encoder; the decoder mirrors them."""
    code_channels: int = 32
    """Channels of the code."""
    steps: int = 1500
    """Number of batches."""
    scenes: int = 800
    """Number of rendered scenes; each is seen many times, flipped, transposed, inverted and
    lightened."""
    size: int = 384
    """Side of a scene in pixels, on a page with 16 x 8 cells."""
    scenes_per_step: int = 8
    """Scenes in each batch."""
    learning_rate: float = 3e-3
    """Learning rate at the schedule's highest point."""
    seed: int = 0
    """Seed of scenes, weights and batches."""
    threads: int = 2
    """CPU threads; another number rounds differently and gives slightly different weights."""

    def __post_init__(self) -> None:
        """Check the ranges.

        Raises
        ------
        OptionError
            If a number is out of range.
        """
        for name in ("steps", "scenes", "scenes_per_step", "learning_rate", "threads"):
            if not 0 < getattr(self, name) < float("inf"):
                raise OptionError(f"{name} must be positive, not {getattr(self, name)}")
        if self.size < 64 or self.size % 32:
            raise OptionError(f"size must be a multiple of 32 and at least 64, not {self.size}")
        if not 0 <= self.seed < 2**32:
            raise OptionError(f"seed must be 0 to {2**32 - 1}, not {self.seed}")


class SceneBatch(NamedTuple):
    """Scenes at the scale at which lines are traced."""

    pictures: Tensor
    """Brightness (B, 1, H, W), 0 to 1."""
    lines: Tensor
    """True lines (B, 1, H, W), 0 or 1."""


class LineScenes:
    """Rendered scenes, and the batches made of them; a step's batch depends on the step alone."""

    def __init__(self, config: LinesConfig) -> None:
        """Render the scenes."""
        scenes = [make_scene((config.seed, number), config.size) for number in range(config.scenes)]
        factor = SCENE_UNIT // WORKING_UNIT
        small = (config.size // factor, config.size // factor)
        pictures = [cv2.resize(s.gray, small, interpolation=cv2.INTER_AREA) for s in scenes]
        lines = torch.from_numpy(np.stack([scene.lines for scene in scenes]))[:, None]
        self.pictures = torch.from_numpy(np.stack(pictures))[:, None]
        self.lines = functional.max_pool2d(lines.float(), factor)
        self.config = config

    def batch(self, step: int) -> SceneBatch:
        """Return the batch of a step."""
        random = np.random.default_rng((self.config.seed, step))
        chosen = random.integers(len(self.pictures), size=self.config.scenes_per_step)
        pictures, lines = self.pictures[chosen], self.lines[chosen]
        flipped = [axis for axis in (2, 3) if random.random() < 0.5]
        pictures, lines = pictures.flip(flipped), lines.flip(flipped)
        if random.random() < 0.5:
            pictures, lines = pictures.mT, lines.mT
        gammas = np.exp(random.normal(0, _GAMMA, (len(chosen), 1, 1, 1)))
        pictures = pictures ** torch.from_numpy(gammas).float()
        return SceneBatch(1 - pictures if random.random() < 0.5 else pictures, lines)


def boundary_f(logits: Tensor, lines: Tensor) -> float:
    """Return the F-score of the positive logits, matched with lines at most a pixel away."""

    def near(marked: Tensor) -> Tensor:
        return functional.max_pool2d(marked, 3, 1, 1)

    found = (logits > 0).float()
    precision = (found * near(lines)).sum() / found.sum().clamp_min(1)
    recall = (lines * near(found)).sum() / lines.sum().clamp_min(1)
    return float(2 * precision * recall / (precision + recall).clamp_min(1e-9))


def line_loss(network: ConvAutoencoder, batch: SceneBatch) -> StepLoss:
    """Return the weighted cross-entropy of pixels being on a line, and the score ``f``."""
    logits = network(batch.pictures)
    loss = functional.binary_cross_entropy_with_logits(
        logits, batch.lines, pos_weight=torch.tensor(_LINE_WEIGHT)
    )
    return StepLoss(loss, {"f": boundary_f(logits.detach(), batch.lines)})


class TrainedLineNetwork(NamedTuple):
    """The result of a training."""

    network: ConvAutoencoder
    """The trained network."""
    history: History
    """The loss and the score of every step."""


def fit(config: LinesConfig, scenes: LineScenes, callbacks: list[Callback]) -> TrainedLineNetwork:
    """Train the network; the same configuration gives the same weights."""
    torch.set_num_threads(config.threads)
    seed_everything(config.seed)
    network = ConvAutoencoder(config.stages, config.code_channels)
    initialize(network, "he_normal")
    trainer_config = TrainerConfig(
        steps=config.steps,
        learning_rate=config.learning_rate,
        optimizer="adamw",
        schedule="warm_cosine",
        clip_norm=1.0,
        seed=config.seed,
    )
    trainer = Trainer(network, scenes.batch, line_loss, trainer_config, callbacks)
    history = trainer.fit()
    return TrainedLineNetwork(network.eval(), history)


def _with_convolutions(network: ConvAutoencoder) -> ConvAutoencoder:
    """Return a copy in which transposed convolutions of stride 1 are ordinary ones.

    They compute the same, faster in ONNX Runtime.
    """
    network = copy.deepcopy(network)
    for place, layer in enumerate(network.decoder):
        if isinstance(layer, nn.ConvTranspose2d) and layer.stride == (1, 1):
            kernel, padding = layer.kernel_size[0], int(layer.padding[0])
            plain = nn.Conv2d(layer.in_channels, layer.out_channels, kernel, padding=padding)
            plain.weight.data = layer.weight.data.transpose(0, 1).flip(2, 3).contiguous()
            plain.bias = layer.bias
            network.decoder[place] = plain
    return network


def export(trained: TrainedLineNetwork, config: LinesConfig, folder: Path, command: str) -> None:
    """Write the network and its card to a folder, the card last.

    ``command`` is recorded in the card as the command that reproduces it.

    Raises
    ------
    ModelError
        If ONNX Runtime and torch disagree; nothing is written then.
    OutputError
        If the folder cannot be written.
    """
    random = torch.Generator().manual_seed(0)
    example = torch.rand(1, 1, 96, 128, generator=random)
    axes = {0: "B", 2: "H", 3: "W"}
    onnx = to_onnx(_with_convolutions(trained.network), example, "gray", ["logits"], axes)
    for picture in (example, torch.rand(2, 1, 64, 40, generator=random)):
        check_parity(trained.network, onnx, picture)
    prepare_folder(folder)
    write_atomically(folder / NETWORK, onnx)
    card = {"name": folder.resolve().name, "command": command, **_card(trained, config, onnx)}
    write_atomically(folder / CARD, tomli_w.dumps(card).encode())


def _card(trained: TrainedLineNetwork, config: LinesConfig, onnx: bytes) -> dict[str, Any]:
    stages = [[s.out_channels, s.kernel_size, *s.stride] for s in config.stages]
    return {
        "license": "MIT",
        "data": "scenes rendered by asciiart.train.contours.scenes, nothing else",
        "parameters": count_parameters(trained.network),
        "f": round(recent(trained.history)["f"], 4),
        "sha256": hashlib.sha256(onnx).hexdigest(),
        "recipe": {**asdict(config), "stages": stages},
        "made_with": {
            "torch": torch.__version__,
            "onnxruntime": onnxruntime.__version__,
            "python": platform.python_version(),
        },
    }


def main(arguments: list[str]) -> None:
    """Run the command line: train the network and write it, or exit with a message."""
    default = LinesConfig()
    parser = argparse.ArgumentParser(prog="python -m asciiart.train.contours")
    parser.add_argument("folder", type=Path, help="where to write; models/lines is the shipped one")
    for name in ("steps", "scenes", "seed"):
        parser.add_argument(f"--{name}", type=int, default=getattr(default, name))
    chosen = parser.parse_args(arguments)
    try:
        config = LinesConfig(steps=chosen.steps, scenes=chosen.scenes, seed=chosen.seed)
        prepare_folder(chosen.folder)
        console = Console(stderr=True)
        with console.status(f"rendering {config.scenes} scenes"):
            scenes = LineScenes(config)
        with show_progress(console, "lines", config.steps) as show:
            trained = fit(config, scenes, [show])
        command = shlex.join([*parser.prog.split(), *arguments])
        export(trained, config, chosen.folder, command)
    except AsciiArtError as error:
        sys.exit(f"{parser.prog}: {error}")
