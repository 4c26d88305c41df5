"""Encoder and decoder: padding, teacher forcing, attention step by step."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional
from translators import SOURCE, TARGET, every_attention, teacher_forced, translator

from asciiart.core.learning.trainer import seed_everything
from asciiart.core.sequences.decoding import beam_search, greedy, shift_right
from asciiart.core.sequences.seq2seq import (
    PAD,
    START,
    Seq2Seq,
    Seq2SeqConfig,
    teacher_forcing_loss,
)


@every_attention
@pytest.mark.parametrize("cell", ["gru", "lstm"])
def test_padding_changes_nothing(attention: str | None, cell: str) -> None:
    model = translator(attention, cell=cell)
    together = model(SOURCE, TARGET)
    for row, length in enumerate((4, 2, 1)):
        alone = model(SOURCE[row : row + 1, :length], TARGET[row : row + 1])
        torch.testing.assert_close(together[row], alone[0])


@every_attention
@pytest.mark.parametrize("feeding", [False, True])
def test_steps_give_what_teacher_forcing_gives(attention: str | None, feeding: bool) -> None:
    model = translator(attention, feeding=feeding)
    state = model.start(SOURCE)
    for t, symbols in enumerate(shift_right(TARGET).unbind(1)):
        logits, state = model.step(symbols, state)
        torch.testing.assert_close(logits, model(SOURCE, TARGET)[:, t])
    if attention is not None:
        assert state.weights is not None
        torch.testing.assert_close(state.weights.sum(1), torch.ones(3).double())
        assert not state.weights[SOURCE == PAD].any()


def test_luong_s_step_in_numpy() -> None:
    """h = GRU([y; fed]), context = attention(h), fed = tanh(W [context; h]), logits = V fed + b."""
    seed_everything(1)
    config = Seq2SeqConfig(embedding_dim=4, hidden_size=8, input_feeding=True)
    model = Seq2Seq(7, 5, attention="dot", config=config).double().eval()
    decoder, state = model.decoder, model.start(SOURCE)
    assert state.memory is not None
    fed, hidden = torch.zeros(3, 1, 8).double(), state.hidden[0].transpose(0, 1).contiguous()
    for symbols in shift_right(TARGET).unbind(1):
        logits, state = model.step(symbols, state)
        assert state.memory is not None
        x = torch.cat([decoder.embed(symbols[:, None]), fed], 2)
        output, hidden = decoder.cell(x, hidden)
        h, memory = output[:, 0].detach().numpy(), state.memory.detach().numpy()
        scores = np.where(SOURCE == PAD, -np.inf, np.einsum("be,bse->bs", h, memory))
        weights = np.exp(scores) / np.exp(scores).sum(1, keepdims=True)
        context = np.einsum("bs,bse->be", weights, memory)
        assert decoder.combine is not None
        w, v = decoder.combine.weight.detach().numpy(), decoder.out.weight.detach().numpy()
        attentional = np.tanh(np.concatenate([context, h], 1) @ w.T)
        bias = decoder.out.bias.detach().numpy()
        np.testing.assert_allclose(logits.detach(), attentional @ v.T + bias)
        fed = torch.from_numpy(attentional)[:, None]


def test_bahdanau_attends_by_the_state_before_the_step() -> None:
    model = translator("additive")
    state = model.start(SOURCE)
    assert state.memory is not None
    _, after = model.step(torch.full((3,), START), state)
    seen = model.decoder.attention(state.hidden[0][:, -1], state.memory, state.mask)  # type: ignore[misc]
    torch.testing.assert_close(after.weights, seen.weights)
    x = torch.cat([model.decoder.embed(torch.full((3, 1), START)), seen.context[:, None]], 2)
    _, hidden = model.decoder.cell(x, state.hidden[0].transpose(0, 1).contiguous())
    torch.testing.assert_close(after.hidden[0], hidden.transpose(0, 1))


def test_the_loss_leaves_padding_out() -> None:
    model = translator("dot")
    result = teacher_forcing_loss(model, (SOURCE, TARGET))
    symbols = int((TARGET != PAD).sum())
    expected = -teacher_forced(model, SOURCE, TARGET).sum() / symbols
    torch.testing.assert_close(result.loss, expected)


class Says(nn.Module):
    """Finds the symbols likeliest that it is given, whatever the source."""

    def __init__(self, symbols: Tensor) -> None:
        super().__init__()
        self.logits = nn.Parameter(functional.one_hot(symbols, 5).float())

    def forward(self, _source: Tensor, _target: Tensor) -> Tensor:
        return self.logits


def test_exact_counts_targets_of_which_every_symbol_is_likeliest() -> None:
    said = TARGET.clone()
    said[1, 3] = 4  # in the padding
    assert float(teacher_forcing_loss(Says(said), (SOURCE, TARGET)).scores["exact"]) == 1.0
    said[2, 0] = 4
    exact = float(teacher_forcing_loss(Says(said), (SOURCE, TARGET)).scores["exact"])
    assert exact == pytest.approx(2 / 3)


def test_errors_name_the_value() -> None:
    model = translator(None)
    with pytest.raises(ValueError, match="not 0"):
        greedy(model, SOURCE, max_steps=0)
    with pytest.raises(ValueError, match="not 0 and 3"):
        beam_search(model, SOURCE, width=0, max_steps=3)
    with pytest.raises(ValueError, match="'cosine'"):
        Seq2Seq(5, 5, attention="cosine")
    with pytest.raises(ValueError, match="not 7"):
        Seq2Seq(5, 5, config=Seq2SeqConfig(hidden_size=7))
    with pytest.raises(ValueError, match="1 to 4"):
        model(torch.zeros_like(SOURCE), TARGET)
