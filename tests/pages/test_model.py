"""Model: can it be trusted, and how is it retrained?"""

from __future__ import annotations

import json
from dataclasses import replace

import pandas as pd

from core.errors import ModelError
from pages._ui import figures


def button(app, label):
    return next(b for b in app.button if b.label == label)


def test_the_answer_is_one_sentence(page):
    app = page("model")
    assert "78 times of 100" in app.success[0].value
    assert "82 is the most that is possible here" in app.success[0].value
    assert "off by 1.1 points" in app.success[0].value


def test_a_model_that_ranks_worse_than_a_rival_is_no_success(shop):
    report = shop.model_report()
    worse = replace(report, metrics={**report.metrics, "after": {**report.metrics["after"], "auc": 0.6}})
    said, level = figures.headline(worse)
    assert level == "warn"
    assert "worse than: Showing what is popular, LightGBM" in said


def test_a_model_that_was_not_measured_says_how_to(shop, page, monkeypatch):
    report = replace(shop.model_report(), metrics={}, reliability=pd.DataFrame(columns=["predicted", "observed", "n"]))
    monkeypatch.setattr(shop, "model_report", lambda name=None: report)
    app = page("model")
    assert "python -m core evaluate" in app.warning[0].value
    assert [c.value for c in app.caption].count("Not measured yet.") == 2


def test_every_figure_stands_next_to_its_rivals(page):
    table = page("model").dataframe[0]
    assert list(table.value["Model"])[:2] == ["This model", "Before fine-tuning"]
    assert table.value["auc"].round(1).tolist() == [78.1, 52.0, 64.0, 76.2, 82.0]
    assert json.loads(table.proto.columns)["ndcg10"]["label"] == "Top 10"


def test_tags_are_sorted_by_quality_under_their_names(page):
    table = page("model").dataframe[1].value
    assert table["label"].iloc[0] == "Will buy"
    assert table["ap"].is_monotonic_decreasing
    assert table["precision"].iloc[0] == 70


def test_the_reliability_curve_and_the_card_are_there(page):
    app = page("model")
    assert [trace["name"] for trace in json.loads(app.get("plotly_chart")[1].proto.spec)["data"]] == [
        "Predicted = happened", "This model",
    ]  # fmt: skip
    assert any("Fine-tuned on the demo shop" in m.value for m in app.markdown)


def test_another_model_is_looked_at_and_used(page, shop):
    app = page("model")
    app.selectbox[0].select("spring").run()
    assert app.query_params["model"] == "spring"
    button(app, "Use it in the dashboard").click().run()
    assert shop.model_name == "spring"
    assert "spring" in " ".join(c.value for c in app.sidebar.caption)


def test_a_training_is_started_watched_and_cancelled(page, shop):
    app = page("model")
    next(t for t in app.text_input if t.label.startswith("Name")).set_value("autumn")
    next(n for n in app.number_input if n.label.startswith("Examples")).set_value(2_000)
    next(s for s in app.selectbox if s.label == "How").select("head")
    button(app, "Start training").click().run()
    assert shop.submitted == [
        ("train", {"name": "autumn", "settings": {"method": "head", "max_examples": 2_000, "epochs": 2.0}})
    ]
    button(app, "Cancel").click().run()
    assert shop.cancelled == ["j1"]
    assert not [b for b in app.button if b.label == "Cancel"]
    assert app.dataframe[-1].value["How it stands"].tolist() == ["Cancelled"]


def test_a_newly_trained_model_is_offered(page, shop):
    job = shop.submit("train", {})
    shop.job_list = [replace(job, status="done", progress=1.0, result={"model": "spring"})]
    app = page("model")
    button(app, "Use the newly trained model “spring”").click().run()
    assert shop.model_name == "spring"
    assert not [b for b in app.button if "newly trained" in b.label]


def test_a_model_that_was_trained_again_under_its_name_is_offered_once(page, shop):
    app = page("model")
    job = shop.submit("train", {})
    app.run()
    shop.job_list = [replace(job, status="done", progress=1.0, result={"model": "demo"})]
    app.run()
    button(app, "Use the newly trained model “demo”").click().run()
    assert not [b for b in app.button if "newly trained" in b.label]


def test_a_trained_model_that_is_looked_at_is_no_trouble(page, shop):
    job = shop.submit("train", {})
    shop.job_list = [replace(job, status="done", progress=1.0, result={"model": "spring"})]
    app = page("model", model="spring")
    assert not app.exception
    assert len([b for b in app.button if b.label.startswith("Use ")]) == 2


def test_a_broken_model_is_said_and_another_can_be_trained(page, shop, monkeypatch):
    def broken(name=None):
        raise ModelError("The model “demo” cannot be read: train it again.")

    monkeypatch.setattr(shop, "model_report", broken)
    app = page("model")
    assert "cannot be read" in app.error[0].value
    assert button(app, "Start training")
    assert not page("segments").error  # what was counted can still be filtered
