"""The shop as pages and scripts see it."""

import inspect
import threading
from pathlib import Path

import pandas as pd
import pytest

from core.config import TrainSettings
from core.errors import ModelError, UnknownItem, UnknownUser, WorkspaceError
from core.language import speaking
from core.records import Condition, ImportPlan
from core.service import Shop
from core.store import find, shoppers
from core.store.workspace import Workspace
from core.train.run_folder import RunFolder
from tests.core.fake_scorer import FakeScorer, explanation
from tests.core.little_model import INFO, little_model
from tests.core.little_shop import little_shop, write_version
from tests.pages.fake_shop import FakeShop

CHANCES = {"P1": 0.1, "P2": 0.4, "P3": 0.3, "P4": 0.2}


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    """A shop without a model; nothing may be written to it."""
    return little_shop(tmp_path_factory.mktemp("plain") / "shop").path


@pytest.fixture
def shop(tmp_path, monkeypatch):
    """A shop with a model whose scorer is a fake."""
    little_shop(tmp_path / "shop")
    little_model(tmp_path / "shop" / "models" / "demo")
    scorer = FakeScorer(CHANCES)
    scorer.model.info.created = INFO.created
    monkeypatch.setattr("core.score.Scorer.open", lambda reader, folder, device: scorer)
    return Shop(tmp_path / "shop", device="cpu")


def _parameters(method):
    return [(p.name, p.default) for p in inspect.signature(method).parameters.values()]


@pytest.mark.parametrize(
    "name", [name for name, _ in inspect.getmembers(FakeShop, inspect.isfunction) if not name.startswith("_")]
)
def test_the_stand_in_of_the_page_tests_has_the_real_parameters(name):
    assert _parameters(getattr(FakeShop, name)) == _parameters(getattr(Shop, name))


def test_an_empty_workspace_holds_nothing(tmp_path):
    shop = Shop(Workspace.create(tmp_path / "shop").path)
    assert (shop.info().version, shop.info().events, shop.newer_version(), shop.model_name) == (None, 0, None, None)
    assert shop.jobs() == []
    with pytest.raises(WorkspaceError, match="Nothing is imported"):
        shop.overview()


def test_a_folder_that_is_none_is_refused(tmp_path):
    with pytest.raises(WorkspaceError, match="not a ShopperLens workspace"):
        Shop(tmp_path)


def test_info_and_overview(plain):
    shop = Shop(plain)
    assert (shop.info().events, shop.info().users, shop.version) == (17, 4, 1)
    assert shop.overview().info.events == 17


def test_a_shop_stays_with_its_version_and_offers_the_newer_one(tmp_path):
    workspace = little_shop(tmp_path / "shop")
    shop = Shop(workspace.path)
    assert shop.newer_version() is None
    write_version(workspace, 2, [("eve", "P1", "view", "2026-06-05 10:00", {})])
    assert (shop.newer_version(), shop.info().events, Shop(workspace.path).info().events) == (2, 17, 1)
    assert Shop(workspace.path, version=1).info().events == 17


def test_shoppers_without_a_model_have_facts_and_nothing_predicted(plain):
    view = Shop(plain).shopper("ann")
    facts = {fact.key: fact.value for fact in view.facts}
    assert facts["purchases"] == "2"
    assert facts["spend"] == "160.00"
    assert facts["days_since_last"] == "on the last day"
    assert facts["days_known"] == "2 days ago"
    assert facts["night_share"] == "25 %"
    assert facts["age_band"] == "25-34"
    assert len(view.timeline.events) == 8


def test_a_question_for_a_model_says_that_there_is_none(plain):
    shop = Shop(plain)
    for question in (lambda: shop.recommend("ann"), lambda: shop.why("ann", "P1"), lambda: shop.model_report(),
                     lambda: shop.tags("ann"), lambda: shop.compute_profiles(), lambda: shop.evaluate()):
        with pytest.raises(ModelError, match="No model is here yet"):
            question()


def test_a_model_that_is_not_there_is_named(plain):
    with pytest.raises(ModelError, match="no model 'spring'"):
        Shop(plain, model="spring").recommend("ann")


def test_strangers_are_refused(shop):
    for question in (shop.shopper, shop.recommend, shop.facts, shop.tags, lambda user: shop.why(user, "P1")):
        with pytest.raises(UnknownUser, match="No shopper has the id 'eve'"):
            question("eve")
    with pytest.raises(UnknownItem, match="No item has the id 'ZZ'"):
        shop.why("ann", "ZZ")


def test_labels_say_how_much_a_shopper_did(plain):
    found = Shop(plain).find_shoppers("")
    assert found["label"].tolist() == ["ann · 2 purchases", "bob · 1 purchase", "cy · 0 events", "dot · 0 events"]


def test_everything_about_a_shopper(shop):
    assert str(shop.shopper("ann").as_of) == "2026-06-03 23:40:01"
    assert [item.item_id for item in shop.recommend("ann", k=2)] == ["P2", "P3"]
    assert [tag.spec.key for tag in shop.tags("ann")] == ["intent:buy", "interest:Shoes"]


def test_why_is_asked_as_of_the_end_of_the_log(shop, monkeypatch):
    asked = []

    def why(scorer, user_id, item_id, as_of, title=None):
        asked.append((user_id, item_id, str(as_of), title))
        return explanation(user_id, item_id, title)

    monkeypatch.setattr("core.explain.why", why)
    assert shop.why("ann", "P4").sentence == "Because of ann and P4."
    assert asked == [("ann", "P4", "2026-06-03 23:40:01", "Tent for two")]


def test_tags_become_columns_once_profiles_are_computed(shop):
    assert shop.profiles_ready() == 0
    assert "predicted" not in set(shop.columns()["kind"])
    assert shop.compute_profiles()["shoppers"] == 4
    assert shop.profiles_ready() == 1
    assert {"intent:buy", "interest:Shoes"} <= set(shop.columns()["key"])
    view = shop.segment([Condition("intent:buy", ">=", 0.3)], ["intent:buy"])
    assert view.table["user_id"].tolist() == ["ann", "bob"]
    assert "intent:buy" in set(view.differences["what"])


def test_ids_that_fill_the_list_are_found_without_reading_what_everybody_did(plain, monkeypatch):
    asked = []
    real = find.shoppers_who
    monkeypatch.setattr(find, "shoppers_who", lambda reader, text, most: asked.append(text) or real(reader, text, most))
    shop = Shop(plain)
    part = shop.find_shoppers("", 1)["user_id"][0][:1]
    asked.clear()
    assert len(shop.find_shoppers(part, 1)) == 1
    assert asked == []
    shop.find_shoppers(part, 1_000)
    assert asked == [part]


def test_what_shoppers_are_chosen_by_is_counted_once_and_named_in_the_language_that_is_spoken(plain, monkeypatch):
    asked = []
    real = shoppers.people
    monkeypatch.setattr(shoppers, "people", lambda *given: asked.append(1) or real(*given))
    shop = Shop(plain)
    english = shop.columns()["label"].tolist()
    assert shop.columns()["label"].tolist() == english
    assert len(asked) == 1
    with speaking("zh"):
        assert shop.columns()["label"].tolist() != english
    assert shop.columns()["label"].tolist() == english


def test_profiles_of_a_model_that_was_trained_anew_are_stale(shop):
    shop.compute_profiles()
    little_model(shop.workspace.models / "demo", created="2026-07-01T00:00:00+00:00")
    assert shop.profiles_ready() == 0


def test_the_model_is_loaded_once_however_many_ask(tmp_path, monkeypatch):
    little_shop(tmp_path / "shop")
    little_model(tmp_path / "shop" / "models" / "demo")
    opened = []
    monkeypatch.setattr("core.score.Scorer.open", lambda *args: opened.append(args) or FakeScorer(CHANCES))
    shop = Shop(tmp_path / "shop", device="cpu")
    threads = [threading.Thread(target=shop.recommend, args=("ann",)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(opened) == 1
    assert opened[0][2] == "cpu"


def test_a_model_that_comes_later_is_found_and_then_kept(tmp_path):
    workspace = little_shop(tmp_path / "shop")
    shop = Shop(workspace.path)
    assert shop.model_name is None
    little_model(workspace.models / "first")
    assert shop.model_name == "first"
    little_model(workspace.models / "second")
    assert shop.model_name == "first"


def test_lists_are_understood_and_scored(shop, tmp_path):
    (tmp_path / "list.csv").write_text("user_id,item_id\nann,P2\n")
    assert shop.understand(tmp_path / "list.csv").kind == "pairs"
    assert shop.score_file(tmp_path / "list.csv", tmp_path / "out.csv")["scored"] == 1
    assert pd.read_csv(tmp_path / "out.csv")["p_click"].tolist() == [0.4]


def test_jobs_are_pinned_to_what_the_person_looks_at(shop, monkeypatch):
    monkeypatch.setattr("core.jobs.start_worker", lambda workspace, device: None)
    job = shop.submit("profile", {})
    assert shop._jobs.state.args(job.id) == {"version": 1, "model": "demo"}
    assert shop.submit("train", {"name": "x"}).kind == "train"
    assert shop._jobs.state.args(shop.jobs()[0].id) == {"name": "x"}
    shop.cancel(job.id)
    assert shop.job(job.id).status == "cancelled"


@pytest.fixture
def trains(monkeypatch):
    """Let a training be a model that is there at once; one of its name steps aside."""

    def train(workspace, name, settings, device, resume, progress, use):
        from core.model.checkpoint import set_aside

        kept = set_aside(workspace.models / name)
        little_model(workspace.models / name)
        again = {"again": {"from": settings.start_from, "passed": True}} if settings and settings.start_from else {}
        return {"model": name, "kept": kept, **again}

    monkeypatch.setattr("core.train.run.train", train)


def test_what_is_trained_is_in_use(shop, trains):
    assert shop.train("spring") == {"model": "spring", "kept": None}
    assert Shop(shop.workspace.path).model_name == "spring"
    assert shop.model_before() == "demo"


def test_what_is_only_kept_leaves_the_model_in_use(shop, trains):
    shop.train("spring", use=False)
    assert Shop(shop.workspace.path).model_name == shop.model_in_use() == "demo"
    assert shop.models() == ["spring", "demo"]
    shop.use_model("spring")
    assert (shop.model_in_use(), shop.model_before()) == ("spring", "demo")
    assert (shop.roll_back(), shop.model_in_use()) == ("demo", "demo")
    shop.delete_model("spring")
    assert shop.models() == ["demo"]
    assert [report.name for report in shop.model_reports()] == ["demo"]


def test_what_was_not_compared_with_the_model_in_use_is_kept(shop, trains):
    shop.train("spring", use=False)
    found = shop.train("summer", TrainSettings(start_from="spring"))
    assert found["unused"] == "It is kept, not used: it was not compared with “demo”, which is in use."
    assert shop.model_in_use() == "demo" and "summer" in shop.models()
    assert "unused" not in shop.train("autumn", TrainSettings(start_from="spring"), use=False)  # nobody asked for it
    shop.use_model("spring")
    assert "unused" not in shop.train("autumn", TrainSettings(start_from="spring"))
    assert shop.model_in_use() == "autumn"


@pytest.mark.parametrize(("began", "now", "in_use"), [
    (True, None, "spring"), (False, None, "demo"), (True, False, "demo"), (False, True, "spring"),
])  # fmt: skip
def test_what_was_said_when_it_began_holds_when_it_goes_on(shop, trains, began, now, in_use):
    folder = RunFolder(shop.workspace.models, "spring")
    with folder.held():
        folder.begin(TrainSettings(), 1)
        folder.use = began
    shop.train("spring", resume=True, use=now)
    assert shop.model_in_use() == in_use


def test_a_model_that_steps_aside_stays_in_use_under_its_new_name(shop, trains):
    assert shop.train("demo", use=False)["kept"] == "demo-1"
    assert shop.model_in_use() == "demo-1"
    shop.use_model("demo")
    assert [step.model for step in shop.model_history()] == ["demo", "demo-1"]
    found = shop.compare("demo", "demo-1")
    assert found.differs.empty


def test_the_first_model_is_in_use_unasked(tmp_path, trains):
    shop = Shop(little_shop(tmp_path / "shop").path)
    shop.train("spring", use=False)
    assert shop.model_in_use() == "spring"


def test_trainings_are_known_by_the_model_that_they_make(shop, monkeypatch):
    monkeypatch.setattr("core.jobs.start_worker", lambda workspace, device: None)
    job = shop.submit("train", {"name": "spring", "use": False})
    folder = RunFolder(shop.workspace.models, "spring")
    with folder.held():
        folder.begin(TrainSettings(), 1)
    assert [(run.name, run.job) for run in shop.runs()] == [("spring", job.id)]
    shop.cancel(job.id)
    assert [(run.job, run.ended) for run in shop.runs()] == [(None, "It was cancelled.")]
    shop.discard_run("spring")
    assert shop.runs() == []


def test_the_device_is_told_without_loading_anything(plain):
    assert Shop(plain, device="cpu").device() == "cpu"
    assert Shop(plain).device() in {"cpu", "cuda", "mps"}


def test_a_file_is_looked_at_tried_and_imported_and_its_answers_are_remembered(tmp_path, monkeypatch):
    monkeypatch.setattr("core.jobs.start_worker", lambda workspace, device: None)
    (tmp_path / "log.csv").write_text("Member,Sku,Act,When\nm1,s1,view,2026-03-01 10:00\nm1,s1,zap,2026-03-01 10:01\n")
    shop = Shop(Workspace.create(tmp_path / "new").path)
    seen = shop.look(tmp_path / "log.csv")
    assert set(seen.suggestion.questions) == {"words"}
    answers = {**seen.suggestion.mapping, "event_type:zap": "cart"}
    plan = ImportPlan([str(tmp_path / "log.csv")], mapping=answers, zone="Asia/Shanghai")
    tried = shop.start_dry_run(plan)
    assert (tried.kind, shop._jobs.state.args(tried.id)["zone"]) == ("try", "Asia/Shanghai")
    job = shop.start_import(plan, [seen], [tmp_path / "log.csv"])
    assert shop._jobs.state.args(job.id)["discard"] == [str(tmp_path / "log.csv")]
    again = shop.look(tmp_path / "log.csv").suggestion
    assert (again.remembered, again.questions, shop.zone()) == (True, {}, "Asia/Shanghai")
    shop.forget_answers(seen)
    assert not shop.look(tmp_path / "log.csv").suggestion.remembered
    assert "Asia/Shanghai" in shop.zones()
    assert "online-retail" in shop.presets()


def test_the_tour_is_offered_until_somebody_had_it(tmp_path: Path) -> None:
    shop = Shop(Workspace.create(tmp_path / "shop").path, "cpu")
    assert not shop.toured()
    shop.end_tour()
    assert shop.toured()
    assert Shop(shop.workspace.path, "cpu").toured()
