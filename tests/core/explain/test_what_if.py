from __future__ import annotations

import pytest

from core.errors import InputError
from core.explain.faithfulness import check_additive
from core.explain.partition import ITEM
from core.explain.what_if import what_if
from core.records import Change
from core.text.taste import Taste
from tests.core.explain.fake import AS_OF, FITS, FakeScorer
from tests.core.text.rows import summary

#: Numbers of the events of ``fake.EVENTS``, after the line that sums up.
SEARCH, VIEWED_TENT, BOUGHT_SHOES = 1, 2, 3


class Rewriting(FakeScorer):
    """With rows that can be altered; remembers what was altered."""

    def words_if(self, user_id, item_ids, as_of, change):
        events, fits = change(self.events, [dict(FITS[item]) for item in item_ids])
        self.altered = events, fits
        history = self.template.history(summary(), events)
        return history, [self.template.candidate(fit, history, Taste(events)) for fit in fits]


@pytest.fixture
def scorer(tiny_base):
    return Rewriting(tiny_base, planted={VIEWED_TENT: 2.0})


def test_without_an_event_its_push_is_gone_and_the_rest_stays(scorer):
    found = what_if(scorer, "u", "t1", AS_OF, Change(drop=(VIEWED_TENT,)))
    check_additive(found.after)
    assert found.moved[0].text == "viewed Waterproof tent 3 times, 2 days ago"
    assert found.moved[0].before > 1.0
    assert found.moved[0].after is None
    assert found.after.prediction == pytest.approx(found.before.prediction - found.moved[0].before, abs=1e-6)
    assert VIEWED_TENT not in {event.event for event in found.after.events}
    assert all(moved.before == pytest.approx(moved.after, abs=1e-6) for moved in found.moved[1:])


def test_an_event_at_another_time_moves_in_the_history_and_in_the_words_of_fit(scorer):
    found = what_if(scorer, "u", "t1", AS_OF, Change(days=((VIEWED_TENT, 20.0),)))
    events, (fit,) = scorer.altered
    assert [row["item_id"] for row in events if row["event_type"] == "view"] == ["l1", "t1"]
    assert fit["viewed_age"] == 20 * 86_400
    assert "viewed Waterproof tent 3 times, 2 weeks ago" in [event.text for event in found.after.events]
    check_additive(found.after)


def test_a_purchase_at_another_time_is_told_of_the_item_only_if_it_was_the_item(scorer):
    what_if(scorer, "u", "t1", AS_OF, Change(days=((BOUGHT_SHOES, 100.0),)))
    _, (fit,) = scorer.altered
    assert fit["bought_age"] == FITS["t1"]["bought_age"]
    what_if(scorer, "u", "s1", AS_OF, Change(days=((BOUGHT_SHOES, 100.0),)))
    assert scorer.altered[1][0]["bought_age"] == 100 * 86_400


def test_another_title_and_another_band_are_read(scorer):
    found = what_if(scorer, "u", "t1", AS_OF, Change(title="Glass lamp", price=9.0), band=2)
    _, (fit,) = scorer.altered
    assert (fit["title"], fit["band"]) == ("Glass lamp", 2)
    assert next(event.text for event in found.after.events if event.event == ITEM) == "Glass lamp"
    assert found.before.title == "Waterproof tent"
    assert found.notes == ["The model reads prices as bands: at 9.00 the item would be “premium”."]
    (unknown,) = what_if(scorer, "u", "t1", AS_OF, Change(price=9.0)).notes
    assert "No price bands are known" in unknown


def test_nothing_otherwise_moves_nothing(scorer):
    found = what_if(scorer, "u", "t1", AS_OF, Change())
    assert found.after.prediction == pytest.approx(found.before.prediction, abs=1e-9)
    assert all(moved.before == pytest.approx(moved.after) for moved in found.moved)


@pytest.mark.parametrize(("change", "said"), [
    (Change(drop=(99,)), "no event 99"),
    (Change(days=((SEARCH, -1.0),)), "in the future"),
    (Change(days=((0, 3.0),)), "has no time of its own"),
])
def test_what_cannot_be_is_refused(scorer, change, said):
    with pytest.raises(InputError, match=said):
        what_if(scorer, "u", "t1", AS_OF, change)
