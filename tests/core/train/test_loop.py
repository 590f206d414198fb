import pickle
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from transformers import TrainerState, TrainingArguments

from core.config import TrainSettings
from core.errors import Cancelled, InputError, ModelError
from core.records import Progress, no_progress
from core.train.arguments import arguments
from core.train.loop import OnePassTrainer, loss_of
from core.train.network import build
from core.train.run_folder import RunFolder
from core.train.steps import Collate, Step, pieces
from tests.core.train import little_lists

QUICK = TrainSettings(
    method="head", epochs=4, batch_size=8, eval_steps=6, teacher_weight=0.0, event_dropout=0.0, dropout=0.0,
    report_to="none", precision="off",
)  # fmt: skip


def test_heads_learn_faster_and_biases_do_not_decay(tiny_base: Path, tmp_path: Path) -> None:
    settings = TrainSettings(learning_rate=1e-4, head_rate=7.0, weight_decay=0.01)
    network = build(str(tiny_base), 2, settings)
    args = TrainingArguments(output_dir=str(tmp_path), learning_rate=1e-4, weight_decay=0.01, use_cpu=True)
    trainer = OnePassTrainer(model=network, args=args, settings=settings, lists=[], shoppers=[], pad_id=0)
    groups = trainer.create_optimizer().param_groups
    rates = {id(weight): (group["lr"], group["weight_decay"]) for group in groups for weight in group["params"]}
    names = {name: rates[id(weight)] for name, weight in network.named_parameters() if weight.requires_grad}
    assert len(rates) == len(names)  # every weight once
    assert names["click_head.1.weight"] == names["tag_head.4.weight"] == (pytest.approx(7e-4), 0.01)
    assert names["click_head.1.bias"] == (pytest.approx(7e-4), 0.0)
    assert {rate for name, rate in names.items() if "lora_" in name} == {(1e-4, 0.01)}


def trainer(tiny_base: Path, tmp_path: Path, settings: TrainSettings) -> OnePassTrainer:
    args = TrainingArguments(output_dir=str(tmp_path), use_cpu=True, report_to="none", max_steps=20, warmup_steps=2)
    network = build(str(tiny_base), 2, settings)
    made = OnePassTrainer(model=network, args=args, settings=settings, lists=[], shoppers=[], pad_id=0)
    made.current_gradient_accumulation_steps = 1  # as it is within train()
    return made


def test_factors_that_begin_at_one_do_not_decay(tiny_base: Path, tmp_path: Path) -> None:
    made = trainer(tiny_base, tmp_path, TrainSettings(method="ia3"))
    decays = {id(weight): group["weight_decay"] for group in made.create_optimizer().param_groups
              for weight in group["params"]}
    factors = [decays[id(weight)] for name, weight in made.model.named_parameters() if "ia3_" in name]
    assert factors == [0.0] * len(factors) and factors


def test_the_step_schedule_is_followed(tiny_base: Path, tmp_path: Path) -> None:
    made = trainer(tiny_base, tmp_path, replace(QUICK, schedule="step", head_rate=1.0))
    made.create_optimizer()
    schedule = made.create_scheduler(20)
    found = []
    for _ in range(20):
        found.append(schedule.get_last_lr()[0] / made.args.learning_rate)
        made.optimizer.step()
        schedule.step()
    assert found[:4] == pytest.approx([0, 0.5, 1, 1])
    assert found[9:11] + found[14:16] == pytest.approx([1, 0.3, 0.3, 0.09])


def test_the_rate_rises_and_then_falls_in_a_line(tiny_base: Path, tmp_path: Path) -> None:
    settings = replace(QUICK, schedule="linear", warmup_ratio=0.2, head_rate=1.0, learning_rate=1e-3)
    args = arguments(settings, RunFolder(tmp_path, "m"), torch.device("cpu"), 10)
    made = OnePassTrainer(model=build(str(tiny_base), 2, settings), args=args, eval_dataset=[], settings=settings,
                          lists=[], shoppers=[], pad_id=0)  # fmt: skip
    made.create_optimizer()
    schedule = made.create_scheduler(10)
    found = []
    for _ in range(11):
        found.append(schedule.get_last_lr()[0])
        made.optimizer.step()
        schedule.step()
    assert found == pytest.approx([1e-3 * share for share in (0, 1 / 2, 1, 7 / 8, 6 / 8, 5 / 8, 4 / 8, 3 / 8, 2 / 8,
                                                              1 / 8, 0)])  # fmt: skip


@pytest.mark.parametrize(("optimizer", "kind"), [("adamw", torch.optim.AdamW), ("sgd", torch.optim.SGD)])
def test_the_optimizer_is_the_one_asked_for(tiny_base: Path, tmp_path: Path, optimizer: str, kind: type) -> None:
    settings = replace(QUICK, optimizer=optimizer)
    args = arguments(settings, RunFolder(tmp_path, "m"), torch.device("cpu"), 20)
    network = build(str(tiny_base), 2, settings)
    made = OnePassTrainer(
        model=network, args=args, eval_dataset=[], settings=settings, lists=[], shoppers=[], pad_id=0
    ).create_optimizer()
    assert isinstance(made, kind)
    assert made.defaults.get("momentum") == (0.9 if optimizer == "sgd" else None)


@pytest.mark.parametrize(
    ("precision", "bf16", "fp16"), [("off", False, False), ("bf16", True, False), ("auto", None, False)]
)
def test_numbers_are_as_asked(tmp_path: Path, precision: str, bf16: bool | None, fp16: bool) -> None:
    found = arguments(replace(QUICK, precision=precision), RunFolder(tmp_path, "m"), torch.device("cpu"), 20)
    expected = bool(torch.cpu._is_avx512_bf16_supported()) if bf16 is None else bf16
    assert (found.bf16, found.fp16) == (expected, fp16)


def test_weights_decay_as_asked(tiny_base: Path, tmp_path: Path) -> None:
    settings = replace(QUICK, weight_decay=0.3)
    args = arguments(settings, RunFolder(tmp_path, "m"), torch.device("cpu"), 20)
    made = OnePassTrainer(model=build(str(tiny_base), 2, settings), args=args, eval_dataset=[], settings=settings,
                          lists=[], shoppers=[], pad_id=0)  # fmt: skip
    assert {group["weight_decay"] for group in made.create_optimizer().param_groups} == {0.3, 0.0}


@pytest.mark.parametrize(
    ("asked", "told"),
    [("wandb", ["wandb"]), ("tensorboard,mlflow,wandb", ["mlflow", "wandb"]), ("tensorboard", []), ("none", [])],
)
def test_others_that_track_are_told_to_transformers(tmp_path: Path, asked: str, told: list[str]) -> None:
    found = arguments(replace(QUICK, report_to=asked), RunFolder(tmp_path, "m"), torch.device("cpu"), 20)
    assert found.report_to == told


def test_half_floats_need_a_card(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="fp16 needs an NVIDIA card"):
        arguments(replace(QUICK, precision="fp16"), RunFolder(tmp_path, "m"), torch.device("cpu"), 20)


def step() -> dict[str, torch.Tensor]:
    return Collate(0, 0.0)([Step(little_lists.lists(5), little_lists.shoppers(3))])


def test_losses_of_the_parts_of_a_step_add_up_to_its_own(tiny_base: Path) -> None:
    from core.train.loop import _counted

    network, whole = build(str(tiny_base), 2, QUICK).eval(), step()
    whole["clicks"][1, 2:] = float("nan")  # a shorter list
    whole["tags"][0, 1] = float("nan")
    assert _counted(whole).tolist() == [18, int((whole["clicks"].nan_to_num().sum(dim=1) > 0).sum()), 5]
    parts = [loss_of(network, part, QUICK, _counted(whole)) for part in pieces(whole, 4)]
    torch.testing.assert_close(torch.stack(parts).sum(), loss_of(network, whole, QUICK))


def test_what_does_not_fit_into_memory_is_done_in_parts(
    tiny_base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Memory for two lists at once: the gradients are those of the whole step all the same."""
    found = []
    for most in (99, 2):
        torch.manual_seed(0)
        made = trainer(tiny_base, tmp_path, QUICK)
        made.create_optimizer()
        forward = made.model.forward
        sizes: list[int] = []

        def small(batch: Any, most: int = most, forward: Any = forward, sizes: list[int] = sizes) -> Any:
            if len(batch.history) > most:
                raise RuntimeError("CUDA out of memory. Tried to allocate 9 GiB.")
            sizes.append(len(batch.history))
            return forward(batch)

        monkeypatch.setattr(made.model, "forward", small)
        loss = made.training_step(made.model, step())
        found.append((loss, [weight.grad for weight in made.model.parameters() if weight.grad is not None]))
        assert max(sizes) <= most
    torch.testing.assert_close(found[0][0], found[1][0])
    assert len(found[0][1]) == len(found[1][1]) == 8
    for whole, parts in zip(found[0][1], found[1][1], strict=True):
        torch.testing.assert_close(whole, parts)


def test_what_never_fits_says_what_to_change(
    tiny_base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = trainer(tiny_base, tmp_path, QUICK)
    made.create_optimizer()

    def full(batch: Any) -> Any:
        raise RuntimeError("[enforce fail] DefaultCPUAllocator: can't allocate memory: you tried to allocate 9 bytes.")

    monkeypatch.setattr(made.model, "forward", full)
    with pytest.raises(ModelError, match="does not fit into memory. Choose a smaller batch size"):
        made.training_step(made.model, step())


def test_other_faults_are_not_taken_for_memory(
    tiny_base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = trainer(tiny_base, tmp_path, QUICK)
    made.create_optimizer()
    calls = []

    def broken(batch: Any) -> Any:
        calls.append(1)
        raise RuntimeError("shapes do not match")

    monkeypatch.setattr(made.model, "forward", broken)
    with pytest.raises(RuntimeError, match="shapes"):
        made.training_step(made.model, step())
    assert calls == [1]


def test_the_diary_and_the_board_hold_the_curves(tiny_base: Path, tmp_path: Path) -> None:
    from tensorboardX.proto.event_pb2 import Event

    folder, settings = little_lists.folder(tmp_path), replace(QUICK, report_to="tensorboard")
    log = little_lists.taught(build(str(tiny_base), 2, settings), settings, folder)
    rows = folder.diary()
    assert rows[0] == {"steps": 24, "resumed": 0}
    validation = [(row["step"], row["validation"]) for row in rows if "validation" in row]
    assert validation == [(row["step"], row["eval_loss"]) for row in log if "eval_loss" in row]
    assert [step for step, _ in validation] == [6, 12, 18, 24]
    learned = [row for row in rows if "loss" in row]
    assert [row["step"] for row in learned] == list(range(1, 25))
    assert learned[-1]["left"] >= 0
    (board,) = (folder.path / "tensorboard").glob("events.out.tfevents.*")
    events = [Event.FromString(record) for record in _records(board.read_bytes())]
    tagged = {(event.step, value.tag): value.simple_value for event in events for value in event.summary.value}
    assert tagged[24, "eval/loss"] == pytest.approx(validation[-1][1], rel=1e-5)
    assert (24, "train/loss") in tagged


def _records(data: bytes) -> list[bytes]:
    """Records of a TFRecord file: length (8 bytes), its checksum (4), the record, its checksum (4)."""
    found, at = [], 0
    while at < len(data):
        size = int.from_bytes(data[at : at + 8], "little")
        found.append(data[at + 12 : at + 12 + size])
        at += 16 + size
    return found


def test_training_stops_when_it_no_longer_gets_better_and_keeps_the_best(tiny_base: Path, tmp_path: Path) -> None:
    # At such a rate heads overshoot: the losses of the validation days grow after a while.
    settings = replace(QUICK, learning_rate=0.3, patience=2, epochs=20, schedule="cosine")
    network = build(str(tiny_base), 2, settings)
    log = little_lists.taught(network, settings, little_lists.folder(tmp_path))
    losses = [row["eval_loss"] for row in log if "eval_loss" in row]
    best = losses.index(min(losses))
    assert best + 1 + settings.patience == len(losses) < 20  # of 120 steps, an evaluation every six
    assert _validation_loss(network, settings) == pytest.approx(losses[best], abs=1e-4)


def _validation_loss(network: Any, settings: TrainSettings) -> float:
    network.eval()
    clicks, tags = little_lists.lists(16, 5), little_lists.shoppers(8, 6)
    with torch.no_grad():
        found = loss_of(network, Collate(0, 0.0)([Step(clicks, tags)]), replace(settings, listwise_weight=0.0))
    return float(found)


def test_a_cancelled_training_goes_on_with_the_step_that_it_was_cancelled_at(tiny_base: Path, tmp_path: Path) -> None:
    folder, whole = little_lists.folder(tmp_path), RunFolder(tmp_path, "whole")

    def stop_at_eight(share: float, message: str) -> None:
        if message.startswith("Step 8 "):
            raise Cancelled("Enough.")

    torch.manual_seed(0)
    with pytest.raises(Cancelled, match="Enough"):
        little_lists.taught(build(str(tiny_base), 2, QUICK), QUICK, folder, stop_at_eight)
    assert folder.step == 8  # not 6, where it was evaluated last
    steps: list[str] = []
    torch.manual_seed(99)
    again = build(str(tiny_base), 2, QUICK)
    log = little_lists.taught(again, QUICK, folder, lambda share, message: steps.append(message.split(",")[0]))
    assert steps[0] == "Step 9 of 24"
    torch.manual_seed(0)
    straight = build(str(tiny_base), 2, QUICK)
    expected = little_lists.taught(straight, QUICK, whole)
    assert [row["eval_loss"] for row in log if "eval_loss" in row] == pytest.approx(
        [row["eval_loss"] for row in expected if "eval_loss" in row], abs=1e-5
    )


def test_patience_goes_on_where_it_was(tiny_base: Path, tmp_path: Path) -> None:
    settings = replace(QUICK, learning_rate=0.3, patience=2, epochs=20, schedule="cosine")

    def evaluated(folder: RunFolder, progress: Progress = no_progress) -> list[float]:
        torch.manual_seed(0)
        log = little_lists.taught(build(str(tiny_base), 2, settings), settings, folder, progress)
        return [row["step"] for row in log if "eval_loss" in row]

    def stop(share: float, message: str) -> None:
        if message.startswith(f"Step {straight[-1] - 5:.0f} "):  # one look found it no better than the best
            raise Cancelled("Enough.")

    folder, straight = little_lists.folder(tmp_path), evaluated(RunFolder(tmp_path, "whole"))
    with pytest.raises(Cancelled):
        evaluated(folder, stop)
    assert evaluated(folder) == straight


def test_the_state_is_written_when_all_else_of_a_checkpoint_is_there(
    tiny_base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write, there = TrainerState.save_to_json, dict[Path, set[str]]()

    def noted(state: TrainerState, path: str) -> None:
        there[Path(path).parent] = {file.name for file in Path(path).parent.iterdir()}
        write(state, path)

    monkeypatch.setattr(TrainerState, "save_to_json", noted)
    little_lists.taught(build(str(tiny_base), 2, QUICK), replace(QUICK, eval_steps=12), little_lists.folder(tmp_path))
    assert {"model.safetensors", "optimizer.pt", "scheduler.pt", "rng_state.pth"} < there[max(there)]
    for checkpoint, before in there.items():
        assert {file.name for file in checkpoint.iterdir()} - before == {"trainer_state.json"}
    assert len(there) == 2


@pytest.fixture(scope="module")
def interrupted(tiny_base: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A training that was cancelled at its eighth step."""
    folder = little_lists.folder(tmp_path_factory.mktemp("interrupted"))

    def stop(share: float, message: str) -> None:
        if message.startswith("Step 8 "):
            raise Cancelled("Enough.")

    with pytest.raises(Cancelled):
        little_lists.taught(build(str(tiny_base), 2, QUICK), QUICK, folder, stop)
    return folder.path


class Harm:
    """Code in a pickle: it leaves a file when it runs."""

    def __init__(self, leaves: Path) -> None:
        self.leaves = leaves

    def __reduce__(self) -> Any:
        return Path.touch, (self.leaves,)


def goes_on(interrupted: Path, tmp_path: Path, tiny_base: Path, harm: dict[str, bytes]) -> int:
    """Go on with a copy whose last checkpoint has other files; return the steps that were done in all."""
    folder = little_lists.folder(tmp_path)
    shutil.copytree(interrupted, folder.path)
    last = folder.checkpoint()
    assert last is not None and last.name == "checkpoint-8"
    for name, data in harm.items():
        assert (last / name).is_file()
        (last / name).write_bytes(data)
    return int(little_lists.taught(build(str(tiny_base), 2, QUICK), QUICK, folder)[-1]["step"])


@pytest.mark.parametrize("name", ["optimizer.pt", "scheduler.pt", "rng_state.pth"])
@pytest.mark.parametrize("container", ["torch", "pickle"])
def test_code_in_a_checkpoint_is_refused_and_never_runs(
    interrupted: Path, tmp_path: Path, tiny_base: Path, name: str, container: str
) -> None:
    ran, bad = tmp_path / "ran", tmp_path / "bad"
    torch.save(Harm(ran), bad) if container == "torch" else bad.write_bytes(pickle.dumps(Harm(ran)))
    with pytest.raises(ModelError, match="damaged, or holds more than numbers"):
        goes_on(interrupted, tmp_path, tiny_base, {name: bad.read_bytes()})
    assert not ran.exists()
    torch.load(bad, weights_only=False) if container == "torch" else pickle.loads(bad.read_bytes())
    assert ran.exists()  # it would have


def test_code_in_what_is_never_read_does_not_run_either(interrupted: Path, tmp_path: Path, tiny_base: Path) -> None:
    bad = pickle.dumps(Harm(tmp_path / "ran"))
    assert goes_on(interrupted, tmp_path, tiny_base, {"training_args.bin": bad}) == 24
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize("name", ["optimizer.pt", "rng_state.pth", "model.safetensors"])
@pytest.mark.parametrize("share", [0.0, 0.6])
def test_a_damaged_checkpoint_is_said_to_be_one(
    interrupted: Path, tmp_path: Path, tiny_base: Path, name: str, share: float
) -> None:
    whole = (interrupted / "checkpoint-8" / name).read_bytes()
    with pytest.raises(ModelError, match="checkpoint-8. Start it anew"):
        goes_on(interrupted, tmp_path, tiny_base, {name: whole[: int(share * len(whole))]})


def test_adalora_that_goes_on_keeps_the_ranks_that_were_settled(tiny_base: Path, tmp_path: Path) -> None:
    settings = replace(QUICK, method="adalora", lora_rank=2)
    folder = little_lists.folder(tmp_path)

    def stop_late(share: float, message: str) -> None:
        if message.startswith("Step 20 "):  # settled at 16 of 24
            raise Cancelled("Enough.")

    torch.manual_seed(0)
    with pytest.raises(Cancelled):
        little_lists.taught(build(str(tiny_base), 2, settings), settings, folder, stop_late)
    torch.manual_seed(0)
    log = little_lists.taught(build(str(tiny_base), 2, settings), settings, folder)
    assert [row["step"] for row in log if "eval_loss" in row] == [6, 12, 18, 24]
