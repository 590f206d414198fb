"""The page Tags: a description is answered at once, marked, kept and used elsewhere."""

from __future__ import annotations

import pytest

from core.conditions import Group
from core.describing.few import Expected
from core.records import Condition
from pages._ui import described, words
from tests.pages.test_every_page import said

SENTENCE = "buys gifts for children"
KEY = "buys-gifts-for-children"


def press(app, label):
    return next(button for button in app.button if button.label == label).click().run()


def marked(shop, yes, no=0):
    """Mark some of those who fit most, in one step."""
    tag = shop.describing.keep(SENTENCE)
    likely = shop.describing.answer(tag.id).chances["user_id"]
    shop.describing.mark(tag.id, {user: place < yes for place, user in enumerate(likely.head(yes + no))})
    return tag


def test_it_begins_with_examples_and_keeps_nothing_unasked(page, shop):
    app = page("tags")
    assert "Describe shoppers in your own words" in said(app)
    press(app, SENTENCE)
    assert app.query_params["says"] == SENTENCE
    assert "This is a guess" in str(app.warning[0].proto) or "Nobody was marked yet" in said(app)
    assert shop.describing.tags() == []


def test_a_sentence_that_is_typed_is_in_the_address(page, shop):
    app = page("tags")
    app.text_input[0].set_value("  loves   boots ")
    press(app, "Find them")
    assert app.query_params["says"] == "loves boots"
    assert "Who fits most" in said(app)
    app.text_input[0].set_value("")
    press(app, "Find them")
    assert "in some words first" in app.error[0].value


def test_what_they_are_not_is_asked_for_beside_it(page):
    app = page("tags")
    assert [field.label for field in app.text_input[:2]] == ["Shoppers who …", "… rather than …"]
    app.text_input[0].set_value("loves  boots")
    app.text_input[1].set_value(" goes  barefoot ")
    press(app, "Find them")
    assert app.query_params["says"] == "loves boots rather than goes barefoot"
    assert [field.value for field in app.text_input[:2]] == ["loves boots", "goes barefoot"]
    app.text_input[0].set_value("")
    press(app, "Find them")
    assert "in some words first" in app.error[0].value  # what they are not alone is no description


def test_it_says_who_fits_and_why(page):
    app = page("tags", says=SENTENCE)
    assert "of 400 shoppers" in said(app)
    assert "bought Boots \\<b\\>in\\</b\\> red" in said(app)
    assert "searched for lamp" in said(app)
    assert "Of 2 shoppers it cannot be told" in said(app)


def test_a_first_mark_keeps_the_tag_and_another_one_is_offered(page, shop):
    app = page("tags", says=SENTENCE)
    before = [button.key for button in app.button if button.label == "Fits"]
    press(app, "Fits")
    assert app.query_params["tag"] == KEY
    assert "says" not in app.query_params
    assert [mark.fits for mark in shop.describing.marks(KEY)] == [True]
    after = [button.key for button in app.button if button.label == "Fits"]
    assert after == before[1:]  # the others stay where they are
    press(app, "Undo the last mark")
    assert shop.describing.marks(KEY) == []


def test_when_all_are_marked_others_are_offered(page, shop):
    shop.describing.keep(SENTENCE)
    app = page("tags", tag=KEY)
    for _ in range(3):
        press(app, "Does not")
    assert len(shop.describing.marks(KEY)) == 3
    assert len([button for button in app.button if button.label == "Fits"]) == 3


def test_marks_say_how_often_it_is_right(page, shop):
    marked(shop, 7, 3)
    app = page("tags", tag=KEY)
    assert "right 7 times of 10" in said(app)
    assert "by 10 marked shoppers whom it was not told" in said(app)
    assert not app.warning


def test_too_few_likely_marks_stay_a_guess(page, shop):
    marked(shop, 2)
    assert "only 2 shoppers of those who would get the tag" in said(page("tags", tag=KEY))


def test_the_threshold_can_be_moved_and_is_kept(page, shop):
    marked(shop, 7, 3)
    app = page("tags", tag=KEY)
    app.slider[0].set_value(70).run()
    assert shop.describing.get(KEY).threshold == 0.7
    many = int((shop.people["purchases"] >= 8).sum())
    assert f"## {many} of 400 shoppers" in said(app)


def test_it_leads_to_segments_with_its_condition(page, shop):
    tag = marked(shop, 7, 3)
    link = next(one for one in page("tags", tag=KEY).get("page_link") if one.proto.label == "See them in Segments")
    where = shop.segments.written(Group("all", (Condition(tag.key, ">=", 0.5),)))
    assert "where=" in link.proto.query_string
    segments = page("segments", where=where)
    assert "right 7 times of 10" in said(segments)
    assert not segments.error


def test_a_guess_is_called_so_in_segments_too(page, shop):
    tag = shop.describing.keep(SENTENCE)
    app = page("segments", where=shop.segments.written(Group("all", (Condition(tag.key, ">=", 0.5),))))
    assert "A guess: too few of them are marked" in said(app)


def test_a_tag_is_kept_and_deleted(page, shop):
    app = page("tags", says=SENTENCE)
    press(app, "Keep this tag")
    assert [tag.sentence for tag in shop.describing.tags()] == [SENTENCE]
    press(app, "Delete it")
    assert shop.describing.tags() == []
    assert "Describe shoppers in your own words" in said(app)


def test_a_shopper_shows_the_tags_that_were_described(page, shop):
    tag = marked(shop, 7, 3)
    app = page("shopper", user="S00042")
    assert "**Described** by you" in said(app)
    app.button(key=f"here-{tag.id}-True").click().run()
    assert shop.describing.marks(tag.id)[-1].user_id == "S00042"


def test_shoppers_are_read_once_before_anything_is_answered(page, shop):
    shop.describing.read = False
    app = page("tags", says=SENTENCE)
    assert [kind for kind, _ in shop.submitted if kind == "described"] == ["described"]
    assert "Every shopper is read once" in said(app)


def test_new_data_starts_reading_where_tags_are_kept(page, shop):
    page("overview")
    assert "described" not in [kind for kind, _ in shop.submitted]
    shop.describing.keep(SENTENCE)
    shop.describing.read = False
    page("overview")
    assert "described" in [kind for kind, _ in shop.submitted]


def test_how_precision_moved_is_drawn_with_its_interval():
    steps = [described.Step(n, Expected(0.5, 10, 40, 0.5, 0.3, 0.7, n)) for n in (5, 10)]
    trace = described.course(steps).data[0]
    assert list(trace.x) == [5, 10]
    assert list(trace.y) == [50, 50]
    assert list(trace.error_y.array) == pytest.approx([20, 20])


def test_how_often_it_is_right_in_words():
    assert words.right(0.7, 0.4, 0.9, 1) == (
        f"right 7 times of 10 (between 40{words.NBSP}% and 90{words.NBSP}%, by 1 marked shopper whom it was not told)")
