"""Encoder and decoder: padding, teacher forcing; greedy and beam search against enumeration."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional

from asciiart.core.learning.trainer import seed_everything
from asciiart.core.sequences.attention import ATTENTIONS
from asciiart.core.sequences.decoding import Step, beam_search, greedy, select_rows, shift_right
from asciiart.core.sequences.seq2seq import (
    END,
    PAD,
    START,
    Seq2Seq,
    Seq2SeqConfig,
    teacher_forcing_loss,
)

SOURCE = torch.tensor([[3, 4, 5, 6], [6, 3, 0, 0], [5, 0, 0, 0]])
TARGET = torch.tensor([[3, 4, 4, END], [4, END, 0, 0], [3, 3, END, 0]])
VARIANTS = [None, *ATTENTIONS]


def translator(attention: str | None, *, cell: str = "gru", feeding: bool = False) -> Seq2Seq:
    seed_everything(1)
    config = Seq2SeqConfig(embedding=4, hidden=8, layers=2, input_feeding=feeding)
    model = Seq2Seq(7, 5, attention=attention, cell=cell, config=config).double().eval()
    with torch.no_grad():
        model.decoder.out.weight.mul_(8)  # so that sequences differ in probability
    return model


def teacher_forced(model: Seq2Seq, source: Tensor, symbols: Tensor) -> Tensor:
    """Log probability (B,) of symbols (B, T), PAD left out."""
    log_probability = model(source, symbols).log_softmax(-1)
    chosen = log_probability.gather(2, symbols[..., None])[..., 0]
    return torch.where(symbols == PAD, 0.0, chosen).sum(1)


every_attention = pytest.mark.parametrize("attention", VARIANTS)


def test_shift_right_begins_with_start_and_drops_the_last() -> None:
    assert shift_right(TARGET).tolist()[0] == [START, 3, 4, 4]


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
    config = Seq2SeqConfig(embedding=4, hidden=8, input_feeding=True)
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


@every_attention
def test_greedy_takes_the_likeliest_and_knows_its_probability(attention: str | None) -> None:
    model = translator(attention)
    found = greedy(model, SOURCE, max_steps=6)
    torch.testing.assert_close(found.log_probability, teacher_forced(model, SOURCE, found.symbols))
    logits = model(SOURCE, found.symbols)
    logits[..., [PAD, START]] = -torch.inf
    said = found.symbols != PAD
    assert torch.equal(logits.argmax(-1)[said], found.symbols[said])
    for row in found.symbols.tolist():
        after_end = row[row.index(END) + 1 :] if END in row else []
        assert not any(after_end)
        assert START not in row
    if attention is None:
        assert found.weights is None
    else:
        assert found.weights is not None
        assert found.weights.shape == (3, found.symbols.shape[1], 4)


@every_attention
def test_a_beam_of_one_is_greedy(attention: str | None) -> None:
    model = translator(attention, cell="lstm", feeding=True)
    one, beams = (
        greedy(model, SOURCE, max_steps=6),
        beam_search(model, SOURCE, width=1, max_steps=6),
    )
    assert torch.equal(beams.symbols[:, 0], one.symbols)
    torch.testing.assert_close(beams.log_probability[:, 0], one.log_probability)


def all_sequences(letters: tuple[int, ...], longest: int) -> Tensor:
    """Return all that end by END within ``longest`` symbols, or have as many letters."""
    ended = [
        (*word, END, *[PAD] * (longest - size - 1))
        for size in range(longest)
        for word in itertools.product(letters, repeat=size)
    ]
    return torch.tensor([*ended, *itertools.product(letters, repeat=longest)])


@pytest.mark.parametrize("length_power", [0.0, 0.7, 1.0])
@pytest.mark.parametrize("attention", [None, "additive", "dot"])
def test_a_beam_that_covers_all_is_enumeration(attention: str | None, length_power: float) -> None:
    model = translator(attention)
    everything = all_sequences((3, 4), 3)  # 1 + 2 + 4 that end, 8 that do not
    beams = beam_search(model, SOURCE, width=20, max_steps=3, length_power=length_power)
    lengths = (everything != PAD).sum(1)
    for row in range(3):
        source = SOURCE[row : row + 1].expand(len(everything), -1)
        log_probability = teacher_forced(model, source, everything).detach()
        score, order = (log_probability / lengths**length_power).sort(descending=True)
        torch.testing.assert_close(beams.score[row, :15], score)
        torch.testing.assert_close(beams.log_probability[row, :15], log_probability[order])
        assert torch.equal(beams.symbols[row, :15], everything[order])
    assert beams.score[:, 15:].isneginf().all()  # there are no more
    assert not beams.symbols[:, 15:].any()


class Trap:
    """The likelier first symbol leads nowhere: greedy 0.6 * 0.4, a beam of two 0.4 * 1."""

    def start(self, source: Tensor, lengths: Tensor) -> tuple[Tensor, None]:
        assert lengths.tolist() == (source != PAD).sum(1).tolist()
        return source[:, 0], None

    def step(self, symbols: Tensor, state: tuple[Tensor, None]) -> Step[tuple[Tensor, None]]:
        odds = torch.zeros(5, 5)  # of the symbol after each
        odds[START, 3], odds[START, 4] = 0.6, 0.4
        odds[3] = torch.tensor([0.0, 0.0, 0.4, 0.3, 0.3])
        odds[4, END] = odds[END, END] = 1.0
        return Step(odds[symbols].log(), state)


def test_beam_search_finds_what_greedy_misses() -> None:
    source = torch.tensor([[3, 3], [4, 0]])
    assert greedy(Trap(), source, max_steps=5).symbols.tolist() == [[3, END]] * 2
    beams = beam_search(Trap(), source, width=2, max_steps=5, length_power=0)
    assert beams.symbols[:, 0].tolist() == [[4, END]] * 2
    assert beams.log_probability[:, 0].exp().tolist() == pytest.approx([0.4, 0.4])


def test_select_rows_goes_through_the_whole_state() -> None:
    state = translator("dot").start(SOURCE)
    chosen = select_rows(state, torch.tensor([2, 0, 0]))
    assert torch.equal(chosen.hidden[0], state.hidden[0][[2, 0, 0]])
    assert chosen.mask is not None
    assert chosen.mask.sum(1).tolist() == [1, 4, 4]
    assert chosen.fed is None


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
        Seq2Seq(5, 5, config=Seq2SeqConfig(hidden=7))
    with pytest.raises(ValueError, match="1 to 4"):
        model(torch.zeros_like(SOURCE), TARGET)
