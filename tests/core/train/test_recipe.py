"""What a recipe may say."""

import sys
from dataclasses import replace

import pytest

from core.config import LEARNING_RATES, TrainSettings
from core.errors import InputError
from core.train import recipe

GOOD = TrainSettings()


@pytest.mark.parametrize("method", LEARNING_RATES)
def test_every_method_has_a_rate_and_sgd_needs_a_higher_one(method: str) -> None:
    settings = replace(GOOD, method=method)
    recipe.check(settings)
    assert recipe.learning_rate(settings) == LEARNING_RATES[method]
    assert recipe.learning_rate(replace(settings, optimizer="sgd")) == pytest.approx(100 * LEARNING_RATES[method])
    assert recipe.learning_rate(replace(settings, learning_rate=0.25, optimizer="sgd")) == 0.25


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"method": "magic"}, "no method 'magic'. Use one of: lora, adalora, prefix, ia3, layers, head, full"),
        ({"optimizer": "lion"}, "no optimizer 'lion'. Use one of: adamw, sgd"),
        ({"schedule": "zigzag"}, "linear, cosine, step"),
        ({"precision": "int8"}, "auto, bf16, fp16, off"),
        ({"dropout": 1.0}, "dropout is 1.0; it should be a share"),
        ({"warmup_ratio": -0.1}, "warmup_ratio is -0.1"),
        ({"teacher_weight": 1.1}, "teacher_weight is 1.1"),
        ({"batch_size": 0}, "batch_size is 0; it should be a whole number of 1 or more"),
        ({"layers": 0}, "layers is 0"),
        ({"epochs": 0}, "above 0"),
        ({"learning_rate": 0.0}, "above 0"),
        ({"tag_examples": 0}, "tag_examples is 0; it should be a whole number of 1 or more"),
        ({"term_width": -1}, "term_width is -1; it should be a whole number of 0 or more"),
        ({"weight_decay": -1.0}, "weight_decay is -1.0"),
        ({"report_to": "tensorboard,notebook"}, "tracked by 'notebook'. Use any of: tensorboard, wandb, mlflow, none"),
    ],
)
def test_what_cannot_be_cooked_is_refused(change: dict[str, object], said: str) -> None:
    with pytest.raises(InputError) as refused:
        recipe.check(replace(GOOD, **change))  # type: ignore[arg-type]
    assert said in str(refused.value)


def test_a_teacher_may_be_trusted_alone() -> None:
    recipe.check(replace(GOOD, teacher_weight=1.0))


def test_the_step_schedule_warms_up_and_falls_twice() -> None:
    shares = [recipe.step_share(step, 2, 20) for step in range(20)]
    assert shares[:3] == [0.0, 0.5, 1.0]
    assert shares[2:10] == [1.0] * 8
    assert shares[10:15] == [0.3] * 5
    assert shares[15:] == pytest.approx([0.09] * 5)


def test_trackers_are_named_with_commas_once_each() -> None:
    assert recipe.trackers(GOOD) == ["tensorboard"]
    assert recipe.trackers(replace(GOOD, report_to="none")) == []
    assert recipe.trackers(replace(GOOD, report_to=" mlflow, tensorboard,mlflow")) == ["mlflow", "tensorboard"]


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Names of the trackers that seem to be installed; nobody is logged in to any."""
    there: set[str] = set()
    monkeypatch.setattr(recipe, "find_spec", lambda name: object() if name in there else None)
    monkeypatch.setattr(recipe, "_logged_in", lambda: False)
    for name in ("WANDB_MODE", "WANDB_API_KEY", "MLFLOW_TRACKING_URI"):
        monkeypatch.delenv(name, raising=False)
    return there


@pytest.mark.parametrize(("tracker", "name"), [("wandb", "Weights & Biases"), ("mlflow", "MLflow")])
def test_a_tracker_that_is_not_installed_says_how(installed: set[str], tracker: str, name: str) -> None:
    with pytest.raises(InputError, match=f"{name} is not installed. Run: pip install {tracker}"):
        recipe.check(replace(GOOD, report_to=tracker))


def test_weights_and_biases_must_know_the_person(installed: set[str], monkeypatch: pytest.MonkeyPatch) -> None:
    installed.add("wandb")
    asked = replace(GOOD, report_to="tensorboard,wandb")
    with pytest.raises(InputError, match="wandb login"):
        recipe.check(asked)
    monkeypatch.setenv("WANDB_MODE", "offline")
    recipe.check(asked)
    monkeypatch.delenv("WANDB_MODE")
    monkeypatch.setenv("WANDB_API_KEY", "k")
    recipe.check(asked)
    monkeypatch.delenv("WANDB_API_KEY")
    monkeypatch.setattr(recipe, "_logged_in", lambda: True)
    recipe.check(asked)


def test_mlflow_must_be_told_where(installed: set[str], monkeypatch: pytest.MonkeyPatch) -> None:
    installed.add("mlflow")
    asked = replace(GOOD, report_to="mlflow")
    with pytest.raises(InputError, match="MLFLOW_TRACKING_URI"):
        recipe.check(asked)
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "file:runs")
    recipe.check(asked)


def test_a_recipe_is_checked_without_torch() -> None:
    import subprocess

    code = "import sys, core.train.recipe, core.train.outlook, core.runs; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
