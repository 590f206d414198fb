"""Which ad for whom, worked out by hand on ``tests.core.ad_log``."""

from dataclasses import replace

import pytest

from core.advice import Ask
from core.errors import InputError, TooLittleData
from core.slots import NO_CHANCES, advise
from tests.core.ad_log import EVENTS, GROUPS, NAMES, ad_shop
from tests.core.fake_scorer import FakeScorer

ASK = Ask("banner", judge="counted")
#: Clicks are 3 of 10, of D1 2 of 6 and of D2 1 of 4. Drawn to 0.3 by 2,000 impressions: D1 602/2006, D2 601/2004; each
#: cell is drawn to that by another 2,000.
D1, D2 = 602 / 2006, 601 / 2004
RATES = [(2 + 2000 * D1) / 2004, (0 + 2000 * D2) / 2002, (0 + 2000 * D1) / 2002, (1 + 2000 * D2) / 2002]


@pytest.fixture(scope="module")
def reader(tmp_path_factory):
    return ad_shop(tmp_path_factory.mktemp("slots") / "shop").reader()


def ask(reader, scorer=None, folder=None, **changes):
    return advise(reader, scorer, replace(ASK, **changes), GROUPS, NAMES, folder)


def suggested(found):
    return {(row.segment, row.item_id): row.suggested for row in found.cells.itertuples() if row.suggested > 1e-6}


def test_each_segment_is_shown_what_it_clicks(reader):
    found = ask(reader)
    assert found.cells["chance"].tolist() == pytest.approx(RATES)
    # six impressions in five lists: the ad for shoes in each list, once the other one
    assert suggested(found) == pytest.approx({("Shoes", "D1"): 5, ("Shoes", "D2"): 1, ("Tents", "D2"): 4})
    a, b, c, d = RATES
    assert found.now.clicks == pytest.approx(4 * a + 2 * b + 2 * c + 2 * d)
    assert found.suggested.clicks == pytest.approx(5 * a + b + 4 * d)
    assert found.ahead.value == pytest.approx(a - b + 2 * (d - c))
    assert found.ahead.low < 0 < found.ahead.high  # ten impressions show nothing
    assert (found.clicked, found.now.shown) == (3, 10)
    once = found.binds[found.binds["what"] == "once"].iloc[0]
    assert (once["segment"], once["title"], once["gain"]) == ("Shoes", "Sale: all shoes", pytest.approx(a - b))


def test_what_was_counted_has_its_interval(reader):
    first = ask(reader).cells.iloc[0]
    # Wilson of 2 in 4: (2 + 1.9207) / 7.8415 = 0.5, and 1.96 / 7.8415 * sqrt(2 * 2 / 4 + 0.9604) = 0.34996
    assert (first["rate"], first["rate_low"], first["rate_high"]) == pytest.approx((0.5, 0.15004, 0.84996), abs=1e-4)
    assert (first["now"], first["clicked"]) == (4, 2)


def test_a_click_is_worth_what_was_bought_after_it(reader):
    ads = ask(reader, goal="value").ads
    mean = 140 / 3  # three clickers, 100 and 40 paid; twenty clickers draw each ad to it
    assert ads["worth"].tolist() == pytest.approx([(100 + 20 * mean) / 22, (40 + 20 * mean) / 21])
    assert ads["clickers"].tolist() == [2, 1]
    given = ask(reader, worth=2.0)
    assert given.suggested.value == pytest.approx(2 * given.suggested.clicks)
    assert given.cells["value"].tolist() == pytest.approx([2 * rate for rate in RATES])


def test_each_ad_in_each_segment_has_the_value_to_expect_of_an_impression(reader):
    found, mean = ask(reader), 140 / 3
    worth = {"D1": (100 + 20 * mean) / 22, "D2": (40 + 20 * mean) / 21}
    expected = [rate * worth[item] for rate, item in zip(RATES, found.cells["item_id"], strict=True)]
    assert found.cells["value"].tolist() == pytest.approx(expected)
    assert (found.cells["value"] * found.cells["now"]).sum() == pytest.approx(found.now.value)


def test_a_cap_on_repetition_and_limits_of_ads_are_kept(reader):
    found = ask(reader, repeat=1)  # two shoppers a segment: each ad twice at most
    assert found.ads["suggested"].max() == pytest.approx(4)
    assert found.suggested.shown == pytest.approx(8)
    assert ask(reader, most={"D1": 3}).ads["suggested"].tolist() == pytest.approx([3, 7])
    assert suggested(ask(reader, least={"D1": 7}))["Tents", "D1"] == pytest.approx(2)
    costly = ask(reader, cost={"D1": 1.0}, budget={"D1": RATES[0]})  # enough for one showing to the first segment
    assert suggested(costly)["Shoes", "D1"] == pytest.approx(1)
    assert "budget" in set(costly.binds["what"])


def test_the_model_judges_where_there_is_one(reader, tmp_path):
    scorer = FakeScorer({"D1": 0.2, "D2": 0.1})
    found = ask(reader, scorer, tmp_path, judge="model")
    assert found.judge == "model"
    assert suggested(found) == pytest.approx({("Shoes", "D1"): 5, ("Shoes", "D2"): 1, ("Tents", "D1"): 4})
    assert found.suggested.clicks == pytest.approx(9 * 0.2 + 0.1)
    # everybody was asked and says the same: nothing is left to chance
    assert (found.ahead.value, found.ahead.low) == pytest.approx((0.3, 0.3))
    assert found.segments["sampled"].tolist() == [2, 2]
    assert found.cells["model"].tolist() == pytest.approx([0.2, 0.1, 0.2, 0.1])
    assert set(scorer.asked[0]["slot"]) == {"banner"}


def test_without_a_model_what_was_counted_judges_and_that_is_said(reader):
    found = ask(reader, judge="model")
    assert found.judge == "counted"
    assert any("no model yet" in note for note in found.notes)
    assert found.cells["model"].isna().all()


def test_what_the_suggestion_would_have_brought_by_the_logs_own_chances(reader):
    # each ad was chosen with 0.5. Weights: D1 to Shoes 5/6 / 0.5, D2 1/6 / 0.5; to Tents D1 0, D2 2
    # clicks: 2 * 1.6667 + 1 * 2 = 5.3333 of 10; weights: 4 * 1.6667 + 2 * 0.3333 + 2 * 2 = 11.3333
    found = ask(reader).replayed
    assert found.n == 10
    assert found.logged.value == pytest.approx(0.3)
    assert found.ips.value == pytest.approx(0.53333, abs=1e-5)
    assert found.snips.value == pytest.approx(5.33333 / 11.33333, abs=1e-5)


def test_without_logged_chances_that_is_said(tmp_path):
    bare = [(*event[:4], {k: v for k, v in event[4].items() if k != "value"}) for event in EVENTS]
    found = ask(ad_shop(tmp_path / "shop", bare).reader())
    assert found.replayed is None
    assert NO_CHANCES in found.notes


def test_what_the_log_never_showed_there_cannot_be_replayed(tmp_path):
    # nobody of the second segment was shown the ad for shoes, which the model thinks they would click
    never = [event for event in EVENTS if not (event[0] in ("cy", "dot") and event[1] == "D1")]
    found = ask(ad_shop(tmp_path / "shop", never).reader(), FakeScorer({"D1": 0.9}), judge="model")
    assert found.replayed is None
    assert any("never shown in the log" in note for note in found.notes)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"slot": "moon"}, r"no ad at a place 'moon'. It has: banner \(ad\)"),
        ({"kind": "article"}, "no article at a place 'banner'"),
        ({"goal": "fame"}, "goal cannot be 'fame'"),
        ({"judge": "me"}, "judge cannot be 'me'"),
        ({"days": 0}, "days must be above 0"),
        ({"repeat": -1}, "repeated must be above 0"),
        ({"most": {"D9": 3}}, "No ad that is weighed here has the id 'D9'. They are D1, D2"),
        ({"most": {"D1": -3}}, "cannot be below 0"),
        ({"least": {"D1": 50}}, "Sale: all shoes must be shown 50 times, but .* allow 9"),
    ],
)
def test_what_does_not_fit_is_refused(reader, changes, said):
    with pytest.raises(InputError, match=said):
        ask(reader, **changes)


def test_days_without_impressions_are_too_little(reader):
    with pytest.raises(TooLittleData, match="Take more days"):
        ask(reader, days=0.01)
