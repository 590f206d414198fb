"""What Why answers beside the reasons for one item: other questions, how far to trust it, what is taken along."""

from __future__ import annotations

import threading
import xml.etree.ElementTree as ET
from dataclasses import replace

import pytest

from core.queueing import Line
from core.records import Change, Check
from pages._ui import attribution, chance, export, picture, waiting
from tests.pages.fake_hostile import CORPUS, HostileShop
from tests.pages.fake_shop import SPECS
from tests.pages.fake_why import CHECKS, explanation

ASKED = {"user": "S00042", "item": "I000"}


def lines(app):
    return [str(element.value) for kind in (app.markdown, app.caption, app.info, app.warning) for element in kind]


def labels(app):
    return [button.proto.label for button in app.get("download_button")]


def test_a_badge_for_each_check_and_no_warning_when_none_failed(page):
    app = page("why", **ASKED)
    badges = [line for line in lines(app) if "badge[" in line]
    for name in ("Adds up", "Matters", "Stable: not measured"):
        assert sum(name in line for line in badges) == 1
    assert not app.warning


def test_reasons_that_fail_a_check_come_with_a_warning(page, shop, monkeypatch):
    failed = Check("Matters", False, "words at random matter as much", "Measured.")
    answer = shop.why
    monkeypatch.setattr(shop, "why", lambda *asked: replace(answer(*asked), checks=(CHECKS[0], failed)))
    app = page("why", **ASKED)
    assert app.warning[0].value == "Do not rely on these reasons: words at random matter as much."


def test_who_waits_for_others_is_told_so_and_not_when_the_answer_is_shown_again(page, shop, monkeypatch):
    line, answer, said, free = Line(1), shop.why, [], threading.Event()
    plain = waiting.say_many
    monkeypatch.setattr(waiting, "say_many", lambda *given: said.append(plain(*given)) or free.set() or said[-1])

    def why(*asked):
        with line.place():
            return answer(*asked)

    def other():
        with line.place():
            held.set()
            free.wait(60)

    held, look = threading.Event(), shop.preview(*ASKED.values())
    monkeypatch.setattr(shop, "preview", lambda *asked: look)
    monkeypatch.setattr(shop, "why", why)
    thread = threading.Thread(target=other)
    thread.start()
    held.wait(10)
    app = page("why", **ASKED)
    thread.join()
    assert not app.exception and set(said) == {":material/hourglass_top: 1 question is before you."}
    assert not any("before you" in text for text in lines(app))
    app.run()  # from the cache: nothing is told again, and nothing of it is replayed
    assert not app.exception and not any("before you" in text for text in lines(app))


def test_a_preview_is_asked_for_once_and_then_the_values_stand_there(page, shop):
    app = page("why", **ASKED)
    assert shop.calls.count("preview") == 1
    assert not any("A first, rough look" in line for line in lines(app))
    app.run()
    assert shop.calls.count("preview") == 1


def test_values_picture_and_report_can_be_taken_along(page):
    assert labels(page("why", **ASKED)) == [
        "Excel", "CSV", "Parquet", "Picture (SVG)", "Report of this shopper (HTML)",
    ]  # fmt: skip


def test_why_one_item_stands_above_another(page, shop):
    app = page("why", **ASKED, ask="above")
    others = next(box for box in app.selectbox if box.label == "Compare with")
    assert len(others.options) == 9
    assert "stands above" in app.info[0].value
    assert [metric.value for metric in app.metric] == ["17\u00a0%"] * 2
    others.select("I003").run()
    assert shop.calls.count("why_above") == 2


def test_what_if_an_event_is_dropped_or_moved_and_the_item_changed(page, shop):
    app = page("why", **ASKED, ask="if")
    assert not app.metric
    app.multiselect[0].select(0)
    next(box for box in app.selectbox if box.label == "At another time").select(1)
    next(box for box in app.number_input if box.label == "Days ago").set_value(30)
    next(box for box in app.text_input if box.label == "With another title").set_value("Brown boots")
    next(box for box in app.number_input if box.label == "At another price").set_value(49.0)
    next(b for b in app.button if b.label == "See what moves").click().run()
    assert shop.changes == [Change((0,), ((1, 30.0),), "Brown boots", 49.0)]
    assert [metric.value for metric in app.metric] == ["17\u00a0%", "9.0\u00a0%"]
    assert app.dataframe[0].value["As it would be"].tolist()[1] == "–"
    assert any("The price falls into the \\<b\\>mid" in line for line in lines(app))


def test_what_if_nothing_is_otherwise_is_said(page, shop):
    app = page("why", **ASKED, ask="if")
    next(b for b in app.button if b.label == "See what moves").click().run()
    assert shop.changes == []
    assert any("Nothing is otherwise yet" in line for line in lines(app))


def test_why_a_tag(page, shop):
    app = page("why", user="S00042", tag=SPECS[0].key)
    assert any("### Will buy" in line for line in lines(app))
    assert app.metric[0].label == "Predicted chance of this tag"
    assert "recommend" not in shop.calls
    assert "this tag" in next(h.value for h in app.html if "sl-words" in h.value)
    assert "no tag" in page("why", user="S00042", tag="nothing").error[0].value


def test_suspicious_titles_are_a_list_without_a_shopper(page, shop):
    app = page("why", ask="titles")
    assert app.dataframe[0].value["Suspicious"].tolist() == ["<script>"]
    assert labels(app) == ["Excel", "CSV", "Parquet"]
    shop.suspects = lambda: []
    import streamlit as st

    st.cache_data.clear()
    assert any("No suspicious titles" in line for line in lines(page("why", ask="titles")))


def test_another_question_is_in_the_address(page):
    app = page("why", **ASKED)
    app.get("button_group")[0].set_value("if").run()
    assert app.query_params["ask"] == "if"


def test_values_are_all_there_and_add_up():
    found = explanation("S1", "I000", "Boots")
    by = dict(list(export.values(found).groupby("level")))
    for level in ("event", "word"):
        total = by["base"]["log_odds"].item() + by[level]["log_odds"].sum()
        assert total == pytest.approx(by["prediction"]["log_odds"].item(), abs=1e-4)
    assert by["event"]["when"].iloc[1] == "2026-05-31 18:30"
    assert by["base"]["event"].isna().all() and (by["event"]["event"] == [event.event for event in found.events]).all()


def test_the_picture_is_sound_xml_with_a_row_for_each_event_from_base_to_prediction():
    found = explanation("S1", "I000", "Boots")
    root = ET.fromstring(picture.svg(found))
    texts = [element.text for element in root.iter("{http://www.w3.org/2000/svg}text")]
    assert texts[0] == "Boots"
    assert "Nothing known" in texts
    assert "17\u00a0%" in texts
    assert len(list(root.iter("{http://www.w3.org/2000/svg}rect"))) == 1 + 2 + len(found.events)


def test_a_report_says_what_its_chances_are_of():
    found = explanation("S1", "I000", "Boots")
    of_clicks, of_baskets = (export.report("S1", "", [], [], [found], *of).decode() for of in ((), (chance.BASKET,)))
    assert "makes a click more likely" in of_clicks and "the next basket" not in of_clicks
    assert "makes the next basket more likely" in of_baskets and "a click" not in of_baskets


@pytest.mark.parametrize("attack", CORPUS)
def test_no_text_becomes_markup_in_a_picture_a_word_or_a_report(attack, tmp_path):
    shop = HostileShop(tmp_path)
    found = shop.why(f"S{CORPUS.index(attack):05d}", "I000")
    tags = {element.tag.rsplit("}")[-1] for element in ET.fromstring(picture.svg(found)).iter()}
    assert tags == {"svg", "title", "rect", "text"}
    shown = attribution.render(found.words, found.events)
    assert {element.tag for element in ET.fromstring(shown).iter()} == {"div", "span"}
    page = export.report(attack, attack, [], [], [found]).decode()
    assert "<script" not in page.lower()
    assert "<img" not in page.lower()
    assert "default-src 'none'" in page
