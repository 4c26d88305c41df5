"""Trains the encoder of one mode to reconstruct ink and to rank glyphs at the same time."""

from __future__ import annotations

import copy
import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

import torch
from safetensors import SafetensorError
from safetensors.torch import load
from torch import Tensor
from torch.nn import functional

from asciiart.core.layers import eval_mode
from asciiart.core.learning.initializers import initialize
from asciiart.core.learning.progress import TrainingLog
from asciiart.core.learning.stopping import EarlyStopping
from asciiart.core.learning.trainer import (
    Callback,
    History,
    StepLoss,
    Trainer,
    TrainerConfig,
    seed_everything,
    to_device,
)
from asciiart.errors import ModelError, OutputError
from asciiart.matching.model import Model, load_model
from asciiart.matching.scores import SCORES
from asciiart.options import Mode
from asciiart.train.encoder.config import ModeConfig
from asciiart.train.encoder.dataset import Dataset, MatchingBatch
from asciiart.train.encoder.glyph_matcher import GlyphMatcher, cut_codes


class TrainedMatcher(NamedTuple):
    """The result of a training."""

    matcher: GlyphMatcher
    """The trained network."""
    first: GlyphMatcher
    """The network with its initial weights."""
    history: History
    """The loss and the scores of every step."""
    kept: int
    """The step whose weights were kept."""
    validation: Mapping[int, Mapping[str, float]] = MappingProxyType({})
    """Step -> ``loss`` and ``ranking`` on pages that are never trained on."""


def ranking_score(exact: Tensor, predicted: Tensor) -> Tensor:
    """Return the score of the predicted best glyphs: 1 for the true best, 0 for random choice."""
    best = exact.max(1).values
    chosen = exact.gather(1, predicted.argmax(1, keepdim=True)).squeeze(1)
    average = exact.mean(1)
    return (chosen - average).sum() / (best - average).sum().clamp_min(1e-9)


class _Loss:
    """Kullback-Leibler divergence between exact and predicted scores, plus two squared errors.

    The score ``ranking`` is `ranking_score`, at most 1.
    """

    def __init__(self, config: ModeConfig) -> None:
        self.temperature = SCORES[config.mode].temperature
        self.unexplained_weight = config.unexplained_weight
        self.reconstruction_weight = config.reconstruction_weight

    def __call__(self, model: GlyphMatcher, batch: MatchingBatch) -> StepLoss:
        page, clean, cells, glyphs, biases, scores = batch
        code = model.query(page)
        key, bias = model.glyphs(glyphs)
        block = (key.shape[2], key.shape[3])
        queries = cut_codes(code, block)[cells]
        bias = bias + biases / self.temperature
        # The space, whose score is 0 by definition, is always among the candidates.
        exact = functional.pad(scores / self.temperature, (1, 0))
        predicted = functional.pad(queries @ cut_codes(key, block).T + bias, (1, 0))
        divergence = functional.kl_div(
            predicted.log_softmax(1), exact.log_softmax(1), log_target=True, reduction="batchmean"
        )
        unexplained = functional.mse_loss(predicted, exact) / exact.var()
        restored = functional.mse_loss(model.autoencoder.decode(code), clean)
        loss = divergence + self.unexplained_weight * unexplained
        loss = loss + self.reconstruction_weight * restored
        return StepLoss(loss, {"ranking": ranking_score(exact.detach(), predicted.detach())})


def build_matcher(config: ModeConfig) -> GlyphMatcher:
    """Return the configured network with its initial weights: random, or those of another model.

    Raises
    ------
    ModelError
        If there is no such model, or its weights are damaged or fit another network.
    """
    seed_everything(config.seed)
    matcher = GlyphMatcher(
        config.stages,
        config.code_channels,
        SCORES[config.mode].maps,
        config.patch,
        config.key_reach,
    )
    initialize(matcher, config.initializer)
    if config.start:
        load_weights(matcher, load_model(config.start), config.mode)
    return matcher


def load_weights(matcher: GlyphMatcher, model: Model, mode: Mode) -> None:
    """Give a network the weights of a trained model.

    Raises
    ------
    ModelError
        If they are damaged or fit another network.
    """
    data = model.read_weights(mode)
    try:
        matcher.load_state_dict(load(data))
    except (RuntimeError, SafetensorError) as error:
        raise ModelError(f"{model.folder}: its {mode} weights are of another network") from error


class Validation:
    """A `Trainer` callback that evaluates a network on pages that are never trained on."""

    def __init__(self, matcher: GlyphMatcher, dataset: Dataset) -> None:
        self._matcher = matcher
        self._dataset = dataset
        self._loss = _Loss(dataset.config)
        self.figures: dict[int, dict[str, float]] = {}  # step -> loss and ranking after it

    def __call__(self, step: int, history: History) -> None:
        """Evaluate the network if a validation is due, each step once."""
        del history
        config = self._dataset.config
        due = step % config.validate_every == 0 or step == config.steps
        if due and config.validation_pages and step not in self.figures:
            with eval_mode(self._matcher), torch.no_grad():
                self.figures[step] = self._judge()

    def _judge(self) -> dict[str, float]:
        device = next(self._matcher.parameters()).device
        count = self._dataset.config.validation_pages
        batches = (to_device(self._dataset.validation_batch(i), device) for i in range(count))
        results = [self._loss(self._matcher, batch) for batch in batches]
        return {
            "loss": sum(float(result.loss) for result in results) / count,
            "ranking": sum(float(result.scores["ranking"]) for result in results) / count,
        }

    def ranking(self, step: int) -> float:
        """Return the ranking measured after a step."""
        return self.figures[step]["ranking"]

    def state_dict(self) -> dict[str, Any]:
        """Return its state."""
        return {"figures": dict(self.figures)}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Restore a state returned by `state_dict`."""
        self.figures = dict(state["figures"])


def _trainer_config(config: ModeConfig, checkpoint_every: int) -> TrainerConfig:
    return TrainerConfig(
        steps=config.steps,
        learning_rate=config.learning_rate,
        optimizer=config.optimizer,
        schedule=config.schedule,
        clip_norm=config.clip_norm,
        seed=config.seed,
        device=config.device,
        checkpoint_every=checkpoint_every,
        recipe=repr(replace(config, device="cpu")),
    )


def fit(
    config: ModeConfig,
    *,
    dataset: Dataset,
    callbacks: Sequence[Callback] = (),
    checkpoint: Path | None = None,
    checkpoint_every: int = 500,
    resume: bool = False,
    log: Path | None = None,
) -> TrainedMatcher:
    """Train the encoder of a mode; the same configuration gives the same weights.

    Parameters
    ----------
    config, dataset
        The settings, and the data made from them.
    callbacks
        Called after every step.
    checkpoint, checkpoint_every
        File for checkpoints, and the steps between them.
    resume
        Whether to continue from ``checkpoint``.
    log
        File for a `TrainingLog`, with the figures of `Validation`.

    Raises
    ------
    ModelError
        If the checkpoint to resume from is damaged or has another configuration, the model to start
        from cannot be used, or the loss is not finite in the end.
    OutputError
        If the checkpoint or the log cannot be written.
    """
    torch.set_num_threads(config.threads)
    matcher = build_matcher(config)
    first = copy.deepcopy(matcher)
    validation = Validation(matcher, dataset)
    judges = _judges(config, matcher, validation)
    logs = [_log(log, config, validation)] if log else []
    trainer = Trainer(
        matcher,
        dataset.batch,
        _Loss(config),
        _trainer_config(config, checkpoint_every),
        [*judges, *logs, *callbacks],
    )
    if resume and checkpoint is not None and checkpoint.is_file():
        _resume(trainer, checkpoint)
    else:
        for judge in judges:  # what the first weights are worth
            judge(0, trainer.history)
    history = _run(trainer, checkpoint)
    if not math.isfinite(history.loss[-1]):
        raise ModelError(f"{config.mode}: the loss is no number; a smaller learning rate may help")
    kept = trainer.step
    for judge in judges:
        if isinstance(judge, EarlyStopping):
            judge.restore_best()
            kept = judge.best_step
    return TrainedMatcher(matcher.cpu().eval(), first.eval(), history, kept, validation.figures)


def _resume(trainer: Trainer[GlyphMatcher, MatchingBatch], checkpoint: Path) -> None:
    try:
        trainer.resume(checkpoint)
    except ValueError as error:
        raise ModelError(str(error)) from error


def _run(trainer: Trainer[GlyphMatcher, MatchingBatch], checkpoint: Path | None) -> History:
    """Train to the end, and save the state there."""
    try:
        history = trainer.fit(checkpoint)
        if checkpoint is not None:
            trainer.save(checkpoint)
    except OSError as error:
        raise OutputError(f"{checkpoint}: cannot be written ({error.strerror})") from error
    return history


def _judges(config: ModeConfig, matcher: GlyphMatcher, validation: Validation) -> list[Callback]:
    if not config.patience:
        return [validation]
    stopping = EarlyStopping(
        matcher,
        lambda _: validation.ranking(max(validation.figures)),
        every=config.validate_every,
        patience=config.patience,
        maximize=True,
    )
    return [validation, stopping]


def _log(path: Path, config: ModeConfig, validation: Validation) -> Callback:
    def figures(step: int) -> dict[str, float]:
        found = validation.figures.get(step, {})
        return {f"validation {name}": value for name, value in found.items()}

    log = TrainingLog(path, config.steps, also=figures)

    def write(step: int, history: History) -> None:
        try:
            log(step, history)
        except OSError as error:
            raise OutputError(f"{path}: cannot be written ({error.strerror})") from error

    return write


def ranking_of(history: History, last: int = 200) -> float:
    """Return the mean ranking score of the last steps."""
    return float(torch.tensor(history.scores["ranking"][-last:]).mean())
