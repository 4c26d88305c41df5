"""Transformers: positions by their formula, layers against torch's, causality, padding."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from asciiart.core.sequences.attention import MultiHeadAttention, causal_mask, padding_mask
from asciiart.core.sequences.decoding import beam_search, greedy
from asciiart.core.sequences.transformer import (
    DecoderLayer,
    DecoderOnlyTransformer,
    EncoderLayer,
    Transformer,
    TransformerConfig,
    positional_encoding,
)

SIZE = 12


def config(**changes: object) -> TransformerConfig:
    small = {"size": SIZE, "heads": 3, "layers": 2, "hidden": 20, "dropout": 0.0, "longest": 24}
    return TransformerConfig(**{**small, **changes})  # type: ignore[arg-type]


def states(count: int, length: int, seed: int = 0) -> Tensor:
    return torch.randn(count, length, SIZE, generator=torch.Generator().manual_seed(seed))


def words(count: int = 3, length: int = 7, seed: int = 0) -> Tensor:
    random = torch.Generator().manual_seed(seed)
    return torch.randint(3, 11, (count, length), generator=random)


def test_positional_encoding_is_the_formula() -> None:
    encoding = positional_encoding(50, 16)
    assert encoding.shape == (50, 16)
    for t in (0, 1, 7, 49):
        for i in range(8):
            angle = t / 10000 ** (2 * i / 16)
            np.testing.assert_allclose(encoding[t, 2 * i], np.sin(angle), atol=1e-6)
            np.testing.assert_allclose(encoding[t, 2 * i + 1], np.cos(angle), atol=1e-6)


def fill(attention: MultiHeadAttention, theirs: nn.MultiheadAttention) -> None:
    """Give torch's attention our weights; ours has no biases, so theirs become 0."""
    ours = [getattr(attention, name).weight for name in ("query", "key", "value")]
    with torch.no_grad():
        theirs.in_proj_weight.copy_(torch.cat(ours))
        theirs.out_proj.weight.copy_(attention.out.weight)
        theirs.in_proj_bias.zero_()
        theirs.out_proj.bias.zero_()


def copy(ours: EncoderLayer | DecoderLayer, theirs: nn.Module, norms: int) -> None:
    torch.manual_seed(2)
    for norm in ours.norms:  # weights of 1 and 0 would hide a mistake in the order
        nn.init.normal_(norm.weight)  # type: ignore[arg-type]
        nn.init.normal_(norm.bias)  # type: ignore[arg-type]
    theirs.linear1.load_state_dict(ours.feed_forward[0].state_dict())
    theirs.linear2.load_state_dict(ours.feed_forward[2].state_dict())
    for index in range(norms):
        getattr(theirs, f"norm{index + 1}").load_state_dict(ours.norms[index].state_dict())


@pytest.mark.parametrize("pre_norm", [True, False])
def test_encoder_layer_equals_torchs(pre_norm: bool) -> None:
    torch.manual_seed(1)
    ours = EncoderLayer(config(pre_norm=pre_norm))
    theirs = nn.TransformerEncoderLayer(SIZE, 3, 20, 0.0, norm_first=pre_norm, batch_first=True)
    copy(ours, theirs, 2)
    fill(ours.attention, theirs.self_attn)
    x, lengths = states(4, 6), torch.tensor([6, 3, 1, 5])
    mask = padding_mask(lengths, 6)
    expected = theirs(x, src_key_padding_mask=~mask)
    torch.testing.assert_close(ours(x, mask[:, None])[mask], expected[mask], atol=1e-5, rtol=1e-4)


@pytest.mark.parametrize("pre_norm", [True, False])
def test_decoder_layer_equals_torchs(pre_norm: bool) -> None:
    torch.manual_seed(1)
    ours = DecoderLayer(config(pre_norm=pre_norm))
    theirs = nn.TransformerDecoderLayer(SIZE, 3, 20, 0.0, norm_first=pre_norm, batch_first=True)
    copy(ours, theirs, 3)
    fill(ours.attention, theirs.self_attn)
    fill(ours.cross, theirs.multihead_attn)
    x, memory, seen = states(4, 5), states(4, 6, 1), padding_mask(torch.tensor([6, 3, 1, 5]), 6)
    causal = causal_mask(5)
    expected = theirs(x, memory, tgt_mask=~causal[0], memory_key_padding_mask=~seen)
    found = ours(x, memory, causal, seen[:, None])
    torch.testing.assert_close(found, expected, atol=1e-5, rtol=1e-4)


def transformer(**changes: object) -> Transformer:
    torch.manual_seed(1)
    return Transformer(11, 11, config(**changes)).eval()


def language_model(**changes: object) -> DecoderOnlyTransformer:
    torch.manual_seed(1)
    return DecoderOnlyTransformer(11, config(**changes)).eval()


EVERY_ORDER = pytest.mark.parametrize("positions", ["sinusoidal", "learned", "none"])


@EVERY_ORDER
@pytest.mark.parametrize("pre_norm", [True, False])
def test_a_later_symbol_never_changes_an_earlier_output(positions: str, pre_norm: bool) -> None:
    alone = language_model(positions=positions, pre_norm=pre_norm)
    both = transformer(positions=positions, pre_norm=pre_norm)
    symbols = words()
    for place in range(7):
        other = symbols.clone()
        other[:, place] = 3 + (other[:, place] - 2) % 8  # another symbol
        before, after = alone(symbols), alone(other)
        assert torch.equal(before[:, :place], after[:, :place])
        assert not torch.allclose(before[:, place], after[:, place])
        before, after = both(words(seed=3), symbols), both(words(seed=3), other)
        # logits t are of symbol t, given those before it
        torch.testing.assert_close(before[:, : place + 1], after[:, : place + 1])
        if place < 6:
            assert not torch.allclose(before[:, place + 1], after[:, place + 1])


def test_padding_has_no_influence() -> None:
    model, target = transformer(), words(seed=3)
    source, lengths = words(), torch.tensor([7, 4, 1])
    out = model(source, target, lengths)
    other = torch.where(padding_mask(lengths, 7), source, 9)
    torch.testing.assert_close(model(other, target, lengths), out)
    longer = torch.nn.functional.pad(source, (0, 3))
    torch.testing.assert_close(model(longer, target, lengths), out)
    padded = source * padding_mask(lengths, 7)
    torch.testing.assert_close(model(padded, target), out)  # lengths by what is not PAD
    assert not torch.allclose(model(source, target), out)


def test_the_encoder_without_positions_is_permutation_equivariant() -> None:
    order = torch.tensor([3, 0, 6, 2, 5, 1, 4])
    lengths = torch.full((3,), 7)
    model, source = transformer(positions="none"), words()
    swapped = model.encode(source[:, order], lengths)
    torch.testing.assert_close(swapped, model.encode(source, lengths)[:, order])
    model = transformer()
    swapped = model.encode(source[:, order], lengths)
    assert not torch.allclose(swapped, model.encode(source, lengths)[:, order])


def test_dropout_is_only_in_training() -> None:
    model = transformer(dropout=0.5)
    assert torch.equal(model(words(), words()), model(words(), words()))
    model.train()
    assert not torch.equal(model(words(), words()), model(words(), words()))


def test_steps_give_what_the_whole_target_gives() -> None:
    model, target = transformer(), words(seed=3)
    lengths = torch.tensor([7, 4, 1])
    state, last = model.start(words(), lengths), torch.ones(3, dtype=torch.long)
    whole = model(words(), target, lengths)
    for t in range(7):
        logits, state = model.step(last, state)
        torch.testing.assert_close(logits, whole[:, t])
        last = target[:, t]


def test_greedy_and_beam_search_decode_it() -> None:
    model, source = transformer(), words()
    found = greedy(model, source, max_steps=6)
    single = beam_search(model, source, width=1, max_steps=6)
    assert torch.equal(single.symbols[:, 0], found.symbols)
    torch.testing.assert_close(single.log_probability[:, 0], found.log_probability)
    likelihood = model(source, found.symbols).log_softmax(2)
    taken = likelihood.gather(2, found.symbols[..., None])[..., 0] * (found.symbols != 0)
    torch.testing.assert_close(taken.sum(1), found.log_probability)


def test_samples_follow_the_models_probabilities() -> None:
    model = language_model()
    prompt = words(1, 3)
    shares = model(prompt)[0, -1].softmax(0).detach()
    drawn = model.sample(prompt.expand(20_000, -1), 1, generator=torch.Generator().manual_seed(0))
    assert torch.equal(drawn[:, :3], prompt.expand(20_000, -1))
    counted = torch.bincount(drawn[:, 3], minlength=11) / 20_000
    torch.testing.assert_close(counted, shares, atol=0.015, rtol=0)
    coldest = model.sample(prompt, 1, temperature=0)
    assert coldest[0, -1] == shares.argmax()


def test_samples_go_on_beyond_the_positions() -> None:
    assert language_model(longest=5).sample(words(2, 3), 9, temperature=0).shape == (2, 12)


def test_errors_name_the_value() -> None:
    with pytest.raises(ValueError, match="even, not 7"):
        positional_encoding(3, 7)
    with pytest.raises(ValueError, match="rotary"):
        language_model(positions="rotary")
    with pytest.raises(ValueError, match="25 symbols are more than the 24"):
        language_model()(words(1, 25))
    with pytest.raises(ValueError, match="T at least 1"):
        language_model().sample(words(1, 0), 3)
    with pytest.raises(ValueError, match=r"not -1\.0"):
        language_model().sample(words(1, 2), 3, temperature=-1.0)
