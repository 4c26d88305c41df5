"""The training loop: it learns, and an interrupted run ends where an uninterrupted one does."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader, TensorDataset

from asciiart.core.learning.randomness import seeded
from asciiart.core.learning.trainer import (
    Callback,
    History,
    StepLoss,
    Trainer,
    TrainerConfig,
    choose_device,
    seed_everything,
    to_device,
)

CONFIG = TrainerConfig(
    steps=40,
    learning_rate=0.02,
    schedule="warm_cosine",
    clip_norm=1.0,
    seed=5,
    checkpoint_every=10,
    recipe="a line",
)


def batches(step: int) -> Tensor:
    return torch.randn(16, 3, generator=torch.Generator().manual_seed(step))


def loss(model: nn.Module, batch: Tensor) -> StepLoss:
    wanted = batch @ torch.tensor([[1.0], [-2.0], [0.5]])
    error = (model(batch) - wanted).square().mean()
    return StepLoss(error, {"root": error.detach().sqrt()})


def make(
    config: TrainerConfig = CONFIG, callbacks: Sequence[Callback] = (), width: int = 8
) -> Trainer[nn.Module, Tensor]:
    seed_everything(config.seed)
    model = nn.Sequential(nn.Linear(3, width), nn.Tanh(), nn.Dropout(0.1), nn.Linear(width, 1))
    return Trainer(model, batches, loss, config, callbacks)


def weights(trainer: Trainer[nn.Module, Tensor]) -> dict[str, Tensor]:
    return {name: value.clone() for name, value in trainer.model.state_dict().items()}


def assert_same(first: dict[str, Tensor], second: dict[str, Tensor]) -> None:
    assert first.keys() == second.keys()
    for name, value in first.items():
        assert torch.equal(value, second[name]), name


@pytest.fixture(scope="module")
def whole() -> Trainer[nn.Module, Tensor]:
    """Return a trainer that ran from the first step to the last without a break."""
    trainer = make()
    trainer.fit()
    return trainer


class Interrupt:
    """Callback: Ctrl-C after some step."""

    def __init__(self, at: int) -> None:
        self.at = at

    def __call__(self, step: int, history: History) -> None:
        assert len(history.loss) == step
        if step == self.at:
            raise KeyboardInterrupt


def test_loss_falls(whole: Trainer[nn.Module, Tensor]) -> None:
    history = whole.history
    assert len(history.loss) == len(history.scores["root"]) == CONFIG.steps
    assert sum(history.loss[-5:]) < 0.5 * sum(history.loss[:5])
    assert history.scores["root"][7] == pytest.approx(history.loss[7] ** 0.5, rel=1e-5)


def test_same_seed_same_weights_other_seed_others(whole: Trainer[nn.Module, Tensor]) -> None:
    again, other = make(), make(replace(CONFIG, seed=6))
    again.fit()
    other.fit()
    assert_same(weights(whole), weights(again))
    assert not torch.equal(weights(whole)["0.weight"], weights(other)["0.weight"])


def test_gradients_are_clipped() -> None:
    trainer = make(replace(CONFIG, clip_norm=1e-3, optimizer="sgd", schedule="constant", steps=1))
    before = weights(trainer)
    trainer.fit()
    to_device = [(weights(trainer)[name] - before[name]).square().sum() for name in before]
    assert float(sum(to_device)) ** 0.5 == pytest.approx(1e-3 * CONFIG.learning_rate, rel=1e-2)


def test_a_callback_stops_the_run_and_all_hear_every_step() -> None:
    heard: list[int] = []
    stopping: list[Callback] = [lambda step, _: step == 3, lambda step, _: heard.append(step)]
    trainer = make(callbacks=stopping)
    trainer.fit()
    assert (trainer.step, heard) == (3, [1, 2, 3])


@pytest.mark.parametrize("at", [1, 17, 39])
def test_interrupt_writes_a_checkpoint_and_resume_gives_the_same_weights(
    at: int, whole: Trainer[nn.Module, Tensor], tmp_path: Path
) -> None:
    checkpoint = tmp_path / "run.checkpoint"
    with pytest.raises(KeyboardInterrupt):
        make(callbacks=[Interrupt(at)]).fit(checkpoint)
    resumed = make()
    resumed.resume(checkpoint)
    assert resumed.step == at
    resumed.fit(checkpoint)
    assert_same(weights(whole), weights(resumed))
    assert resumed.history == whole.history
    assert sorted(path.name for path in tmp_path.iterdir()) == ["run.checkpoint"]


def test_interrupt_inside_a_step_waits_for_its_end(
    whole: Trainer[nn.Module, Tensor], tmp_path: Path
) -> None:
    """Ctrl-C between the weights' change and the count of it would repeat the step."""
    trainer = make()
    usual = signal.getsignal(signal.SIGINT)

    def press_ctrl_c(*_: object) -> None:
        if trainer.step == 12:
            os.kill(os.getpid(), signal.SIGINT)

    trainer.optimizer.register_step_post_hook(press_ctrl_c)
    with pytest.raises(KeyboardInterrupt):
        trainer.fit(tmp_path / "checkpoint")
    assert signal.getsignal(signal.SIGINT) is usual
    resumed = make()
    resumed.resume(tmp_path / "checkpoint")
    assert resumed.step == 13
    resumed.fit()
    assert_same(weights(whole), weights(resumed))


def test_a_killed_run_resumes(whole: Trainer[nn.Module, Tensor], tmp_path: Path) -> None:
    """SIGKILL leaves no time for anything: the last regular checkpoint is what counts."""
    checkpoint = tmp_path / "checkpoint"
    script = f"""
        import sys, time
        from pathlib import Path
        sys.path.insert(0, {str(Path(__file__).parent)!r})
        import test_trainer
        test_trainer.make(callbacks=[lambda *_: time.sleep(0.05)]).fit(Path({str(checkpoint)!r}))
    """
    process = subprocess.Popen([sys.executable, "-c", textwrap.dedent(script)])
    deadline = time.monotonic() + 60
    try:
        while not checkpoint.exists():
            assert process.poll() is None, "ended before its first checkpoint"
            assert time.monotonic() < deadline
            time.sleep(0.01)
    finally:
        process.kill()
        process.wait()
    assert process.returncode == -signal.SIGKILL
    resumed = make()
    resumed.resume(checkpoint)
    assert 10 <= resumed.step < CONFIG.steps
    resumed.fit(checkpoint)
    assert_same(weights(whole), weights(resumed))


def test_checkpoints_are_written_as_often_as_asked(tmp_path: Path) -> None:
    written: list[int] = []

    class Counting(Trainer[nn.Module, Tensor]):
        def save(self, path: str | Path) -> None:
            written.append(self.step)
            super().save(path)

    plain = make(replace(CONFIG, steps=35))
    counting = Counting(plain.model, batches, loss, plain.config)
    counting.fit(tmp_path / "checkpoint")
    assert written == [10, 20, 30]
    make(replace(CONFIG, checkpoint_every=0)).fit(tmp_path / "none")
    assert not (tmp_path / "none").exists()


def one_line(error: pytest.ExceptionInfo[ValueError]) -> str:
    message = str(error.value)
    assert "\n" not in message
    return message


@pytest.mark.parametrize("damage", ["empty", "cut", "text", "head", "bit", "other", "pickle"])
def test_damaged_checkpoint_is_refused_in_one_line(damage: str, tmp_path: Path) -> None:
    checkpoint = tmp_path / "checkpoint"
    trainer = make()
    trainer.save(checkpoint)
    data = checkpoint.read_bytes()
    weight = next(trainer.model.parameters()).detach().numpy().tobytes()
    assert data.count(weight) == 1
    if damage == "other":
        torch.save([1, 2, 3], checkpoint)
    elif damage == "pickle":
        torch.save({"config": Path("not only tensors")}, checkpoint)
    else:
        middle = len(data) // 2
        checkpoint.write_bytes(
            {
                "empty": b"",
                "cut": data[:middle],
                "text": b"not a checkpoint\n",
                "head": b"\0" * 64 + data[64:],
                "bit": data.replace(weight, bytes([weight[0] ^ 1]) + weight[1:]),
            }[damage]
        )
    before = weights(trainer)
    with pytest.raises(ValueError, match="damaged") as error:
        trainer.resume(checkpoint)
    assert one_line(error).startswith(str(checkpoint))
    assert_same(before, weights(trainer))


@pytest.mark.parametrize(
    "change",
    [
        {"steps": 41},
        {"learning_rate": 0.5},
        {"optimizer": "sgd"},
        {"optimizer_options": {"eps": 1e-6}},
        {"seed": 1},
        {"recipe": "b"},
    ],
)
def test_checkpoint_of_another_configuration_is_refused(
    change: dict[str, Any], tmp_path: Path
) -> None:
    make().save(tmp_path / "checkpoint")
    other = make(replace(CONFIG, **change))
    with pytest.raises(ValueError, match=f"another {next(iter(change))}\\Z") as error:
        other.resume(tmp_path / "checkpoint")
    one_line(error)


def test_checkpoint_of_another_network_is_refused(tmp_path: Path) -> None:
    make().save(tmp_path / "checkpoint")
    with pytest.raises(ValueError, match="another network") as error:
        make(width=9).resume(tmp_path / "checkpoint")
    one_line(error)


def test_device_and_frequency_may_change_between_runs(tmp_path: Path) -> None:
    make().save(tmp_path / "checkpoint")
    make(replace(CONFIG, device="auto", checkpoint_every=7)).resume(tmp_path / "checkpoint")


def test_missing_checkpoint_is_refused_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="cannot be read") as error:
        make().resume(tmp_path / "nowhere")
    one_line(error)


def test_failed_write_leaves_the_old_checkpoint(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    checkpoint = tmp_path / "checkpoint"
    trainer = make()
    trainer.save(checkpoint)
    old = checkpoint.read_bytes()
    real = Path.write_bytes

    def full_disk(path: Path, data: bytes) -> int:
        real(path, data[: len(data) // 2])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full_disk)
    with pytest.raises(OSError, match="No space left"):
        trainer.save(checkpoint)
    assert checkpoint.read_bytes() == old
    assert list(tmp_path.iterdir()) == [checkpoint]


def test_a_folder_in_the_way_is_an_os_error(tmp_path: Path) -> None:
    (tmp_path / "checkpoint").mkdir()
    with pytest.raises(OSError, match="checkpoint"):
        make().save(tmp_path / "checkpoint")
    assert [path.name for path in tmp_path.iterdir()] == ["checkpoint"]


def test_devices() -> None:
    assert choose_device("cpu").type == "cpu"
    assert choose_device("auto").type == ("cuda" if torch.cuda.is_available() else "cpu")
    if not torch.cuda.is_available():
        with pytest.raises(ValueError, match="cuda"):
            choose_device("cuda")


class Pair(NamedTuple):
    first: Tensor
    more: tuple[Tensor, int]


def test_tensors_of_a_batch_are_moved_and_all_else_stays() -> None:
    pair = Pair(torch.ones(2), (torch.zeros(3), 7))
    found = to_device(pair, torch.device("meta"))
    assert isinstance(found, Pair)
    assert (found.first.device.type, found.more[0].device.type) == ("meta", "meta")
    assert found.more[1] == 7
    assert to_device("a word", torch.device("meta")) == "a word"
    assert to_device((torch.ones(1),), torch.device("meta"))[0].is_meta
    nested = to_device({"a": [torch.ones(1), "word"]}, torch.device("meta"))
    assert nested["a"][0].is_meta
    assert nested["a"][1] == "word"


class Memory:
    """A callback that remembers the steps, each once, and stops at one."""

    def __init__(self, stop_at: int) -> None:
        self.steps: list[int] = []
        self.stop_at = stop_at

    def __call__(self, step: int, history: History) -> bool:
        assert len(history.loss) == len(history.learning_rate) == step
        if step not in self.steps:
            self.steps.append(step)
        return step == self.stop_at

    def state_dict(self) -> dict[str, list[int]]:
        return {"steps": self.steps}

    def load_state_dict(self, state: dict[str, list[int]]) -> None:
        self.steps = state["steps"]


@pytest.mark.parametrize("at", [3, 4])
def test_callbacks_memories_go_with_the_checkpoint(at: int, tmp_path: Path) -> None:
    """What an interrupt kept from them they hear after the resume; a stop stays one."""
    first = make(callbacks=[Interrupt(at), Memory(4)])
    with pytest.raises(KeyboardInterrupt):
        first.fit(tmp_path / "checkpoint")
    memory = Memory(4)
    second = make(callbacks=[memory])
    second.resume(tmp_path / "checkpoint")
    second.fit()
    assert memory.steps == [1, 2, 3, 4]
    assert second.step == 4


def test_memories_of_other_callbacks_are_refused(tmp_path: Path) -> None:
    make(callbacks=[Memory(4)]).save(tmp_path / "checkpoint")
    with pytest.raises(ValueError, match="another network"):
        make().resume(tmp_path / "checkpoint")


def test_options_reach_the_optimizer_and_the_checkpoint(tmp_path: Path) -> None:
    options = {"momentum": 0.5, "alpha": 0.8}
    config = replace(CONFIG, optimizer="rmsprop", optimizer_options=options)
    trainer = make(config)
    options["alpha"] = 0.1  # the configuration has its own
    group = trainer.optimizer.param_groups[0]
    assert (group["alpha"], group["momentum"]) == (0.8, 0.5)
    assert config.optimizer_options == (("alpha", 0.8), ("momentum", 0.5))
    assert hash(config) == hash(replace(config))
    trainer.save(tmp_path / "checkpoint")
    make(config).resume(tmp_path / "checkpoint")
    with pytest.raises(ValueError, match="rmsprop has no option 'betas'"):
        make(replace(config, optimizer_options={"betas": (0.9, 0.9)}))


def test_a_checkpoint_from_before_a_setting_existed_is_resumed(tmp_path: Path) -> None:
    make().save(tmp_path / "checkpoint")
    state = torch.load(tmp_path / "checkpoint", weights_only=True)
    del state["config"]["optimizer_options"]
    torch.save(state, tmp_path / "checkpoint")
    make().resume(tmp_path / "checkpoint")
    other = make(replace(CONFIG, optimizer_options={"eps": 1e-6}))
    with pytest.raises(ValueError, match="another optimizer_options"):
        other.resume(tmp_path / "checkpoint")


def test_the_global_random_state_is_neither_used_nor_changed(
    whole: Trainer[nn.Module, Tensor],
) -> None:
    trainer = make()
    torch.manual_seed(12345)
    expected = torch.rand(3)
    torch.manual_seed(12345)
    trainer.fit()
    assert torch.equal(torch.rand(3), expected)
    assert_same(weights(whole), weights(trainer))
    stopping = make(callbacks=[Interrupt(3)])
    torch.manual_seed(12345)
    with pytest.raises(KeyboardInterrupt):
        stopping.fit()
    assert torch.equal(torch.rand(3), expected)


def test_seed_and_first_weights_together_decide_the_last() -> None:
    """The seed of the configuration does not reach a network that exists already."""
    ends = []
    for first, seed in ((0, 0), (0, 0), (1, 0), (0, 1)):
        with seeded(first):
            model = nn.Sequential(nn.Linear(3, 4), nn.Dropout(0.5), nn.Linear(4, 1))
        Trainer(model, batches, loss, replace(CONFIG, seed=seed)).fit()
        ends.append(model.get_parameter("0.weight").detach())
    assert torch.equal(ends[0], ends[1])
    assert not torch.equal(ends[0], ends[2])
    assert not torch.equal(ends[0], ends[3])


def from_loader(own_generator: bool, callbacks: Sequence[Callback] = ()) -> Trainer[Any, Any]:
    generator = torch.Generator() if own_generator else None
    loader = DataLoader(
        TensorDataset(torch.cat([batches(step) for step in range(3)])),
        batch_size=10,
        shuffle=True,
        generator=generator,
    )
    trainer = make(callbacks=callbacks)
    return Trainer(
        trainer.model, loader, lambda model, batch: loss(model, batch[0]), CONFIG, callbacks
    )


@pytest.mark.parametrize("own_generator", [False, True])
@pytest.mark.parametrize("at", [5, 17])
def test_a_data_loader_is_taken_and_resumed_bit_for_bit(
    own_generator: bool, at: int, tmp_path: Path
) -> None:
    """Step 5 is the end of an epoch of five batches, the last of which is smaller."""
    unbroken = from_loader(own_generator)
    unbroken.fit()
    assert len(unbroken.history.loss) == CONFIG.steps
    with pytest.raises(KeyboardInterrupt):
        from_loader(own_generator, [Interrupt(at)]).fit(tmp_path / "checkpoint")
    torch.rand(3)
    resumed = from_loader(own_generator)
    resumed.resume(tmp_path / "checkpoint")
    resumed.fit()
    assert_same(weights(unbroken), weights(resumed))
    assert resumed.history == unbroken.history


@pytest.mark.parametrize("name", ["gpu", "cuda:99", "mps"])
def test_a_device_that_is_not_there_is_said_by_its_name(name: str) -> None:
    if name == "mps" and torch.backends.mps.is_available():
        pytest.skip("it is there")
    if name.startswith("cuda") and torch.cuda.is_available():
        pytest.skip("torch says it itself")
    with pytest.raises(ValueError, match=f"^device '?{name}"):
        choose_device(name)


def test_negative_steps_are_refused() -> None:
    with pytest.raises(ValueError, match="steps must be 0 or more, not -1"):
        TrainerConfig(steps=-1)
    assert TrainerConfig(steps=0).steps == 0


def test_the_wrong_kind_of_loss_is_told_from_the_right_one() -> None:
    network = nn.Linear(3, 1)

    def trained(loss: Any) -> None:
        Trainer(network, lambda _: (torch.rand(2, 3), torch.rand(2, 1)), loss, CONFIG).fit()

    with pytest.raises(TypeError, match=r"loss 'squared_error' is not a function.*supervised"):
        trained("squared_error")
    with pytest.raises(TypeError, match=r"gave a tensor, not a StepLoss.*supervised"):
        trained(lambda network, batch: network(batch[0]).mean())
    for plain in (nn.functional.mse_loss, nn.functional.nll_loss):
        with pytest.raises((AttributeError, TypeError)) as caught:
            trained(plain)
        assert "supervised makes it of a plain loss" in caught.value.__notes__[0]


def test_a_path_may_be_a_text(tmp_path: Path) -> None:
    path = str(tmp_path / "run.pt")
    trainer = Trainer(nn.Linear(3, 1), batches, loss, CONFIG)
    trainer.fit(path)
    other = Trainer(nn.Linear(3, 1), batches, loss, CONFIG)
    other.resume(path)
    assert other.step == trainer.step > 0
