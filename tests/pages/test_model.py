"""Model: can it be trusted, and how is it retrained?"""

from __future__ import annotations

import json
from dataclasses import replace

import pandas as pd
import pytest

from core import config
from core.errors import ModelError
from core.keeping.records import FINE, GOOD, RETRAIN
from pages._ui import figures, recipe
from tests.pages.fake_models import AGAIN, AUDIT, run
from tests.pages.fake_shop import ROBOT


def button(app, label):
    return next(b for b in app.button if b.label == label)


def test_the_answer_is_one_sentence(page):
    app = page("model")
    assert "78 times of 100" in app.success[0].value
    assert "82 is the most that is possible here" in app.success[0].value
    assert "off by 1.1 points" in app.success[0].value


def test_of_baskets_the_percentages_that_are_shown_count(shop):
    report = shop.model_report()
    told = replace(report, data={**report.data, "next_basket": {"baskets": 60, "ece": 0.034}})
    assert "Its percentages are off by 3.4 points on average." in figures.headline(told)[0]


def test_the_page_offers_what_a_recipe_may_say():
    assert set(recipe.METHODS) == set(config.LEARNING_RATES)
    offered = (recipe.OPTIMIZERS, recipe.SCHEDULES, recipe.PRECISIONS, recipe.TRACKERS)
    known = (config.OPTIMIZERS, config.SCHEDULES, config.PRECISIONS, [*config.TRACKERS[:-1]])
    assert [list(choices) for choices in offered] == [list(choices) for choices in known]
    assert config.TRACKERS[-1] == "none"  # which is to choose nothing


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
    assert not app.exception


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
        ("train", {"name": "autumn", "settings": {"method": "head", "max_examples": 2_000, "epochs": 2.0},
                   "use": False})
    ]  # fmt: skip
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


def test_models_are_listed_with_their_data_and_how_they_were_made(page):
    table = page("model").dataframe[2].value
    assert table["name"].tolist() == ["demo", "spring"]
    assert table["in_use"].tolist() == [True, False]
    assert table["learned"].tolist() == ["2026-04-04 to 2026-05-18"] * 2
    assert table["fingerprint"][0] == "8d2c51e07fa4b3c9"
    assert table["minutes"][0] == 43
    assert table["auc"][0] == pytest.approx(78.1)


def test_two_models_are_set_side_by_side(page):
    app = page("model")
    assert [s.value for s in app.selectbox if s.label in ("Compare", "with")] == ["demo", "spring"]
    figures_, differs = (app.dataframe[n].value for n in (3, 4))
    row = figures_.set_index("").loc["Right order"]
    assert (row["demo"], row["spring"], row["Better"]) == ("78.1 %", "78.1 %", "")
    assert differs.to_numpy().tolist() == [["Times through them", "2", "3"]]


def test_a_model_is_gone_back_to(page, shop):
    shop.use_model("spring")
    app = page("model")
    assert app.dataframe[-1].value["Model"].tolist() == ["spring", "demo"]  # what was in use when
    button(app, "Go back to “demo”").click().run()
    assert shop.model_name == "demo"
    assert not [b for b in app.button if b.label.startswith("Go back")]


def test_a_model_is_deleted_after_asking(page, shop):
    app = page("model", model="spring")
    assert any("go for good" in m.value for m in app.markdown)  # in what opens when it is asked for
    button(app, "Delete it for good").click().run()
    assert shop.names == ["demo"]
    assert not app.exception
    assert not [b for b in app.button if b.label == "Delete it for good"]  # not the one in use


def test_before_a_model_is_deleted_it_says_how_many_links_show_what_it_predicted(page, shop):
    assert not [w for w in page("model", model="spring").warning if "link" in w.value]
    shop.links_of["spring"] = 3
    app = page("model", model="spring")
    (said,) = [w.value for w in app.warning if "link" in w.value]
    assert said.startswith("3 links that were opened lately show what it predicted")
    button(app, "Delete it for good").click().run()
    assert shop.names == ["demo"]


def test_what_will_be_learned_from_is_said_before_it_starts(page):
    app = page("model")
    said = next(m.value for m in app.markdown if "It will learn from" in m.value)
    assert "**4,000 lists that were shown**, drawn from 9,120 of 2,410 shoppers" in said
    assert "4 April – 18 May 2026" in said
    assert any("“demo” took 43 minutes for 4,000 lists" in c.value for c in app.caption)
    next(n for n in app.number_input if n.label.startswith("Examples")).set_value(600).run()
    assert any("**600 lists that were shown**" in m.value for m in app.markdown)


def test_settings_that_are_changed_travel_with_the_training(page, shop):
    app = page("model")
    next(s for s in app.selectbox if s.label == "How").select("prefix").run()
    next(n for n in app.number_input if n.label == "Opening words").set_value(8)
    next(n for n in app.number_input if n.label == "Size of its steps").set_value(0.002)
    next(s for s in app.selectbox if s.label == "How its steps shrink").select("step")
    next(m for m in app.multiselect if m.label == "Curves are tracked by").unselect("tensorboard").run()
    button(app, "Start training").click().run()
    assert shop.submitted[0][1]["settings"] == {
        "method": "prefix", "max_examples": 4_000, "epochs": 2.0, "prefix_tokens": 8, "learning_rate": 0.002,
        "schedule": "step", "report_to": "none",
    }  # fmt: skip


def test_robots_are_learned_from_when_they_are_not_left_out(page, shop):
    app = page("model")
    box = next(c for c in app.checkbox if c.label == "Leave out 1 robot or test account")
    assert box.value
    assert "look like robots or test accounts" in box.help
    box.uncheck().run()
    button(app, "Start training").click().run()
    assert shop.submitted[0][1]["settings"] == {
        "method": "lora", "max_examples": 4_000, "epochs": 2.0, "everyone": True,
    }  # fmt: skip


def test_without_robots_nothing_is_asked(page, shop):
    shop.called_shoppers.add(ROBOT)
    assert not page("model").checkbox


def test_settings_that_cannot_be_used_are_said_and_nothing_starts(page):
    app = page("model")
    next(t for t in app.text_input if t.label == "Start from").set_value("nowhere").run()
    assert "There is no base" in app.error[0].value
    assert button(app, "Start training").disabled


def test_every_setting_has_one_line_of_help(page):
    app = page("model")
    box = next(e for e in app.expander if e.label == "Settings")
    widgets = [*box.selectbox, *box.number_input, *box.text_input, *box.multiselect, *box.toggle]
    assert len(widgets) == 15
    assert [w.label for w in widgets if not w.help or len(w.help) > 125] == []


def test_a_training_is_watched_with_its_curves(page, shop):
    job = shop.submit("train", {"name": "autumn"})
    shop.run_list = [run(running=True, job=job.id, left="about 14 min", ended="")]
    app = page("model")
    shown = {m.label: m.value for m in app.metric}
    assert shown == {
        "Lists or baskets": "4,000", "Shoppers at a moment": "3,996", "Step": "112 of 500", "Time left": "14 min",
    }  # fmt: skip
    lines = json.loads(app.get("plotly_chart")[2].proto.spec)["data"]
    assert [line["name"] for line in lines] == ["What it learns from", "Days that it does not learn from"]
    button(app, "Cancel").click().run()
    assert shop.cancelled == [job.id]


def test_an_interrupted_training_goes_on(page, shop):
    shop.run_list = [run()]
    app = page("model")
    assert any("“autumn” was interrupted at step 112 of 500" in m.value for m in app.markdown)
    assert any("It was cancelled" in c.value and "Steps up to 100 are kept" in c.value for c in app.caption)
    button(app, "Go on").click().run()
    assert shop.submitted == [("train", {"name": "autumn", "resume": True})]  # used at once, or not, as it was begun


def test_an_interrupted_training_is_let_go_of(page, shop):
    shop.run_list = [run(kept=0)]
    app = page("model")
    assert any("it begins anew" in c.value for c in app.caption)
    button(app, "Let go of it").click().run()
    assert shop.run_list == []


def test_a_training_of_the_command_line_is_seen_too(page, shop):
    shop.run_list = [run(running=True)]
    app = page("model")
    assert [m.value for m in app.metric if m.label == "Step"] == ["112 of 500"]
    assert not [b for b in app.button if b.label in ("Cancel", "Go on")]


def test_a_broken_model_is_said_and_another_can_be_trained(page, shop, monkeypatch):
    def broken(name=None):
        raise ModelError("The model “demo” cannot be read: train it again.")

    monkeypatch.setattr(shop, "model_report", broken)
    app = page("model")
    assert "cannot be read" in app.error[0].value
    assert button(app, "Start training")
    assert not page("segments").error  # what was counted can still be filtered


@pytest.mark.parametrize("apart", [False, True])
def test_tags_of_people_carry_a_warning_unless_their_judges_were_kept_apart(shop, page, monkeypatch, apart):
    report = shop.model_report()
    tags = pd.concat([report.tags, report.tags.iloc[[0]].assign(key="attribute:age=18-24", family="attribute")])
    told = replace(report, tags=tags, data={**report.data, "people_apart": apart})
    monkeypatch.setattr(shop, "model_report", lambda name=None: told)
    assert any("shoppers who never said, expect less" in c.value for c in page("model").caption) is not apart


def said(app):
    return [(box.type, box.value) for kind in ("error", "warning", "info", "success") for box in app.get(kind)]


def test_without_newer_events_nothing_is_called_fine(page):
    boxes = said(page("model"))
    assert any(kind == "info" and "Nothing new to check by" in text and "2 June 2026" in text for kind, text in boxes)
    assert not any("Fine" in text for _, text in boxes)


def test_data_that_came_meanwhile_is_to_be_loaded_first(page, shop):
    shop.newer = 4
    app = page("model")
    shop.newer = 5  # while this session looks at version 4
    assert any("Nothing new to check by" in text and "load it, at the side" in text for _, text in said(app.run()))


def test_a_model_that_no_longer_holds_says_so_first(page, shop):
    shop.keeping.came(RETRAIN)
    app = page("model")
    assert app.error[0].value.startswith("**Retrain now.** For every 100 clicks that it predicted, 163 came")
    assert any("41,200 events from 3 June 2026 to 23 June 2026" in c.value for c in app.caption)
    looked, spread = app.dataframe[0].value, app.dataframe[1].value
    assert looked["level"].tolist() == ["Retrain", "Watch", "Not known", "Fine"]
    assert looked["now"].tolist() == ["163\u00a0%", "7.0\u00a0%", "–", "77\u00a0%"]
    assert spread["label"].tolist() == ["Interested in Tents", "Will buy"]


def test_a_model_that_holds_is_fine_for_now(page, shop):
    shop.keeping.came(FINE)
    app = page("model")
    assert any(box.value.startswith("**Fine for now.**") for box in app.success)
    assert not app.error


def test_what_is_new_is_checked_when_it_is_asked_for(page, shop):
    shop.keeping.came()
    app = page("model")
    assert any("41,200 events of 21 days" in box.value for box in app.warning)
    button(app, "Check it now").click().run()
    assert shop.submitted == [("drift", {"version": 3, "model": "demo"})]
    assert not [b for b in app.button if b.label == "Check it now"]  # it runs


def test_a_training_goes_on_from_a_model(page, shop):
    app = page("model")
    next(s for s in app.selectbox if s.label == "Begin").select("demo").run()
    assert next(t for t in app.text_input if t.label.startswith("Name")).value == "demo-again"
    assert not [s for s in app.selectbox if s.label == "How"]  # which is as it was
    next(s for s in app.slider if s.label == "Earlier days in between").set_value(30).run()
    assert any("in the days **3 June – 14 June 2026**, and **2,000** of earlier days" in m.value for m in app.markdown)
    button(app, "Start training").click().run()
    settings = {"start_from": "demo", "replay": 0.3, "max_examples": 4_000, "epochs": 2.0}
    assert shop.submitted == [("train", {"name": "demo-again", "settings": settings, "use": True})]


def test_from_a_model_that_is_not_in_use_the_new_one_is_only_kept(page, shop):
    app = page("model")
    next(s for s in app.selectbox if s.label == "Begin").select("spring").run()
    assert any("It will be kept beside “demo”, which is in use" in c.value for c in app.caption)
    assert not [t for t in app.toggle if t.label.startswith("Use it at once")]
    button(app, "Start training").click().run()
    assert shop.submitted[0][1]["use"] is False


def test_what_cannot_show_what_is_forgotten_is_said_before_it_starts(page, shop, monkeypatch):
    left = shop.outlook
    monkeypatch.setattr(shop, "outlook", lambda settings: replace(left(settings), replayed=0, shows_forgetting=False))
    app = page("model")
    next(s for s in app.selectbox if s.label == "Begin").select("demo").run()
    assert any("Too little of the days that “demo” was judged on is left in the logs" in c.value for c in app.caption)
    assert not any("of earlier days in between" in m.value for m in app.markdown)


def test_a_model_that_passed_and_is_not_used_says_why(page, shop):
    job = shop.submit("train", {})
    unused = "It is kept, not used: it was not compared with “demo”, which is in use."
    result = {"model": "spring", "again": {**AGAIN, "passed": True}, "unused": unused}
    shop.job_list = [replace(job, status="done", progress=1.0, result=result)]
    app = page("model")
    assert [box.value.replace("\\", "") for box in app.warning] == [f"“spring” is good enough to be used. {unused}"]
    assert button(app, "Use the newly trained model “spring”")


def test_a_model_that_forgot_says_so_with_the_figure(page, shop, monkeypatch):
    report = shop.model_report()
    monkeypatch.setattr(shop, "model_report", lambda name=None: replace(report, data={**report.data, "again": AGAIN}))
    app = page("model")
    assert app.warning[0].value.startswith("**It did not pass the gate.** It forgets\\: on the earlier days")
    table = app.dataframe[0].value
    assert table["Verdict"].tolist() == ["Better", "No clear difference", "Worse", "Not known"]
    assert table["Better by"].tolist()[2:] == ["-4.0 (-6.0 to -2.0)", "–"]
    assert table["Days"].tolist()[2] == "Earlier days (forgetting)"


def test_a_model_that_began_anew_has_no_gate(page):
    assert not any("gate" in box for _, box in said(page("model")))


def test_what_is_not_measured_yet_is_found_out_when_it_is_asked_for(page, shop):
    app = page("model")
    assert any("Not measured yet: whether its percentages hold" in c.value for c in app.caption)
    button(app, "Find out").click().run()
    assert shop.submitted == [("audit", {"version": 3, "model": "demo"})]


def test_an_audit_says_first_what_is_off_and_what_can_be_read(page, shop):
    shop.keeping.audited = AUDIT
    app = page("model")
    box = next(box.value for box in app.warning if "percentages are off" in box.value)
    assert box.count("\n- ") == 2 and "can be read well from its tags" in box
    by = {tuple(table.value.columns[:2]): table.value for table in app.dataframe}
    groups = by["Group", "Came for 100 predicted"]
    assert groups.iloc[:, [0, 1, 5]].to_numpy().tolist() == [
        ["Everyone", "100 (94 to 106)", "Fine"], ["Place: mail", "150 (130 to 170)", "Differs much"],
        ["Saved segment: Gifts", "–", "Too few to say"],
    ]  # fmt: skip
    assert by["Group", "Tags"]["More"].tolist() == ["15 (8 to 22)"]
    read = by["Group", "Read from"]
    assert read["Told apart, of 100 pairs"].tolist() == ["81 (77 to 85)", "–"]
    assert read["Can be read"].tolist() == ["Well", "Too few to say"]
    chosen = next(s for s in app.selectbox if s.label == "Curve of")
    assert chosen.options == ["Everyone", "Place: mail"]  # what is too small has no curve


def test_a_model_that_is_right_for_everyone_is_a_success(page, shop):
    shop.keeping.audited = replace(AUDIT, level=GOOD, answers=("All is well.",), readable=(), mistakes=())
    assert any(box.value == "- All is well\\." for box in page("model").success)


def test_a_check_that_failed_says_why(page, shop):
    shop.keeping.came()
    for kind in ("drift", "audit"):
        job = shop.submit(kind, {})
        shop.job_list[0] = replace(job, status="failed", error=f"Too little for the {kind}.")
    found = [box.value for box in page("model").error]
    assert found == ["Too little for the drift\\.", "Too little for the audit\\."]


def test_a_newly_trained_model_that_did_not_pass_is_offered_with_the_reason(page, shop):
    job = shop.submit("train", {})
    shop.job_list = [replace(job, status="done", progress=1.0, result={"model": "spring", "again": AGAIN})]
    app = page("model")
    assert any("was not put to use" in box.value and "It forgets" in box.value for box in app.warning)
    assert button(app, "Use the newly trained model “spring”")
