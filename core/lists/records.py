"""What is asked of a list, what was understood of it, and what became of it. Times are UTC."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.errors import InputError
from core.records import Understood

if TYPE_CHECKING:
    import pandas as pd

LABEL = "label"
#: Lines that are shown of a list.
PREVIEW = 20
PAIRS, CAMPAIGN, SHOPPERS, LOG = KINDS = ("pairs", "campaign", "shoppers", "log")


class NotUnderstood(InputError):
    """A list cannot be scored before a person says what its columns, or its words for what was done, are.

    Attributes
    ----------
    kind, mapping, columns, preview
        What it was taken for, and what was understood of it, as ``ListPlan`` has them.
    missing
        The canonical column that no column of the file is; "" where the words are it.
    """

    def __init__(
        self, message: str, kind: str, mapping: Mapping[str, str], columns: Sequence[str], preview: pd.DataFrame,
        missing: str = "",
    ) -> None:
        super().__init__(message)
        self.kind, self.mapping, self.columns, self.preview, self.missing = kind, mapping, columns, preview, missing


@dataclass(frozen=True)
class ListAsk:
    """What is to be done with a list.

    Attributes
    ----------
    items
        Ids of a campaign's items: every shopper of the list is scored with each of them.
    items_file
        A file that names such items.
    shoppers
        Whether a list that names no item is one of shoppers, of whom tags and likeliest items are told.
    reasons
        Whether to say why, for each row.
    tags
        Whether each shopper's tags are told beside her pairs.
    mapping
        What a person said of the columns and of the words for what was done, as an import takes it (``store.grammar``),
        and ``label``; "" when there is no such column.
    dates
        What comes first in the dates of a log, ``dmy``, ``mdy`` or ``ymd``, where they do not tell; ``excel`` where
        they are days as spreadsheets count them.
    kind
        One of ``KINDS``, where a person said what the list is; a list with items to score is a campaign.
    """

    items: Sequence[str] = ()
    items_file: str | None = None
    shoppers: bool = False
    reasons: bool = False
    tags: bool = False
    mapping: Mapping[str, str] = field(default_factory=dict)
    dates: str | None = None
    kind: str | None = None


@dataclass(frozen=True)
class ListPlan(Understood):
    """What would become of a list: a dry run. Nothing is scored for it.

    Attributes
    ----------
    columns
        The file's columns.
    makes
        Rows of the result.
    can
        Rows that can be scored; ``faults`` says why the others cannot, and how many.
    labelled, positives
        Rows with a label, and with one that says yes.
    seconds
        How long it would take, by the rate that was measured on this machine; None before there is one.
    rate
        That rate: rows a second.
    """

    columns: Sequence[str] = ()
    makes: int = 0
    can: int = 0
    faults: Mapping[str, int] = field(default_factory=dict)
    labelled: int = 0
    positives: int = 0
    seconds: float | None = None
    rate: float | None = None


@dataclass(frozen=True)
class ScoredList:
    """A list that was handed in to be scored, by its job's id, and what became of it.

    Attributes
    ----------
    status
        queued | running | done | failed | cancelled
    rows
        Rows of the result; 0 until it is known.
    reached
        Rows of it that are scored and kept.
    report
        What is told of a result; empty before it is there.
    result
        Folder of the result, when it is there.
    """

    id: str
    name: str
    created: datetime
    kind: str
    version: int
    model: str
    ask: ListAsk
    status: str
    rows: int
    reached: int
    message: str
    error: str | None
    report: Mapping[str, Any]
    result: Path | None

    @property
    def active(self) -> bool:
        """Whether it still waits or is being scored."""
        return self.status in ("queued", "running")

    @property
    def resumable(self) -> bool:
        """Whether it was interrupted, and can go on."""
        return self.status in ("failed", "cancelled")
