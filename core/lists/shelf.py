"""The lists of a shop: each in a folder of its own, with its file, the parts that are scored, and its result."""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol
from uuid import uuid4

from core import registry
from core.answers import plain
from core.errors import InputError, ModelError
from core.jobs import Jobs
from core.language import say, to_say
from core.lists import pace, run, understood
from core.lists.parts import Parts
from core.lists.records import ListAsk, ListPlan, ScoredList
from core.records import Job, Progress, no_progress
from core.shelf import Shelf, read, standing, write
from core.store import plans
from core.store.scored import FOLDER, LIST, REPORT
from core.tables import whole

if TYPE_CHECKING:
    from core.records import FilePreview
    from core.store.workspace import Reader, Workspace

#: Files of a result.
CSV, PARQUET, BEST = "result.csv", "result.parquet", "best.parquet"


class Door(Protocol):
    """What a shop offers to those who score its lists."""

    workspace: Workspace
    version: int | None

    @property
    def reader(self) -> Reader:
        """The data."""

    @property
    def as_of(self) -> datetime:
        """The moment of predictions."""

    @property
    def model_name(self) -> str | None:
        """The model in use."""

    def scorer(self) -> Any:
        """What scores."""

    def device(self) -> str:
        """What it computes on."""

    def at(self, version: int, model: str | None) -> Any:
        """The same shop with other data and another model."""


class Lists(Shelf[ScoredList]):
    """Everything that can be asked about lists that people bring to a shop."""

    KIND, NAMED, BUSY = "score", "list", to_say("This list is still being scored. Cancel it first.")

    def __init__(self, shop: Door, jobs: Jobs) -> None:
        super().__init__(shop.workspace.path / FOLDER, jobs)
        self._shop = shop

    # ---- before --------------------------------------------------------------------

    def plan(self, file: Path, ask: ListAsk, measured: bool = False) -> ListPlan:
        """Say what would become of a list: a dry run.

        Parameters
        ----------
        measured
            Whether to score its first rows where the rate of this machine is not known.

        Raises
        ------
        InputError
            When it cannot be understood.
        """
        shop = self._shop
        seen = understood.plan(shop.reader, file, ask, self._zone(), lambda kind: self._known(ask, kind))
        if seen.seconds is not None or not measured:
            return seen
        run.measure(self._setting(shop, ask), file, ask)
        return understood.plan(shop.reader, file, ask, self._zone(), lambda kind: self._known(ask, kind))

    def look(self, file: Path, deed: str | None = None) -> FilePreview:
        """Return how a list can be read as a log; see ``understood.look``."""
        return understood.look(file, deed)

    def start(self, file: Path, name: str, ask: ListAsk) -> Job:
        """Have a list scored as a job; its file is copied, so that it may go.

        Raises
        ------
        InputError
            When it cannot be understood.
        ModelError
            When there is no model.
        """
        shop, id = self._shop, uuid4().hex[:12]
        model, version = self._model(), shop.version
        seen = understood.plan(shop.reader, file, ask, self._zone(), lambda kind: None)
        folder = self.folder / id
        folder.mkdir(parents=True)
        kept = folder / _safe(name)
        shutil.copyfile(file, kept)
        asked = dict(plain(ask))
        if ask.items_file:
            items = folder / f"items-{_safe(Path(ask.items_file).name)}"
            shutil.copyfile(ask.items_file, items)
            asked["items_file"] = items.name
        write(folder / LIST, {
            "file": kept.name, "name": Path(name).name, "ask": asked, "kind": seen.kind, "rows": seen.makes,
            "version": version, "model": model, "made": registry.created(shop.workspace, model),
            "created": datetime.now(UTC).replace(tzinfo=None).isoformat(),
        })  # fmt: skip
        return self._submit(id)

    def measured(self) -> int:
        """Return how many lists were scored: with each, the rate of this machine is known better."""
        return sum(1 for _ in self.folder.glob(f"*/{REPORT}"))

    # ---- the work ------------------------------------------------------------------

    def work(self, id: str, progress: Progress = no_progress) -> dict[str, Any]:
        """Score a list that was handed in, from where it was interrupted on.

        Raises
        ------
        InputError, WorkspaceError, ModelError
            When its data or its model are not there any more, or are not those that it began with.
        """
        folder = self._at(id)
        about = read(folder / LIST)
        shop = self._pinned(about)
        ask = _ask(about, folder)
        setting = self._setting(shop, ask)
        parts = Parts(folder / "parts")
        out = [folder / CSV, folder / PARQUET]

        def known(found: understood.Ready, rows: int) -> None:
            write(folder / LIST, {**about, "kind": found.kind, "rows": rows})

        report, best = run.score(setting, folder / about["file"], ask, parts, out, progress, known)
        with whole(folder / BEST) as file:
            best.to_parquet(file, index=False)
        write(folder / REPORT, report)
        shutil.rmtree(parts.folder, ignore_errors=True)
        return {name: report[name] for name in ("rows", "scored", "failed", "seconds")}

    def score(
        self, file: Path, out: Path, ask: ListAsk, resume: bool = False, progress: Progress = no_progress
    ) -> dict[str, Any]:
        """Score a list into a file, without a job.

        Parts are kept beside it, in ``OUT.parts``, until all is done.

        Parameters
        ----------
        resume
            Whether to go on from the parts of a run that was interrupted; else they are thrown away.

        Raises
        ------
        InputError, ModelError
            When the list cannot be understood, or is not the one that was interrupted.
        """
        folder = out.with_name(f"{out.name}.parts")
        mark = run.fingerprint(file, ask)
        shop = self._shop
        if resume and (folder / LIST).is_file():
            about = read(folder / LIST)
            if about["mark"] != mark:
                raise InputError(
                    say("{folder} is of another list, or other things were asked of it. Leave --resume out to begin "
                        "anew.", folder=folder)
                )
            shop = self._pinned(about)
        else:
            shutil.rmtree(folder, ignore_errors=True)
            about = {"mark": mark, "version": shop.version, "model": self._model()}
            about["made"] = registry.created(shop.workspace, about["model"])

        def known(found: understood.Ready, rows: int) -> None:
            folder.mkdir(parents=True, exist_ok=True)
            write(folder / LIST, about)

        report, _ = run.score(self._setting(shop, ask), file, ask, Parts(folder), [out], progress, known)
        shutil.rmtree(folder, ignore_errors=True)
        return {**report, "out": str(out)}

    # ---- parts of it ---------------------------------------------------------------

    def _setting(self, shop: Door, ask: ListAsk) -> run.Setting:
        def keep(kind: str, rate: pace.Rate) -> None:
            pace.keep(self._jobs.state, self._key(ask, kind, shop), rate)

        rates = run.Rates(lambda kind: self._known(ask, kind, shop), keep)
        return run.Setting(shop.reader, shop.scorer, shop.as_of, self._zone(), rates)

    def _known(self, ask: ListAsk, kind: str, shop: Door | None = None) -> pace.Rate | None:
        return pace.known(self._jobs.state, self._key(ask, kind, shop or self._shop))

    def _key(self, ask: ListAsk, kind: str, shop: Door) -> str:
        return pace.key(str(shop.model_name), shop.device(), kind, ask)

    def _zone(self) -> str | None:
        return plans.zone(self._jobs.state)

    def _model(self) -> str:
        name = self._shop.model_name
        if name is None:
            raise ModelError(say("No model is here yet. Train one on the Model page, or run: python -m core train"))
        registry.check(self._shop.workspace, name)
        return name

    def _pinned(self, about: Mapping[str, Any]) -> Door:
        """Return the shop with the data and the model that a list began with."""
        model = str(about["model"])
        if registry.created(self._shop.workspace, model) != about["made"]:
            raise ModelError(
                say("The model {model} is not there any more, or was trained anew since this list was begun; halves "
                    "by two models would not fit together. Hand the list in again.", model=model)
            )
        shop: Door = self._shop.at(int(about["version"]), model)
        return shop

    def _one(self, folder: Path, job: Job | None) -> ScoredList:
        about = read(folder / LIST)
        at = standing(folder, job)
        reached = int(at.report["rows"]) if at.report else Parts(folder / "parts").reached()
        return ScoredList(
            folder.name, about["name"], datetime.fromisoformat(about["created"]), about["kind"], int(about["version"]),
            about["model"], _ask(about, folder), at.status, int(about["rows"]), reached, at.message, at.error,
            at.report, folder if at.report else None,
        )


def _ask(about: Mapping[str, Any], folder: Path) -> ListAsk:
    asked = dict(about["ask"])
    if asked.get("items_file"):
        asked["items_file"] = str(folder / asked["items_file"])
    return ListAsk(**asked)


def _safe(name: str) -> str:
    """Name of a file as far as it is harmless, and none of ours."""
    return "given-" + (re.sub(r"[^\w.() -]|^\.+", "_", Path(name).name)[-100:] or "list")
