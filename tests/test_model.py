"""A model folder is whole and what its card says, or it is refused in one line."""

import hashlib
import shutil
from pathlib import Path

import pytest

from asciiart.errors import ModelError
from asciiart.features import StructureScore, ToneScore
from asciiart.model import load_model

STANDARD = Path(__file__).parent.parent / "models" / "standard"


@pytest.fixture
def folder(tmp_path):
    """A copy of the shipped model, to be damaged."""
    return shutil.copytree(STANDARD, tmp_path / "mine", ignore=shutil.ignore_patterns("*.safet*"))


def refusal(function, *arguments):
    with pytest.raises(ModelError) as caught:
        function(*arguments)
    message = str(caught.value)
    assert "\n" not in message
    return message


def test_the_shipped_model_has_both_modes():
    model = load_model("standard")
    assert (model.name, model.folder) == ("standard", STANDARD)
    assert set(model.modes) == {"tone", "structure"}


@pytest.mark.parametrize("mode", ["tone", "structure"])
def test_the_card_knows_every_file_of_the_mode(mode):
    model = load_model("standard")
    digests = model.card[mode]["sha256"]
    assert {f"{mode}.onnx", f"{mode}-glyphs.onnx"} <= set(digests)
    for name, digest in digests.items():
        assert hashlib.sha256((STANDARD / name).read_bytes()).hexdigest() == digest
    assert model.digest(mode) == digests[f"{mode}-glyphs.onnx"]
    assert model.load_encoder(mode).spec.cell_height == model.card[mode]["code"]["cell_height"]


@pytest.mark.parametrize("mode", ["tone", "structure"])
@pytest.mark.parametrize("name", ["{}.onnx", "{}-glyphs.onnx"])
def test_a_damaged_file_is_refused_by_name(folder, mode, name):
    path = folder / name.format(mode)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    message = refusal(load_model(folder).load_encoder, mode)
    assert message == f"{path}: damaged (its SHA-256 is not the one on the card)"


@pytest.mark.parametrize("name", ["tone.onnx", "tone-glyphs.onnx"])
def test_a_missing_file_is_refused_by_name(folder, name):
    (folder / name).unlink()
    message = refusal(load_model(folder).load_encoder, "tone")
    assert message == f"{folder / name}: cannot be read (No such file or directory)"


def test_a_file_that_the_card_does_not_know_is_refused(folder):
    card = folder / "card.toml"
    card.write_text(card.read_text().replace('"tone.onnx"', '"other.onnx"'))
    message = refusal(load_model(folder).load_encoder, "tone")
    assert message == f"{folder / 'tone.onnx'}: damaged (its SHA-256 is not the one on the card)"


def test_a_file_that_is_on_the_card_but_no_network_is_refused(folder):
    path, card = folder / "tone.onnx", folder / "card.toml"
    old = hashlib.sha256(path.read_bytes()).hexdigest()
    path.write_bytes(b"no network")
    card.write_text(card.read_text().replace(old, hashlib.sha256(b"no network").hexdigest()))
    message = refusal(load_model(folder).load_encoder, "tone")
    assert message.startswith(f"{path}: not a usable network (")


@pytest.mark.parametrize("line", ["weight = 0.7\n", "[structure.score]\n"])
def test_a_card_without_its_score_is_refused(folder, line):
    card = folder / "card.toml"
    other = "heft = 1\n" if line.startswith("weight") else "[structure.other]\n"
    card.write_text(card.read_text().replace(line, other))
    assert refusal(load_model(folder).score, "structure").startswith(f"{card}: damaged card (")


def test_the_score_is_the_cards():
    model = load_model("standard")
    assert model.score("structure") == StructureScore(model.card["structure"]["score"]["weight"])
    assert model.score("tone") == ToneScore(**model.card["tone"]["score"])


def test_a_mode_that_was_not_trained_is_refused(folder):
    card = folder / "card.toml"
    card.write_text(card.read_text().replace("[tone", "[other"))
    model = load_model(folder)
    assert model.modes == ("structure",)
    expected = f"{folder}: this model was not trained for --mode tone"
    assert refusal(model.load_encoder, "tone") == expected
    assert refusal(model.digest, "tone") == expected


@pytest.mark.parametrize(
    "content",
    [b"name = ", b"", b"title = 'x'", b"name = '\xff'"],
    ids=["cut", "empty", "no name", "bytes"],
)
def test_a_broken_card_is_refused_by_name(folder, content):
    (folder / "card.toml").write_bytes(content)
    message = refusal(load_model, folder)
    assert message.startswith(f"{folder / 'card.toml'}: damaged card (")


@pytest.mark.parametrize(
    "content",
    ["name = 'x'\ntone = 1\n", "name = 'x'\n[tone]\nranking = 1\n"],
    ids=["no table", "no digests"],
)
def test_a_card_that_lacks_a_part_is_refused(folder, content):
    (folder / "card.toml").write_text(content)
    assert str(folder) in refusal(lambda: load_model(folder).load_encoder("tone"))


def test_an_unknown_model_is_refused():
    assert refusal(load_model, "nothing").startswith("nothing: no such model (there are: ")


def test_weights_are_read_and_checked(tmp_path: Path) -> None:
    model = load_model("standard")
    assert model.read_weights("tone") == (model.folder / "tone.safetensors").read_bytes()
    shutil.copy(model.folder / "card.toml", tmp_path)
    with pytest.raises(ModelError, match=r"tone\.safetensors: cannot be read"):
        load_model(tmp_path).read_weights("tone")
    (tmp_path / "tone.safetensors").write_bytes(b"something else")
    with pytest.raises(ModelError, match=r"tone\.safetensors: damaged"):
        load_model(tmp_path).read_weights("tone")
    card = (tmp_path / "card.toml").read_text().replace('"tone.safetensors"', '"other"')
    (tmp_path / "card.toml").write_text(card)
    with pytest.raises(ModelError, match="damaged card"):
        load_model(tmp_path).read_weights("tone")
