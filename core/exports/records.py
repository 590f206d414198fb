"""What is asked of a list that leaves, and what is known of one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from core.errors import InputError
from core.language import say
from core.sinks import FORMATS, quick

#: Items that are told of each shopper at most.
MOST_ITEMS = 20


@dataclass(frozen=True)
class ExportAsk:
    """What a list is to hold of each shopper.

    Parameters
    ----------
    columns
        Keys of facts, attributes and predicted tags, in order.
    items
        Items that each is likeliest to click, this many.
    format
        One of ``core.sinks.FORMATS``.

    Raises
    ------
    InputError
        When there is no such format, or so many items are not told.
    """

    columns: tuple[str, ...] = ()
    items: int = 0
    format: str = "csv"

    def __post_init__(self) -> None:
        if self.format not in FORMATS:
            raise InputError(say("A list cannot leave as {format!r}. Choose one of: {formats}.",
                                 format=self.format, formats=", ".join(FORMATS)))
        if not 0 <= self.items <= MOST_ITEMS:
            raise InputError(say("Between 0 and {most_items} items can be told of each shopper, not {items}.",
                                 most_items=MOST_ITEMS, items=self.items))

    def quick(self, shoppers: int) -> bool:
        """Whether so many shoppers are written at once, while a person waits."""
        return not self.items and quick(self.format, shoppers * (1 + len(self.columns)))


@dataclass(frozen=True)
class Export:
    """A list that was asked for as a job. Times are UTC.

    Attributes
    ----------
    status
        That of its job; ``done`` once the file is there.
    reached
        Shoppers whose items are found and kept.
    about
        What the list is and how fresh, in words; once it is done.
    file
        The list, once it is done.
    """

    id: str
    name: str
    created: datetime
    version: int
    model: str | None
    shoppers: int
    ask: ExportAsk
    status: str
    reached: int
    message: str
    error: str | None
    about: dict[str, str]
    file: Path | None

    @property
    def active(self) -> bool:
        """Whether it waits or is being written."""
        return self.status in ("queued", "running")

    @property
    def resumable(self) -> bool:
        """Whether it was interrupted, and can go on."""
        return self.status in ("failed", "cancelled")
