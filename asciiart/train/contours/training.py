"""Trains the network that finds a picture's contours: `asciiart train lines`.

It learns from rendered scenes whose lines are known (`contours.scenes`), made of free drawings,
cut-out photographs and textures (`contours.stock`). The shipped network is its output.
"""

from __future__ import annotations

import hashlib
import multiprocessing
import platform
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import cv2
import numpy as np
import onnxruntime
import tomli_w
import torch
from numpy.typing import NDArray
from rich.console import Console
from torch import Tensor
from torch.nn import functional

from asciiart.core.learning.averaging import WeightAverage
from asciiart.core.learning.progress import recent, show_progress
from asciiart.core.learning.trainer import (
    Callback,
    History,
    StepLoss,
    Trainer,
    TrainerConfig,
    seed_everything,
)
from asciiart.core.vision.unet import UNet
from asciiart.errors import OptionError
from asciiart.io.files.atomic_files import prepare_folder, write_atomically
from asciiart.io.pictures.arrays import Pixels
from asciiart.page.contour_network import CARD, HEADS, NETWORK, to_input
from asciiart.train.contours.scenes import (
    BORDER,
    FACE,
    HIDDEN,
    INNER,
    OBJECT,
    SIDE,
    UNKNOWN,
    Scene,
    make_scene,
)
from asciiart.train.contours.stock import Stock, check_packages, load_stock
from asciiart.train.onnx_export import check_parity, count_parameters, to_onnx

LICENCES = {
    "openclipart-svg": "public domain",
    "tuxpaint-stamps-default": "GPL-2+; some CC BY, CC BY-SA, GFDL or public domain",
    "wesnoth-1.16-data": "GPL-2+, CC BY-SA 4.0",
    "@lobehub/fluent-emoji-3d": "MIT",
    "ufoai-textures": "public domain, Expat, CC BY 3.0, CC BY-SA 3.0 (no others are read)",
    "supertuxkart-data": "GPL-3+, CC BY 3.0 and 4.0, CC BY-SA 3.0 and 4.0, MIT, CC0, public domain",
}
"""Package of the stock -> its licences; nothing of them is in the network's files."""
_LINE_WEIGHT = 3.0
"""Weight in the loss of pixels on a line, about one pixel in thirty."""
_INNER_WEIGHT = 0.5
"""Weight, for borders, of inner lines as what is no border; people hardly draw them."""
_FACE_WEIGHT = 3.0
"""Weight of a face's pixels, for faces."""
_PARTS = (1.0, 0.6, 0.1, 0.2)
"""Weights of borders, lines, objects and faces in the loss."""
_COARSE_PARTS = (0.3, 0.15, 0.05, 0.1)
"""The same at a quarter of the size, for deep supervision."""
_COARSE = 4
_CHUNK = 16
"""Scenes that a process renders at once."""


@dataclass(frozen=True)
class LinesConfig:
    """Settings that determine the trained network; they are checked on construction."""

    widths: tuple[int, ...] = (16, 32, 64, 96)
    """Channels of the encoder's stages; the decoder mirrors them."""
    steps: int = 12000
    """Number of batches."""
    scenes: int = 4800
    """Number of rendered scenes; each is seen many times, cropped, mirrored and lightened."""
    crop: int = 192
    """Side in pixels of what a batch shows of a scene."""
    scenes_per_step: int = 8
    """Scenes in each batch."""
    learning_rate: float = 4e-3
    """Learning rate at the schedule's highest point."""
    seed: int = 0
    """Seed of scenes, weights and batches."""
    threads: int = 2
    """CPU threads; another number rounds differently and gives slightly different weights."""
    device: str = "cpu"
    """cpu, cuda or auto (cuda if it is available)."""

    def __post_init__(self) -> None:
        """Check the ranges.

        Raises
        ------
        OptionError
            If a number is out of range.
        """
        for name in ("steps", "scenes", "scenes_per_step", "learning_rate", "threads"):
            if not 0 < getattr(self, name) < float("inf"):
                raise OptionError(f"{name} must be positive, not {getattr(self, name)}", name)
        if not 32 <= self.crop <= SIDE:
            raise OptionError(f"crop must be 32 to {SIDE}, not {self.crop}", "crop")
        if not 0 <= self.seed < 2**32:
            raise OptionError(f"seed must be 0 to {2**32 - 1}, not {self.seed}", "seed")


class SceneBatch(NamedTuple):
    """Parts of scenes and what is true of their pixels."""

    pictures: Tensor
    """(B, 3, H, W), as the network takes them."""
    marks: Tensor
    """(B, H, W) uint8, the bits of `Scene.marks`."""


@dataclass(frozen=True, eq=False)
class LineScenes:
    """Rendered scenes, and the batches made of them; a step's batch depends on the step alone."""

    rgb: Pixels
    """(N, S, S, 3)."""
    marks: NDArray[np.uint8]
    """(N, S, S), the bits of `Scene.marks`."""

    def batch(self, config: LinesConfig, step: int) -> SceneBatch:
        """Return the batch of a step."""
        random = np.random.default_rng((config.seed, step))
        chosen = random.integers(len(self.rgb), size=config.scenes_per_step)
        top, left = random.integers(0, SIDE + 1 - config.crop, 2)
        part = (chosen, slice(top, top + config.crop), slice(left, left + config.crop))
        rgb, marks = self.rgb[part], self.marks[part]
        if random.random() < 0.5:
            rgb, marks = rgb[:, :, ::-1], marks[:, :, ::-1]
        if random.random() < 0.25:
            rgb, marks = rgb[:, ::-1], marks[:, ::-1]
        if random.random() < 0.3:
            rgb, marks = rgb.swapaxes(1, 2), marks.swapaxes(1, 2)
        pictures = torch.from_numpy(
            np.concatenate([to_input(np.ascontiguousarray(p)) for p in rgb])
        )
        contrasts = np.exp(random.normal(0, 0.2, (len(chosen), 1, 1, 1)))
        pictures = pictures * torch.from_numpy(contrasts).float()
        if random.random() < 0.3:  # a negative
            pictures = pictures * torch.tensor([-1.0, 1, 1])[:, None, None]
        return SceneBatch(pictures, torch.from_numpy(np.ascontiguousarray(marks)))


def render_scenes(stock: Stock, config: LinesConfig) -> LineScenes:
    """Return the scenes that a network is trained on, rendered by ``threads`` processes."""
    seeds = [(config.seed, number) for number in range(config.scenes)]
    rgb = np.empty((config.scenes, SIDE, SIDE, 3), np.uint8)
    marks = np.empty((config.scenes, SIDE, SIDE), np.uint8)
    spawn = multiprocessing.get_context("spawn")  # forks would wait for OpenCV's threads forever
    with ProcessPoolExecutor(config.threads, spawn, _keep, (stock,)) as pool:
        for number, scene in enumerate(pool.map(_render, seeds, chunksize=_CHUNK)):
            rgb[number], marks[number] = scene
    return LineScenes(rgb, marks)


_STOCK: list[Stock] = []
"""The stock of which a process renders scenes."""


def _keep(stock: Stock) -> None:
    cv2.setNumThreads(1)
    _STOCK[:] = [stock]


def _render(seed: tuple[int, int]) -> Scene:
    return make_scene(_STOCK[0], seed)


class _Targets(NamedTuple):
    """The answers that a network should give, and how much each pixel counts."""

    truth: Tensor
    """(B, K, H, W), 0 or 1."""
    weights: Tensor
    """(B, K, H, W)."""


def _targets(marks: Tensor) -> _Targets:
    """Return the targets of the heads: borders, lines, objects and faces.

    Beside a line, and where one is too faint to be seen, nothing counts.
    """
    border, inner, hidden, objects, face, unknown = (
        (marks & bit > 0)[:, None] for bit in (BORDER, INNER, HIDDEN, OBJECT, FACE, UNKNOWN)
    )
    lines = border | inner
    beside = functional.max_pool2d(lines.float(), 3, 1, 1) > 0
    elsewhere = 1 - (hidden | beside).float()
    of_border = torch.where(inner, _INNER_WEIGHT, elsewhere)
    of_border = torch.where(border, _LINE_WEIGHT, of_border)
    of_lines = torch.where(lines, _LINE_WEIGHT, elsewhere)
    of_faces = torch.where(face, _FACE_WEIGHT, 1 - unknown.float())
    truth = torch.cat([border, lines, objects, face], 1).float()
    weights = torch.cat([of_border, of_lines, torch.ones_like(of_lines), of_faces], 1)
    return _Targets(truth, weights)


def _coarser(fine: _Targets) -> _Targets:
    """Return the targets at a quarter of the size, where any line in a square is one."""
    lines, weights = (functional.max_pool2d(part[:, :2], _COARSE) for part in fine)
    areas, of_areas = (functional.avg_pool2d(part[:, 2:], _COARSE) for part in fine)
    of_lines = weights.clamp_min(_INNER_WEIGHT)
    return _Targets(torch.cat([lines, areas], 1), torch.cat([of_lines, of_areas], 1))


def _cross_entropy(logits: Tensor, targets: _Targets, parts: tuple[float, ...]) -> Tensor:
    entropy = functional.binary_cross_entropy_with_logits(
        logits, targets.truth, targets.weights, reduction="none"
    )
    return (entropy.mean((0, 2, 3)) * torch.tensor(parts, device=logits.device)).sum()


def line_loss(network: UNet, batch: SceneBatch) -> StepLoss:
    """Return the weighted cross-entropy of all heads at two sizes, and the borders' ``f``."""
    targets = _targets(batch.marks)
    logits = network.deep_logits(batch.pictures)
    loss = _cross_entropy(logits.fine, targets, _PARTS)
    loss = loss + _cross_entropy(logits.coarse, _coarser(targets), _COARSE_PARTS)
    return StepLoss(loss, {"f": boundary_f(logits.fine.detach()[:, :1], targets.truth[:, :1])})


def boundary_f(logits: Tensor, lines: Tensor) -> float:
    """Return the F-score of the positive logits, matched with lines at most a pixel away."""

    def near(marked: Tensor) -> Tensor:
        return functional.max_pool2d(marked, 3, 1, 1)

    found = (logits > 0).float()
    precision = (found * near(lines)).sum() / found.sum().clamp_min(1)
    recall = (lines * near(found)).sum() / lines.sum().clamp_min(1)
    return float(2 * precision * recall / (precision + recall).clamp_min(1e-9))


class TrainedLineNetwork(NamedTuple):
    """The result of a training."""

    network: UNet
    """The network with the averaged weights."""
    history: History
    """The loss and the score of every step."""


def fit(config: LinesConfig, scenes: LineScenes, callbacks: list[Callback]) -> TrainedLineNetwork:
    """Train the network; the same configuration gives the same weights."""
    torch.set_num_threads(config.threads)
    seed_everything(config.seed)
    network = UNet(len(HEADS), widths=config.widths)
    average = WeightAverage(network, decay=0.998)
    trainer_config = TrainerConfig(
        steps=config.steps,
        learning_rate=config.learning_rate,
        optimizer="adamw",
        optimizer_options={"weight_decay": 1e-3},
        schedule="warm_cosine",
        clip_norm=1.0,
        seed=config.seed,
        device=config.device,
    )
    batches: Callable[[int], SceneBatch] = partial(scenes.batch, config)
    trainer = Trainer(network, batches, line_loss, trainer_config, [average, *callbacks])
    history = trainer.fit()
    return TrainedLineNetwork(average.network.cpu().eval(), history)


def export(trained: TrainedLineNetwork, folder: Path, facts: dict[str, Any]) -> None:
    """Write the network and its card to a folder, the card last.

    ``facts`` stand in the card as they are.

    Raises
    ------
    ModelError
        If ONNX Runtime and torch disagree; nothing is written then.
    OutputError
        If the folder cannot be written.
    """
    random = torch.Generator().manual_seed(0)
    example = torch.rand(1, 3, 96, 128, generator=random)
    axes = {0: "B", 2: "H", 3: "W"}
    onnx = to_onnx(trained.network, example, "lab", ["logits"], axes)
    for picture in (example, torch.rand(2, 3, 64, 41, generator=random)):
        check_parity(trained.network, onnx, picture)
    prepare_folder(folder)
    write_atomically(folder / NETWORK, onnx)
    card = {
        "name": folder.resolve().name,
        "license": "MIT",
        "parameters": count_parameters(trained.network),
        "f": round(recent(trained.history)["f"], 4),
        "sha256": hashlib.sha256(onnx).hexdigest(),
        **facts,
    }
    write_atomically(folder / CARD, tomli_w.dumps(card).encode())


def train_lines(config: LinesConfig, data: Path, folder: Path, command: str) -> None:
    """Render scenes, train the network on them and write it to a folder.

    Parameters
    ----------
    config : LinesConfig
        Everything that determines the network besides the data.
    data : Path
        Folder with the packages that scenes are made of; see `stock`.
    folder : Path
        Where to write the network and its card.
    command : str
        Recorded in the card as the command that reproduces it.

    Raises
    ------
    ModelError
        If ONNX Runtime and torch disagree.
    OptionError
        If a package is missing from the data.
    OutputError
        If the folder cannot be written.
    """
    check_packages(data)
    prepare_folder(folder)
    console = Console(stderr=True)
    with console.status("reading drawings and textures"):
        stock = load_stock(data)
    with console.status(f"rendering {config.scenes} scenes"):
        scenes = render_scenes(stock, config)
    with show_progress(console, "lines", config.steps) as show:
        trained = fit(config, scenes, [show])
    facts = {
        "command": command,
        "data": {"sha256": stock.digest(), "licences": LICENCES},
        "recipe": asdict(config),
        "made_with": {
            "torch": torch.__version__,
            "onnxruntime": onnxruntime.__version__,
            "python": platform.python_version(),
        },
    }
    export(trained, folder, facts)
