"""A model folder is whole and what its card says, or it is refused in one line."""

import hashlib
import shutil
import time
from pathlib import Path

import numpy as np
import pytest
from paths import ROOT, TESTS

from asciiart.errors import ModelError
from asciiart.matching.model import load_model
from asciiart.matching.scores import StructureScore, ToneScore

STANDARD = ROOT / "models" / "standard"


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
    assert refusal(load_model, folder).startswith(f"{card}: damaged card (")


def test_the_score_is_the_cards():
    model = load_model("standard")
    assert model.score("structure") == StructureScore(model.card["structure"]["score"]["weight"])
    assert model.score("tone") == ToneScore(**model.card["tone"]["score"])


def test_a_mode_that_was_not_trained_is_refused(folder):
    card = folder / "card.toml"
    card.write_text(card.read_text().replace("[tone", "[other"))
    model = load_model(folder)
    assert model.modes == ("structure",)
    expected = f"{folder}: this model was not trained for mode tone"
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


NUMBERS = ("[]", "-1", "nan", "inf", "1e300", "true", "'1'", "{}", "1979-05-27", "99999999999999")


@pytest.mark.parametrize(
    ("line", "values"),
    [
        ('name = "standard"', ("1", "''", "[]", "'a\\u001bb'".replace("'", '"'), f"'{'a' * 101}'")),
        ("weight = 0.7", NUMBERS),
        ("sigma = 0.25", (*NUMBERS, "0")),
        ("mean = 0.25", NUMBERS),
        ("cell_height = 16", (*NUMBERS, "0", "7", "16.0", "64")),
        ("size = 16", (*NUMBERS, "0", "16.5")),
        ("reach = 6", (*NUMBERS, "6.0")),
    ],
)
def test_a_value_that_makes_no_sense_is_refused(folder, line, values):
    card = folder / "card.toml"
    text = card.read_text()
    assert line in text
    for value in values:
        card.write_text(text.replace(line, f"{line.split(' =')[0]} = {value}", 1))
        assert refusal(load_model, folder).startswith(f"{card}: damaged card ("), value


@pytest.mark.parametrize("step", ["4", "[4]", "[]", "[4, 4, 4]", "[4, 4.0]", "[0, 4]", "[3, 4]"])
def test_a_step_that_makes_no_sense_is_refused(folder, step):
    card = folder / "card.toml"
    before, _, after = card.read_text().partition("[tone.code]\ncell_height = 16\nstep = [")
    rest = after.partition("]\n")[2]
    card.write_text(f"{before}[tone.code]\ncell_height = 16\nstep = {step}\n{rest}")
    assert refusal(load_model, folder).startswith(f"{card}: damaged card (tone.code.step ")


@pytest.mark.parametrize(
    "content",
    [
        "a=" + "[" * 5000,
        "a=" + "[" * 5000 + "]" * 5000,
        "a=" + "{b=" * 5000 + "1" + "}" * 5000,
        "a" + ".a" * 5000 + " = 1",
        "[a" + ".a" * 5000 + "]",
        "a = 1" + "0" * 5000,
        "#" * (1 << 20) + "#",
        "name = 'x'\n[[tone]]\n",
        "name = 'x'\n[tone.code]\n[tone]\nscore = 1\n",
    ],
    ids=["cut", "lists", "tables", "dots", "header", "digits", "large", "list", "score"],
)
def test_a_card_that_is_hard_to_read_is_refused_at_once(folder, content):
    (folder / "card.toml").write_text(content)
    begun = time.monotonic()
    assert refusal(load_model, folder).startswith(f"{folder / 'card.toml'}: ")
    assert time.monotonic() - begun < 5


@pytest.mark.parametrize(
    "change",
    [("size = 8", "size = 4"), ("    4,\n    4,\n]\nsize", "    2,\n    2,\n]\nsize")],
    ids=["size", "step"],
)
def test_a_network_that_is_not_as_the_card_says_is_refused(folder, change):
    card = folder / "card.toml"
    assert change[0] in card.read_text()
    card.write_text(card.read_text().replace(*change))
    model = load_model(folder)
    encoder = model.load_encoder("tone")
    ink = np.ones((32, 32), np.float32)
    assert "tone.onnx: its outputs" in refusal(encoder.encode, ink)
    glyphs = np.ones((2, 32, 16), np.float32)
    message = refusal(encoder.encode_glyphs, glyphs, model.score("tone"))
    assert "tone-glyphs.onnx: its outputs" in message


def test_a_network_of_another_kind_is_refused(folder):
    shutil.copy(folder / "tone-glyphs.onnx", folder / "tone.onnx")
    card = folder / "card.toml"
    digests = load_model(folder).card["tone"]["sha256"]
    card.write_text(card.read_text().replace(digests["tone.onnx"], digests["tone-glyphs.onnx"]))
    encoder = load_model(folder).load_encoder("tone")
    ink = np.ones((32, 32), np.float32)
    assert "tone.onnx: not a usable network (" in refusal(encoder.encode, ink)


@pytest.mark.parametrize("name", ["card.toml", "tone.onnx", "tone-glyphs.onnx"])
def test_what_is_no_ordinary_file_is_refused_at_once(folder, name):
    path = folder / name
    path.unlink()
    path.symlink_to("/dev/zero")
    if name == "card.toml":  # which is no model's then
        assert "it has no card.toml" in refusal(load_model, folder)
        return
    message = refusal(load_model(folder).load_encoder, "tone")
    assert message == f"{path}: cannot be read (not an ordinary file)"


def test_a_huge_network_is_refused_unread(folder):
    with (folder / "tone.onnx").open("wb") as file:
        file.truncate(1 << 40)
    message = refusal(load_model(folder).load_encoder, "tone")
    assert message == f"{folder / 'tone.onnx'}: cannot be read (larger than 67,108,864 bytes)"


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


CORPUS = TESTS / "fuzz" / "corpora" / "load_model"


@pytest.mark.parametrize("card", sorted(CORPUS.glob("*.toml")), ids=lambda path: path.stem)
def test_a_card_of_the_corpus_works_or_is_refused(tmp_path: Path, card: Path) -> None:
    for name in ("tone.onnx", "tone-glyphs.onnx"):
        shutil.copy(CORPUS / name, tmp_path)
    shutil.copy(card, tmp_path / "card.toml")

    def use() -> None:
        model = load_model(tmp_path)
        encoder = model.load_encoder("tone")
        encoder.encode(np.eye(32, dtype=np.float32))
        encoder.encode_glyphs(np.ones((2, 32, 16), np.float32), model.score("tone"))

    if card.stem in ("whole", "default-score"):
        use()
    else:
        assert str(tmp_path) in refusal(use)
