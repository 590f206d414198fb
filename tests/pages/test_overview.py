"""Overview: what is in the data, and is it healthy?"""

from __future__ import annotations

import json

from tests.pages.fake_shop import SITUATIONS


def charts(app):
    return [json.loads(chart.proto.spec) for chart in app.get("plotly_chart")]


def test_it_answers_at_a_glance(page):
    app = page("overview")
    figures = {metric.label: metric.value for metric in app.metric}
    assert figures == {
        "Shoppers": "2,981", "Items": "2,400", "Events": "361,815", "Purchases": "4,130",
        "Click-through": "8.3\u00a0%", "Span": "60 days",
    }  # fmt: skip
    assert "robots" in app.warning[0].value


def test_what_needs_attention_comes_first(page):
    titles = [m.value for m in page("overview").markdown if "material/" in m.value]
    levels = [
        next(icon for icon in ("warning", "info", "check_circle", "neurology", "science") if icon in t) for t in titles
    ]
    assert [level for level in levels if level in ("warning", "info", "check_circle")] == [
        "warning", "info", "info", "check_circle",
    ]  # fmt: skip


def test_healthy_data_is_called_so(page, shop, monkeypatch):
    from dataclasses import replace

    seen = shop.overview()
    good = [note for note in seen.health if note.level == "good"]
    monkeypatch.setattr(shop, "overview", lambda: replace(seen, health=good))
    app = page("overview")
    assert not app.warning
    assert "Nothing in the data stands in the way" in app.success[0].value


def test_the_funnel_has_both_percentages(page):
    funnel = charts(page("overview"))[1]
    texts = [note["text"] for note in funnel["layout"]["annotations"]]
    assert "1,002" in texts[2]
    assert "36\u00a0% of those who looked at items" in texts[2]
    assert "62\u00a0% of the step before" in texts[2]


def test_every_type_of_event_has_its_line(page, shop):
    daily = charts(page("overview"))[0]
    assert len(daily["data"]) == len(shop.info().event_types)
    assert daily["layout"]["yaxis"]["title"]["text"] == "Events a day (log scale)"


def test_it_says_which_model_is_in_use_and_where_it_runs(page):
    app = page("overview")
    assert any("Predictions: model “demo”" in m.value for m in app.main.markdown)
    assert any("the processor" in c.value for c in app.main.caption)


def test_a_plain_purchase_log_has_no_empty_charts(page, shop):
    for name, value in SITUATIONS["plain"].items():
        setattr(shop, name, value)
    app = page("overview")
    captions = [caption.value for caption in app.caption]
    assert "No purchases of items with a category." in captions
    assert "The logs hold no searches." in captions
    assert {m.label: m.value for m in app.metric}["Click-through"] == "–"
    assert any("there is no way to follow" in caption for caption in captions)
    assert len(charts(app)) == 1
