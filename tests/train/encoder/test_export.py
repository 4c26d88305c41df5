"""The model folder: what ONNX Runtime gives is what torch gives, and the card is true."""

from __future__ import annotations

import hashlib
import shutil
import tomllib
from copy import deepcopy
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
import tomli_w
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from paths import ROOT
from safetensors.torch import load_file
from tiny_training import Tiny
from torch import nn

from asciiart.core.autoencoders.convolutional import ConvStage
from asciiart.errors import ModelError, OutputError
from asciiart.glyphs.charsets import CHARSETS
from asciiart.glyphs.font import Font
from asciiart.glyphs.rasterize import Ink, rasterize
from asciiart.matching.encoder import Encoder
from asciiart.matching.model import load_model
from asciiart.matching.scores import SCORES, StructureScore
from asciiart.options import Mode
from asciiart.train import onnx_export
from asciiart.train.encoder import export as module
from asciiart.train.encoder.config import RECIPES
from asciiart.train.encoder.export import export_model, is_exported
from asciiart.train.encoder.fit import build_matcher
from asciiart.train.encoder.glyph_matcher import GlyphMatcher, GlyphNetwork, PageNetwork
from asciiart.train.encoder.quantize import TOLERANCE
from asciiart.train.onnx_export import count_parameters

SHIPPED = ROOT / "models" / "standard"
MODES: tuple[Mode, Mode] = ("structure", "tone")


def torch_codes(matcher: GlyphMatcher, page: Ink) -> Ink:
    """Return the code map of a page on endless blank paper."""
    margin = 32
    with torch.no_grad():
        code = PageNetwork(matcher)(torch.from_numpy(np.pad(page, margin))[None, None])[0].numpy()
    sy, sx = matcher.autoencoder.stride
    return np.asarray(code[margin // sy : -margin // sy, margin // sx : -margin // sx])


def assert_close(found: Ink, expected: Ink) -> None:
    """Compare as `check_parity` does: relative to the largest output."""
    assert found.shape == expected.shape
    assert np.abs(found - expected).max() <= 1e-4 * max(1, np.abs(expected).max())


def assert_codes_close(found: Ink, expected: Ink, mode: Mode) -> None:
    """Compare codes of a page; structure's are those of a network in 8-bit integers."""
    if mode == "tone":
        assert_close(found, expected)
        return
    assert found.shape == expected.shape
    assert np.linalg.norm(found - expected) <= TOLERANCE * np.linalg.norm(expected)


def assert_glyphs_are_torchs(
    encoder: Encoder, matcher: GlyphMatcher, inks: Ink, mode: Mode
) -> None:
    """Compare keys, and biases with what the score itself says of a glyph."""
    score = SCORES[mode]()
    known = score.glyphs(inks)
    found = encoder.encode_glyphs(inks, score)
    with torch.no_grad():
        keys, biases = GlyphNetwork(matcher)(torch.from_numpy(known.maps))
    assert_close(found.keys, keys.numpy())
    assert_close(found.biases, biases.numpy() + known.biases / score.temperature)


def files_of(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.fixture(scope="session")
def encoders(tiny_model: Path) -> dict[Mode, Encoder]:
    model = load_model(tiny_model)
    return {mode: model.load_encoder(mode) for mode in MODES}


@pytest.mark.parametrize("mode", MODES)
@settings(max_examples=12, deadline=None)
@given(
    rows=st.integers(1, 70),
    columns=st.integers(1, 70),
    seed=st.integers(0, 99),
)
def test_runtime_is_torch_on_pages(  # noqa: PLR0917 - given by name
    mode: Mode,
    tiny: dict[Mode, Tiny],
    encoders: dict[Mode, Encoder],
    rows: int,
    columns: int,
    seed: int,
) -> None:
    """Pages of any size, encoded at once or in pieces: no seam may show."""
    page = np.random.default_rng(seed).random((4 * rows, 4 * columns), np.float32)
    expected = torch_codes(tiny[mode].trained.matcher, page)
    assert_codes_close(encoders[mode].encode(page), expected, mode)


@pytest.mark.parametrize("mode", MODES)
@settings(max_examples=12, deadline=None)
@given(
    count=st.integers(1, 5),
    rows=st.integers(1, 10),
    columns=st.integers(1, 10),
    seed=st.integers(0, 99),
)
def test_runtime_is_torch_on_glyphs(  # noqa: PLR0917 - given by name
    mode: Mode,
    tiny: dict[Mode, Tiny],
    encoders: dict[Mode, Encoder],
    count: int,
    rows: int,
    columns: int,
    seed: int,
) -> None:
    inks = np.random.default_rng(seed).random((count, 8 * rows, 8 * columns), np.float32)
    assert_glyphs_are_torchs(encoders[mode], tiny[mode].trained.matcher, inks, mode)


@pytest.mark.parametrize("mode", MODES)
def test_runtime_is_torch_on_a_fonts_glyphs(
    mode: Mode, tiny: dict[Mode, Tiny], encoders: dict[Mode, Encoder], font: Font
) -> None:
    """More glyphs than one run of the network takes; the blank one is zero by definition."""
    inks = rasterize(font, " " + CHARSETS["latin"] + CHARSETS["ascii"][1:], 32, 16)
    assert len(inks) > 256
    matcher = tiny[mode].trained.matcher
    assert_glyphs_are_torchs(encoders[mode], matcher, inks[1:], mode)
    found = encoders[mode].encode_glyphs(inks, SCORES[mode]())
    assert not found.keys[0].any()
    assert found.biases[0] == 0


@pytest.mark.parametrize("mode", MODES)
def test_a_glyph_narrower_than_a_position_ends_in_paper(
    mode: Mode, encoders: dict[Mode, Encoder], tiny_model: Path, font: Font
) -> None:
    score = SCORES[mode]()
    inks = rasterize(font, "ab", 32, 16)[:, :, :10]
    known = score.glyphs(inks)
    wide = encoders[mode].spec.stride[1] * score.row_height // 16
    padded = np.pad(known.maps, ((0, 0), (0, 0), (0, 0), (0, -known.maps.shape[3] % wide)))
    assert padded.shape != known.maps.shape
    network = onnxruntime.InferenceSession(
        tiny_model / f"{mode}-glyphs.onnx", providers=["CPUExecutionProvider"]
    )
    keys, biases = network.run(None, {"features": padded})
    found = encoders[mode].encode_glyphs(inks, score)
    np.testing.assert_array_equal(found.keys, keys)
    np.testing.assert_allclose(found.biases, biases + known.biases / score.temperature, rtol=1e-6)


def test_a_heavier_weight_of_length_only_moves_the_bias(
    encoders: dict[Mode, Encoder], font: Font
) -> None:
    inks = rasterize(font, "-#", 32, 16)
    light, heavy = (
        encoders["structure"].encode_glyphs(inks, StructureScore(weight)) for weight in (0.5, 0.9)
    )
    np.testing.assert_array_equal(light.keys, heavy.keys)
    lengths = StructureScore(1.0).glyphs(inks).biases
    difference = 0.4 * lengths / StructureScore.temperature
    np.testing.assert_allclose(heavy.biases - light.biases, difference, rtol=1e-4)


@pytest.mark.parametrize("part", ["autoencoder.code.weight", "key.weight", "bias.weight"])
def test_a_network_that_differs_is_not_written(
    part: str, made: Tiny, tiny_model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The ONNX files are of weights that change before they are compared."""
    folder = tmp_path / "model"
    shutil.copytree(tiny_model, folder)
    before = files_of(folder)
    matcher = deepcopy(made.trained.matcher)
    real = onnx_export.to_onnx

    def spoil(network: nn.Module, *rest: object) -> bytes:
        data: bytes = real(network, *rest)  # type: ignore[arg-type]
        if isinstance(network, GlyphNetwork):
            with torch.no_grad():
                matcher.get_parameter(part).view(-1)[0] += 0.01
        return data

    monkeypatch.setattr(module, "to_onnx", spoil)
    spoilt = made.trained._replace(matcher=matcher)
    for target in (folder, tmp_path / "new"):
        with pytest.raises(ModelError, match="not exported"):
            export_model(spoilt, made.config, target, "")
    assert files_of(folder) == before
    assert not (tmp_path / "new").exists()


def test_card_says_what_the_folder_holds(made: Tiny, tiny_model: Path) -> None:
    card = tomllib.loads((tiny_model / "card.toml").read_text(encoding="utf-8"))
    mode, config = made.config.mode, made.config
    section = card[mode]
    assert (card["name"], card["license"]) == ("tiny", "MIT")
    assert card["command"] == "asciiart train --out tiny"
    assert section["parameters"] == count_parameters(made.trained.matcher)
    assert section["code"] == {
        "cell_height": 16,
        "step": list(made.trained.matcher.autoencoder.stride),
        "size": 4,
        "reach": 4,
        "precision": "int8" if mode == "structure" else "float32",
    }
    recipe = section["recipe"]
    for name in ("seed", "steps", "pages", "learning_rate", "optimizer", "schedule"):
        assert recipe[name] == getattr(config, name)
    assert recipe["fonts"] == list(config.fonts)
    assert recipe["stages"] == [[s.out_channels, s.kernel_size, *s.stride] for s in config.stages]
    names = {f"{mode}.onnx", f"{mode}-glyphs.onnx", f"{mode}.safetensors"}
    assert section["sha256"].keys() == names
    for name, digest in section["sha256"].items():
        assert hashlib.sha256((tiny_model / name).read_bytes()).hexdigest() == digest
    assert section["made_with"]["torch"] == torch.__version__
    assert is_exported(config, tiny_model)


def test_folder_holds_nothing_else_and_no_pickle(tiny_model: Path) -> None:
    names = {"{}.onnx", "{}-glyphs.onnx", "{}.safetensors"}
    expected = {name.format(mode) for name in names for mode in MODES} | {"card.toml"}
    assert {path.name for path in tiny_model.iterdir()} == expected
    for data in files_of(tiny_model).values():
        assert not data.startswith((b"\x80", b"PK"))


def test_other_mode_stays(tiny: dict[Mode, Tiny], tiny_model: Path, tmp_path: Path) -> None:
    folder = tmp_path / "tiny"
    made = tiny["tone"]
    shutil.copytree(tiny_model, folder)
    before = files_of(folder)
    other = deepcopy(made.trained.matcher)
    with torch.no_grad():
        other.autoencoder.code.weight.mul_(2)
    export_model(made.trained._replace(matcher=other), made.config, folder, "anew")
    after = files_of(folder)
    assert {name for name in after if after[name] != before[name]} == {
        "card.toml", "tone.onnx", "tone.safetensors"
    }  # fmt: skip
    old, new = (tomllib.loads(data["card.toml"].decode()) for data in (before, after))
    assert new["structure"] == old["structure"]
    assert new["tone"] != old["tone"]
    assert set(load_model(folder).modes) == set(MODES)
    for mode in MODES:
        load_model(folder).load_encoder(mode)


def test_same_network_same_files(made: Tiny, tiny_model: Path, tmp_path: Path) -> None:
    export_model(made.trained, made.config, tmp_path / "again", "")
    for name, data in files_of(tmp_path / "again").items():
        if name != "card.toml":
            assert data == (tiny_model / name).read_bytes()


@pytest.mark.parametrize("damage", [b"\xff\xfe", b"name = ", b"= 3"])
def test_damaged_card_is_not_overwritten(damage: bytes, made: Tiny, tmp_path: Path) -> None:
    (tmp_path / "card.toml").write_bytes(damage)
    assert not is_exported(made.config, tmp_path)
    with pytest.raises(ModelError, match="damaged card") as error:
        export_model(made.trained, made.config, tmp_path, "")
    assert "\n" not in str(error.value)
    assert files_of(tmp_path) == {"card.toml": damage}


def test_folder_that_cannot_be_made_is_one_line(made: Tiny, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OutputError, match="cannot be written") as error:
        export_model(made.trained, made.config, tmp_path / "file" / "model", "")
    assert "\n" not in str(error.value)


def rebuild(folder: Path, mode: Mode) -> GlyphMatcher:
    """Return the torch network from what the folder holds, and nothing else."""
    recipe = load_model(folder).card[mode]["recipe"]
    stages = tuple(
        ConvStage(channels, kernel, (down, right))
        for channels, kernel, down, right in recipe["stages"]
    )
    config = replace(
        RECIPES[mode],
        stages=stages,
        code_channels=recipe["code_channels"],
        key_reach=recipe["key_reach"],
    )
    matcher = build_matcher(config).eval()
    matcher.load_state_dict(load_file(folder / f"{mode}.safetensors"))
    return matcher


def assert_weights_are_the_networks(folder: Path, mode: Mode, font: Font) -> None:
    model = load_model(folder)
    for name, digest in model.card[mode]["sha256"].items():
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest, name
    matcher, encoder = rebuild(folder, mode), model.load_encoder(mode)
    assert count_parameters(matcher) == model.card[mode]["parameters"]
    page = np.random.default_rng(0).random((160, 272), np.float32)
    assert_codes_close(encoder.encode(page), torch_codes(matcher, page), mode)
    inks = rasterize(font, CHARSETS["ascii"][1:], 32, 16)
    assert_glyphs_are_torchs(encoder, matcher, inks, mode)


@pytest.mark.parametrize("mode", MODES)
def test_weights_load_back(
    mode: Mode, tiny: dict[Mode, Tiny], tiny_model: Path, font: Font
) -> None:
    weights = rebuild(tiny_model, mode).state_dict()
    for name, value in tiny[mode].trained.matcher.state_dict().items():
        assert torch.equal(weights[name], value)
    assert_weights_are_the_networks(tiny_model, mode, font)


@pytest.mark.parametrize("mode", MODES)
def test_shipped_weights_are_the_shipped_networks(mode: Mode, font: Font) -> None:
    assert_weights_are_the_networks(SHIPPED, mode, font)
    assert not [path for path in SHIPPED.iterdir() if path.suffix in (".pt", ".pth", ".pkl")]


@pytest.mark.parametrize("mode", MODES)
def test_shipped_networks_have_free_sizes(mode: Mode) -> None:
    for name, wanted in ((f"{mode}.onnx", "ink"), (f"{mode}-glyphs.onnx", "features")):
        session = onnxruntime.InferenceSession(SHIPPED / name, providers=["CPUExecutionProvider"])
        (given,) = session.get_inputs()
        assert given.name == wanted
        assert [type(size) for size in given.shape] == [str, int, str, str]


def test_a_card_older_than_a_field_is_of_its_default(
    made: Tiny, tiny_model: Path, tmp_path: Path
) -> None:
    card = tomllib.loads((tiny_model / "card.toml").read_text(encoding="utf-8"))
    for name in ("charset", "start", "patience"):
        del card[made.config.mode]["recipe"][name]
    (tmp_path / "card.toml").write_text(tomli_w.dumps(card), encoding="utf-8")
    assert is_exported(made.config, tmp_path)
    assert not is_exported(replace(made.config, charset="ascii"), tmp_path)
    (tmp_path / "card.toml").write_text("tone = 3\nstructure = 3", encoding="utf-8")
    assert not is_exported(made.config, tmp_path)
