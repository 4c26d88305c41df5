"""Encoder and decoder: padding, teacher forcing, attention step by step."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from arrays import Array
from dropped import assert_dropped, inputs_of
from numpy_recurrent import run_layers, softmax, to_array
from torch import Tensor, nn
from torch.nn import functional
from translators import SOURCE, TARGET, every_attention, teacher_forced, translator

from asciiart.core.sequences.decoding import beam_search, greedy, shift_right
from asciiart.core.sequences.recurrent import CELLS
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


def attend(model: Seq2Seq, name: str, query: Array, memory: Array) -> tuple[Array, Array]:
    """Context (D,) and weights (S,) of a query (D,) over a memory (S, D)."""
    w = {key: to_array(value) for key, value in model.decoder.attention.state_dict().items()}
    if name == "additive":  # Bahdanau et al. 2015: v tanh(W q + U k)
        scores = (
            np.tanh(w["query.weight"] @ query + memory @ w["key.weight"].T) @ w["energy.weight"][0]
        )
    elif name == "concat":  # Luong et al. 2015: v tanh(W [q; k])
        both = np.hstack([np.tile(query, (len(memory), 1)), memory])
        scores = np.tanh(both @ w["weight.weight"].T) @ w["energy.weight"][0]
    else:  # q k, or q W k
        scores = memory @ (w["weight.weight"] @ query if name == "general" else query)
    weights = softmax(scores)
    return weights @ memory, weights


def in_numpy(
    model: Seq2Seq, name: str | None, cell: str, source: Array, target: list[int]
) -> Array:
    """Logits (T, V) of one target, teacher-forced, by the equations of the papers."""
    encoder, decoder = model.encoder, model.decoder
    memory, states = run_layers(cell, encoder.cell, to_array(encoder.embed.weight)[source])
    pairs = zip(states[::2], states[1::2], strict=True)  # both directions of a layer
    states = [
        [np.concatenate(both) for both in zip(forward, backward, strict=True)]
        for forward, backward in pairs
    ]
    fed, logits = np.zeros(8), []
    for symbol in [START, *target[:-1]]:
        x = to_array(decoder.embed.weight)[symbol]
        if name == "additive":
            context, _ = attend(model, name, states[-1][0], memory)
            x = np.concatenate([x, context])
        elif decoder.feeds:
            x = np.concatenate([x, fed])
        outputs, states = run_layers(cell, decoder.cell, x[None], states)
        output = outputs[0]
        if name is not None:
            if name != "additive":
                context, _ = attend(model, name, output, memory)
            assert decoder.combine is not None
            both = np.concatenate([context, output])
            output = fed = np.tanh(to_array(decoder.combine.weight) @ both)
        logits.append(to_array(decoder.out.weight) @ output + to_array(decoder.out.bias))
    return np.array(logits)


@every_attention
@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("feeding", [False, True])
def test_the_whole_network_in_numpy(attention: str | None, cell: str, feeding: bool) -> None:
    model = translator(attention, cell=cell, feeding=feeding)
    found = model(SOURCE, TARGET).detach()
    for row, length in enumerate((4, 2, 1)):
        source = SOURCE[row, :length].numpy()
        expected = in_numpy(model, attention, cell, source, TARGET[row].tolist())
        np.testing.assert_allclose(found[row], expected)


def dropping(attention: str | None, feeding: bool = False) -> Seq2Seq:
    config = Seq2SeqConfig(embedding_dim=100, hidden_size=100, dropout=0.5, input_feeding=feeding)
    return Seq2Seq(7, 5, attention=attention, cell="gru", config=config)


WORDS = torch.tensor([[3, 4, 5, 6], [6, 3, 4, 5]])
"""Sources and targets without padding, which would be zeros."""


def test_dropout_of_the_encoder_s_embeddings() -> None:
    encoder = dropping(None).encoder
    assert_dropped(encoder.cell, encoder, lambda: encoder(WORDS, torch.tensor([4, 4])))


def decode(model: Seq2Seq) -> object:
    encoded = model.encoder.eval()(WORDS, torch.tensor([4, 4]))
    state = model.decoder.start(encoded, torch.ones(2, 4, dtype=torch.bool))
    return model.decoder(torch.tensor([[1, 3, 4], [1, 4, 3]]), state)


def test_dropout_of_the_decoder_s_embeddings() -> None:
    model = dropping(None)
    assert_dropped(model.decoder.cell, model.decoder, lambda: decode(model))


@every_attention
def test_dropout_of_the_decoder_before_its_output(attention: str | None) -> None:
    model = dropping(attention)
    whole = inputs_of(model.decoder.out, lambda: (model.eval(), decode(model)))
    part = inputs_of(model.decoder.out, lambda: (model.decoder.train(), decode(model)))
    assert whole.all()
    assert 0.4 < (part != 0).float().mean() < 0.6


def test_dropout_between_the_layers_of_both() -> None:
    config = Seq2SeqConfig(num_layers=2, dropout=0.25)
    model = Seq2Seq(7, 5, config=config)
    assert model.encoder.cell.dropout == model.decoder.cell.dropout == 0.25


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
