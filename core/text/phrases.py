"""Numbers, ages and levels as a few words each, so that few tokens cover all values."""

from collections.abc import Sequence

from core.schema import CATEGORY_SEPARATOR, Event

HOUR, DAY = 3600, 86_400
BANDS = ("budget", "mid price", "premium")

#: What was done, as a past participle. Views and clicks are one.
ACTIONS: dict[str, str] = {
    Event.VIEW: "viewed",
    Event.CLICK: "viewed",
    Event.CART: "put in cart",
    Event.FAVOURITE: "liked",
    Event.PURCHASE: "bought",
    Event.SEARCH: "searched",
    Event.RATING: "rated",
    Event.REVIEW: "reviewed",
    Event.RETURN: "returned",
}

_POPULARITY = ("unknown", "little known", "known", "popular", "bestseller")


def times(n: float) -> str:
    """How often: "" for once, "3 times", "over 20 times"."""
    return "" if n <= 1 else f"{amount(n)} times"


def amount(n: float) -> str:
    """A count: exact up to 10, then a round bound below it."""
    if n <= 10:
        return str(int(n))
    return f"over {max(bound for bound in (10, 20, 50, 100, 200, 500) if n > bound)}"


def ago(seconds: float) -> str:
    """How long ago, coarser the longer it is."""
    days = int(seconds // DAY)
    if seconds < HOUR:
        return "just now"
    if days == 0:
        return "today"
    if days == 1:
        return "yesterday"
    if days < 7:
        return f"{days} days ago"
    if days < 14:
        return "last week"
    if days < 60:
        return f"{days // 7} weeks ago"
    return f"{days // 30} months ago" if days < 365 else "over a year ago"


def days_ago(days: float) -> str:
    """How long ago, where only the number of days is known: the same day is "today"."""
    return ago(max(days * DAY, HOUR))


def leaf(category: str | None) -> str:
    """The narrowest part of a category path, or an empty string."""
    return category.rsplit(CATEGORY_SEPARATOR, 1)[-1].strip() if category else ""


def band(level: float | None) -> str:
    """The price band 0, 1, 2 in words, or an empty string when the price is not known."""
    return "" if level is None else BANDS[int(level)]


def popularity(level: float | None) -> str:
    """Popularity over four weeks, level 0 to 4, in words."""
    return _POPULARITY[int(level or 0)]


def click_rate(clicks: float, shows: float) -> str:
    """How often those who saw an item clicked it, smoothed, in words; "" if hardly shown."""
    if shows < 20:
        return ""
    return _level((clicks + 1) / (shows + 12), (0.04, 0.07, 0.11, 0.16), _RATES)


_RATES = ("hardly ever clicked", "seldom clicked", "sometimes clicked", "often clicked", "clicked very often")
_LEANS = ("a little", "some", "much", "mostly")


def lean(weight: float, total: float) -> str:
    """Which part of what she did went to a category or brand: never, a little … mostly."""
    if total <= 0:
        return "unknown"
    return "never" if weight <= 0 else _level(weight / total, (0.08, 0.2, 0.45), _LEANS)


def style(share: float) -> str:
    """How much an item's words are those that she looks for: never, a little … mostly."""
    return _level(share, (0.02, 0.08, 0.2, 0.33), ("never", *_LEANS))


def habit(share: float | None, bounds: Sequence[float]) -> str:
    """How often something is done at such times: "" when hardly, sometimes, often, mostly."""
    return _level(share or 0, bounds, ("", "sometimes", "often", "mostly"))


def counted(n: float, thing: str) -> str:
    """A number of things: "1 purchase", "over 10 purchases"."""
    return f"{amount(n)} {thing}{'' if n == 1 else 's'}"


def price_fit(level: float | None, usual: float | None) -> str:
    """An item's band against the mean band of what she looked at and bought."""
    if level is None or usual is None:
        return ""
    words = ("much cheaper than usual", "cheaper than usual", "usual price", "dearer than usual",
             "much dearer than usual")
    return _level(level - usual, (-1.2, -0.45, 0.45, 1.2), words)


def strength(value: float) -> str:
    """How strongly two items go together: the share of buyers of one who bought the other."""
    return _level(value, (0.03, 0.08, 0.2), ("sometimes", "often", "very often", "nearly always"))


def _level(value: float, bounds: Sequence[float], words: Sequence[str]) -> str:
    return words[sum(value >= bound for bound in bounds)]
