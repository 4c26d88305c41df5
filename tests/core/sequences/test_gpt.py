"""GPT against a GPT-2 written out in NumPy, its published names, its cache and its samples."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from arrays import Array
from dropout_share import share_dropped
from torch import Tensor, nn

from asciiart.core.sequences.gpt import GPT, Block, GPTConfig, load_gpt2_state

SMALL = GPTConfig(vocab_size=13, max_length=9, num_layers=2, num_heads=3, embed_dim=12, dropout=0.0)


def model(**changes: int | float) -> GPT:
    torch.manual_seed(1)
    return GPT(replace(SMALL, **changes)).eval()  # type: ignore[arg-type]


def words(count: int = 3, length: int = 7, seed: int = 0) -> Tensor:
    random = torch.Generator().manual_seed(seed)
    return torch.randint(0, 13, (count, length), generator=random)


def published_state(config: GPTConfig = SMALL) -> dict[str, Tensor]:
    """Random weights of GPT-2's names and shapes: Conv1D holds (in, out)."""
    size = config.embed_dim
    shapes: dict[str, tuple[int, ...]] = {
        "transformer.wte.weight": (config.vocab_size, size),
        "transformer.wpe.weight": (config.max_length, size),
        "transformer.ln_f.weight": (size,),
        "transformer.ln_f.bias": (size,),
    }
    for layer in range(config.num_layers):
        for name, shape in {
            "ln_1": (size,),
            "ln_2": (size,),
            "attn.c_attn": (size, 3 * size),
            "attn.c_proj": (size, size),
            "mlp.c_fc": (size, 4 * size),
            "mlp.c_proj": (4 * size, size),
        }.items():
            shapes[f"transformer.h.{layer}.{name}.weight"] = shape
            shapes[f"transformer.h.{layer}.{name}.bias"] = shape[-1:]
    random = torch.Generator().manual_seed(4)
    state = {
        name: torch.randn(shape, generator=random, dtype=torch.float64) * 0.5
        for name, shape in shapes.items()
    }
    return {**state, "lm_head.weight": state["transformer.wte.weight"]}


class GPT2InNumPy:
    """Radford et al. 2019, after the authors' program, for one sequence."""

    def __init__(self, state: dict[str, Tensor], config: GPTConfig) -> None:
        self.p = {name.removeprefix("transformer."): p.numpy() for name, p in state.items()}
        self.config = config

    def conv1d(self, name: str, x: Array) -> Array:
        out: Array = x @ self.p[f"{name}.weight"] + self.p[f"{name}.bias"]
        return out

    def norm(self, name: str, x: Array) -> Array:
        centered = x - x.mean(-1, keepdims=True)
        scale = np.sqrt((centered**2).mean(-1, keepdims=True) + 1e-5)
        out: Array = centered / scale * self.p[f"{name}.weight"] + self.p[f"{name}.bias"]
        return out

    def attend(self, name: str, x: Array) -> Array:
        query, key, value = np.split(self.conv1d(f"{name}.c_attn", x), 3, axis=-1)
        size = x.shape[1] // self.config.num_heads
        heads = []
        for head in range(self.config.num_heads):
            part = slice(head * size, (head + 1) * size)
            scores = query[:, part] @ key[:, part].T / np.sqrt(size)
            scores = np.where(np.tri(len(x), dtype=bool), scores, -1e10)
            weights = np.exp(scores - scores.max(-1, keepdims=True))
            heads.append(weights / weights.sum(-1, keepdims=True) @ value[:, part])
        return self.conv1d(f"{name}.c_proj", np.concatenate(heads, 1))

    def feed(self, name: str, x: Array) -> Array:
        x = self.conv1d(f"{name}.c_fc", x)
        x = 0.5 * x * (1 + np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**3)))
        return self.conv1d(f"{name}.c_proj", x)

    def __call__(self, symbols: Array) -> Array:
        x = self.p["wte.weight"][symbols] + self.p["wpe.weight"][: len(symbols)]
        for layer in range(self.config.num_layers):
            x = x + self.attend(f"h.{layer}.attn", self.norm(f"h.{layer}.ln_1", x))
            x = x + self.feed(f"h.{layer}.mlp", self.norm(f"h.{layer}.ln_2", x))
        out: Array = self.norm("ln_f", x) @ self.p["wte.weight"].T
        return out


def test_with_published_weights_it_is_gpt2() -> None:
    """Faults: without the last norm, with the exact GELU, thirds in another order."""
    network, state = model().double(), published_state()
    load_gpt2_state(network, state)
    expected = [GPT2InNumPy(state, SMALL)(row) for row in words().numpy()]
    np.testing.assert_allclose(network(words()).detach(), np.stack(expected), atol=1e-10)


def test_files_without_prefix_with_masks_and_without_head_are_read_too() -> None:
    state, one, two = published_state(), model().double(), model().double()
    load_gpt2_state(one, state)
    bare = {name.removeprefix("transformer."): p for name, p in state.items()}
    del bare["lm_head.weight"]
    bare |= {"h.0.attn.bias": torch.ones(1, 1, 9, 9), "h.0.attn.masked_bias": torch.tensor(-1e4)}
    load_gpt2_state(two, bare)
    assert torch.equal(one(words()), two(words()))


def test_a_state_that_does_not_fit_changes_nothing() -> None:
    network, state = model(), published_state()
    before = network(words())
    name = "transformer.h.1.mlp.c_fc.weight"
    for wrong, message in (
        ({k: v for k, v in state.items() if k != name}, "no h.1.mlp.c_fc.weight"),
        (
            {**state, "transformer.h.2.ln_1.bias": torch.zeros(12)},
            r"lacks, such as h\.2\.ln_1\.bias",
        ),
        ({**state, name: state[name].T}, r"must be \(48, 12\), not \(12, 48\)"),
        ({**state, "lm_head.weight": torch.zeros(13, 12)}, "differs from wte"),
    ):
        with pytest.raises(ValueError, match=message):
            load_gpt2_state(network, wrong)
    assert torch.equal(network(words()), before)


def test_gpt2_small_has_124_439_808_parameters() -> None:
    with torch.device("meta"):
        network = GPT(GPTConfig())
    assert sum(p.numel() for p in network.parameters()) == 124_439_808
    state = published_state(replace(SMALL, vocab_size=3))
    assert len(state) == 2 + 2 + 12 * 2 + 1


def test_initial_weights_are_gpt2s() -> None:
    """Deviation 0.02, divided by √(2 L) in the projections into the residual sum."""
    network = model(embed_dim=120, num_layers=8, vocab_size=500, max_length=100)
    for name, parameter in network.named_parameters():
        if name.endswith("bias"):
            assert not parameter.any(), name
        elif "norm" in name:
            assert torch.equal(parameter, torch.ones_like(parameter)), name
        else:
            residual = "attention.out" in name or "feed_forward.2" in name
            expected = 0.02 / 4 if residual else 0.02
            assert parameter.std().item() == pytest.approx(expected, rel=0.05), name
            assert parameter.mean().item() == pytest.approx(0, abs=0.001), name


def test_a_later_symbol_never_changes_an_earlier_output() -> None:
    network, symbols = model(), words()
    for place in range(7):
        other = symbols.clone()
        other[:, place] = (other[:, place] + 1) % 13
        before, after = network(symbols), network(other)
        torch.testing.assert_close(before[:, :place], after[:, :place])
        assert not torch.allclose(before[:, place], after[:, place])


@pytest.mark.parametrize("split", [1, 3, 6])
def test_with_the_cache_the_logits_are_those_without(split: int) -> None:
    network, symbols = model(), words()
    whole = network(symbols)
    first, cache = network.extend(symbols[:, :split])
    torch.testing.assert_close(first, whole[:, :split])
    rest, cache = network.extend(symbols[:, split:], cache)
    torch.testing.assert_close(rest, whole[:, split:])
    assert [tuple(part.shape) for seen in cache for part in seen] == [(3, 3, 7, 4)] * 4


def test_samples_with_the_cache_are_those_without_beyond_the_positions_too() -> None:
    network = model()
    network.symbols.weight.data *= 40  # far from uniform, or rounding could decide
    drawn = [
        network.sample(
            words(length=3), 14, use_cache=cached, generator=torch.Generator().manual_seed(0)
        )
        for cached in (True, False)
    ]
    assert drawn[0].shape == (3, 17)
    assert torch.equal(*drawn)


def test_the_cache_lets_each_step_process_one_symbol(monkeypatch: pytest.MonkeyPatch) -> None:
    lengths: list[int] = []
    usual = Block.forward

    def counted(block: Block, x: Tensor, *others: object) -> object:
        lengths.append(x.shape[1])
        return usual(block, x, *others)  # type: ignore[arg-type]

    monkeypatch.setattr(Block, "forward", counted)
    model(num_layers=1).sample(words(1, 4), 7)
    assert lengths == [4, 1, 1, 1, 1, 1, 9]  # at last the window moves on


def test_samples_follow_the_models_probabilities() -> None:
    network = model()
    network.symbols.weight.data *= 20
    prompt = words(1, 3)
    shares = network(prompt)[0, -1].softmax(0).detach()
    many = prompt.expand(20_000, -1)
    drawn = network.sample(many, 1, generator=torch.Generator().manual_seed(0))
    assert torch.equal(drawn[:, :3], many)
    counted = torch.bincount(drawn[:, 3], minlength=13) / 20_000
    torch.testing.assert_close(counted, shares, atol=0.015, rtol=0)
    assert network.sample(prompt, 1, temperature=0)[0, -1] == shares.argmax()
    few = network.sample(many, 1, top_k=3, generator=torch.Generator().manual_seed(0))[:, 3]
    assert set(few.tolist()) == set(shares.topk(3).indices.tolist())
    warm = (network(prompt)[0, -1] / 2).softmax(0).detach()
    drawn = network.sample(many, 1, temperature=2, generator=torch.Generator().manual_seed(0))
    counted = torch.bincount(drawn[:, 3], minlength=13) / 20_000
    torch.testing.assert_close(counted, warm, atol=0.015, rtol=0)


def test_samples_leave_the_global_random_state_alone() -> None:
    network, generator = model(), torch.Generator().manual_seed(0)
    before = torch.get_rng_state()
    network.sample(words(), 3, generator=generator)
    assert torch.equal(torch.get_rng_state(), before)


def test_dropout_of_embeddings_attention_and_both_sublayers() -> None:
    """Fault: dropout removed, in any of its four places."""
    network = model(dropout=0.3).train()
    caught: list[Tensor] = []
    first = network.blocks[0]
    assert isinstance(first, Block)
    first.register_forward_pre_hook(lambda _, given: caught.append(given[0]))
    network(words(60, 9))
    assert share_dropped(caught[0]) == pytest.approx(0.3, abs=0.02)
    assert first.attention.dropout == 0.3
    x = torch.zeros(60, 40, 12)
    for silenced, heard in (
        (first.attention.out, first.feed_forward[2]),
        (first.feed_forward[2], first.attention.out),
    ):
        assert isinstance(silenced, nn.Linear)
        assert isinstance(heard, nn.Linear)
        for layer, bias in ((silenced, 0.0), (heard, 1.0)):
            nn.init.zeros_(layer.weight)
            nn.init.constant_(layer.bias, bias)
        assert share_dropped(first(x, None, None)[0]) == pytest.approx(0.3, abs=0.02)
    network.eval()
    assert torch.equal(network(words()), network(words()))


def test_errors_name_the_value() -> None:
    with pytest.raises(ValueError, match="10 symbols are more than the 9"):
        model()(words(1, 10))
    with pytest.raises(ValueError, match="T at least 1"):
        model().sample(words(1, 0), 3)
    with pytest.raises(ValueError, match=r"not -1\.0"):
        model().sample(words(1, 2), 3, temperature=-1.0)
    with pytest.raises(ValueError, match="not 0"):
        model().sample(words(1, 2), 3, top_k=0)


def test_symbols_without_their_batch_are_refused() -> None:
    with pytest.raises(ValueError, match=r"symbols must be \(B, T\), not \(7,\)"):
        model()(words(1)[0])
    with pytest.raises(ValueError, match=r"symbols must be \(B, T\) with T at least 1, not \(7,\)"):
        model().sample(words(1)[0], 2)
