"""The folder of a training tells who trains, how far it came, and where it can go on."""

import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from core.config import PROJECT, TrainSettings
from core.errors import ModelError
from core.train.run_folder import RunFolder, spoken


def begun(models: Path, name: str = "m", **settings: object) -> RunFolder:
    folder = RunFolder(models, name)
    with folder.held():
        folder.begin(TrainSettings(**settings), 3)  # type: ignore[arg-type]
    return folder


def test_it_knows_what_was_begun(tmp_path: Path) -> None:
    folder = begun(tmp_path, method="ia3")
    settings, version, began = folder.mark()
    assert (settings, version) == (TrainSettings(method="ia3"), 3)
    assert abs((datetime.now(UTC).replace(tzinfo=None) - began).total_seconds()) < 3600
    assert (folder.path.name, folder.step, folder.diary()) == (".m.training", 0, [])


def test_it_remembers_whether_its_model_is_to_be_used(tmp_path: Path) -> None:
    folder = begun(tmp_path)
    assert not folder.use  # nobody said so
    folder.use = True
    assert RunFolder(tmp_path, "m").use and folder.mark()[:2] == (TrainSettings(), 3)
    begun(tmp_path)
    assert not folder.use
    with pytest.raises(ModelError, match="no interrupted training of never"):
        _ = RunFolder(tmp_path, "never").use


def test_settings_of_an_older_version_are_understood(tmp_path: Path) -> None:
    folder = begun(tmp_path)
    old = {"settings": {"method": "head", "something_gone": 1}, "version": 2}
    (folder.path / "run.json").write_text(json.dumps(old))
    assert folder.mark()[:2] == (TrainSettings(method="head"), 2)


@pytest.mark.parametrize("text", [None, "", "{", "[]", '{"settings": {}}'])
def test_where_nothing_was_begun_nothing_is_resumed(tmp_path: Path, text: str | None) -> None:
    folder = RunFolder(tmp_path, "m")
    if text is not None:
        folder.path.mkdir()
        (folder.path / "run.json").write_text(text)
    with pytest.raises(ModelError, match="no interrupted training of m to resume"):
        folder.mark()


def test_starting_anew_leaves_nothing_of_before(tmp_path: Path) -> None:
    folder = begun(tmp_path)
    (folder.path / "checkpoint-10").mkdir()
    folder.note(step=10, loss=1.0)
    begun(tmp_path)
    assert {path.name for path in folder.path.iterdir()} == {"run.json", "run.lock"}


def checkpoint(folder: RunFolder, step: int, whole: bool = True) -> Path:
    path = folder.path / f"checkpoint-{step}"
    path.mkdir()
    (path / "model.safetensors").write_bytes(b"weights")
    if whole:
        (path / "trainer_state.json").write_text("{}")
    return path


def test_half_a_checkpoint_is_none(tmp_path: Path) -> None:
    folder = begun(tmp_path)
    assert folder.checkpoint() is None
    checkpoint(folder, 100, whole=False)
    assert (folder.checkpoint(), folder.step) == (None, 0)
    whole = checkpoint(folder, 90)  # as a number, not as a text, it comes before 100
    (checkpoint(folder, 110) / "trainer_state.json").write_text('{"half":')
    assert (folder.checkpoint(), folder.step) == (whole, 90)


def test_the_diary_takes_back_what_is_done_again(tmp_path: Path) -> None:
    folder = begun(tmp_path)
    folder.note(steps=50, resumed=0)
    for step in (10, 20, 30):
        folder.note(step=step, loss=step / 10)
    with (folder.path / "diary.jsonl").open("a") as file:
        file.write('{"step": 40, "lo\n')  # it died here
    folder.note(steps=50, resumed=20)
    folder.note(step=30, loss=9.0)
    rows = [(row["step"], row["loss"]) for row in folder.diary() if "loss" in row]
    assert rows == [(10, 1.0), (20, 2.0), (30, 9.0)]


def test_only_one_trains_at_a_time(tmp_path: Path) -> None:
    folder = begun(tmp_path)
    assert not folder.runs
    with folder.held():
        assert RunFolder(tmp_path, "m").runs
        with pytest.raises(ModelError, match="of m is running already"), RunFolder(tmp_path, "m").held():
            pass
    assert not folder.runs
    assert not RunFolder(tmp_path, "never").runs
    assert not (tmp_path / ".never.training").exists()  # looking leaves nothing


_DIES = """
import os, signal, sys
from pathlib import Path
from core.train.run_folder import RunFolder

with RunFolder(Path(sys.argv[1]), "m").held():
    print("held", flush=True)
    sys.stdin.readline()
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_who_was_killed_trains_no_more(tmp_path: Path) -> None:
    folder = begun(tmp_path)
    process = subprocess.Popen([sys.executable, "-c", _DIES, str(tmp_path)], cwd=PROJECT, text=True,
                               stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # fmt: skip
    with process:
        assert process.stdout is not None and process.stdin is not None
        assert process.stdout.readline() == "held\n"
        assert folder.runs
        process.stdin.write("die\n")
        process.stdin.flush()
        process.wait(60)
    assert not folder.runs


def test_all_are_found_the_newest_first(tmp_path: Path) -> None:
    for age, name in enumerate(("old", "new")):
        file = begun(tmp_path, name).path / "run.json"
        os.utime(file, (1_000 + age, 1_000 + age))
    (tmp_path / ".empty.training").mkdir()
    assert [folder.name for folder in RunFolder.all(tmp_path)] == ["new", "old"]
    RunFolder(tmp_path, "new").remove()
    assert [folder.name for folder in RunFolder.all(tmp_path)] == ["old"]


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "under a minute"), (29, "under a minute"), (100, "about 2 min"), (3_569, "about 59 min"),
     (3_600, "about 1 h 0 min"), (5_500, "about 1 h 32 min")],
)
def test_times_that_are_left_are_spoken(seconds: float, words: str) -> None:
    assert spoken(seconds) == words
