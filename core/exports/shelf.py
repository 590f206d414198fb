"""The lists of a shop that leave: written at once, or as jobs that are left and come back to."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Protocol
from uuid import uuid4

from core import registry, shelf, stamp
from core.conditions import Marked, Node
from core.errors import ModelError
from core.exports import write
from core.exports.records import Export, ExportAsk
from core.jobs import Jobs
from core.language import say, to_say
from core.lists.parts import Parts
from core.records import Job, Progress, no_progress
from core.store import saved
from core.store.scored import EXPORTS, LIST, REPORT

if TYPE_CHECKING:
    from core.store.workspace import Workspace


class Door(write.Door, Protocol):
    """What a shop offers to those who take its lists along, now and later."""

    workspace: Workspace

    @property
    def describing(self) -> Any:
        """The described tags that shoppers have."""

    def at(self, version: int, model: str | None, described: Sequence[Marked] | None = None) -> Any:
        """The same shop with other data, another model and other described tags."""


class Exports(shelf.Shelf[Export]):
    """Everything that can be asked about lists that leave a shop."""

    KIND, NAMED, BUSY = "export", "export", to_say("This list is still being written. Cancel it first.")

    def __init__(self, shop: Door, jobs: Jobs) -> None:
        super().__init__(shop.workspace.path / EXPORTS, jobs)
        self._shop = shop

    def content(self, tree: Node, name: str, ask: ExportAsk, said: str = "") -> bytes:
        """Return a list as the bytes of its file; for what ``ask.quick`` says is quick."""
        with TemporaryDirectory() as folder:
            out = Path(folder) / f"list.{ask.format}"
            write.write(self._shop, tree, name, ask, out, Parts(Path(folder) / "parts"), no_progress, said)
            return out.read_bytes()

    def file_name(self, name: str, ask: ExportAsk) -> str:
        """Return what the file of a list is called: what it is, of which version and model, and when it was written."""
        return stamp.file_name(name, self._shop.version, self._shop.model_name, ask.format)

    def write(
        self, tree: Node, name: str, ask: ExportAsk, out: Path, progress: Progress = no_progress, said: str = ""
    ) -> dict[str, Any]:
        """Write a list into a file, without a job: ``out``, ``beside`` (see ``write.beside``) and ``about``.

        What it finds of items is kept in ``OUT.parts`` until all is done: asked anew, an interrupted call goes on.
        """
        write.check(self._shop, ask)
        folder = out.with_name(f"{out.name}.parts")
        mark = {**self._asked(tree, name, ask, said), "created": "", "file": ""}
        if not (folder / LIST).is_file() or shelf.read(folder / LIST) != mark:
            shutil.rmtree(folder, ignore_errors=True)
            if ask.items:
                shelf.write(folder / LIST, mark)
        about = write.write(self._shop, tree, name, ask, out, Parts(folder), progress, said)
        shutil.rmtree(folder, ignore_errors=True)
        return {"out": out, "beside": write.beside(out, about), "about": about}

    # ---- as jobs -------------------------------------------------------------------

    def start(self, tree: Node, name: str, ask: ExportAsk, said: str = "") -> Job:
        """Have a list written as a job, of the data, the model and the described tags that this shop is of.

        Raises
        ------
        InputError, ModelError
            When the shop does not have what is asked for.
        """
        write.check(self._shop, ask)
        id = uuid4().hex[:12]
        shelf.write(self.folder / id / LIST, self._asked(tree, name, ask, said))
        return self._submit(id)

    def work(self, id: str, progress: Progress = no_progress) -> dict[str, Any]:
        """Write a list that was asked for, from where it was interrupted on.

        Raises
        ------
        InputError, WorkspaceError, ModelError
            When its data or its model are not there any more, or are not those that it began with.
        """
        folder = self._at(id)
        asked = shelf.read(folder / LIST)
        model = asked["model"]
        if model and registry.created(self._shop.workspace, model) != asked["made"]:
            raise ModelError(
                say("The model {model} is not there any more, or was trained anew since this list was asked for. Ask "
                    "for it again.", model=model)
            )
        shop, ask = self._shop.at(int(asked["version"]), model, _described(asked)), _ask(asked)
        tree = shop.segments.read(asked["tree"])
        parts = Parts(folder / "parts")
        about = write.write(shop, tree, asked["name"], ask, folder / _file(asked), parts, progress, asked["said"])
        shelf.write(folder / REPORT, about)
        shutil.rmtree(parts.folder, ignore_errors=True)
        return {"shoppers": about[say("Shoppers")]}

    def _asked(self, tree: Node, name: str, ask: ExportAsk, said: str) -> dict[str, Any]:
        shop = self._shop
        model = shop.model_name
        made = registry.created(shop.workspace, model) if model else ""
        return {
            "name": name, "said": said, "tree": shop.segments.pinned(tree), "shoppers": shop.segments.count(tree)[0],
            "ask": {**asdict(ask), "columns": list(ask.columns)}, "version": shop.version, "model": model, "made": made,
            "described": [saved.marked_of(one) for one in shop.describing.marked()],
            "file": self.file_name(name, ask), "created": datetime.now(UTC).replace(tzinfo=None).isoformat(),
        }  # fmt: skip

    def _one(self, folder: Path, job: Job | None) -> Export:
        asked = shelf.read(folder / LIST)
        at = shelf.standing(folder, job)
        reached = int(asked["shoppers"]) if at.report else Parts(folder / "parts").reached()
        return Export(
            folder.name, asked["name"], datetime.fromisoformat(asked["created"]), int(asked["version"]), asked["model"],
            int(asked["shoppers"]), _ask(asked), at.status, reached, at.message, at.error, at.report,
            folder / _file(asked) if at.report else None,
        )


def _ask(asked: Mapping[str, Any]) -> ExportAsk:
    return ExportAsk(**{**asked["ask"], "columns": tuple(asked["ask"]["columns"])})


def _described(asked: Mapping[str, Any]) -> tuple[Marked, ...] | None:
    """Return the described tags of then; None, those of now, for lists that were asked for before they were noted."""
    return tuple(map(saved.marked, asked["described"])) if "described" in asked else None


def _file(asked: Mapping[str, Any]) -> str:
    return Path(str(asked["file"])).name
