"""What was answered for a file is offered for the next one with the same header."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.records import ImportPlan
from core.store import plans
from core.store.look import look
from core.store.state import State
from core.store.workspace import Workspace

LOG = "Member,Sku,Act,When\nm1,s1,1,2026-03-01 10:00\nm1,s2,1,2026-03-01 10:01\nm2,s1,2,2026-03-02 18:00\n"


@pytest.fixture
def state(tmp_path):
    return State(tmp_path / "state.sqlite")


@pytest.fixture
def seen(tmp_path):
    """Look at a text as at a file."""

    def go(text, name="log.csv", role=None):
        (tmp_path / name).write_text(text, encoding="utf-8")
        return look(tmp_path / name, role)

    return go


def headers(*previews):
    return [plans.header_of(preview) for preview in previews]


def test_a_file_is_shown_with_its_first_lines_and_samples(seen):
    preview = seen(LOG)
    assert (preview.file, preview.lines, preview.columns) == ("log.csv", 3, ("Member", "Sku", "Act", "When"))
    assert preview.rows.iloc[0].to_list() == ["m1", "s1", "1", "2026-03-01 10:00"]
    assert preview.samples["Sku"] == ("s1", "s2")
    assert preview.suggestion.mapping["user_id"] == "Member"


ANSWER = {"user_id": "Sku", "item_id": "Member", "ts": "When", "event_type": "Act", "event_type:1": "impression"}


def test_answers_are_offered_for_a_file_with_the_same_header(state, seen):
    first = seen(LOG)
    assert plans.recalled(state, first) is first
    plans.remember(state, ImportPlan(["log.csv"], mapping=ANSWER, dates="dmy"), headers(first))
    again = plans.recalled(state, seen(LOG.replace("m1", "m9"), "other.csv")).suggestion
    assert again.remembered
    sources = {guess.name: guess.source for guess in again.columns}
    assert (sources["user_id"], sources["item_id"]) == ("Sku", "Member")
    assert {word.word: word.event for word in again.words}["1"] == "impression"
    assert again.order == "dmy"
    assert all("answered" in guess.why for guess in again.columns)


def test_a_word_that_is_new_is_still_asked_for(state, seen):
    plans.remember(state, ImportPlan([], mapping={**ANSWER, "event_type:2": "purchase"}), headers(seen(LOG)))
    assert plans.recalled(state, seen(LOG)).suggestion.questions == {}
    more = plans.recalled(state, seen(LOG + "m3,s3,7,2026-03-03 08:00\n"))
    assert set(more.suggestion.questions) == {"words"}


def test_what_is_said_of_one_file_alone_is_remembered_for_it_alone(state, seen):
    log, other = seen(LOG), seen(LOG.replace("Sku", "Item"), "other.csv")
    own = {log.place: ANSWER, other.place: {**ANSWER, "user_id": "Item"}}
    plans.remember(state, ImportPlan([], own=own, orders={other.place: "mdy"}), headers(log, other))
    first, second = (plans.recalled(state, one).suggestion for one in (log, other))
    assert (first.mapping["user_id"], first.order) == ("Sku", None)
    assert (second.mapping["user_id"], second.order) == ("Item", "mdy")


def test_nothing_is_remembered_of_a_file_of_which_nothing_was_said(state, seen):
    log, other = seen(LOG), seen(LOG.replace("Sku", "Item"), "other.csv")
    plans.remember(state, ImportPlan([], own={other.place: ANSWER}), headers(log, other))
    assert plans.answers(state, plans.header_of(log)) is None
    assert plans.answers(state, plans.header_of(other))["mapping"] == ANSWER


def test_answers_are_forgotten_when_asked(state, seen):
    log = seen(LOG)
    assert not plans.forget(state, headers(log))
    plans.remember(state, ImportPlan([], mapping=ANSWER, zone="Europe/Oslo"), headers(log))
    assert plans.forget(state, headers(log))
    assert plans.recalled(state, log) is log
    assert plans.zone(state) == "Europe/Oslo"


@pytest.mark.parametrize("text", [LOG.replace("Sku", "Item"), LOG.replace("Member,Sku", "Sku,Member")])
def test_another_header_is_another_file(state, seen, text):
    plans.remember(state, ImportPlan([], mapping=ANSWER), headers(seen(LOG)))
    assert not plans.recalled(state, seen(text)).suggestion.remembered


def test_columns_without_names_are_not_remembered(state, seen):
    bare = replace(seen(LOG), columns=("column0", "column1", "column2", "column3"))
    plans.remember(state, ImportPlan([], mapping=ANSWER), headers(bare))
    assert not plans.recalled(state, bare).suggestion.remembered


def test_each_file_of_an_import_remembers_its_own_part(state, seen):
    log = seen(LOG)
    items = seen("code,name\ns1,Mug\ns2,Lamp\n", "items.csv", "items")
    both = {**ANSWER, "items.item_id": "code", "items.title": "name", "users.country": "Sku"}
    plans.remember(state, ImportPlan([], mapping=both), headers(log, items))
    assert {guess.name for guess in plans.recalled(state, items).suggestion.columns} == {"items.item_id", "items.title"}
    told = {guess.name for guess in plans.recalled(state, log).suggestion.columns}
    assert told == {"user_id", "item_id", "ts", "event_type", "users.country"}


def test_the_stores_zone_is_remembered_and_not_forgotten(state, seen):
    assert plans.zone(state) is None
    plans.remember(state, ImportPlan([], zone="Europe/Oslo"), [])
    plans.remember(state, ImportPlan([]), [])
    assert plans.zone(state) == "Europe/Oslo"


def test_a_plan_is_tried_and_then_carried_out(tmp_path):
    (tmp_path / "log.csv").write_text(LOG, encoding="utf-8")
    workspace = Workspace.create(tmp_path / "shop")
    mapping = {**ANSWER, "user_id": "Member", "item_id": "Sku", "event_type:2": "purchase"}
    plan = ImportPlan([str(tmp_path / "log.csv")], mapping=mapping, zone="Asia/Shanghai")
    tried = plans.import_plan(workspace, plan, dry_run=True)
    assert (tried.imported, tried.version, workspace.version()) == (3, 0, None)
    assert str(tried.first_ts) == "2026-03-01 02:00:00"
    assert plans.import_plan(workspace, plan).version == 1


def test_mended_lines_are_read_as_the_import_was_told_that_turned_them_away(tmp_path):
    """A file without a header is not known by one; its rejects know their import."""
    workspace, log = Workspace.create(tmp_path / "shop"), tmp_path / "log.csv"
    log.write_text("m1,s1,1,2026-03-01 10:00\nm2,s2,1,soon\nm3,s1,1,2026-03-02 10:00\n")
    mapping = {"user_id": "column0", "item_id": "column1", "event_type": "column2", "ts": "column3",
               "event_type:1": "cart"}  # fmt: skip
    report = plans.import_plan(workspace, ImportPlan([str(log)], own={str(log): mapping}))
    (mended,) = report.mend_files
    preview = look(mended)
    assert (preview.columns, preview.mends) == (("column0", "column1", "column2", "column3"), 1)
    reader = workspace.reader()
    found = plans.as_before(reader, preview).suggestion
    unknown = plans.as_before(reader, replace(preview, mends=7))
    reader.close()
    assert (found.mapping, found.remembered, found.preset) == (mapping, True, None)
    assert unknown.suggestion == preview.suggestion
    assert look(log).mends is None
