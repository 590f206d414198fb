"""The questions about files to import, as the made-up shop answers them: files are looked at, nothing is imported."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from core.answers import plain
from core.records import FileGroup, FilePreview, ImportPlan, ImportReport, Job, PresetFile

if TYPE_CHECKING:
    from tests.pages.fake_shop import FakeShop

REPORT = ImportReport(
    events=1_180, items=2_410, users=2_990, imported=1_180, rejected=14, duplicates=6, lines_read=1_200,
    rejects_file=None, reasons={"user_id: no user_id": 11, "ts: not a time": 3}, seconds=0.4, version=0,
    first_ts=datetime(2026, 3, 1, 9, 12), last_ts=datetime(2026, 5, 31, 20, 1),
)  # fmt: skip


class FakeImports:
    """What Shop answers about files; ``remembers`` and ``unclear`` bend it."""

    remembers: dict[str, str] | None = None  # a mapping that was answered for every header
    unclear: bool = False  # whether a dry run finds dates that can be read in two ways
    known_zone: str | None = None
    read_before: Mapping[str, Any] = MappingProxyType({})  # how every file was said to be read before
    seen: Sequence[FilePreview] = ()  # what an import is told to remember the answers for
    tries: Mapping[str, Any] = MappingProxyType({})  # how a dry run ends, where not well

    def groups(self: FakeShop, places: Sequence[str], said: Mapping[str, Any] | None = None) -> list[FileGroup]:
        from core.store.groups import grouped

        return grouped(places, said)

    def readings(self, places: Sequence[str], said: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
        return {place: {**self.read_before, **said.get(place, {})} for place in places if self.read_before}

    def encodings(self) -> dict[str, str]:
        from core.store.encoding import ENCODINGS, called

        return {name: called(name) for name in ENCODINGS}

    def preset_files(self, preset: str) -> list[PresetFile]:
        from core.store.groups import preset_files

        return preset_files(preset)

    def preset_roles(self, preset: str, given: Sequence[FileGroup]) -> dict[str, str | None]:
        from core.store.groups import roles_of

        return roles_of(preset, given)

    def look(
        self: FakeShop, place: str, role: str | None = None, deed: str | None = None,
        said: Mapping[str, Any] | None = None,
    ) -> FilePreview:
        from core.store.look import look

        self.calls.append("look")
        seen = look(place, role, deed, said)
        return seen if self.remembers is None else replace(seen, suggestion=replace(seen.suggestion, remembered=True))

    def forget_answers(self, seen: FilePreview) -> None:
        self.remembers = None

    def zone(self) -> str | None:
        return self.known_zone

    def zones(self) -> list[str]:
        return ["Asia/Shanghai", "Europe/Oslo", "UTC"]

    def presets(self) -> dict[str, str]:
        return {"online-retail": "The UCI invoice file.", "rees46": "The multi-category store.",
                "retailrocket": "Events, item properties and the category tree."}  # fmt: skip

    def start_dry_run(self: FakeShop, plan: ImportPlan) -> Job:
        job = self.submit("try", vars(plan))
        asks = self.unclear and plan.dates is None and not plan.orders
        if not asks:
            self.tried.append(plan)
        result = {"asks": "dates", "said": "They may be either."} if asks else plain(REPORT)
        self.job_list[0] = replace(job, **({"status": "done", "result": result} | self.tries))
        return self.job_list[0]

    def start_import(
        self: FakeShop, plan: ImportPlan, seen: Sequence[FilePreview] = (), discard: Sequence[Path] = ()
    ) -> Job:
        self.seen = list(seen)
        return self.submit("import", {**vars(plan), "discard": [str(file) for file in discard]})
