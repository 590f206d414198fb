"""The command line: answers, JSON, exit codes; most runs happen in this process."""

import json
import os
import subprocess
import sys
from dataclasses import replace

import pandas as pd
import pytest

from core.__main__ import main
from core.cli import show
from core.config import PROJECT, TrainSettings
from core.service import Shop
from core.store.workspace import Workspace
from tests.core.fake_scorer import FakeScorer, explanation
from tests.core.little_model import INFO, little_model
from tests.core.little_shop import little_shop

LOG = """user_id,event_type,ts,item_id
eve,view,2026-06-05 10:00,P1
eve,view,2026-06-05 10:00,P1
eve,dance,2026-06-05,P1
"""


@pytest.fixture
def run(capsys):
    """Run a command; return its exit code, its answer (or lines), and what it said beside."""

    def go(*argv, as_json=True):
        code = main([*map(str, argv), *(["--json"] if as_json else [])])
        said = capsys.readouterr()
        answer = json.loads(said.out) if as_json and code == 0 else said.out.splitlines()
        return code, answer, said.err

    return go


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    return little_shop(tmp_path_factory.mktemp("cli") / "shop").path


@pytest.fixture
def modelled(tmp_path, monkeypatch):
    """A shop with a model whose scorer is a fake."""
    path = little_shop(tmp_path / "shop").path
    little_model(path / "models" / "demo")
    scorer = FakeScorer({"P1": 0.1, "P2": 0.4, "P3": 0.3, "P4": 0.2})
    scorer.model.info.created = INFO.created
    monkeypatch.setattr("core.score.Scorer.open", lambda reader, folder, device: scorer)
    return path


def test_info(run, plain):
    code, answer, said = run("info", "--workspace", plain)
    assert code == 0
    assert (answer["events"], answer["items"], answer["users"], answer["rejected"]) == (17, 6, 4, 1)
    assert answer["event_types"]["purchase"] == 4
    assert (answer["first_ts"], answer["last_ts"]) == ("2026-06-01T08:00:00", "2026-06-03T23:40:00")
    assert (answer["models"], answer["model"]) == ([], None)
    assert said == ""


def test_info_for_people(run, plain):
    _, lines, _ = run("info", "--workspace", plain, as_json=False)
    assert "events: 17" in lines
    assert "model: –" in lines


def test_import_makes_a_workspace_and_says_what_became_of_every_line(run, tmp_path):
    (tmp_path / "log.csv").write_text(LOG)
    code, answer, said = run("import", tmp_path / "log.csv", "--workspace", tmp_path / "shop")
    assert code == 0
    assert (answer["events"], answer["duplicates"], answer["rejected"], answer["lines_read"]) == (1, 1, 1, 3)
    assert {"items", "users", "rejects_file", "seconds"} <= set(answer)
    assert "ready" in said  # progress is on standard error


def test_import_adds_unless_it_is_to_start_anew(run, tmp_path, monkeypatch):
    asked = []

    def import_files(workspace, events, items, users, preset, mapping, append, progress, **others):
        asked.append((append, mapping, preset))
        return {"events": 0}

    (tmp_path / "log.csv").write_text(LOG)
    monkeypatch.setattr("core.store.importer.import_files", import_files)
    for more in ([], ["--append"], ["--replace"], ["--map", "user_id=a", "ts=b", "--map", "item_id=c=d"]):
        run("import", tmp_path / "log.csv", "--workspace", tmp_path / "shop", *more)
    assert [append for append, _, _ in asked] == [True, True, False, True]
    assert asked[-1][1] == {"user_id": "a", "ts": "b", "item_id": "c=d"}


def refused(code, lines, said):
    assert code == 2
    assert lines == []
    last = said.splitlines()[-1]
    assert last.startswith("error: ")
    assert "Traceback" not in said
    return last


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "There is no file"),
        (b"", "is empty"),
        (b"\x00\x01\x02\x03" * 9, "not a text file"),
        (b"one column\nx\n", "does not look like a table"),
        (b"user_id,ts\na,2026-06-01\n", "has no column"),
        (b"user_id,event_type,ts,item_id\na,view,soon,P1\n", "Every line of log.csv was rejected"),
    ],
)
def test_a_bad_file_is_refused_in_one_line_and_nothing_is_left(run, tmp_path, content, said):
    if content is not None:
        (tmp_path / "log.csv").write_bytes(content)
    assert said in refused(*run("import", tmp_path / "log.csv", "--workspace", tmp_path / "shop"))
    assert not (tmp_path / "shop").exists()


def test_a_bad_file_leaves_a_workspace_as_it_was(run, tmp_path):
    workspace = little_shop(tmp_path / "shop")
    (tmp_path / "log.csv").write_text("user_id,ts\na,2026-06-01\n")
    refused(*run("import", tmp_path / "log.csv", "--workspace", workspace.path))
    assert workspace.version() == 1


def test_an_empty_folder_stays_empty_when_nothing_could_be_imported(run, tmp_path):
    (tmp_path / "shop").mkdir()
    refused(*run("import", tmp_path / "log.csv", "--workspace", tmp_path / "shop"))
    assert list((tmp_path / "shop").iterdir()) == []


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (["profile", "--user", "eve"], "No shopper has the id 'eve'"),
        (["recommend", "--user", "eve"], "No shopper has the id 'eve'"),
        (["recommend", "--user", "ann"], "No model is here yet"),
        (["explain", "--user", "ann", "--item", "ZZ"], "No item has the id 'ZZ'"),
        (["explain", "--user", "ann", "--item", "P1"], "No model is here yet"),
        (["evaluate", "--model", "spring"], "There is no model 'spring'"),
        (["profile", "--all"], "--out"),
        (["import"], "No file of events is given"),
        (["import", "x.csv", "--map", "user_id"], "--map wants canonical=column"),
    ],
)
def test_what_a_person_can_mend_is_one_line(run, plain, argv, said):
    assert said in refused(*run(*argv, "--workspace", plain))


def test_a_folder_that_is_no_workspace_is_refused(run, tmp_path):
    for argv in (["info"], ["app"], ["train"], ["profile", "--user", "ann"]):
        assert "not a ShopperLens workspace" in refused(*run(*argv, "--workspace", tmp_path))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("argv", [[], ["cook"], ["info", "--loud"], ["profile"]])
def test_a_wrong_command_is_refused_with_how_to_say_it(argv, capsys):
    with pytest.raises(SystemExit) as stopped:
        main(argv)
    assert stopped.value.code == 2
    assert "usage:" in capsys.readouterr().err


def test_a_model_for_another_template_and_a_damaged_one_are_refused(run, plain, tmp_path):
    path = little_shop(tmp_path / "shop").path
    little_model(path / "models" / "demo", template_version="0")
    assert "Train it again" in refused(*run("recommend", "--user", "ann", "--workspace", path))
    (path / "models" / "demo" / "model.json").write_text("{")
    assert "damaged" in refused(*run("recommend", "--user", "ann", "--workspace", path))


def test_profile_of_one_has_facts_and_tags(run, modelled):
    code, answer, _ = run("profile", "--user", "ann", "bob", "--workspace", modelled)
    assert (code, answer["model"]) == (0, "demo")
    ann = answer["shoppers"][0]
    assert ann["user_id"] == "ann"
    bought = {"key": "purchases", "label": "Purchases", "value": "2", "number": 2.0, "group": "Buying", "telling": True}
    fact = next(fact for fact in ann["facts"] if fact["key"] == "purchases")
    assert fact.pop("help").startswith("Orders: what was bought in one visit")
    assert fact == bought
    assert ann["tags"][0]["key"] == "intent:buy"
    assert ann["tags"][0]["probability"] == 0.5
    assert ann["tags"][0]["given"] is True


def test_a_profile_in_words_shows_what_tells_most(modelled, capsys):
    assert main(["profile", "--user", "ann", "--workspace", str(modelled)]) == 0
    said = capsys.readouterr().out.splitlines()
    assert "    Purchases: 2" in said
    assert not any("Active at night" in line for line in said)
    assert any("more, which --json has" in line for line in said)


@pytest.mark.parametrize("name", ["all.csv", "all.parquet"])
def test_profiles_of_all_go_into_a_file(run, modelled, tmp_path, name):
    code, answer, _ = run("profile", "--all", "--out", tmp_path / name, "--workspace", modelled)
    assert (code, answer["shoppers"]) == (0, 4)
    table = pd.read_parquet(tmp_path / name) if name.endswith("parquet") else pd.read_csv(tmp_path / name)
    assert table["user_id"].tolist() == ["ann", "bob", "cy", "dot"]
    assert {"purchases", "age_band", "intent:buy"} <= set(table.columns)


def test_score_writes_a_row_for_each_row(run, modelled, tmp_path):
    (tmp_path / "list.csv").write_text("user_id,item_id\nann,P2\nann,ZZ\n")
    code, answer, _ = run("score", tmp_path / "list.csv", "--out", tmp_path / "out.csv", "--workspace", modelled)
    assert (code, answer["rows"], answer["scored"], answer["failed"]) == (0, 2, 1, 1)
    assert pd.read_csv(tmp_path / "out.csv")["p_click"].tolist()[0] == 0.4


def test_recommend(run, modelled):
    code, answer, _ = run("recommend", "--user", "ann", "-k", "2", "--workspace", modelled)
    assert (code, answer["user_id"], answer["query"]) == (0, "ann", None)
    assert [item["item_id"] for item in answer["items"]] == ["P2", "P3"]
    assert {"title", "p_click", "source", "sources", "reason"} <= set(answer["items"][0])


def test_recommend_for_people(run, modelled):
    _, lines, _ = run("recommend", "--user", "ann", "-k", "1", "--workspace", modelled, as_json=False)
    assert lines[0].startswith(" 1.  40.0 %  Road shoes, blue (P2; ")
    _, lines, _ = run("recommend", "--user", "ann", "--query", "submarine", "--workspace", modelled, as_json=False)
    assert lines == ["Nothing matches. Try fewer or other search words.", "No item has “submarine”."]


def test_explain_answers_with_the_whole_explanation(run, modelled, monkeypatch):
    monkeypatch.setattr("core.explain.why", lambda scorer, user, item, as_of, title: explanation(user, item, title))
    code, answer, _ = run("explain", "--user", "ann", "--item", "P1", "--workspace", modelled)
    assert code == 0
    assert {"base_value", "prediction", "additivity_error", "events", "tokens", "words", "sentence"} <= set(answer)
    _, lines, _ = run("explain", "--user", "ann", "--item", "P1", "--workspace", modelled, as_json=False)
    assert lines[0] == "Trail shoes, red (P1) for shopper ann"


def test_train_takes_its_settings_from_the_options(run, plain, monkeypatch):
    asked = []

    def train(shop, name, settings, resume, progress, use):
        print("a library's chatter")
        asked.append((name, settings, resume, use))
        return {"model": name, "before": {"auc": float("nan")}, "after": {"auc": 0.8}, "seconds": 1.0}

    monkeypatch.setattr("core.service.Shop.train", train)
    code, answer, _ = run(
        "train", "--workspace", plain, "--name", "spring", "--max-examples", "200", "--epochs", "0.5", "--seed", "3",
        "--method", "prefix", "--max-steps", "7", "--resume", "--prefix-tokens", "4", "--optimizer", "sgd",
        "--schedule", "step", "--weight-decay", "0", "--dropout", "0.2", "--patience", "2", "--batch-size", "8",
        "--precision", "off", "--gradient-checkpointing", "--report-to", "none", "--learning-rate", "0.01",
    )
    assert (code, answer["before"]) == (0, {"auc": None})  # what is not a number is no JSON
    assert asked == [("spring", TrainSettings(
        max_examples=200, epochs=0.5, seed=3, method="prefix", max_steps=7, prefix_tokens=4, optimizer="sgd",
        schedule="step", weight_decay=0.0, dropout=0.2, patience=2, batch_size=8, precision="off",
        gradient_checkpointing=True, report_to="none", learning_rate=0.01,
    ), True, None)]  # fmt: skip
    for options, expected in (
        ([], ("latest", TrainSettings(), False, None)),
        (["--resume"], ("latest", None, True, None)),  # the settings that it began with
        (["--keep", "--layers", "3", "--method", "layers", "--lora-rank", "8", "--eval-steps", "20"],
         ("latest", TrainSettings(method="layers", layers=3, lora_rank=8, eval_steps=20), False, False)),
    ):
        run("train", "--workspace", plain, *options)
        assert asked.pop() == expected


def test_a_training_that_is_broken_off_says_how_it_goes_on(run, plain, monkeypatch):
    def train(*args):
        raise KeyboardInterrupt

    monkeypatch.setattr("core.service.Shop.train", train)
    code, lines, said = run("train", "--workspace", plain, "--name", "spring")
    assert "with: --name spring --resume" in refused(code, lines, said)


def test_what_would_be_learned_from_is_said_without_training(run, small_shop):
    code, answer, _ = run("train", "--dry-run", "--max-examples", "50", "--workspace", small_shop.path)
    assert (code, answer["lists"], answer["shown"]) == (0, 50, True)
    assert answer["first"] < answer["train_end"] < answer["val_end"] < answer["end"]
    _, wider, _ = run("train", "--dry-run", "--everyone", "--max-examples", "9000", "--workspace", small_shop.path)
    _, usual, _ = run("train", "--dry-run", "--max-examples", "9000", "--workspace", small_shop.path)
    assert wider["shoppers"] > usual["shoppers"]  # robots and test accounts too
    assert "tensorboard, wandb" in refused(*run("train", "--report-to", "paper", "--dry-run", "--workspace",
                                               small_shop.path))  # fmt: skip


def test_of_several_processes_one_speaks(run, plain, monkeypatch):
    monkeypatch.setenv("RANK", "1")
    assert run("info", "--workspace", plain, as_json=False) == (0, [], "")


def test_evaluate_for_the_named_model(run, modelled, monkeypatch):
    asked = []
    monkeypatch.setattr(
        "core.train.evaluate.evaluate",
        lambda workspace, name, baselines, device, progress: asked.append((name, baselines)) or {"click": {"auc": 0.8}},
    )
    code, answer, _ = run("evaluate", "--model", "demo", "--baselines", "--workspace", modelled)
    assert (code, answer["click"]["auc"], asked) == (0, 0.8, [("demo", True)])


def test_app_becomes_the_server_of_this_workspace(plain, monkeypatch):
    asked = []

    def become(path, argv, env):
        asked.append((argv, env))
        raise SystemExit(0)  # nothing of this process is left

    monkeypatch.setattr(os, "execve", become)
    monkeypatch.setattr(os, "chdir", lambda path: None)
    with pytest.raises(SystemExit):
        main(["app", "--workspace", str(plain), "--port", "9000"])
    argv, env = asked[0]
    assert argv[1:4] == ["-m", "streamlit", "run"]
    assert argv[-2:] == ["--server.port", "9000"]
    assert env["SHOPPERLENS_WORKSPACE"] == str(plain)


def test_app_opens_an_empty_shop_where_there_was_no_folder(tmp_path, monkeypatch):
    def become(path, argv, env):
        raise SystemExit(0)  # nothing of this process is left

    monkeypatch.setattr(os, "execve", become)
    monkeypatch.setattr(os, "chdir", lambda path: None)
    with pytest.raises(SystemExit):
        main(["app", "--workspace", str(tmp_path / "new")])
    assert Workspace.open(tmp_path / "new").version() is None


def test_the_demo_is_built_where_it_is_wanted(run, tmp_path, monkeypatch):
    monkeypatch.setattr(
        "core.demo.build", lambda path, progress: {"workspace": str(path), "version": 1, "built": False, "model": None}
    )
    _, lines, _ = run("demo", "--workspace", tmp_path / "shop", as_json=False)
    assert lines[0] == f"The demo shop is there already: {tmp_path / 'shop'}"


def test_progress_does_not_flood_a_log(capsys):
    progress = show.meter()
    for step in range(1000):
        progress(step / 1000, "on")
    progress(1.0, "done")
    said = capsys.readouterr().err.splitlines()
    assert said[-1] == "100 %  done"
    assert len(said) < 5


def python(*argv):
    return subprocess.run(
        [sys.executable, *map(str, argv)], cwd=PROJECT, capture_output=True, text=True, timeout=120
    )


_WATCHED = """
import sys
from dataclasses import replace
from core.__main__ import main
code = main(sys.argv[1:])
heavy = {"torch", "transformers", "peft", "shap", "lightgbm", "streamlit", "huey"} & set(sys.modules)
print(code, sorted(heavy), file=sys.stderr)
"""


def test_info_loads_nothing_heavy(plain):
    done = python("-c", _WATCHED, "info", "--workspace", plain, "--json")
    assert json.loads(done.stdout)["events"] == 17
    assert done.stderr == "0 []\n"


def test_a_process_ends_with_the_right_code(tmp_path):
    done = python("-m", "core", "info", "--workspace", tmp_path / "none", "--json")
    assert (done.returncode, done.stdout) == (2, "")
    assert len(done.stderr.splitlines()) == 1
    Workspace.create(tmp_path / "shop")
    (tmp_path / "shop" / "CURRENT").write_text("1")
    (tmp_path / "shop" / "versions" / "000001.duckdb").write_bytes(b"no database at all")
    done = python("-m", "core", "info", "--workspace", tmp_path / "shop")
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize("asked", [["profile", "--user", "ann"], ["recommend", "--user", "ann", "-k", "1"]])
def test_answers_about_a_generated_shop_say_that_it_is_generated(run, modelled, monkeypatch, asked):
    assert run(*asked, "--workspace", modelled)[1]["generated"] is False
    assert not any("generated" in line for line in run(*asked, "--workspace", modelled, as_json=False)[1])
    real = Shop.info
    monkeypatch.setattr(Shop, "info", lambda shop: replace(real(shop), generated=True))
    assert run(*asked, "--workspace", modelled)[1]["generated"] is True
    assert run(*asked, "--workspace", modelled, as_json=False)[1][-1] == "(Demo shop: the data is generated.)"
