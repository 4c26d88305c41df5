"""The recurrent autoencoder in NumPy, and curves that go through a code of a few numbers."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from numpy_recurrent import run_layers, to_array
from torch import Tensor, nn

from asciiart.core.sequences.recurrent import CELLS, RecurrentConfig
from asciiart.core.sequences.sequence_autoencoder import SequenceAutoencoder


def randoms(*shape: int) -> Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(0), dtype=torch.float64)


@pytest.mark.parametrize("in_order", [False, True], ids=["backwards", "in order"])
@pytest.mark.parametrize("name", CELLS)
def test_encoder_and_decoder_in_numpy(name: str, in_order: bool) -> None:
    config = RecurrentConfig(name, hidden_size=4, num_layers=2)
    model = SequenceAutoencoder(2, in_order=in_order, config=config).double()
    x = randoms(3, 5, 2)
    codes, found = model.encode(x).detach(), model(x).detach()
    for b in range(3):
        _, states = run_layers(name, model.encoder, x[b].numpy())
        code = states[-1][0]
        np.testing.assert_allclose(codes[b], code)
        outputs, _ = run_layers(name, model.decoder, np.tile(code, (5, 1)))
        expected = outputs @ to_array(model.out.weight).T + to_array(model.out.bias)
        np.testing.assert_allclose(found[b], expected if in_order else expected[::-1])


def test_a_smaller_code_is_a_linear_map_of_the_state() -> None:
    model = SequenceAutoencoder(2, code_size=3, config=RecurrentConfig(hidden_size=4)).double()
    plain = SequenceAutoencoder(2, config=RecurrentConfig(hidden_size=4)).double()
    plain.encoder = model.encoder
    x = randoms(3, 5, 2)
    codes = model.encode(x)
    assert codes.shape == (3, 3)
    assert isinstance(model.code, nn.Linear)
    expected = plain.encode(x) @ model.code.weight.T + model.code.bias
    torch.testing.assert_close(codes, expected)
    torch.testing.assert_close(model(x), model.decode(codes, 5))


def test_a_code_can_be_decoded_to_any_length() -> None:
    model = SequenceAutoencoder(2, in_order=True, config=RecurrentConfig(hidden_size=4)).double()
    code = randoms(3, 4)
    torch.testing.assert_close(model.decode(code, 3), model.decode(code, 7)[:, :3])


def test_dropout_is_between_the_layers_of_both() -> None:
    config = RecurrentConfig("gru", hidden_size=4, num_layers=2, dropout=0.5)
    model = SequenceAutoencoder(2, config=config).double().train()
    x = randoms(3, 5, 2)
    assert not torch.equal(model.encode(x), model.encode(x))
    code = randoms(3, 4)
    assert not torch.equal(model.decode(code, 5), model.decode(code, 5))


def curves(count: int, seed: int) -> Tensor:
    """Waves (B, 12, 1) of two numbers each: frequency and phase."""
    random = torch.Generator().manual_seed(seed)
    frequency, phase = torch.rand(2, count, 1, generator=random)
    return torch.sin(torch.arange(12) * (0.2 + 0.4 * frequency) + 6.28 * phase)[..., None]


def test_curves_never_seen_come_back_from_their_codes() -> None:
    torch.manual_seed(0)
    model = SequenceAutoencoder(1, config=RecurrentConfig("gru", hidden_size=16))
    seen, held_out = curves(128, 0), curves(100, 1)
    optimizer = torch.optim.Adam(model.parameters(), 0.03)
    for _ in range(120):
        optimizer.zero_grad()
        nn.functional.mse_loss(model(seen), seen).backward()
        optimizer.step()
    error = nn.functional.mse_loss(model(held_out), held_out)
    assert error < 0.2 * held_out.var()


def test_what_has_no_end_to_read_from_is_refused() -> None:
    with pytest.raises(ValueError, match="bidirectional=True"):
        SequenceAutoencoder(2, config=RecurrentConfig(bidirectional=True))
