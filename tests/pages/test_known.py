"""A shopper's page: how tags came to be, segments, who is alike, and notes; what is counted stays apart."""

from __future__ import annotations

from core.conditions import Group
from core.records import Condition
from tests.pages.fake_why import SPECS
from tests.pages.test_every_page import said

USER = "S00042"
ALL = Group("all", (Condition("purchases", ">=", 0),))
NONE = Group("all", (Condition("purchases", ">=", 99),))


def links(app, where):
    return [link.proto for link in app.get("page_link") if link.proto.query_string.startswith(where)]


def opened(page, **more):
    app = page("shopper", user=USER, **more)
    app.session_state[f"course-{USER}"] = True
    return app.run()


def test_earlier_days_are_not_computed_before_they_are_opened(page, shop):
    page("shopper", user=USER)
    assert "course" not in shop.calls


def test_earlier_days_stand_beside_today_and_what_was_counted_apart(page, shop):
    app = opened(page)
    table = next(one for one in app.dataframe if "Course" in one.value)
    assert list(table.value) == ["Tag", "Course", "3 May 2026", "26 May 2026", "2 June 2026", "Change"]
    assert table.value["Tag"].tolist() == [spec.label for spec in SPECS]
    assert table.value.iloc[0].tolist()[2:] == [0.0, 20.0, 40.0, 40.0]
    counted = next(caption.value for caption in app.caption if "**Counted:**" in caption.value)
    assert "things done, 3 before 3 May 2026, 60 before 26 May 2026, 148 before 2 June 2026." in counted
    assert "reads only what was in the logs by each day. It learned from the days up to" in said(app)


def test_a_new_shopper_has_no_earlier_day(page, shop):
    shop.knowing.events = (3,)
    assert "no earlier day to compare with" in said(opened(page))


def test_the_segments_of_a_shopper_lead_to_them(page, shop):
    one = shop.segments.save(ALL, "Loyal <b>")
    shop.segments.save(NONE, "Nobody")
    app = page("shopper", user=USER)
    (link,) = links(app, "segment=")
    assert link.query_string.startswith(f"segment={one.id}&where=")
    assert "Loyal" in link.label
    assert "<b>" not in link.label.replace("\\<", "")


def test_in_no_segment_in_none_at_all_or_unclear(page, shop):
    assert "No segment is saved yet" in said(page("shopper", user=USER))
    shop.segments.save(NONE, "Nobody")
    assert "in none of the saved segments" in said(page("shopper", user=USER))
    shop.knowing.unclear = True
    assert "cannot be said whether they are in Nobody" in said(page("shopper", user=USER))


def test_who_is_alike_is_told_by_facts_or_by_predictions_never_by_both(page, shop):
    app = page("shopper", user=USER)
    assert [b.label for b in app.button if (b.key or "").startswith("alike-")] == [f"S{n:05d}" for n in range(1, 7)]
    assert "same favourite category\\: Shoes \\<b\\>" in said(app)
    assert "**Counted**, the nearest first" in said(app)
    app.button_group(key="alike-by").set_value("tags").run()
    assert "**Predicted**, the nearest first" in said(app)
    assert "**Counted**, the nearest first" not in said(app)
    app.button(key="alike-S00003").click().run()
    assert app.query_params["user"] in ("S00003", ["S00003"])
    shop.ready = 0.0
    assert app.button_group(key="alike-by").options != page("shopper", user=USER).button_group(key="alike-by").options


def test_notes_are_kept_escaped_and_deleted(page, shop):
    app = page("shopper", user=USER)
    app.text_area(key=f"note-text-{USER}").set_value("Asked for <b>wide</b> shoes\n# and [socks](x)")
    next(b for b in app.button if b.label == "Keep the note").click().run()
    assert [note.text for note in shop.knowing.kept] == ["Asked for <b>wide</b> shoes\n# and [socks](x)"]
    shown = next(m.value for m in app.markdown if "wide" in m.value)
    assert shown == "Asked for \\<b\\>wide\\</b\\> shoes  \n\\# and \\[socks\\]\\(x\\)"
    app.button(key="note-1").click().run()
    assert shop.knowing.kept == []


def test_an_empty_note_is_refused(page, shop):
    app = page("shopper", user=USER)
    next(b for b in app.button if b.label == "Keep the note").click().run()
    assert "Write something" in app.error[0].value
