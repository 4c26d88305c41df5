"""RNN, LSTM and both GRUs against NumPy; truncated backpropagation; sampling."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from dropped import assert_dropped
from numpy_recurrent import run_layers, to_array
from torch import Tensor, nn

from asciiart.core.learning.trainer import Trainer, TrainerConfig, seed_everything
from asciiart.core.sequences.recurrent import (
    ARITIES,
    CELLS,
    RecurrentConfig,
    SequenceModel,
    Stateful,
    Window,
    build_cell,
    run_cell,
    sample,
    truncated_loss,
    truncated_windows,
)

HIDDEN = 3


def config_of(cell: str = "lstm", layers: int = 1, bidirectional: bool = False) -> RecurrentConfig:
    return RecurrentConfig(cell, HIDDEN, layers, bidirectional)


def inputs(*shape: int) -> Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(0), dtype=torch.float64)


@pytest.mark.parametrize("bidirectional", [False, True], ids=["forward", "both"])
@pytest.mark.parametrize("layers", [1, 2])
@pytest.mark.parametrize("name", CELLS)
def test_the_equations_step_by_step(name: str, layers: int, bidirectional: bool) -> None:
    config = config_of(name, layers, bidirectional)
    model = SequenceModel(2, 4, config=config).double()
    x = inputs(3, 5, 2)
    out = model(x)
    head = [value.detach().numpy() for value in (model.out.weight, model.out.bias)]
    for b in range(3):
        features, states = run_layers(name, model.cell, x[b].numpy())
        np.testing.assert_allclose(out.outputs[b].detach(), features @ head[0].T + head[1])
        for part, expected in zip(out.state, zip(*states, strict=True), strict=True):
            np.testing.assert_allclose(part[b].detach(), expected)


@pytest.mark.parametrize("name", CELLS)
def test_many_to_one_reads_the_last_state_of_both_directions(name: str) -> None:
    model = SequenceModel(2, 4, arity="many-to-one", config=config_of(name, 2, True)).double()
    x, lengths = inputs(2, 5, 2), torch.tensor([5, 3])
    out = model(x, lengths=lengths).outputs.detach()
    head = [value.detach().numpy() for value in (model.out.weight, model.out.bias)]
    for b in range(2):
        _, states = run_layers(name, model.cell, x[b, : lengths[b]].numpy())
        last = np.concatenate([states[-2][0], states[-1][0]])
        np.testing.assert_allclose(out[b], head[0] @ last + head[1])


@pytest.mark.parametrize("embedded", [False, True], ids=["values", "symbols"])
@pytest.mark.parametrize("arity", ARITIES)
@pytest.mark.parametrize("name", CELLS)
def test_every_arity_in_numpy(name: str, arity: str, embedded: bool) -> None:
    model = SequenceModel(
        6, 4, arity=arity, steps=5, embedding_dim=2 if embedded else None, config=config_of(name)
    ).double()
    takes_one, gives_one = arity.startswith("one"), arity.endswith("one")
    shape = (3,) if takes_one else (3, 5)
    x = torch.randint(6, shape, generator=torch.Generator().manual_seed(0))
    table = to_array(model.embed.weight) if embedded else np.eye(6)
    given = x if embedded else torch.eye(6, dtype=torch.float64)[x]
    found = model(given).outputs.detach()
    for b in range(3):
        values = table[x[b]].reshape(-1, table.shape[1])  # (T, I)
        if arity == "one-to-many":
            values = np.concatenate([values, np.zeros((4, table.shape[1]))])
        features, _ = run_layers(name, model.cell, values)
        expected = features @ to_array(model.out.weight).T + to_array(model.out.bias)
        np.testing.assert_allclose(found[b], expected[-1] if gives_one else expected)


def test_the_output_of_elman_s_network_as_taught() -> None:
    """s' = tanh(U x + W s), o = tanh(V s')."""
    model = SequenceModel(2, 4, output_activation="tanh", config=config_of("rnn")).double()
    x = inputs(1, 5, 2)
    u, w = to_array(model.cell.weight_ih_l0), to_array(model.cell.weight_hh_l0)
    v, b = to_array(model.out.weight), to_array(model.out.bias)
    both = to_array(model.cell.bias_ih_l0) + to_array(model.cell.bias_hh_l0)
    s, expected = np.zeros(HIDDEN), []
    for now in x[0].numpy():
        s = np.tanh(u @ now + w @ s + both)
        expected.append(np.tanh(v @ s + b))
    np.testing.assert_allclose(model(x).outputs[0].detach(), expected)


@pytest.mark.parametrize("arity", ["many-to-one", "many-to-many"])
def test_dropout_before_the_output(arity: str) -> None:
    config = RecurrentConfig("gru", hidden_size=100, dropout=0.5)
    model = SequenceModel(2, 4, arity=arity, config=config)
    x = inputs(5, 6, 2).float()
    assert_dropped(model.out, model, lambda: model(x))


@pytest.mark.parametrize("name", CELLS)
def test_dropout_between_layers(name: str) -> None:
    config = RecurrentConfig(name, hidden_size=8, num_layers=2, dropout=0.5)
    model, x = SequenceModel(2, 4, config=config), inputs(3, 4, 2).float()
    first = model.train()(x).state[0]
    second = model(x).state[0]
    assert torch.equal(first[:, 0], second[:, 0])
    assert not torch.equal(first[:, 1], second[:, 1])


@pytest.mark.parametrize("name", CELLS)
def test_the_state_continues_a_sequence(name: str) -> None:
    model = SequenceModel(6, 6, embedding_dim=4, config=config_of(name, 2))
    symbols = torch.randint(6, (2, 8), generator=torch.Generator().manual_seed(0))
    whole = model(symbols).outputs
    first = model(symbols[:, :3])
    second = model(symbols[:, 3:], first.state)
    torch.testing.assert_close(torch.cat([first.outputs, second.outputs], 1), whole)


def test_outputs_after_a_length_are_zero_and_lengths_are_checked() -> None:
    cell = build_cell("gru", 2, HIDDEN)
    out = run_cell(cell, torch.ones(2, 4, 2), lengths=torch.tensor([4, 1]))
    assert not out.outputs[1, 1:].any()
    assert out.outputs[0].all()
    for wrong in (0, 5):
        with pytest.raises(ValueError, match=f"1 to 4, not .*{wrong}"):
            run_cell(cell, torch.ones(2, 4, 2), lengths=torch.tensor([4, wrong]))


def test_windows_follow_each_other_and_depend_on_the_step_alone() -> None:
    text = torch.arange(15)
    batches = truncated_windows(text, 2, 3)  # 2 streams of 2 windows; 13 and 14 are left out
    assert batches(0).inputs.tolist() == [[0, 1, 2], [6, 7, 8]]
    assert batches(0).targets.tolist() == [[1, 2, 3], [7, 8, 9]]
    assert batches(1).inputs.tolist() == [[3, 4, 5], [9, 10, 11]]
    assert [batches(step).first for step in range(5)] == [True, False, True, False, True]
    assert torch.equal(batches(3).inputs, batches(1).inputs)
    assert torch.equal(truncated_windows(torch.arange(13), 2, 3)(1).targets, batches(1).targets)
    with pytest.raises(ValueError, match="12 symbols"):
        truncated_windows(torch.arange(12), 2, 6)
    with pytest.raises(ValueError, match="not 0 and 3"):
        truncated_windows(text, 0, 3)


def gradient_of_embeddings(window: int, name: str) -> tuple[list[float], Tensor]:
    """Losses of windows over six different symbols; the last loss's gradient by symbol."""
    seed_everything(0)
    model = Stateful(SequenceModel(7, 7, embedding_dim=4, config=config_of(name)), 1).double()
    batches = truncated_windows(torch.arange(7), 1, window)
    losses = [truncated_loss(model, batches(step)).loss for step in range(6 // window)]
    losses[-1].backward()
    gradient = model.model.embed.weight.grad
    assert isinstance(gradient, Tensor)
    return [float(loss.detach()) for loss in losses], gradient.abs().sum(1)


@pytest.mark.parametrize("name", CELLS)
def test_the_gradient_is_cut_at_the_window_and_the_memory_is_not(name: str) -> None:
    whole, full = gradient_of_embeddings(6, name)
    parts, cut = gradient_of_embeddings(3, name)
    assert whole[0] == pytest.approx(sum(parts) / 2)  # the same values are computed
    assert full[:6].all()
    assert not cut[:3].any()
    assert cut[3:6].all()


@pytest.mark.parametrize("name", CELLS)
def test_one_window_over_everything_is_full_backpropagation(name: str) -> None:
    _, gradient = gradient_of_embeddings(6, name)
    seed_everything(0)
    model = SequenceModel(7, 7, embedding_dim=4, config=config_of(name)).double()
    logits = model(torch.arange(6)[None]).outputs[0]
    loss = nn.functional.cross_entropy(logits, torch.arange(1, 7))
    loss.backward()
    expected = model.embed.weight.grad
    assert isinstance(expected, Tensor)
    torch.testing.assert_close(gradient, expected.abs().sum(1))


def stateful_trainer(steps: int, stop_at: int = 0) -> Trainer[nn.Module, Window]:
    seed_everything(0)
    model = Stateful(SequenceModel(7, 7, embedding_dim=4, config=config_of()), 2)
    text = torch.randint(7, (60,), generator=torch.Generator().manual_seed(0))
    return Trainer(
        model,
        truncated_windows(text, 2, 4),
        truncated_loss,
        TrainerConfig(steps=steps, learning_rate=0.01),
        [lambda step, _: step == stop_at],
    )


def test_a_resumed_run_carries_the_state_on(tmp_path: Path) -> None:
    whole = stateful_trainer(6)
    whole.fit()
    broken = stateful_trainer(6, stop_at=3)  # in the middle of the text
    broken.fit()
    broken.save(tmp_path / "run.pt")
    resumed = stateful_trainer(6)
    resumed.resume(tmp_path / "run.pt")
    resumed.fit()
    assert resumed.history.loss == whole.history.loss
    assert whole.history.scores["bits"][0] == pytest.approx(whole.history.loss[0] / np.log(2))


def cycle_model() -> SequenceModel:
    """Learned: 0 1 2 3 4 0 1 2 ..."""
    seed_everything(0)
    model = SequenceModel(5, 5, embedding_dim=8, config=RecurrentConfig("gru", 16))
    batches = truncated_windows(torch.arange(101) % 5, 2, 10)
    stateful = Stateful(model, 2)
    Trainer(stateful, batches, truncated_loss, TrainerConfig(steps=80, learning_rate=0.03)).fit()
    return model.eval()


def test_samples_continue_the_prompt() -> None:
    model, prompt = cycle_model(), torch.tensor([[0, 1], [3, 4]])
    assert sample(model, prompt, 4, temperature=0).tolist() == [[2, 3, 4, 0], [0, 1, 2, 3]]
    hot = [
        sample(model, prompt, 30, temperature=9, generator=torch.Generator().manual_seed(seed))
        for seed in (1, 1, 2)
    ]
    assert torch.equal(hot[0], hot[1])
    assert not torch.equal(hot[0], hot[2])
    assert sample(model, prompt, 0).shape == (2, 0)


def test_temperature_divides_the_logits() -> None:
    model = SequenceModel(2, 2, embedding_dim=4, config=config_of()).eval()
    nn.init.zeros_(model.out.weight)
    with torch.no_grad():
        model.out.bias.copy_(torch.tensor([0.0, 2.0]))  # odds e^(2 / temperature) at every step
    prompt = torch.zeros(4000, 1, dtype=torch.long)
    for temperature in (0.5, 1.0, 4.0):
        generator = torch.Generator().manual_seed(0)
        drawn = sample(model, prompt, 1, temperature=temperature, generator=generator)
        share = 1 / (1 + np.exp(-2 / temperature))
        assert float(drawn.float().mean()) == pytest.approx(share, abs=0.03)


def test_errors_name_the_value() -> None:
    with pytest.raises(ValueError, match="'softmin'"):
        SequenceModel(2, 2, output_activation="softmin")
    with pytest.raises(ValueError, match="'few-to-many'"):
        SequenceModel(2, 2, arity="few-to-many")
    with pytest.raises(ValueError, match="'elman'"):
        SequenceModel(2, 2, config=RecurrentConfig("elman"))
    prompt = torch.zeros(1, 1, dtype=torch.long)
    with pytest.raises(ValueError, match="-1"):
        sample(SequenceModel(2, 2, embedding_dim=2), prompt, 1, temperature=-1)
    both = SequenceModel(2, 2, embedding_dim=2, config=config_of(bidirectional=True))
    with pytest.raises(ValueError, match="bidirectional=True"):
        sample(both, prompt, 1)


@pytest.mark.parametrize("cell", CELLS)
def test_a_sequence_without_its_batch_is_refused(cell: str) -> None:
    with pytest.raises(ValueError, match=r"x must be \(B, T, I\), not \(5, 2\)"):
        SequenceModel(2, 4, config=config_of(cell))(torch.rand(5, 2))
