"""Nothing that a model reads may know the future: whatever is added after a moment changes nothing.

The twin tests let the queries leak on purpose, each at another place, and see the check fail.
"""

from datetime import datetime

import pandas as pd
import pytest

from core.store import derive, history
from core.store.importer import import_files
from core.store.workspace import Workspace
from tests.tiny_shop import AS_OF, EVENTS, ITEMS, USERS

#: In the middle of a day on which Ann bought something before, and buys on after.
NOON = datetime(2026, 1, 14, 12)
USERS_ASKED = ("ann", "0ben", "p01", "p02", "cid")
ITEMS_ASKED = ("shoe1", "shoe2", "boot1", "sock1", "mug1", "lamp1", "guide1")


def future(as_of):
    """Write events that would turn every answer over, from the moment itself on."""
    lines = []
    for minutes in (0, 1, 60, 5 * 60, 8 * 60, 24 * 60, 3 * 24 * 60, 8 * 24 * 60):
        ts = as_of + pd.Timedelta(minutes=minutes)
        for user in (*USERS_ASKED, "p03", "new1", "new2", "new3"):
            for n, item in enumerate(ITEMS_ASKED):
                lines += [f"{user},{item},{kind},{ts + pd.Timedelta(seconds=n)},{minutes + n + 1}"
                          for kind in ("impression", "click", "view", "cart", "favourite", "purchase", "return")]
            lines.append(f"{user},,search,{ts},,lamp")
    return "\n".join(lines) + "\n"


def shop(folder, as_of, with_future):
    folder.mkdir()
    (folder / "items.csv").write_text(ITEMS)
    (folder / "users.csv").write_text(USERS)
    header, *lines = EVENTS.splitlines()
    column = header.split(",").index("ts")
    kept = [line for line in lines if datetime.fromisoformat(line.split(",")[column]) < as_of]
    (folder / "past.csv").write_text("\n".join([header, *kept]) + "\n")
    files = [folder / "past.csv"]
    if with_future:
        (folder / "future.csv").write_text("user_id,item_id,event_type,ts,price,query\n" + "\n".join(
            line if line.count(",") == 5 else line + "," for line in future(as_of).splitlines()) + "\n")
        files.append(folder / "future.csv")
    workspace = Workspace.create(folder / "shop")
    report = import_files(workspace, files, folder / "items.csv", folder / "users.csv")
    assert report.rejected == 0
    return workspace.reader()


@pytest.fixture(scope="module", params=[AS_OF, NOON], ids=["midnight", "noon"])
def shops(request, tmp_path_factory):
    """Return the moment, the shop that ends there, and the shop that goes on."""
    folder = tmp_path_factory.mktemp("leak")
    before, after = (shop(folder / str(more), request.param, more) for more in (False, True))
    yield request.param, before, after
    before.close()
    after.close()


def answers(reader, as_of):
    """Return everything that the words are made of, for every shopper and item."""
    asks = pd.DataFrame({"ask_id": range(len(USERS_ASKED)), "user_id": USERS_ASKED, "as_of": as_of})
    pairs = asks.merge(pd.DataFrame({"item_id": ITEMS_ASKED}), how="cross")
    pairs["pair_id"] = range(len(pairs))
    return history.history(reader, asks), history.summary(reader, asks), history.fit(reader, pairs)


def leaks(shops):
    """Tell whether any answer differs between the two shops."""
    as_of, before, after = shops
    try:
        for old, new in zip(answers(before, as_of), answers(after, as_of), strict=True):
            pd.testing.assert_frame_equal(old, new, check_dtype=False)
    except AssertionError:
        return True
    return False


def test_the_future_changes_nothing(shops):
    as_of, before, after = shops
    assert after.rows("SELECT count(*) FROM events WHERE ts >= $m", {"m": as_of})[0][0] > 3000
    assert len(answers(before, as_of)[0]) >= 10
    assert not leaks(shops)


HOLES = {
    "past events": ("_HISTORY", "events.ts < asks.as_of", "events.ts <= asks.as_of"),
    "counts": ("_SUMMARY", "events.ts < asks.as_of", "true"),
    "fit": ("_FIT", "events.ts < asks.as_of", "events.ts <= asks.as_of"),
    "prices": ("_FIT", "wanted.day > item_prices.day", "wanted.day >= item_prices.day"),
    "price bands": ("_FIT", "priced.day >= shop_bands.week", "priced.day + 14 >= shop_bands.week"),
    "popularity": ("_FIT", "wanted.day > item_days.day", "wanted.day >= item_days.day"),
    "levels": ("_FIT", "popular.day >= popularity_levels.day", "popular.day + 1 >= popularity_levels.day"),
    "pairs": ("_FIT", "CAST(partnered.as_of AS DATE) > pair_days.day",
              "CAST(partnered.as_of AS DATE) >= pair_days.day"),
    "baskets": ("_FIT", "CAST(together.as_of AS DATE) > basket_days.day",
                "CAST(together.as_of AS DATE) >= basket_days.day"),
    "category pairs": ("_FIT", "category_partner.day > category_pair_days.day",
                       "category_partner.day >= category_pair_days.day"),
    "categories": ("_FIT", "category_both.day > category_days.day", "category_both.day >= category_days.day"),
}


@pytest.mark.parametrize("hole", HOLES)
def test_a_planted_leak_is_caught(shops, monkeypatch, hole):
    name, tight, loose = HOLES[hole]
    sql = getattr(history, name)
    assert tight in sql
    monkeypatch.setattr(history, name, sql.replace(tight, loose))
    assert leaks(shops)


def test_bands_that_knew_later_prices_would_be_caught(tmp_path, monkeypatch):
    # Bands of the week before the moment, made with the last price ever instead of the last one by then.
    tight = "shelf.week > item_prices.day"
    assert tight in derive._BANDS
    monkeypatch.setattr(derive, "_BANDS", derive._BANDS.replace(tight, "shelf.week + 100 > item_prices.day"))
    before, after = (shop(tmp_path / str(more), AS_OF, more) for more in (False, True))
    assert leaks((AS_OF, before, after))
    before.close()
    after.close()
