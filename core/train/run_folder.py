"""The folder of a training while it runs: what it is, how far it came, and where it can go on from.

It is ``models/.NAME.training`` and lives until the model is saved. Who trains holds a lock in it, which the system lets
go of when the process ends, however it ends: so a training that runs and one that was interrupted are told apart.
"""

from __future__ import annotations

import fcntl
import json
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from core.config import TrainSettings
from core.errors import ModelError
from core.language import say

_MARK, _DIARY, _LOCK = "run.json", "diary.jsonl", "run.lock"
#: Written last into a checkpoint: one without it is half a checkpoint.
_LAST = "trainer_state.json"
TRACKS = "tensorboard"


class RunFolder:
    """The folder of the training of one model.

    Parameters
    ----------
    models
        Folder of the workspace's models.
    name
        Name of the model.
    """

    def __init__(self, models: Path, name: str) -> None:
        self.name = name
        self.path = models / f".{name}.training"

    @classmethod
    def all(cls, models: Path) -> list[RunFolder]:
        """Return the trainings that run or were interrupted, the newest first."""
        found = [path for path in models.glob(".*.training") if (path / _MARK).is_file()]
        found.sort(key=lambda path: -(path / _MARK).stat().st_mtime)
        return [cls(models, path.name.removeprefix(".").removesuffix(".training")) for path in found]

    @contextmanager
    def held(self) -> Iterator[None]:
        """Be the one who trains, while the block runs.

        Raises
        ------
        ModelError
            When somebody else trains a model of this name.
        """
        self.path.mkdir(parents=True, exist_ok=True)
        with (self.path / _LOCK).open("a") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise ModelError(
                    say("A training of {name} is running already. Wait for it, or choose another name.", name=self.name)
                ) from None
            yield

    @property
    def runs(self) -> bool:
        """Whether somebody trains in it now."""
        try:
            with (self.path / _LOCK).open("a") as file:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except FileNotFoundError:
            return False
        except BlockingIOError:
            return True
        return False

    def begin(self, settings: TrainSettings, version: int) -> None:
        """Start anew: whatever an earlier training left is gone."""
        for left in self.path.iterdir():
            if left.name != _LOCK:
                shutil.rmtree(left) if left.is_dir() else left.unlink()
        self._write({"settings": asdict(settings), "version": version, "started": datetime.now(UTC).isoformat()})

    def mark(self) -> tuple[TrainSettings, int, datetime]:
        """Return the settings, the version of the data, and when it began.

        Raises
        ------
        ModelError
            When there is nothing to go on with.
        """
        try:
            raw = self._read()
            known = {part.name for part in fields(TrainSettings)}
            settings = TrainSettings(**{name: value for name, value in raw["settings"].items() if name in known})
            began = datetime.fromisoformat(raw.get("started", "1970-01-01T00:00:00+00:00"))
            return settings, int(raw["version"]), began.astimezone(UTC).replace(tzinfo=None)
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise ModelError(say("There is no interrupted training of {name} to resume. Start it anew.",
                                 name=self.name)) from error

    @property
    def use(self) -> bool:
        """Whether its model is to be used at once.

        Raises
        ------
        ModelError
            When there is nothing to go on with.
        """
        self.mark()
        return bool(self._read().get("use"))

    @use.setter
    def use(self, use: bool) -> None:
        self._write({**self._read(), "use": use})

    def _read(self) -> dict[str, Any]:
        return dict(json.loads((self.path / _MARK).read_text()))

    def _write(self, mark: Mapping[str, Any]) -> None:
        part = self.path / f"{_MARK}.part"
        part.write_text(json.dumps(mark))
        part.replace(self.path / _MARK)

    def checkpoint(self) -> Path | None:
        """Return the last checkpoint that is whole; one that was being written when the process died is not."""
        for folder in sorted(self.path.glob("checkpoint-*"), key=lambda path: -int(path.name.split("-")[1])):
            with suppress(OSError, ValueError):
                json.loads((folder / _LAST).read_text())
                return folder
        return None

    @property
    def step(self) -> int:
        """Step of the last whole checkpoint; 0 without one."""
        found = self.checkpoint()
        return int(found.name.split("-")[1]) if found else 0

    def note(self, **what: Any) -> None:
        """Add a line to the diary."""
        with (self.path / _DIARY).open("a", encoding="utf-8") as file:
            file.write(json.dumps(what) + "\n")

    def diary(self) -> list[Mapping[str, Any]]:
        """Return what was noted, in order; a resumed training takes back what it does again."""
        try:
            lines = (self.path / _DIARY).read_text(encoding="utf-8").splitlines()
        except FileNotFoundError:
            return []
        found: list[Mapping[str, Any]] = []
        for line in lines:
            with suppress(ValueError):  # a line that was being written
                row = json.loads(line)
                if "resumed" in row:
                    found = [old for old in found if old.get("step", 0) <= row["resumed"]]
                found.append(row)
        return found

    @property
    def tracked(self) -> dict[str, dict[str, str]]:
        """Runs at trackers that it writes into, by the tracker: a training that is gone on with stays in them."""
        return {name: run for row in self.diary() for name, run in row.get("tracked", {}).items()}

    def remove(self) -> None:
        """Delete it, with all that could be gone on with."""
        shutil.rmtree(self.path, ignore_errors=True)


def spoken(seconds: float) -> str:
    """Say a time that is left.

    Examples
    --------
    >>> spoken(20), spoken(100), spoken(5_500)
    ('under a minute', 'about 2 min', 'about 1 h 32 min')
    """
    minutes = round(seconds / 60)
    if minutes < 1:
        return say("under a minute")
    if minutes < 60:
        return say("about {minutes} min", minutes=minutes)
    return say("about {hours} h {minutes} min", hours=minutes // 60, minutes=minutes % 60)
