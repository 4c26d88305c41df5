"""Task few-labels: noise, the few examples, features without labels, and a smoke run."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from lessons import LESSON
from PIL import Image
from sklearn.cluster import KMeans
from sklearn.linear_model import LogisticRegression

from asciiart.core.autoencoders.dense import (
    Corruption,
    DenoisingAutoencoder,
    SparseAutoencoder,
    pretrain_layers,
)
from asciiart.core.energy.deep_belief import DeepBeliefNetwork
from asciiart.glyphs.font import load_font
from asciiart.train.lab.catalog import TASKS
from asciiart.train.lab.run import run_task, try_task
from asciiart.train.lab.sheet import to_png
from asciiart.train.lab.tasks import few_labels
from asciiart.train.lab.tasks.few_labels import (
    CLASSES,
    FLIPPED,
    SHOTS,
    SIZE,
    Labeled,
    clusters,
    draw,
    few_of,
    fit_linear,
    nearest,
    nearest_mean,
    noisy,
    pretrain,
    respoiled,
    unlabeled,
)

FONT = load_font("DejaVu Sans Mono")
PIXELS = SIZE * SIZE


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "_SIZES": {
            "rbm": (PIXELS, 12),
            "dbn": (PIXELS, 12, 6),
            "sparse": (PIXELS, 9),
            "stacked": (PIXELS, 9, 7),
        },
        "_COPIES": 2,
        "_VARIANTS": 2,
        "_COMPONENTS": (3,),
        "_CLUSTERS": (4,),
        "_CLUSTERING_STEPS": 2,
        "_FITTING_STEPS": 3,
        "_DECAYS": (0.1,),
    }.items():
        monkeypatch.setattr(few_labels, name, value)


def seeded(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


@pytest.mark.parametrize("network", TASKS["few-labels"].bars)
def test_every_network_runs(network: str) -> None:
    first, again, other = (few_labels.teach(network, replace(LESSON, seed=n)) for n in (0, 0, 1))
    assert next(iter(first.figures)) == TASKS["few-labels"].figure
    assert all(0 <= share <= 1 for share in first.baselines.values())
    assert first.figures == again.figures
    assert first.baselines == again.baselines != other.baselines
    few_labels.build(network, {}).load_state_dict(first.network.state_dict())
    assert isinstance(first.samples, Image.Image)


@pytest.mark.parametrize("network", TASKS["few-labels"].bars)
def test_what_was_trained_can_be_tried(network: str, tmp_path: Path) -> None:
    run_task(TASKS, "few-labels", network, replace(LESSON, folder=tmp_path))
    (tmp_path / "given.png").write_bytes(to_png(Image.new("RGB", (20, 20), "white")))
    tried = try_task(TASKS, "few-labels", str(tmp_path / "given.png"), tmp_path)
    assert isinstance(tried.answer, str)
    assert len(tried.answer.splitlines()) == 3


def test_some_pixels_are_flipped() -> None:
    pictures = torch.ones(300, PIXELS)
    spoiled = noisy(pictures, seeded())
    assert set(spoiled.unique().tolist()) == {0, 1}
    assert 1 - float(spoiled.mean()) == pytest.approx(FLIPPED, abs=0.01)
    assert not torch.equal(spoiled[0], spoiled[1])


def test_few_are_of_every_class_and_each_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(few_labels, "FLIPPED", 0.0)
    every = torch.arange(len(CLASSES) * 9)
    letters = Labeled(torch.nn.functional.one_hot(every).float(), every % len(CLASSES))
    few = few_of(letters, seeded())
    assert few.labels.bincount().tolist() == [SHOTS] * len(CLASSES)
    chosen = few.pictures.argmax(1)
    assert torch.equal(chosen % len(CLASSES), few.labels)
    assert len(chosen.unique()) == len(chosen)


def test_unlabeled_pictures_are_noisy_ones_of_each_step() -> None:
    pictures = draw((FONT,)).pictures
    batches = unlabeled(pictures, 0)
    (first,) = batches(0)
    assert torch.equal(first, batches(0)[0])
    assert not torch.equal(first, batches(1)[0])
    distance = torch.cdist(first, pictures, p=1).amin(1) / PIXELS
    assert 0 < distance.min() < distance.max() < 2 * FLIPPED


def test_every_machine_learns_and_the_classifier_sees_all_units() -> None:
    pictures = draw((FONT,)).pictures
    model = LESSON.build(lambda: few_labels.build("dbn", {}))
    before = {name: value.clone() for name, value in model.learner.state_dict().items()}
    pretrain(model.learner, LESSON, pictures)
    after = model.learner.state_dict()
    assert all(not torch.equal(before[name], after[name]) for name in before)
    assert isinstance(model.learner, DeepBeliefNetwork)
    first, second = model.learner.stack
    found = model.features(pictures)
    torch.testing.assert_close(found[:, :12], first(pictures))
    torch.testing.assert_close(found[:, 12:], second(first(pictures)))
    torch.testing.assert_close(model(pictures), model.classifier(found))


def test_the_sparse_autoencoder_restores_what_was_spoiled_and_its_code_is_classified() -> None:
    pictures = draw((FONT,)).pictures
    clean = unlabeled(pictures, 0)
    spoiled, wanted = respoiled(clean, 0)(3)
    assert torch.equal(wanted, clean(3)[0])
    assert float((spoiled - wanted).abs().mean()) == pytest.approx(0.1, abs=0.01)
    assert torch.equal(respoiled(clean, 0)(3)[0], spoiled)
    assert not torch.equal(respoiled(clean, 1)(3)[0], spoiled)
    model = LESSON.build(lambda: few_labels.build("sparse", {}))
    assert isinstance(model.learner, SparseAutoencoder)
    before = {name: value.clone() for name, value in model.learner.state_dict().items()}
    pretrain(model.learner, LESSON, pictures)
    after = model.learner.state_dict()
    assert all(not torch.equal(before[name], after[name]) for name in before)
    torch.testing.assert_close(model.features(pictures), model.learner.encode(pictures))


def test_each_stacked_layer_denoises_the_codes_below_and_the_last_code_is_classified() -> None:
    pictures = draw((FONT,)).pictures
    model = LESSON.build(lambda: few_labels.build("stacked", {}))
    assert isinstance(model.learner, DenoisingAutoencoder)
    assert isinstance(model.learner.corruption, Corruption)
    before = {name: value.clone() for name, value in model.learner.state_dict().items()}
    pretrain(model.learner, LESSON, pictures)
    after = model.learner.state_dict()
    assert all(not torch.equal(before[name], after[name]) for name in before)
    alone = LESSON.build(lambda: few_labels.build("stacked", {})).learner
    known = noisy(pictures.repeat(2, 1), seeded(LESSON.seed))
    config = LESSON.adapted(few_labels._STACKED)
    assert isinstance(alone, DenoisingAutoencoder)
    pretrain_layers(alone, known, config, batch_size=min(100, len(known)))
    assert all(torch.equal(after[name], value) for name, value in alone.state_dict().items())
    codes = model.features(pictures)
    assert codes.shape == (len(pictures), 7)
    torch.testing.assert_close(codes, model.learner.encode(pictures))
    torch.testing.assert_close(model(pictures), model.classifier(codes))


def test_the_classifier_is_scikit_learns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(few_labels, "_FITTING_STEPS", 200)
    monkeypatch.setattr(few_labels, "CLASSES", "ABC")
    features, labels = torch.randn(60, 5, generator=seeded()) * 3 + 1, torch.arange(60) % 3
    layer = fit_linear(features, labels, 0.1)
    standard = ((features - features.mean(0)) / features.std(0)).numpy()
    # scikit-learn adds |w|^2 / 2 to C times the sum of the losses
    theirs = LogisticRegression(C=1 / (2 * 0.1 * 60), tol=1e-8).fit(standard, labels.numpy())
    with torch.no_grad():
        chances = layer(features).softmax(1)
    np.testing.assert_allclose(chances, theirs.predict_proba(standard), atol=1e-3)


def test_clusters_are_scikit_learns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(few_labels, "_CLUSTERING_STEPS", 20)
    pictures = torch.rand(60, 3, generator=seeded())
    start = pictures[torch.randperm(60, generator=seeded(1))[:4]].numpy()
    theirs = KMeans(4, init=start, n_init=1, tol=0, algorithm="lloyd").fit(pictures.numpy())
    distance = theirs.transform(pictures.numpy())
    wanted = np.maximum(distance.mean(1, keepdims=True) - distance, 0)
    np.testing.assert_allclose(clusters(pictures, 4, seeded(1))(pictures), wanted, atol=1e-5)


def test_the_nearest_decides(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(few_labels, "CLASSES", "AB")
    known = torch.tensor([[0.0, 0], [0, 2], [4, 4], [4, 6]])
    labels = torch.tensor([0, 0, 1, 1])
    asked = torch.tensor([[1.0, 1], [4, 5], [2.1, 4]])
    assert nearest(known, labels, asked).tolist() == [0, 1, 1]
    assert nearest_mean(known, labels, asked).tolist() == [0, 1, 1]
    along = torch.tensor([[2.0 - 0.1, 3.0 - 0.1]])  # just beyond the middle, towards the first
    assert nearest_mean(known, labels, along).tolist() == [0]


def test_letters_are_black_and_white() -> None:
    letters = draw((FONT,))
    assert set(letters.pictures.unique().tolist()) == {0, 1}
    assert letters.labels.tolist() == list(range(len(CLASSES)))
    assert letters.pictures.shape == (len(CLASSES), PIXELS)
