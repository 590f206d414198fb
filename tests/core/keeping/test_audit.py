"""The audit of a model of the small shop."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from core.answers import plain
from core.conditions import Group
from core.keeping import audit, reading
from core.keeping.records import NOTHING
from core.records import Condition, no_progress
from core.service import Shop
from core.store.labelled import labelled
from core.store.workspace import Reader, Workspace
from core.worker import WORK


def test_columns_that_sort_shoppers_into_few_groups_are_found(small_reader: Reader, tiny_reader: Reader) -> None:
    assert list(labelled(small_reader)) == ["country", "age_band", "gender"]
    # Of Ann, Ben and p01, two bands and two cities; Ben's city is not told.
    found = labelled(tiny_reader).loc[["ann", "0ben", "p01"]]
    assert found["age_band"].tolist() == ["25-34", "35-44", "25-34"]
    assert pd.isna(found.loc["0ben", "city"])


def test_a_model_is_audited_and_the_answer_kept(
    small_shop: Workspace, small_model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit, "LISTS", 120)
    monkeypatch.setattr(reading, "SHUFFLES", 4)
    monkeypatch.setattr(reading, "DRAWS", 20)
    monkeypatch.setattr(reading, "LEAST", 10)
    shop = Shop(small_shop.path, "cpu")
    assert shop.keeping.audit(small_model.name) is None
    women = shop.segments.save(Group("all", (Condition("gender", "in", ["female"]),)), "Women")
    asked = {"version": shop.version, "model": small_model.name}
    answer = WORK["audit"](small_shop.path, asked, "cpu", no_progress)  # as the page has it done
    found = shop.keeping.audit(small_model.name)
    assert found is not None and plain(found) == answer
    assert WORK["drift"](small_shop.path, asked, "cpu", no_progress)["verdict"] == NOTHING
    assert len(found.answers) == 3 and found.until.isoformat() == "2026-07-01T00:00:00"
    assert {part.kind for part in found.parts} >= {"everyone", "history", "place", "age_band", "gender"}
    saved, column = (next(part for part in found.parts if (part.kind, part.name) == which)
                     for which in (("segment", "Women"), ("gender", "female")))
    assert replace(saved, kind="gender", name="female") == column and saved.shoppers > 0
    shop.segments.delete(women.id)
    everyone = found.parts[0]
    assert everyone.ratio is not None and everyone.low is not None and everyone.low < everyone.ratio
    assert {row.kind for row in found.mistakes} == {"missed", "wrong"}
    assert {row.source for row in found.readable} == {"tags", "scores"}
    # It has tags for age bands and genders: these are not asked what they themselves predict, nor those shoppers
    # whose answers it learned from.
    told = labelled(shop.reader)["gender"].notna().sum()
    assert max(row.shoppers for row in found.readable if row.attribute == "gender") < told / 2
