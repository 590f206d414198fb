"""What is asked of a list, what was understood of it, and what became of it. Times are UTC."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from core.records import Understood

PAIRS, CAMPAIGN, SHOPPERS, LOG = KINDS = ("pairs", "campaign", "shoppers", "log")


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
        Canonical column → column of the file, where a person said so; "" when there is none, ``=purchase`` for what all
        lines have.
    dates
        What comes first in the dates of a log, ``dmy``, ``mdy`` or ``ymd``, where they do not tell.
    """

    items: Sequence[str] = ()
    items_file: str | None = None
    shoppers: bool = False
    reasons: bool = False
    tags: bool = False
    mapping: Mapping[str, str] = field(default_factory=dict)
    dates: str | None = None


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
