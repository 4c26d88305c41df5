"""A page encoded in bands is the page encoded whole, and blank bands have no code."""

import numpy as np
import onnxruntime
import pytest
from paths import ROOT, TESTS

from asciiart.errors import ModelError
from asciiart.glyphs.rasterize import rasterize
from asciiart.matching import encoder as encoder_module
from asciiart.matching.cell_codes import cell_codes, inked_cells
from asciiart.matching.encoder import CodeSpec, Encoder
from asciiart.matching.model import load_model
from asciiart.matching.scores import SCORES, ToneScore
from asciiart.options import Mode

STANDARD = ROOT / "models" / "standard"
MODES: list[Mode] = ["structure", "tone"]
BAND = 64
"""Rows of pixels encoded at once, where a test asks for bands."""
SIZES = [(16, 8), (128, 128), (16, 136), (144, 8), (256, 264), (400, 96)]


@pytest.fixture(scope="module")
def encoders():
    model = load_model(STANDARD)
    return {mode: model.load_encoder(mode) for mode in MODES}


@pytest.fixture(params=MODES)
def mode(request):
    return request.param


@pytest.fixture
def encoder(encoders, mode):
    return encoders[mode]


@pytest.fixture
def in_bands(monkeypatch):
    """Encode pages 480 px wide in bands of ``BAND`` rows."""
    monkeypatch.setattr(encoder_module, "BAND_PIXELS", BAND * 480)


def encode_whole(mode, ink, spec):
    """The page in one piece, with more blank margin than the code can see."""
    session = onnxruntime.InferenceSession(
        STANDARD / f"{mode}.onnx", providers=["CPUExecutionProvider"]
    )
    margin = 32
    (codes,) = session.run(None, {"ink": np.pad(ink, margin)[None, None]})
    down, right = margin // spec.stride[0], margin // spec.stride[1]
    return codes[0, down:-down, right:-right]


@pytest.mark.parametrize("size", SIZES)
def test_in_bands_is_as_whole(encoder, mode, size, rng_page):
    ink = rng_page(size)
    banded = encoder.encode(ink)
    whole = encode_whole(mode, ink, encoder.spec)
    sy, sx = encoder.spec.stride
    assert banded.shape == whole.shape == (size[0] // sy, size[1] // sx, encoder.spec.size)
    np.testing.assert_allclose(banded, whole, atol=1e-4 * np.abs(whole).max())
    assert np.abs(whole).max() > 0.01


@pytest.fixture
def rng_page():
    def make(size):
        rng = np.random.default_rng(5)
        return rng.random(size, np.float32) * (rng.random(size) < 0.3)

    return make


@pytest.mark.usefixtures("in_bands")
def test_wherever_there_is_ink_nearby_the_code_is_right(encoder, mode):
    height, width = 3 * BAND, 480
    ink = np.zeros((height, width), np.float32)
    ink[20:60, 100:140] = 1
    ink[BAND - 3 : BAND + 2, 200:330] = 0.7  # across a border of bands
    ink[3 * BAND - 1, 479] = 1
    codes, whole = encoder.encode(ink), encode_whole(mode, ink, encoder.spec)
    inked = inked_cells(ink, height // 16, width // 8)
    found, expected = (cell_codes(c, height // 16, width // 8, inked) for c in (codes, whole))
    assert len(found) == 3 * 6 + 2 * 17 + 1
    np.testing.assert_allclose(found, expected, atol=1e-4 * np.abs(whole).max())


@pytest.mark.usefixtures("in_bands")
def test_bands_without_ink_are_zero(encoder):
    ink = np.zeros((3 * BAND, 480), np.float32)
    ink[BAND + 30 : 2 * BAND - 30, 200:280] = 1
    codes = encoder.encode(ink)
    band = BAND // encoder.spec.stride[0]
    assert codes[band : 2 * band].any()
    assert not codes[:band].any()
    assert not codes[2 * band :].any()


def test_a_blank_page_has_no_code(encoder):
    codes = encoder.encode(np.zeros((128, 256), np.float32))
    assert not codes.any()
    assert codes.dtype == np.float32


def test_the_code_is_local(encoder):
    ink = np.zeros((64, 128), np.float32)
    ink[0, [0, 127]] = 0.001  # the page is not blank
    before = encoder.encode(ink)
    ink[32, 64] = 1
    changed = np.argwhere((encoder.encode(ink) != before).any(axis=2)) * encoder.spec.stride
    assert len(changed) > 0
    reach = encoder.spec.receptive_margin + max(encoder.spec.stride)
    assert np.abs(changed - (32, 64)).max() <= reach


def test_encoding_is_the_same_each_time(encoder, rng_page):
    ink = rng_page((80, 264))
    assert encoder.encode(ink).tobytes() == encoder.encode(ink).tobytes()


def test_glyphs_have_keys_of_a_cells_block_and_a_bias(encoder, mode, font):
    sy, sx = encoder.spec.stride
    codes = encoder.encode_glyphs(rasterize(font, " A@", 32, 16), SCORES[mode]())
    assert codes.keys.shape == (3, 16 // sy, 8 // sx, encoder.spec.size)
    assert codes.biases.shape == (3,)
    assert not codes.keys[0].any()
    assert codes.biases[0] == 0
    assert codes.keys[1:].any(axis=(1, 2, 3)).all()
    assert codes.biases[1:].all()


def test_many_glyphs_are_encoded_as_each_by_itself(encoder, mode):
    score = SCORES[mode]()
    inks = np.random.default_rng(2).random((300, 32, 16), np.float32)
    inks[299] = 0
    together = encoder.encode_glyphs(inks, score)
    assert len(together.keys) == len(together.biases) == 300
    alone = encoder.encode_glyphs(inks[256:257], score)
    np.testing.assert_allclose(together.keys[256], alone.keys[0], rtol=1e-4, atol=1e-5)
    assert not together.keys[299].any()


@pytest.mark.parametrize("content", [None, b"", b"no network"], ids=["missing", "empty", "text"])
def test_an_unusable_network_is_refused_in_one_line(tmp_path, content):
    path = tmp_path / "tone.onnx"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ModelError) as caught:
        Encoder(path, path, CodeSpec(16, (4, 4), 8, 4))
    reason = "cannot be read (" if content is None else "not a usable network ("
    assert str(caught.value).startswith(f"{path}: {reason}")
    assert "\n" not in str(caught.value)


def test_a_code_without_surroundings():
    """The network in the corpus sees a position's own pixels and no more."""
    tiny = TESTS / "fuzz" / "corpora" / "load_model"
    networks = tiny / "tone.onnx", tiny / "tone-glyphs.onnx"
    ink = np.zeros((32, 64), np.float32)
    ink[8:20, 40:49] = 1
    codes = [Encoder(*networks, CodeSpec(16, (4, 4), 2, reach)).encode(ink) for reach in (0, 4)]
    assert codes[0].shape == (8, 16, 2)
    np.testing.assert_array_equal(codes[0], codes[1])


def test_nothing_is_printed_of_a_network_with_broken_names(tmp_path, capfd):
    path = tmp_path / "tone.onnx"
    path.write_bytes((STANDARD / "tone.onnx").read_bytes().replace(b"Conv", b"\xeaonv"))
    with pytest.raises(ModelError, match=r"tone\.onnx: not a usable network \("):
        Encoder(path, path, CodeSpec(16, (4, 4), 8, 4))
    assert capfd.readouterr() == ("", "")


def test_an_unusable_glyph_network_is_refused_when_it_is_needed(tmp_path):
    path = tmp_path / "tone-glyphs.onnx"
    path.write_bytes(b"no network")
    encoder = Encoder(STANDARD / "tone.onnx", path, CodeSpec(16, (4, 4), 8, 4))
    with pytest.raises(ModelError, match=r"tone-glyphs\.onnx: not a usable network"):
        encoder.encode_glyphs(np.ones((1, 32, 16), np.float32), ToneScore())
