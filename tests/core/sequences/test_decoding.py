"""Greedy and beam search against enumeration."""

from __future__ import annotations

import itertools

import pytest
import torch
from torch import Tensor
from translators import SOURCE, TARGET, every_attention, teacher_forced, translator

from asciiart.core.sequences.decoding import (
    Step,
    beam_search,
    draw_symbols,
    greedy,
    select_rows,
    shift_right,
)
from asciiart.core.sequences.seq2seq import END, PAD, START


def test_shift_right_begins_with_start_and_drops_the_last() -> None:
    assert shift_right(TARGET).tolist()[0] == [START, 3, 4, 4]


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


def test_symbols_are_drawn_by_their_odds_with_the_generator_alone() -> None:
    odds = torch.tensor([[0.0, 1.0, 3.0]]).expand(4000, -1)
    before = torch.get_rng_state()
    first, again = (draw_symbols(odds, torch.Generator().manual_seed(0)) for _ in range(2))
    assert torch.equal(torch.get_rng_state(), before)
    assert torch.equal(first, again)
    assert first.shape == (4000,)
    share = first.bincount(minlength=3) / 4000
    assert share.tolist() == pytest.approx([0, 0.25, 0.75], abs=0.03)
    assert draw_symbols(odds).shape == (4000,)


class Elsewhere:
    """A generator and odds on different devices, without a second device: records the moves."""

    def __init__(self, odds: Tensor) -> None:
        self.odds = odds
        self.device = torch.device("meta")
        self.moves: list[torch.device] = []

    def to(self, device: torch.device) -> Tensor:
        self.moves.append(device)
        return self.odds


def test_numbers_are_drawn_where_the_generator_is_and_returned_where_the_odds_are() -> None:
    odds = Elsewhere(torch.tensor([[0.0, 1.0]]))
    found = draw_symbols(odds, torch.Generator())  # type: ignore[arg-type]
    assert odds.moves == [torch.device("cpu")]
    assert found.device.type == "meta"
