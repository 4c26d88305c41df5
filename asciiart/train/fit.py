"""Trains the encoder of one mode: it learns to restore ink and to rank glyphs, in one step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn import functional

from asciiart.core.initializers import initialize
from asciiart.core.trainer import (
    Callback,
    History,
    StepLoss,
    Trainer,
    TrainerConfig,
    seed_everything,
)
from asciiart.errors import ModelError, OutputError
from asciiart.features import SCORES
from asciiart.train.config import ModeConfig
from asciiart.train.dataset import Batch, Dataset
from asciiart.train.matcher import GlyphMatcher, cut_codes

_UNEXPLAINED_WEIGHT = 0.3
"""Of the share of the scores' variance that is not explained, so that codes have their unit."""
_RECONSTRUCTION_WEIGHT = 0.5
"""Of the squared error of the restored ink."""


class Trained(NamedTuple):
    """What training gives."""

    matcher: GlyphMatcher
    """The network."""
    history: History
    """The loss and scores of every step."""


def ranking_score(exact: Tensor, predicted: Tensor) -> Tensor:
    """Return how good the predicted best glyphs are, in units where the truly best give 1."""
    best = exact.max(1).values
    chosen = exact.gather(1, predicted.argmax(1, keepdim=True)).squeeze(1)
    average = exact.mean(1)
    return (chosen - average).sum() / (best - average).sum().clamp_min(1e-9)


class _Loss:
    """Divergence of softmaxes of exact and predicted scores, and two squared errors.

    The score ``ranking`` is the share of the best score that the chosen glyphs reach; 1 is perfect.
    """

    def __init__(self, config: ModeConfig) -> None:
        self.temperature = SCORES[config.mode].temperature
        self.height = config.cell_height

    def __call__(self, model: GlyphMatcher, batch: Batch) -> StepLoss:
        page, clean, cells, glyphs, biases, scores = batch
        sy, sx = model.autoencoder.stride
        block = (self.height // sy, self.height // 2 // sx)
        code = model.query(page)
        queries = cut_codes(code, block)[cells]
        key, bias = model.glyphs(glyphs)
        bias = bias + biases / self.temperature
        # The space, whose score is 0 by definition, is always among the candidates.
        exact = functional.pad(scores / self.temperature, (1, 0))
        predicted = functional.pad(queries @ cut_codes(key, block).T + bias, (1, 0))
        divergence = functional.kl_div(
            predicted.log_softmax(1), exact.log_softmax(1), log_target=True, reduction="batchmean"
        )
        unexplained = functional.mse_loss(predicted, exact) / exact.var()
        restored = functional.mse_loss(model.autoencoder.decode(code), clean)
        loss = divergence + _UNEXPLAINED_WEIGHT * unexplained + _RECONSTRUCTION_WEIGHT * restored
        return StepLoss(loss, {"ranking": ranking_score(exact.detach(), predicted.detach())})


def build_matcher(config: ModeConfig) -> GlyphMatcher:
    """Return the configured network with its seed's initial weights."""
    seed_everything(config.seed)
    matcher = GlyphMatcher(
        config.stages,
        config.code_channels,
        SCORES[config.mode].maps,
        config.patch,
        config.key_reach,
    )
    initialize(matcher, config.initializer)
    return matcher


def fit(
    config: ModeConfig,
    *,
    dataset: Dataset,
    callbacks: Sequence[Callback] = (),
    checkpoint: Path | None = None,
    checkpoint_every: int = 500,
    resume: bool = False,
) -> Trained:
    """Train the encoder of a mode; the same configuration gives the same weights.

    Raises
    ------
    ModelError
        If the checkpoint to resume from is damaged or of another configuration.
    OutputError
        If the checkpoint cannot be written.
    """
    trainer_config = TrainerConfig(
        steps=config.steps,
        learning_rate=config.learning_rate,
        optimizer=config.optimizer,
        schedule=config.schedule,
        clip_norm=1.0,
        seed=config.seed,
        device=config.device,
        checkpoint_every=checkpoint_every,
        recipe=repr(replace(config, device="cpu")),
    )
    torch.set_num_threads(config.threads)
    matcher = build_matcher(config)
    trainer = Trainer(matcher, dataset.batch, _Loss(config), trainer_config, callbacks)
    if resume and checkpoint is not None and checkpoint.is_file():
        try:
            trainer.resume(checkpoint)
        except ValueError as error:
            raise ModelError(str(error)) from error
    try:
        history = trainer.fit(checkpoint)
    except OSError as error:
        raise OutputError(f"{checkpoint}: cannot be written ({error.strerror})") from error
    return Trained(matcher.cpu().eval(), history)


def ranking_of(history: History, last: int = 200) -> float:
    """Return the mean ranking score of the last steps."""
    return float(torch.tensor(history.scores["ranking"][-last:]).mean())
