"""The network of contours is trained, exported and opened as the shipped one was."""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from dataclasses import asdict, replace
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch
from paths import ROOT

from asciiart.core.vision.unet import UNet
from asciiart.errors import ModelError, OptionError, OutputError
from asciiart.page.contour_network import CARD, HEADS, NETWORK, LineNetwork, to_input
from asciiart.train.contours import training
from asciiart.train.contours.scenes import (
    BORDER,
    FACE,
    HIDDEN,
    INNER,
    OBJECT,
    SIDE,
    UNKNOWN,
    make_scene,
)
from asciiart.train.contours.stock import Stock
from asciiart.train.contours.training import (
    LICENCES,
    LineScenes,
    LinesConfig,
    SceneBatch,
    TrainedLineNetwork,
    boundary_f,
    export,
    fit,
    line_loss,
    render_scenes,
    train_lines,
)

SHIPPED = ROOT / "models" / "lines"
TINY = LinesConfig(
    widths=(4, 6, 8), steps=40, scenes=3, crop=64, scenes_per_step=3, learning_rate=2e-2, threads=1
)
FACTS = {"command": "make it"}


@pytest.fixture(scope="module")
def scenes(stock: Stock) -> LineScenes:
    return render_scenes(stock, TINY)


@pytest.fixture(scope="module")
def trained(scenes: LineScenes) -> TrainedLineNetwork:
    return fit(TINY, scenes, [])


def test_scenes_are_those_of_the_seed(stock: Stock, scenes: LineScenes) -> None:
    assert scenes.rgb.shape == (3, SIDE, SIDE, 3)
    assert scenes.marks.shape == (3, SIDE, SIDE)
    expected = make_scene(stock, (TINY.seed, 2))
    assert np.array_equal(scenes.rgb[2], expected.rgb)
    assert np.array_equal(scenes.marks[2], expected.marks)


def test_scenes_are_rendered_beside_threads_of_opencv(stock: Stock) -> None:
    before = cv2.getNumThreads()
    cv2.setNumThreads(4)
    try:
        cv2.GaussianBlur(np.zeros((2000, 2000, 3), np.uint8), (0, 0), 5)  # its threads are awake
        assert render_scenes(stock, replace(TINY, scenes=1)).rgb.any()
    finally:
        cv2.setNumThreads(before)


def test_batch_depends_on_its_step_alone(scenes: LineScenes) -> None:
    first, other, again = (scenes.batch(TINY, step) for step in (5, 6, 5))
    assert torch.equal(first.pictures, again.pictures)
    assert torch.equal(first.marks, again.marks)
    assert not torch.equal(first.pictures, other.pictures)
    assert first.pictures.shape == (3, 3, 64, 64)
    assert first.pictures.dtype == torch.float32
    assert first.marks.shape == (3, 64, 64)
    assert first.marks.dtype == torch.uint8
    reseeded = scenes.batch(replace(TINY, seed=1), 5)
    assert not torch.equal(first.pictures, reseeded.pictures)


@pytest.fixture(scope="module")
def telltale() -> tuple[LineScenes, list[SceneBatch]]:
    """Return a scene whose marks tell each pixel's brightness, and batches of it."""
    dark = np.zeros((SIDE, SIDE), bool)
    dark[100:150, 90:230] = dark[140:200, 90:120] = True
    gray = np.where(dark, 60, 180).astype(np.uint8)
    rgb = np.repeat(gray[..., None], 3, axis=2)
    made = LineScenes(rgb[None], (dark * np.uint8(OBJECT))[None])
    return made, [made.batch(replace(TINY, crop=200), step) for step in range(80)]


def test_picture_and_marks_stay_together(telltale: tuple[LineScenes, list[SceneBatch]]) -> None:
    signs = []
    for batch in telltale[1]:
        dark = batch.marks == OBJECT
        brightness = batch.pictures[:, 0]
        inside, outside = brightness[dark], brightness[~dark]
        sign = float(torch.sign(outside.mean() - inside.mean()))
        assert (sign * outside).min() > (sign * inside).max()  # a negative's other way round
        signs.append(sign)
    assert 0.1 < np.mean(np.array(signs) < 0) < 0.5


def test_scenes_are_mirrored_turned_and_lightened(
    telltale: tuple[LineScenes, list[SceneBatch]],
) -> None:
    batches = telltale[1]
    ways = set()
    for batch in batches:
        mask = batch.marks[0].numpy() == OBJECT
        rows, columns = mask.sum(1), mask.sum(0)
        upright = (rows > 0).sum() < (columns > 0).sum()
        long, short = (rows, columns) if upright else (columns, rows)
        ways.add((bool(upright), bool(long[long > 0][0] > 60), bool(short[short > 0][0] > 60)))
    assert len(ways) == 8
    contrasts = {round(float(batch.pictures[0, 0].max()), 3) for batch in batches}
    assert len(contrasts) > 20


def test_a_batch_shows_what_the_network_is_given() -> None:
    rgb = np.random.default_rng(0).integers(0, 256, (1, SIDE, SIDE, 3), np.uint8)
    made = LineScenes(rgb, np.zeros((1, SIDE, SIDE), np.uint8))
    config = replace(TINY, crop=SIDE, scenes_per_step=1)
    shown = np.sort(np.abs(to_input(rgb[0])[0]).reshape(3, -1))
    for step in range(12):
        values = made.batch(config, step).pictures[0].numpy()
        found = np.sort(np.abs(values).reshape(3, -1))
        contrast = found.max() / shown.max()
        assert np.allclose(found, contrast * shown, rtol=1e-4, atol=1e-5)


def marked(*points: tuple[int, int, int], size: int = 16) -> training._Targets:
    """Return the targets where pixels (row, column) have marks; the others have none."""
    marks = torch.zeros(1, size, size, dtype=torch.uint8)
    for row, column, mark in points:
        marks[0, row, column] |= mark
    return training._targets(marks)


def test_heads_are_borders_lines_objects_and_faces() -> None:
    truth, weights = marked((2, 2, BORDER), (2, 12, INNER), (12, 2, OBJECT | FACE))
    assert truth.shape == weights.shape == (1, len(HEADS), 16, 16)
    said = [{tuple(point) for point in head.nonzero().tolist()} for head in truth[0]]
    assert said == [{(2, 2)}, {(2, 2), (2, 12)}, {(12, 2)}, {(12, 2)}]


@pytest.mark.parametrize("mark", [BORDER, INNER])
def test_beside_a_line_nothing_counts(mark: int) -> None:
    _, weights = marked((8, 8, mark))
    for head in weights[0, :2]:
        beside = head[7:10, 7:10].clone()
        assert beside[1, 1] > 0
        beside[1, 1] = 0
        assert not beside.any()
        assert head.sum() == head[8, 8] + 16 * 16 - 9
        assert (head[:6] == 1).all()


def test_a_line_counts_more_than_what_is_none() -> None:
    _, (border, line, _, _) = (part[0] for part in marked((8, 8, BORDER)))
    assert border[8, 8] == line[8, 8] > 1
    _, weights = marked((8, 8, INNER))
    assert 0 < weights[0, 0, 8, 8] < 1  # hardly wrong to take it for a border
    assert weights[0, 1, 8, 8] > 1


def test_what_is_hidden_counts_neither_way() -> None:
    truth, weights = marked((8, 8, HIDDEN))
    assert not truth.any()
    assert (weights[0, :2] == 0).sum() == 2
    assert not weights[0, :2, 8, 8].any()


def test_where_there_may_be_a_face_nothing_is_learned_of_faces() -> None:
    _, weights = marked((8, 8, UNKNOWN | OBJECT), (4, 4, FACE | OBJECT), (12, 12, BORDER))
    assert weights[0, 3, 8, 8] == 0
    assert weights[0, 3, 4, 4] > weights[0, 3, 0, 0] == 1
    assert (weights[0, 2] == 1).all()  # objects count everywhere


def test_a_coarse_target_has_a_line_where_any_fine_pixel_has_one() -> None:
    coarse = training._coarser(marked((3, 9, BORDER), (12, 4, INNER), (13, 14, HIDDEN)))
    assert coarse.truth.shape == coarse.weights.shape == (1, 4, 4, 4)
    assert coarse.truth[0, 0].nonzero().tolist() == [[0, 2]]
    assert coarse.truth[0, 1].nonzero().tolist() == [[0, 2], [3, 1]]
    assert (coarse.weights[0, :2] > 0).all()
    assert coarse.weights[0, 0, 0, 2] == marked((3, 9, BORDER)).weights[0, 0, 3, 9]


def test_a_coarse_target_has_the_share_of_an_object() -> None:
    coarse = training._coarser(marked((0, 0, OBJECT), (0, 1, OBJECT), (9, 9, FACE)))
    assert coarse.truth[0, 2, 0, 0] == 2 / 16
    assert coarse.truth[0, 3, 2, 2] == 1 / 16


def test_the_loss_is_least_for_the_truth_and_blind_beside_lines() -> None:
    targets = marked((8, 8, BORDER | OBJECT))
    right = 20 * targets.truth - 10
    wrong, beside = right.clone(), right.clone()
    wrong[0, 0, 8, 8] = -10
    beside[0, :2, 8, 9] = 10
    loss = [
        float(training._cross_entropy(logits, targets, (1, 1, 1, 1)))
        for logits in (right, wrong, beside)
    ]
    assert loss[0] < 1e-3 < loss[1]
    assert loss[2] == pytest.approx(loss[0], abs=1e-6)


def test_every_head_and_size_is_learned() -> None:
    torch.manual_seed(0)
    network = UNet(len(HEADS), widths=(4, 6, 8))
    marks = torch.zeros(2, 32, 32, dtype=torch.uint8)
    marks[:, 8:24, 8] = BORDER
    marks[:, 8:24, 16] = INNER
    marks[:, 8:24, 8:24] |= OBJECT
    line_loss(network, SceneBatch(torch.rand(2, 3, 32, 32), marks)).loss.backward()
    for part in (network.head[0], network.coarse_head):
        assert part.bias.grad is not None
        assert (part.bias.grad != 0).all()


def test_boundary_f_forgives_one_pixel() -> None:
    lines = torch.zeros(1, 1, 20, 20)
    lines[..., 10] = 1
    logits = torch.full_like(lines, -1.0)
    assert boundary_f(logits, lines) == 0
    logits[..., 11] = 1
    assert boundary_f(logits, lines) == pytest.approx(1)
    logits[..., 3] = 1
    assert boundary_f(logits, lines) == pytest.approx(2 / 3)
    assert boundary_f(logits.roll(1, 3), lines) == 0


def test_training_lowers_the_loss(trained: TrainedLineNetwork) -> None:
    assert not trained.network.training
    loss = trained.history.loss
    assert len(loss) == len(trained.history.scores["f"]) == TINY.steps
    assert np.mean(loss[-8:]) < 0.8 * np.mean(loss[:3])


def test_same_seed_same_network(
    scenes: LineScenes, trained: TrainedLineNetwork, tmp_path: Path
) -> None:
    other = replace(TINY, seed=1)
    for name, config in (("one", TINY), ("two", TINY), ("other", other)):
        made = trained if name == "one" else fit(config, scenes, [])
        export(made, tmp_path / name, FACTS)
    one, two, different = (
        (tmp_path / name / NETWORK).read_bytes() for name in ("one", "two", "other")
    )
    assert one == two
    assert one != different


def test_exported_network_opens_and_is_torch_s(trained: TrainedLineNetwork, tmp_path: Path) -> None:
    export(trained, tmp_path, FACTS)
    rgb = np.random.default_rng(0).integers(0, 256, (48, 61, 3), np.uint8)
    found = LineNetwork(tmp_path).look(rgb)
    with torch.no_grad():
        expected = trained.network(torch.from_numpy(to_input(rgb)))[0]
    assert np.abs(found.fine_line - expected[HEADS.index("line")].numpy()).max() < 1e-3
    assert found.border.shape == (48, 61)


def test_card_says_what_the_network_is(trained: TrainedLineNetwork, tmp_path: Path) -> None:
    export(trained, tmp_path / "mine", FACTS)
    card = tomllib.loads((tmp_path / "mine" / CARD).read_text(encoding="utf-8"))
    network = (tmp_path / "mine" / NETWORK).read_bytes()
    assert card["sha256"] == hashlib.sha256(network).hexdigest()
    assert card["parameters"] == sum(each.numel() for each in trained.network.parameters())
    assert card["f"] == pytest.approx(np.mean(trained.history.scores["f"]), abs=1e-4)
    assert (card["name"], card["license"], card["command"]) == ("mine", "MIT", "make it")


def test_network_that_differs_is_not_written(
    trained: TrainedLineNetwork, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("asciiart.train.onnx_export.TOLERANCE", -1.0)
    with pytest.raises(ModelError, match="not exported"):
        export(trained, tmp_path, FACTS)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("steps", 0),
        ("scenes", -1),
        ("scenes_per_step", 0),
        ("threads", 0),
        ("learning_rate", float("nan")),
        ("learning_rate", float("inf")),
        ("crop", 31),
        ("crop", SIDE + 1),
        ("seed", -1),
        ("seed", 2**32),
    ],
)
def test_values_out_of_range_are_refused(name: str, value: float) -> None:
    with pytest.raises(OptionError, match=f"^{name} must be .*, not {value}$"):
        replace(TINY, **{name: value})  # type: ignore[arg-type]


def test_the_whole_way_from_packages_to_a_network(
    stock: Stock, stock_folder: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    config = replace(TINY, steps=2, scenes=2)
    train_lines(config, stock_folder, tmp_path / "made", "asciiart train lines")
    assert capfd.readouterr().out == ""
    card = tomllib.loads((tmp_path / "made" / CARD).read_text(encoding="utf-8"))
    assert card["command"] == "asciiart train lines"
    assert card["data"] == {"sha256": stock.digest(), "licences": LICENCES}
    assert card["recipe"] == json.loads(json.dumps(asdict(config)))
    assert card["made_with"]["torch"] == torch.__version__
    LineNetwork(tmp_path / "made")


def test_missing_data_are_told_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(OptionError, match="data has no usr/share/openclipart/svg") as error:
        train_lines(TINY, tmp_path, tmp_path / "made", "make it")
    assert "\n" not in str(error.value)
    assert not (tmp_path / "made" / CARD).exists()


def test_a_folder_that_cannot_be_written_is_told_before_the_training(
    tmp_path: Path, stock_folder: Path
) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OutputError, match="cannot be written") as error:
        train_lines(TINY, stock_folder, tmp_path / "file" / "lines", "make it")
    assert "\n" not in str(error.value)


def test_licences_are_of_all_packages_of_the_stock() -> None:
    named = (ROOT / "asciiart" / "train" / "contours" / "stock.py").read_text(encoding="utf-8")
    command = named[named.index("apt-get download") : named.index("for package")]
    debian = set(re.findall(r"[a-z][a-z0-9.]*(?:-[a-z0-9.]+)+", command)) - {"apt-get"}
    assert set(LICENCES) == debian | set(re.findall(r"npm pack (\S+)@", named))


def test_shipped_card_is_the_default_recipe() -> None:
    card = tomllib.loads((SHIPPED / CARD).read_text(encoding="utf-8"))
    assert card["command"].startswith("asciiart train lines")
    assert card["recipe"] == json.loads(json.dumps(asdict(LinesConfig())))
    assert card["data"]["licences"] == LICENCES
