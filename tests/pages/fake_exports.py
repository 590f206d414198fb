"""Lists that leave the made-up shop: written at once as text, or prepared as a job that a test ends."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from core.conditions import Node
from core.errors import InputError
from core.exports.records import Export, ExportAsk
from core.records import Job
from tests.pages.fake_why import NOW

if TYPE_CHECKING:
    from tests.pages.fake_shop import FakeShop


@dataclass
class FakeExports:
    """What Shop.exports answers."""

    shop: FakeShop
    kept: dict[str, Export] = field(default_factory=dict)
    refusal: str = ""
    started: list[tuple[Any, ...]] = field(default_factory=list)

    def content(self, tree: Node, name: str, ask: ExportAsk, said: str = "") -> bytes:
        return self.shop.segments.table(tree, list(ask.columns), None).to_csv(index=False).encode()

    def file_name(self, name: str, ask: ExportAsk) -> str:
        return f"{name}-data-{self.shop.version}.{ask.format}"

    def start(self, tree: Node, name: str, ask: ExportAsk, said: str = "") -> Job:
        if self.refusal:
            raise InputError(self.refusal)
        job = self.shop.submit("export", {})
        self.started.append((tree, name, ask, said))
        many = self.shop.segments.count(tree)[0]
        self.kept[job.id] = Export(job.id, name, NOW, 3, "demo", many, ask, "running", 12, "12 of 400 shoppers", None,
                                   {}, None)  # fmt: skip
        return job

    def end(self, id: str, status: str, **parts: Any) -> None:
        """Let a job end, as a worker would."""
        self.kept[id] = replace(self.kept[id], status=status, **parts)

    def all(self) -> list[Export]:
        return list(self.kept.values())

    def get(self, id: str) -> Export:
        return self.kept[id]

    def cancel(self, id: str) -> None:
        self.end(id, "cancelled")

    def resume(self, id: str) -> None:
        self.end(id, "running")

    def delete(self, id: str) -> None:
        del self.kept[id]
