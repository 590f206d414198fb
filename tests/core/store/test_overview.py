"""The Overview's tables and findings, worked out by hand."""

from datetime import datetime

import pytest

from core.store import overview
from core.store.health import notes
from core.store.importer import import_files
from core.store.workspace import Workspace
from tests.core.little_shop import EVENTS, little_shop


@pytest.fixture(scope="module")
def seen(tmp_path_factory):
    reader = little_shop(tmp_path_factory.mktemp("overview") / "shop").reader()
    return overview.overview(reader, overview.info(reader, ["demo"]))


def titles(seen):
    return {note.title: note.level for note in seen.health}


def test_info_counts_everything(seen):
    about = seen.info
    assert (about.version, about.events, about.items, about.users) == (1, 17, 6, 4)
    assert (about.rejected, about.duplicates, about.generated, list(about.models)) == (1, 2, False, ["demo"])
    assert about.event_types["purchase"] == 4
    assert (about.first_ts, about.last_ts) == (datetime(2026, 6, 1, 8), datetime(2026, 6, 3, 23, 40))


def test_events_by_type_and_day(seen):
    day = seen.daily[seen.daily["day"] == "2026-06-02"]
    counts = dict(zip(day["event_type"], day["events"], strict=True))
    assert counts == {"cart": 2, "purchase": 1, "rating": 1, "view": 1}


def test_the_funnel_counts_shoppers_who_took_every_step(tmp_path):
    more = [("cy", "P1", "view", "2026-06-02 09:00", {}), ("dot", "P1", "purchase", "2026-06-02 09:00", {})]
    reader = little_shop(tmp_path / "shop", [*EVENTS, *more]).reader()
    funnel = overview.overview(reader, overview.info(reader, [])).funnel
    assert funnel["step"].tolist() == ["view", "cart", "purchase"]
    assert funnel["shoppers"].tolist() == [3, 2, 2]  # dot bought without a look: she did not come this way
    assert funnel["of_first"].tolist() == pytest.approx([1, 2 / 3, 2 / 3])
    assert funnel["of_previous"].tolist() == pytest.approx([1, 2 / 3, 1])


def test_click_through_categories_and_searches(seen):
    assert seen.click_through == 0.25
    assert seen.categories.values.tolist() == [["Outdoor", 2, 2, 60.0], ["Shoes", 2, 2, 140.0]]
    assert seen.searches.values.tolist() == [["trail shoes", 1, 1]]


def test_steps_that_a_shop_does_not_log_are_left_out(tmp_path):
    bought = [event for event in EVENTS if event[2] == "purchase"]
    reader = little_shop(tmp_path / "shop", bought).reader()
    seen = overview.overview(reader, overview.info(reader, []))
    assert seen.funnel.values.tolist() == [["purchase", 2, 1.0, 1.0]]
    assert seen.click_through is None
    assert seen.searches.empty
    assert "What was shown is not logged" in titles(seen)


def test_health_says_what_was_found(seen):
    found = titles(seen)
    assert found["The log covers only 3 days"] == "warn"
    assert found["1 line was rejected"] == "note"
    assert found["2 lines were there twice"] == "note"
    detail = next(note.detail for note in seen.health if "rejected" in note.title)
    assert "5.0 % of the lines that were read" in detail
    assert "ts: no time (1)" in detail
    assert seen.thin_shoppers == 2  # of four
    assert found["2 shoppers have too little history"] == "note"
    thin = next(note.detail for note in seen.health if "too little history" in note.title)
    assert thin.replace("\u00a0", " ").startswith("They did fewer than 3 things, 50 % of all shoppers")


def test_every_finding_says_what_it_means_and_is_a_sentence(seen):
    verbs = {"covers", "was", "were", "looks", "look", "has", "have", "is", "are", "names", "lies", "does", "name"}
    for note in seen.health:
        assert verbs & set(note.title.split()), note.title
        assert note.detail.endswith("."), note.detail


def noticed(folder, events):
    reader = little_shop(folder, events).reader()
    return {note.title: note.detail for note in notes(reader, overview.info(reader, []))}


def test_what_limits_a_model_comes_before_what_was_mended(tmp_path):
    order = list(noticed(tmp_path / "shop", [("ann", "P1", "view", "2026-06-01 10:00", {})]))
    limit, mended = "What was shown is not logged", "The log does not say which visit an event belongs to"
    assert order.index("1 line was rejected") < order.index(limit) < order.index(mended)
    assert order[-1] == "2 lines were there twice"


def test_visits_that_were_cut_are_said(seen, tmp_path):
    # Of Ann's, three on Monday and a return on Wednesday; five of Bob's, in five minutes.
    detail = next(note.detail for note in seen.health if note.title == "9 events name no visit")
    assert "30 minutes passed without an event, which gives 3 visits" in detail
    found = noticed(tmp_path / "shop", [("ann", "P1", "view", "2026-06-01 10:00", {})])
    assert "The log does not say which visit an event belongs to" in found


def test_estimated_dwell_is_said_and_logged_dwell_is_not(seen, tmp_path):
    assert not any("looked at is" in note.title for note in seen.health)
    looks = [("ann", "P1", "view", f"2026-06-01 10:0{n}", {}) for n in range(3)]
    found = noticed(tmp_path / "shop", looks)
    assert "5 minutes at most: 2 minutes in all" in found["How long items were looked at is not logged"]


def test_odd_prices_and_quantities_are_said_with_the_oddest(tmp_path):
    bought = [("ann", "P1", "purchase", f"2026-06-01 1{n}:00", {"price": 10.0, "quantity": 1}) for n in range(3)]
    odd = [("ann", "P1", "purchase", "2026-06-01 15:00", {"price": 0.0}),
           ("ann", "P1", "purchase", "2026-06-01 16:00", {"price": 4000.0, "quantity": 74_215})]
    found = noticed(tmp_path / "shop", [*bought, *odd])
    assert "(1 of them nothing)" in found["2 prices are odd"]
    assert "The oddest is 74,215 for item P1 where 1 is usual." in found["1 quantity is far beyond the usual"]


def test_robots_and_test_accounts_are_counted_together(tmp_path):
    many = [("bot", "P1", "view", f"2026-06-01 {n // 60:02d}:{n % 60:02d}", {}) for n in range(61)]
    found = noticed(tmp_path / "shop", [*many, ("qa-1", "P1", "view", "2026-06-01 10:00", {})])
    detail = found["1 shopper looks like a robot and 1 test account"]
    assert "62 events are theirs" in detail
    assert "One is bot: a look every 60 seconds, steady as a clock, on 1 June 2026." in detail
    alone = noticed(tmp_path / "other", [("qa-1", "P1", "view", "2026-06-01 10:00", {})])
    assert "1 shopper looks like a test account" in alone


def described(folder, items):
    """What is found in a shop of five items, b to e of which nobody but their own list describes."""
    folder.mkdir()
    (folder / "events.csv").write_text(
        "user_id,item_id,event_type,ts,price\nann,a,view,2026-06-01 10:00,\nann,d,purchase,2026-06-01 10:05,7.00\n"
    )
    (folder / "items.csv").write_text(f"item_id,title,category,kind,price\n{items}")
    workspace = Workspace.create(folder / "shop")
    import_files(workspace, [folder / "events.csv"], items=folder / "items.csv")
    reader = workspace.reader()
    found = notes(reader, overview.info(reader, []))
    return {note.title: (note.level, note.detail.replace("\u00a0", " ")) for note in found}


def test_titles_categories_and_prices_that_are_missing_are_said(tmp_path):
    # The title of c is blank; d has no price but was bought at one, and nobody pays for an article.
    lacking = "a,Lamp,Home,product,10\nb,,Home,product,12\nc, ,Home,product,\nd,Tent,,product,\ne,Tents,Home,article,\n"
    found = described(tmp_path / "lacking", lacking)
    assert {title: told for title, told in found.items() if title.startswith(("1 item ", "2 items "))} == {
        "2 items have no title": (  # more than a fifth of all
            "warn", "40 % of all items. The model reads titles: it knows these items only by what was done with them.",
        ),
        "1 item has no category": ("note", "20 % of all items. They take part in no favourite category."),
        "1 item has no price": ("note", "20 % of all items. They are in no price band."),
    }
    fewer = described(tmp_path / "fewer", lacking.replace("b,,", "b,Mug,"))
    assert fewer["1 item has no title"][0] == "note"
    whole = described(tmp_path / "whole", "a,A1,B,ad,\nd,Tent,Home,product,7\n")
    assert not [title for title in whole if title.endswith(("no title", "no category", "no price"))]


def _long(*days):
    return [("ann", "P1", "view", f"{day} 12:00", {}) for day in days]


def test_a_log_without_gaps_is_good_and_a_hole_in_it_is_not(tmp_path):
    whole = _long(*(f"2026-06-{day:02d}" for day in range(1, 31)))
    reader = little_shop(tmp_path / "whole", whole).reader()
    assert notes(reader, overview.info(reader, []))[0].level == "good"
    holed = little_shop(tmp_path / "holed", [*whole[:10], *whole[25:]]).reader()
    note = notes(holed, overview.info(holed, []))[0]
    assert (note.level, note.title) == ("warn", "15 of 30 days have no events")
    assert "15 days, after 10 June 2026" in note.detail


def test_robots_and_times_to_come_are_noticed(tmp_path):
    many = [("bot", "P1", "view", f"2026-06-01 {n // 60:02d}:{n % 60:02d}", {}) for n in range(121)]
    late = [("ann", "P1", "view", "2199-01-01 12:00", {})]
    reader = little_shop(tmp_path / "shop", [*many, *late]).reader()
    found = {note.title for note in notes(reader, overview.info(reader, []))}
    assert {"1 shopper looks like a robot", "1 event lies in the future"} <= found


def test_a_made_up_shop_may_lie_in_the_future(tmp_path):
    reader = little_shop(tmp_path / "shop", [("ann", "P1", "view", "2199-01-01 12:00", {})], generated=True).reader()
    assert not any("future" in note.title for note in notes(reader, overview.info(reader, [])))
