"""Transformers: positions by their formula, layers against torch's, causality, padding."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pytest
import torch
from dropout_share import share_dropped
from torch import Tensor, nn

from asciiart.core.sequences.attention import MultiHeadAttention, causal_mask, padding_mask
from asciiart.core.sequences.decoding import beam_search, greedy
from asciiart.core.sequences.transformer import (
    DecoderLayer,
    EncoderLayer,
    Residual,
    Transformer,
    TransformerConfig,
    positional_encoding,
    transformer_learning_rate,
)

SIZE = 12


def config(**changes: object) -> TransformerConfig:
    small = {
        "embed_dim": SIZE,
        "num_heads": 3,
        "num_layers": 2,
        "hidden_size": 20,
        "dropout": 0.0,
        "max_length": 24,
    }
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


def copy(ours: EncoderLayer | DecoderLayer, theirs: nn.Module) -> None:
    """Give a layer of torch's our weights."""
    torch.manual_seed(2)
    for index, residual in enumerate(ours.residuals):
        norm = residual.get_submodule("norm")
        for parameter in norm.parameters():  # 1 and 0 would hide a mistake in the order
            nn.init.normal_(parameter)
        getattr(theirs, f"norm{index + 1}").load_state_dict(norm.state_dict())
    for index, name in ((0, "linear1"), (2, "linear2")):
        getattr(theirs, name).load_state_dict(ours.feed_forward[index].state_dict())
    fill(ours.attention, theirs.self_attn)  # type: ignore[arg-type]
    if isinstance(ours, DecoderLayer):
        fill(ours.cross, theirs.multihead_attn)  # type: ignore[arg-type]


@pytest.mark.parametrize("pre_norm", [True, False])
def test_encoder_layer_equals_torchs(pre_norm: bool) -> None:
    torch.manual_seed(1)
    ours = EncoderLayer(config(pre_norm=pre_norm))
    theirs = nn.TransformerEncoderLayer(SIZE, 3, 20, 0.0, norm_first=pre_norm, batch_first=True)
    copy(ours, theirs)
    x, lengths = states(4, 6), torch.tensor([6, 3, 1, 5])
    mask = padding_mask(lengths, 6)
    expected = theirs(x, src_key_padding_mask=~mask)
    torch.testing.assert_close(ours(x, mask[:, None])[mask], expected[mask], atol=1e-5, rtol=1e-4)


@pytest.mark.parametrize("pre_norm", [True, False])
def test_decoder_layer_equals_torchs(pre_norm: bool) -> None:
    torch.manual_seed(1)
    ours = DecoderLayer(config(pre_norm=pre_norm))
    theirs = nn.TransformerDecoderLayer(SIZE, 3, 20, 0.0, norm_first=pre_norm, batch_first=True)
    copy(ours, theirs)
    x, memory, seen = states(4, 5), states(4, 6, 1), padding_mask(torch.tensor([6, 3, 1, 5]), 6)
    causal = causal_mask(5)
    expected = theirs(x, memory, tgt_mask=~causal[0], memory_key_padding_mask=~seen)
    found = ours(x, memory, causal, seen[:, None])
    torch.testing.assert_close(found, expected, atol=1e-5, rtol=1e-4)


def transformer(**changes: object) -> Transformer:
    torch.manual_seed(1)
    return Transformer(11, 11, config(**changes)).eval()


def torchs_own(model: Transformer, pre_norm: bool) -> nn.Transformer:
    """torch's transformer with the weights of ours, without embeddings and output layer."""
    theirs = nn.Transformer(SIZE, 3, 2, 2, 20, 0.0, norm_first=pre_norm, batch_first=True).eval()
    for ours, stack in ((model.encoder, theirs.encoder), (model.decoder, theirs.decoder)):
        for index, layer in enumerate(ours):
            copy(layer, stack.layers[index])  # type: ignore[arg-type]
    for norm, stack in ((model.encoder_norm, theirs.encoder), (model.decoder_norm, theirs.decoder)):
        for parameter in norm.parameters():
            nn.init.normal_(parameter)
        if pre_norm:
            stack.norm.load_state_dict(norm.state_dict())
        else:  # the paper has none there, torch always adds one
            stack.norm = None
    return theirs


def embedded(symbols: Tensor, table: Tensor) -> Tensor:
    """Vaswani et al. 2017, sections 3.4 and 3.5: embeddings times √E plus positions."""
    return table[symbols] * SIZE**0.5 + positional_encoding(symbols.shape[1], SIZE)


@pytest.mark.filterwarnings("ignore:enable_nested_tensor")
@pytest.mark.parametrize("pre_norm", [True, False])
def test_the_whole_transformer_equals_torchs(pre_norm: bool) -> None:
    model, source, target = transformer(pre_norm=pre_norm), words(), words(seed=3)
    theirs, seen = torchs_own(model, pre_norm), padding_mask(torch.tensor([7, 4, 1]), 7)
    shifted = torch.cat([torch.ones(3, 1, dtype=torch.long), target[:, :-1]], 1)
    states = theirs(
        embedded(source, model.source.symbols.weight),
        embedded(shifted, model.target.symbols.weight),
        tgt_mask=~causal_mask(7)[0],
        src_key_padding_mask=~seen,
        memory_key_padding_mask=~seen,
    )
    expected = states @ model.head.weight.T + model.head.bias
    found = model(source, target, torch.tensor([7, 4, 1]))
    torch.testing.assert_close(found, expected, atol=1e-5, rtol=1e-4)


def test_embeddings_are_scaled_by_the_root_of_their_size() -> None:
    """Fault: a transformer without √E."""
    embedding = transformer().source
    found = embedding(words())
    torch.testing.assert_close(found, embedded(words(), embedding.symbols.weight))
    assert embedding.symbols.weight.std().item() == pytest.approx(SIZE**-0.5, rel=0.2)


@pytest.mark.parametrize("side", ["encoder", "decoder"])
def test_a_last_norm_follows_the_layers_of_pre_norm(side: str) -> None:
    """Fault: a transformer without its last normalization."""
    model = transformer()
    model.head = nn.Linear(SIZE, SIZE)
    nn.init.eye_(model.head.weight)
    nn.init.zeros_(model.head.bias)
    if side == "encoder":
        caught = model.encode(words(), torch.full((3,), 7))
    else:
        caught = model(words(), words())
    torch.testing.assert_close(caught.mean(2), torch.zeros(3, 7), atol=1e-5, rtol=0)
    torch.testing.assert_close(caught.var(2, unbiased=False), torch.ones(3, 7), atol=1e-3, rtol=0)
    plain = transformer(pre_norm=False)
    assert isinstance(plain.encoder_norm, nn.Identity)
    assert isinstance(plain.decoder_norm, nn.Identity)


@pytest.mark.parametrize("pre_norm", [True, False])
def test_every_residual_drops_its_sublayers_output_before_the_sum(pre_norm: bool) -> None:
    """Fault: dropout removed from the sublayers."""
    torch.manual_seed(0)
    residual = Residual(config(dropout=0.3, pre_norm=pre_norm)).train()
    x, ones = torch.zeros(50, 40, SIZE), torch.ones(50, 40, SIZE)
    if not pre_norm:
        residual.norm = nn.Identity()  # type: ignore[assignment]
    out = residual(x, lambda _: ones)
    assert share_dropped(out) == pytest.approx(0.3, abs=0.02)
    assert out.max().item() == pytest.approx(1 / 0.7)


def test_embeddings_are_dropped() -> None:
    """Fault: dropout removed from the embeddings."""
    model = transformer(dropout=0.3).train()
    found = model.target(words(60, 20))
    assert share_dropped(found) == pytest.approx(0.3, abs=0.02)


def test_attention_weights_are_dropped_in_every_layer() -> None:
    """Fault: dropout removed from the attention."""
    model = transformer(dropout=0.3)
    found = [m for m in model.modules() if isinstance(m, MultiHeadAttention)]
    assert [attention.dropout for attention in found] == [0.3] * 6


def test_tied_weights_are_one_matrix() -> None:
    plain, output, everything = (transformer(tie_weights=t) for t in ("none", "output", "all"))
    assert plain.head.weight is not plain.target.symbols.weight
    assert output.head.weight is output.target.symbols.weight
    assert output.head.weight is not output.source.symbols.weight
    assert everything.source.symbols.weight is everything.head.weight
    assert everything.target.symbols.weight is everything.head.weight
    count = [sum(p.numel() for p in m.parameters()) for m in (plain, output, everything)]
    assert [count[0] - count[1], count[1] - count[2]] == [11 * SIZE] * 2
    assert output.head.weight.std().item() == pytest.approx(SIZE**-0.5, rel=0.2)


def test_the_learning_rate_is_the_papers() -> None:
    """Equation 3, whose highest point for the base model is 7.0e-4, after 4000 steps."""
    rates = [transformer_learning_rate(step, 512) for step in range(1, 20_001)]
    steps = np.arange(1, 20_001)
    expected = 512**-0.5 * np.minimum(steps**-0.5, steps * 4000**-1.5)
    np.testing.assert_allclose(rates, expected, rtol=1e-12)
    assert int(np.argmax(rates)) + 1 == 4000
    assert max(rates) == pytest.approx(6.99e-4, rel=1e-3)
    with pytest.raises(ValueError, match="not 0 and 4000"):
        transformer_learning_rate(0, 512)


EVERY_ORDER = pytest.mark.parametrize("positions", ["sinusoidal", "learned", "none"])


@EVERY_ORDER
@pytest.mark.parametrize("pre_norm", [True, False])
def test_a_later_symbol_never_changes_an_earlier_output(positions: str, pre_norm: bool) -> None:
    both = transformer(positions=positions, pre_norm=pre_norm)
    symbols = words()
    for place in range(7):
        other = symbols.clone()
        other[:, place] = 3 + (other[:, place] - 2) % 8  # another symbol
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


def test_symbols_taken_together_or_in_parts_give_the_same() -> None:
    model, target = transformer(positions="learned"), words(seed=3)
    start = model.start(words(), torch.tensor([7, 4, 1]))
    whole, _ = model.extend(target, start)
    first, state = model.extend(target[:, :3], start)
    assert state.past == 3
    second, state = model.extend(target[:, 3:], state)
    assert state.past == 7
    torch.testing.assert_close(torch.cat([first, second], 1), whole, atol=1e-5, rtol=0)
    single, _ = model.extend(target[:, -1:], start)
    assert not torch.allclose(single, whole[:, -1:])


def test_a_step_runs_over_one_symbol_alone() -> None:
    model, taken = transformer(), []
    model.decoder_norm.register_forward_pre_hook(lambda _, given: taken.append(given[0].shape[1]))
    found = greedy(model, words(), max_steps=4)
    assert taken == [1] * found.symbols.shape[1]


class Plain(NamedTuple):
    source: Tensor
    lengths: Tensor
    target: Tensor


class WithoutCache:
    """The transformer, which runs over all symbols again at every step."""

    def __init__(self, model: Transformer) -> None:
        self.model = model

    def start(self, source: Tensor, lengths: Tensor) -> Plain:
        return Plain(source, lengths, source.new_zeros(len(source), 0))

    def step(self, symbols: Tensor, state: Plain) -> tuple[Tensor, Plain]:
        target = torch.cat([state.target, symbols[:, None]], 1)
        logits, _ = self.model.extend(target, self.model.start(state.source, state.lengths))
        return logits[:, -1], state._replace(target=target)


@pytest.mark.parametrize("pre_norm", [True, False])
def test_the_cache_changes_no_answer_of_a_search(pre_norm: bool) -> None:
    """A beam search brings the cache into another order after every step."""
    model, lengths = transformer(pre_norm=pre_norm), torch.tensor([7, 4, 1])
    plain = WithoutCache(model)
    quick = greedy(model, words(), lengths, max_steps=9)
    slow = greedy(plain, words(), lengths, max_steps=9)
    assert torch.equal(quick.symbols, slow.symbols)
    torch.testing.assert_close(quick.log_probability, slow.log_probability, atol=1e-5, rtol=0)
    best = beam_search(model, words(), lengths, width=4, max_steps=9)
    wanted = beam_search(plain, words(), lengths, width=4, max_steps=9)
    assert torch.equal(best.symbols, wanted.symbols)
    torch.testing.assert_close(best.log_probability, wanted.log_probability, atol=1e-5, rtol=0)


def test_greedy_search_collects_the_attention_to_the_source() -> None:
    model, source = transformer(), words()
    lengths, caught = torch.tensor([7, 4, 1]), []
    found = greedy(model, source, lengths, max_steps=5)
    assert found.weights is not None
    assert found.weights.shape == (*found.symbols.shape, 7)
    sums = found.weights.sum(2)
    torch.testing.assert_close(sums, torch.ones_like(sums))
    assert not found.weights[:, :, 4:][1].any()
    last = list(model.decoder)[-1]
    assert isinstance(last, DecoderLayer)
    last.cross.query.register_forward_pre_hook(lambda _, given: caught.append(given[0]))
    shifted = torch.cat([torch.ones(3, 1, dtype=torch.long), found.symbols[:, :-1]], 1)
    model.extend(shifted, model.start(source, lengths))
    memory, mask = model.encode(source, lengths), padding_mask(lengths, 7)[:, None]
    expected = last.cross(caught[0], memory, mask, need_weights=True).weights.mean(1)
    torch.testing.assert_close(found.weights, expected)


def test_greedy_and_beam_search_decode_it() -> None:
    model, source = transformer(), words()
    found = greedy(model, source, max_steps=6)
    single = beam_search(model, source, width=1, max_steps=6)
    assert torch.equal(single.symbols[:, 0], found.symbols)
    torch.testing.assert_close(single.log_probability[:, 0], found.log_probability)
    likelihood = model(source, found.symbols).log_softmax(2)
    taken = likelihood.gather(2, found.symbols[..., None])[..., 0] * (found.symbols != 0)
    torch.testing.assert_close(taken.sum(1), found.log_probability)


def test_errors_name_the_value() -> None:
    with pytest.raises(ValueError, match="even, not 7"):
        positional_encoding(3, 7)
    with pytest.raises(ValueError, match="rotary"):
        transformer(positions="rotary")
    with pytest.raises(ValueError, match="25 symbols are more than the 24"):
        transformer()(words(1, 25), words())
    with pytest.raises(ValueError, match="'both'"):
        transformer(tie_weights="both")
    with pytest.raises(ValueError, match="one vocabulary"):
        Transformer(11, 12, config(tie_weights="all"))
