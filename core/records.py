"""Frozen dataclasses that cross layers. Times are UTC; probabilities lie in 0..1."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

#: progress(fraction 0..1, message). Raises errors.Cancelled when the person cancelled.
Progress = Callable[[float, str], None]


def no_progress(fraction: float, message: str) -> None:
    """Progress callback that shows nothing."""


# ---- store -------------------------------------------------------------------------


@dataclass(frozen=True)
class FileReport:
    """What became of the lines of one file. ``lines_read == imported + rejected + duplicates`` always holds."""

    file: str
    role: str  # what the file is to its preset
    lines_read: int
    imported: int  # lines of which at least one event came, or that describe something
    rejected: int
    duplicates: int
    events: int  # a line may tell of several


@dataclass(frozen=True)
class ImportReport:
    """What an import did. ``lines_read == imported + rejected + duplicates`` always holds.

    These three count lines of the files of events; ``files`` has them for every file.
    """

    events: int
    items: int
    users: int
    imported: int
    rejected: int
    duplicates: int
    lines_read: int
    rejects_file: str | None
    reasons: Mapping[str, int]
    seconds: float
    version: int  # 0 when nothing was written
    files: Sequence[FileReport] = ()
    notes: Sequence[str] = ()  # what a person must know about what was made of the files
    mend_files: Sequence[str] = ()  # the rejects in their files' own columns, to be mended and appended
    first_ts: datetime | None = None  # of the events that these files brought
    last_ts: datetime | None = None


@dataclass(frozen=True)
class ShopInfo:
    """What a workspace holds."""

    version: int | None
    events: int
    items: int
    users: int
    event_types: Mapping[str, int]
    first_ts: datetime | None
    last_ts: datetime | None
    rejected: int
    duplicates: int
    models: Sequence[str]
    generated: bool  # True for the demo shop


@dataclass(frozen=True)
class Overview:
    """The Overview page. Frames have the columns named in the comments."""

    info: ShopInfo
    daily: pd.DataFrame  # day, event_type, events
    funnel: pd.DataFrame  # step, shoppers, of_first, of_previous
    click_through: float | None  # clicks / impressions; None without impressions
    categories: pd.DataFrame  # category, shoppers, purchases, revenue
    searches: pd.DataFrame  # query, searches, shoppers
    health: Sequence[HealthNote]
    thin_shoppers: int  # shoppers with fewer than 3 events


@dataclass(frozen=True)
class HealthNote:
    """One finding about the data: what was found, what it means, what to do."""

    level: str  # good | note | warn
    title: str
    detail: str


# ---- understanding a file ----------------------------------------------------------


@dataclass(frozen=True)
class ColumnGuess:
    """What one of our columns is read from in a file, as far as that can be told."""

    name: str  # as a mapping names it: "ts", "title", "users.country"
    source: str  # what a mapping says of it: a column of the file, "=purchase", "Date + Time"
    confidence: float
    samples: Sequence[str]
    why: str


@dataclass(frozen=True)
class WordGuess:
    """What one word of the file's column of events means."""

    word: str
    event: str  # "-": such lines are left out; "": nobody knows
    lines: int
    confidence: float


@dataclass(frozen=True)
class Suggestion:
    """How a file can be read. ``questions`` are those that only a person can answer: what about → in words."""

    role: str  # events | items | users
    columns: Sequence[ColumnGuess]
    words: Sequence[WordGuess]
    preset: str | None  # whose files look so
    order: str | None  # of dates in numbers: "dmy", "mdy", or "excel" for days in numbers; None: none are, or both fit
    zoned: bool  # whether the times say their zone, or need none
    questions: Mapping[str, str]
    remembered: bool = False  # as it was answered for a file with this header

    @property
    def mapping(self) -> dict[str, str]:
        """What an import takes as its mapping."""
        columns = {guess.name: guess.source for guess in self.columns if guess.name != guess.source}
        return {**columns, **{f"event_type:{word.word}": word.event for word in self.words if word.event}}


@dataclass(frozen=True)
class FileGroup:
    """Files with the same columns, which are read in the same way; one that cannot be read stands alone."""

    places: Sequence[str]  # of each: its path, or where it lies in another file, "orders.xlsx: May"
    names: Sequence[str]  # what each is called
    columns: Sequence[str]
    error: str = ""  # why they cannot be read


@dataclass(frozen=True)
class FilePreview:
    """A file as it was understood, before anything is imported."""

    file: str
    lines: int
    columns: Sequence[str]
    samples: Mapping[str, Sequence[str]]  # of each column
    rows: pd.DataFrame  # the first lines, as text
    suggestion: Suggestion
    place: str = ""  # its path, or where it lies in another file
    mends: int | None = None  # the import whose rejected lines it has, mended
    encoding: str | None = None  # of a text
    names_in: int | None = None  # line with the names of the columns; 0: none has; None: they cannot but have some
    notes: Sequence[str] = ()  # what a person should know of how it was read


@dataclass(frozen=True)
class PresetFile:
    """One of the files that a publisher's log consists of."""

    role: str  # what it is called among them
    names: Sequence[str]  # patterns of what the publisher calls it
    columns: Sequence[str]  # that it must have
    log: bool  # whether events are in it; any one of those is enough
    tells: Mapping[str, Sequence[str]]  # "items" and "users" → what it says of them
    looked_up_by: Sequence[str]  # roles whose files are read with its help


@dataclass(frozen=True)
class ImportPlan:
    """Everything that an import is told; plain values, so that a job can carry it.

    A place is a path of a file or a folder, a pattern, or a file within another: ``orders.xlsx: May``.
    """

    events: Sequence[str]  # places
    items: Sequence[str] = ()
    users: Sequence[str] = ()
    preset: str | None = None
    mapping: Mapping[str, str] = field(default_factory=dict)  # of all files
    append: bool = True
    dates: str | None = None  # ymd | dmy | mdy | excel
    zone: str | None = None
    own: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  # place of one file → what is said of it alone
    orders: Mapping[str, str] = field(default_factory=dict)  # place of one file → what ``dates`` may be
    files: Mapping[str, Sequence[str]] = field(default_factory=dict)  # role in the preset → places
    readings: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)  # place of one file → encoding, names_in


# ---- tags --------------------------------------------------------------------------


@dataclass(frozen=True)
class TagSpec:
    """One predicted tag: what it means, in words and in SQL."""

    key: str  # e.g. "interest:Shoes", "intent:buy"
    family: str
    label: str  # short human name, e.g. "Interested in Shoes"
    sentence: str  # explains the tag: "Will click, cart or buy something in Shoes within 7 days."
    horizon_days: int
    argument: str = ""  # category, band, attribute value ... that the definition is about


@dataclass(frozen=True)
class Checked:
    """How often a tag was true of shoppers with chances from ``low`` to ``high``, on the days that judge a model."""

    low: float
    high: float
    observed: float
    n: int  # shoppers


@dataclass(frozen=True)
class Tag:
    """A predicted tag of one shopper."""

    spec: TagSpec
    probability: float
    threshold: float
    precision: float | None  # precision to expect at the threshold, on the test period
    base_rate: float | None  # how common the tag is among all shoppers
    checked: Checked | None = None  # what came of about this chance; None where that was not measured

    @property
    def given(self) -> bool:
        """Whether the shopper gets the tag."""
        return self.probability >= self.threshold


@dataclass(frozen=True)
class Fact:
    """Something counted, never predicted."""

    key: str
    label: str  # "Purchases"
    value: str  # "8", "62 % at night", "3 days ago"
    number: float | None = None
    group: str = ""  # the question that it belongs to, "Buying"
    telling: bool = True  # whether it is one of the few that are seen first
    help: str = ""  # what exactly is counted


# ---- shopper, recommendation, explanation ------------------------------------------


@dataclass(frozen=True)
class Recommendation:
    """One item for one shopper."""

    item_id: str
    title: str
    category: str
    brand: str
    price: float | None
    kind: str
    p_click: float
    sources: Sequence[str]  # which retrieval sources found it
    reason: str = ""  # plain words; empty until explained
    was: int | None = None  # place by its chance alone, from 1; None until it is arranged
    moved_by: Sequence[str] = ()  # what moved it from there, in words
    numbers: Mapping[str, float] = field(default_factory=dict)  # of the columns that rules are about


@dataclass(frozen=True)
class Listing:
    """What to show, in order, and what the order costs."""

    items: Sequence[Recommendation]
    expected: float  # clicks to expect when all are seen: the sum of their chances
    most: float  # the same of the likeliest as many
    notes: Sequence[str] = ()  # what was asked of the list and could not be kept, or was read otherwise
    plain: Sequence[Hit] = ()  # of a search: what it finds for nobody in particular, best first


@dataclass(frozen=True)
class Timeline:
    """What a shopper did, the newest visit first, and what was shown to her and left alone; all on the shop's clocks.

    Attributes
    ----------
    events
        ``ts, event_type, item_id, title, category, price, detail, visit``; those of a visit stand together.
    visits
        Of these events: ``visit, began, ended, looks`` (different items), ``carts, bought`` (pieces), ``spent``.
    shown
        A row for each list: ``visit, ts, slot, item_ids, titles`` of what was neither clicked nor viewed in its visit.
        A visit that has no events is one in which nothing was done.
    everything
        How many events there are, more than these perhaps.
    """

    events: pd.DataFrame
    visits: pd.DataFrame
    shown: pd.DataFrame
    everything: int


@dataclass(frozen=True)
class Offers:
    """What a log has that conditions can be about."""

    events: tuple[str, ...]
    categories: tuple[str, ...]
    brands: tuple[str, ...]
    timed: bool = True  # whether it has hours, not days alone
    numbers: tuple[str, ...] = ()  # columns of numbers that the items have, such as stock


@dataclass(frozen=True)
class ShopperView:
    """What was counted of a shopper and what she did; what is predicted of her is asked for apart."""

    user_id: str
    as_of: datetime
    facts: Sequence[Fact]
    timeline: Timeline


@dataclass(frozen=True)
class Span:
    """A piece of the words: [start, stop) in token positions of its sequence."""

    start: int
    stop: int
    field: str  # "action", "title", "category", "brand", "price", "when", "count", "fit", ...
    event: int  # index of the history event it belongs to or derives from; -1 = the item's own words


@dataclass(frozen=True)
class TokenValue:
    """A token (or whole word) and what it pushed, in log-odds."""

    text: str
    value: float
    event: int  # -1 = the item's own words
    field: str


@dataclass(frozen=True)
class EventValue:
    """A history event (or the item's own words) and what it pushed, in log-odds."""

    event: int
    text: str  # the event in words
    event_type: str  # "" for the item's own words
    item_id: str | None
    ts: datetime | None
    value: float


@dataclass(frozen=True)
class Check:
    """Whether an explanation passes one check of whether it can be relied on."""

    name: str
    passed: bool | None  # None: it could not be measured
    said: str  # what was found, a clause
    help: str  # what is checked, and how


@dataclass(frozen=True)
class Explanation:
    """Why one item gets its probability. Values are Owen values in log-odds and add up:
    base_value + sum(tokens) = base_value + sum(events) = prediction (log-odds).
    """

    user_id: str
    item_id: str
    title: str
    base_value: float  # log-odds when nothing is known
    prediction: float  # log-odds
    p_base: float  # calibrated probability at base
    p_click: float  # calibrated probability
    additivity_error: float
    events: Sequence[EventValue]
    words: Sequence[TokenValue]
    tokens: Sequence[TokenValue]
    sentence: str
    evaluations: int
    seconds: float
    faithfulness: float | None = None  # drop of log-odds when the top 20 % of words go, over the same for random words
    unsettled: float | None = None  # greatest standard error of an event's value, log-odds; 0 is exact, None unknown
    checks: Sequence[Check] = ()  # whether it can be relied on


@dataclass(frozen=True)
class Preview:
    """A first look at the reasons, by gradients. The values add up to nothing."""

    user_id: str
    item_id: str
    title: str
    events: Sequence[EventValue]
    seconds: float


@dataclass(frozen=True)
class Contrast:
    """Why one item stands above another for one shopper."""

    first: Explanation
    second: Explanation
    events: Sequence[EventValue]  # what each pushes for the first minus for the second, in log-odds
    additivity_error: float
    sentence: str


@dataclass(frozen=True)
class Change:
    """What might have been otherwise. Events go by their numbers in the explanation."""

    drop: tuple[int, ...] = ()
    days: tuple[tuple[int, float], ...] = ()  # event, days ago
    title: str | None = None  # of the item
    price: float | None = None  # of the item


@dataclass(frozen=True)
class Moved:
    """What an event pushed and what it would push, in log-odds; None where it is not there."""

    text: str
    before: float | None
    after: float | None


@dataclass(frozen=True)
class WhatIf:
    """A prediction as it is, and as it would be."""

    before: Explanation
    after: Explanation
    moved: Sequence[Moved]  # those that changed most first
    notes: Sequence[str] = ()


@dataclass(frozen=True)
class Suspect:
    """A title with words that look as if they were there for the ranking, not for the shopper."""

    item_id: str
    title: str
    words: Sequence[str]  # the suspicious parts as they stand
    reasons: Sequence[str]  # what is suspicious about them, in the same order
    without: str  # the title without them
    p_with: float | None = None  # mean chance of a click among the shoppers asked
    p_without: float | None = None
    lift: float | None = None  # what the words push, in log-odds on average


# ---- segments ----------------------------------------------------------------------


@dataclass(frozen=True)
class Condition:
    """One condition on shoppers: ``column op value``; column is a fact or a tag key."""

    column: str
    op: str  # one of >=, <=, ==, in, between
    value: Any


@dataclass(frozen=True)
class SegmentView:
    """A segment against everyone."""

    shoppers: int
    everyone: int
    differences: pd.DataFrame  # what, label, kind (observed|predicted), column, first, second, effect, low, high, sure
    table: pd.DataFrame  # user_id and the chosen columns


# ---- scoring, model ----------------------------------------------------------------


@dataclass(frozen=True)
class Understood:
    """What was understood of an uploaded file, before anything is scored."""

    kind: str  # "pairs" | "log"
    rows: int
    users: int
    items: int
    unknown_users: int
    unknown_items: int
    mapping: Mapping[str, str]  # canonical → column of the file
    notes: Sequence[str]
    preview: pd.DataFrame


@dataclass(frozen=True)
class ClickMetrics:
    """Click figures on held-out impressions or baskets; see train/metrics.py for formulas."""

    auc: float
    gauc: float
    mrr: float
    ndcg5: float
    ndcg10: float
    logloss: float
    ece: float
    n: int
    groups: int


@dataclass(frozen=True)
class ModelReport:
    """Everything the Model page shows."""

    name: str
    base: str
    created: datetime
    #: Row (after, before, popularity, lightgbm, oracle …) → figure name → value.
    metrics: Mapping[str, Mapping[str, float | None]]
    tags: pd.DataFrame  # key, label, family, base_rate, ap, ap_lightgbm, precision, recall, threshold, n
    reliability: pd.DataFrame  # bin_low, bin_high, predicted, observed, n
    card: str  # markdown
    settings: Mapping[str, Any] = field(default_factory=dict)
    folder: Path | None = None
    data: Mapping[str, Any] = field(default_factory=dict)  # what it learned from: version, fingerprint, splits …
    seconds: float = 0.0  # that making it took


@dataclass(frozen=True)
class Outlook:
    """What a training would learn from, counted before it starts."""

    shown: bool  # lists that were shown; else baskets
    lists: int  # lists or baskets to learn from
    lists_there: int  # as many as there are in those days
    people: int  # shoppers that these are of
    shoppers: int  # shoppers at a moment, to learn tags from
    judged: int  # lists or baskets to be judged on
    first: datetime  # learned from [first, train_end), calibrated up to val_end, judged up to end
    train_end: datetime
    val_end: datetime
    end: datetime
    replayed: int = 0  # lists or baskets of the days that the model that it goes on from learned from
    shows_forgetting: bool = True  # whether the log still holds enough of the days that that model was judged on


@dataclass(frozen=True)
class Run:
    """A training that runs, or was interrupted and can go on."""

    name: str
    running: bool
    job: str | None  # its job, while that waits or runs
    began: datetime
    settings: Mapping[str, Any]
    version: int  # of the data
    learns: Mapping[str, Any]  # train_lists, train_shoppers, splits; empty until they are read
    step: int
    steps: int  # 0 until they are known
    left: str  # time that is left, in words; "" when it is not known
    kept: int  # step of the last checkpoint, from which it can go on
    curve: pd.DataFrame  # step, training, validation: losses, one of them missing in each row
    ended: str = ""  # why it stopped, where that is known


@dataclass(frozen=True)
class Promotion:
    """From when on a model was in use, and how that came about."""

    model: str
    how: str  # first (it was in use before anybody chose) | used (chosen) | back (rolled back to)
    at: datetime


@dataclass(frozen=True)
class Comparison:
    """Two models side by side."""

    first: str
    second: str
    figures: pd.DataFrame  # figure, first, second, better ("first", "second" or "")
    differs: pd.DataFrame  # what, first, second: settings and data that are not the same
    notes: Sequence[str]  # what keeps the figures from being compared at their word


@dataclass(frozen=True)
class Job:
    """Long work in the worker process."""

    id: str
    kind: str  # import | train | profile | score
    status: str  # queued | running | done | failed | cancelled
    progress: float
    message: str
    created: datetime
    started: datetime | None
    finished: datetime | None
    result: Mapping[str, Any] | None
    error: str | None


@dataclass(frozen=True)
class Part:
    """A piece of a search as it was understood."""

    what: str  # word | words (in quotation marks) | brand | category | price | band | kind | not (what is not wanted)
    text: str  # as it was typed
    label: str  # what it means
    without: str  # the search without it


@dataclass(frozen=True)
class Hit:
    """An item that a search found."""

    item_id: str
    title: str
    category: str
    brand: str
    price: float | None
    kind: str
    found_by: Sequence[str]  # words | meaning | popular (where no words were given)
    plain: int  # its place for nobody in particular, from 1
    place: int  # its place as it is shown
    p_click: float | None = None  # of the shopper, where there is one and a model

    @property
    def moved(self) -> int:
        """Places that it stands higher (or, below 0, lower) for this shopper than for anybody."""
        return self.plain - self.place


@dataclass(frozen=True)
class Found:
    """What a search found."""

    text: str
    parts: Sequence[Part]
    notes: Sequence[str]  # sentences: what was let go of, or read otherwise
    hits: Sequence[Hit]  # as they are shown: for the shopper, or the same as ``plain``
    plain: Sequence[Hit]  # for nobody in particular
    matching: int  # items that have the words and keep to the bounds
    user_id: str | None = None  # for whom they are ordered
    model: str | None = None  # that ordered them


@dataclass(frozen=True)
class Beside:
    """An item that may stand on another one's page."""

    item_id: str
    title: str
    category: str
    brand: str
    price: float | None
    kind: str
    why: str = ""
    shoppers: int = 0  # who bought both on one day
    lift: float | None = None  # how many times as often as by chance


@dataclass(frozen=True)
class ItemPage:
    """What may stand on an item's page."""

    item: Beside
    as_of: datetime
    similar: Sequence[Beside]
    goes_with: Sequence[Beside]
    about: Sequence[Beside]  # articles and videos; on the page of such a one, products
    looks: Sequence[Beside] = ()  # whose pictures look alike; none where nobody looked at them


@dataclass(frozen=True)
class Course:
    """What a model says of a shopper at several moments, of what she had done before each.

    Attributes
    ----------
    moments
        Earliest first; only those before which she had done anything.
    events
        Things done before each.
    tags
        The tags, attributes left out: those do not change with what is done.
    chances
        A row for each moment, a column for each tag's key.
    """

    moments: tuple[datetime, ...]
    events: tuple[int, ...]
    tags: tuple[TagSpec, ...]
    chances: pd.DataFrame


@dataclass(frozen=True)
class Alike:
    """A shopper who is like another, or like several.

    Attributes
    ----------
    distance
        How far they are apart in a column on average, in standard deviations of all shoppers.
    same
        Label and value of the facts in words that are the same for all of them.
    """

    user_id: str
    distance: float
    same: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Note:
    """A note about a shopper. Its time is UTC."""

    id: int
    user_id: str
    at: datetime
    who: str
    text: str


# ---- tags that a person describes --------------------------------------------------


@dataclass(frozen=True)
class Described:
    """A tag that somebody described in a sentence. Times are UTC."""

    id: str
    sentence: str  # "buys gifts for children"
    owner: str
    threshold: float | None  # chance from which it is given; None: the one that is proposed
    created: datetime

    @property
    def key(self) -> str:
        """What its column is called."""
        return f"described:{self.id}"


@dataclass(frozen=True)
class Mark:
    """What a person said of a shopper: whether a description fits. Its time is UTC."""

    user_id: str
    fits: bool
    at: datetime
    who: str
