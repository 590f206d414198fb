"""The questions about files to import, as the made-up shop answers them: files are looked at, nothing is imported."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from core.errors import AmbiguousDates
from core.records import FilePreview, ImportPlan, ImportReport, Job, Progress, no_progress

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

    def look(self: FakeShop, file: Path, role: str | None = None, deed: str | None = None) -> FilePreview:
        from core.store.look import look

        self.calls.append("look")
        seen = look(file, role, deed)
        return seen if self.remembers is None else replace(seen, suggestion=replace(seen.suggestion, remembered=True))

    def zone(self) -> str | None:
        return self.known_zone

    def zones(self) -> list[str]:
        return ["Asia/Shanghai", "Europe/Oslo", "UTC"]

    def presets(self) -> dict[str, str]:
        return {"online-retail": "The UCI invoice file.", "rees46": "The multi-category store."}

    def dry_run(self: FakeShop, plan: ImportPlan, progress: Progress = no_progress) -> ImportReport:
        self.calls.append("dry_run")
        progress(0.5, "half of it")
        if self.unclear and plan.dates is None:
            raise AmbiguousDates("The dates may be day-first or month-first.")
        self.tried.append(plan)
        return REPORT

    def start_import(
        self: FakeShop, plan: ImportPlan, seen: Sequence[FilePreview] = (), discard: Sequence[Path] = ()
    ) -> Job:
        return self.submit("import", {**vars(plan), "discard": [str(file) for file in discard]})
