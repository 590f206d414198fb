"""Who is read, what is kept and found again, and what is refused; pushes are those that a test says."""

from __future__ import annotations

import numpy as np
import pytest

from core import worker
from core.conditions import EVERYONE, Group, Listed
from core.drivers import KIND, About
from core.driving import JOB, Driving
from core.errors import Cancelled, InputError, UnknownItem
from core.explain.parts import Part, Pushes
from core.service import Shop
from tests.core.fake_scorer import FakeScorer
from tests.core.little_shop import little_shop

TAGS = About("tags")
USERS = ["ann", "bob", "cy", "dot"]


@pytest.fixture
def asked(monkeypatch):
    """Answer for the model, and note who was read and how often: those who come first push more."""
    seen = []

    def pushes(user, outputs):
        values = np.full((1, outputs), float(len(USERS) - USERS.index(user)))
        return Pushes([Part("purchase", "category", "shoes")], values, np.full(outputs, -2.0), values[0] - 2.0)

    def of_tags(scorer, user, as_of, seed, walks):
        seen.append((user, walks))
        return pushes(user, 2)

    def of_items(scorer, user, items, as_of, seed, walks):
        seen.append((user, tuple(items)))
        return pushes(user, len(items))

    monkeypatch.setattr("core.explain.parts.tag_pushes", of_tags)
    monkeypatch.setattr("core.explain.parts.item_pushes", of_items)
    return seen


@pytest.fixture
def shop(tmp_path, monkeypatch):
    monkeypatch.setattr("core.jobs.start_worker", lambda workspace, device: None)
    return Shop(little_shop(tmp_path / "shop").path)


@pytest.fixture
def made():
    return {"created": "2026-06-01"}


@pytest.fixture
def driving(shop, tmp_path, made):
    return Driving(lambda: shop.reader, lambda: shop.segments, FakeScorer, lambda: (tmp_path / "kept", made["created"]),
                   shop._jobs, lambda: {"version": 1, "model": "m"})  # fmt: skip


def only(*users):
    return Group("all", (Listed("some", "", users),))


def gap(found):
    return found.rows[found.rows["level"] == KIND].set_index("name").loc["purchase", "gap"]


def test_a_segment_is_held_against_everyone_else(driving, asked):
    found = driving.drivers(driving.read(only("ann"), TAGS), "intent:buy")
    everyone = {user for user, _ in asked}
    assert asked[0] == ("ann", 4) and len(everyone) == found.others + 1
    others = [float(len(USERS) - USERS.index(user)) for user in everyone - {"ann"}]
    assert gap(found) == pytest.approx(4.0 - np.mean(others))
    assert (found.shoppers, found.read, found.read_others) == (1, 1, len(others))
    assert found.title == "Likely to buy" and found.off == pytest.approx(0.0)


def test_a_sample_is_random_and_the_same_again(driving, asked):
    driving.read(EVERYONE, TAGS, sample=2)
    first = [user for user, _ in asked]
    asked.clear()
    driving.read(EVERYONE, TAGS, sample=2)
    assert [user for user, _ in asked] == first and len(set(first)) == 2
    asked.clear()
    assert {tuple(user for user, _ in asked[:2]) for seed in range(9)
            if not asked.clear() and driving.read(EVERYONE, TAGS, 2, seed)} != {tuple(first)}


def test_everyone_has_nobody_to_be_held_against(driving, asked):
    found = driving.drivers(driving.read(EVERYONE, TAGS), "interest:Shoes")
    assert found.others == found.read_others == 0 and found.chance_others is None


def test_nobody_is_refused_before_anything_is_read(driving, asked):
    with pytest.raises(InputError, match="Nobody is in this segment"):
        driving.read(only("nobody"), TAGS)
    assert asked == []


def test_what_is_not_there_is_refused(driving, asked):
    with pytest.raises(UnknownItem, match="ZZ"):
        driving.read(only("ann"), About("item", "ZZ"))
    with pytest.raises(InputError, match="no items in 'Hats'"):
        driving.read(only("ann"), About("category", "Hats"))
    with pytest.raises(InputError, match="no tag 'x'. It has: intent:buy, interest:Shoes"):
        driving.tag("x")
    assert driving.tag("Likely to buy") == driving.tag("intent:buy") == "intent:buy"
    assert asked == []


def test_a_category_is_its_items_narrower_ones_too(driving, asked):
    found = driving.drivers(driving.read(only("ann"), About("category", "Shoes")))
    assert {"P1", "P2"} <= set(asked[0][1]) and "P3" not in asked[0][1]
    assert found.title == "Shoes"
    found = driving.drivers(driving.read(only("ann"), About("item", "P4")))
    assert asked[-1][1] == ("P4",) and found.title == "Tent for two"


def test_a_shop_without_lists_speaks_of_the_next_basket(driving, shop, asked):
    read = driving.read(only("ann"), About("item", "P4"))
    shop.baskets = True
    assert "in the next basket" in shop.driving.drivers(read).sentence
    assert "a click on" in driving.drivers(read).sentence


def test_what_was_read_is_kept_and_comes_back_the_same(driving, asked):
    read = driving.read(only("ann"), TAGS)
    again = driving.kept(only("ann"), TAGS)
    assert again.parts.equals(read.parts)
    assert (again.about, again.outputs, again.shoppers, again.others, again.made) == (
        read.about, read.outputs, read.shoppers, read.others, read.made)
    assert driving.drivers(again, "intent:buy").sentence == driving.drivers(read, "intent:buy").sentence
    assert driving.kept(only("bob"), TAGS) is None
    assert driving.kept(only("ann"), About("item", "P1")) is None


def test_another_model_of_the_same_name_reads_anew(driving, asked, made):
    driving.read(only("ann"), TAGS)
    made["created"] = "2026-07-01"
    assert driving.kept(only("ann"), TAGS) is None and driving.answers(only("ann")) == []


def test_a_damaged_file_is_read_anew(driving, asked, tmp_path):
    driving.read(only("ann"), TAGS)
    for file in (tmp_path / "kept").glob("*.parquet"):
        file.write_bytes(b"no parquet")
    assert driving.kept(only("ann"), TAGS) is None


def test_everything_that_was_read_of_a_segment_is_found(driving, asked):
    driving.read(only("ann"), TAGS)
    driving.read(only("ann"), About("item", "P1"))
    driving.read(only("bob"), TAGS)
    assert [read.about for read in driving.answers(only("ann"))] == [About("item", "P1"), TAGS]


def test_whether_more_could_be_read(driving, asked):
    read = driving.read(EVERYONE, TAGS, sample=2)
    assert read.reaches(2) and not read.reaches(3)
    assert driving.read(EVERYONE, TAGS, sample=50).reaches(10_000)


def test_it_can_be_stopped_and_then_nothing_is_kept(driving, asked):
    def stop(share, message):
        if share > 0:
            raise Cancelled("Stopped.")

    with pytest.raises(Cancelled):
        driving.read(EVERYONE, TAGS, progress=stop)
    assert driving.kept(EVERYONE, TAGS) is None


def test_progress_says_how_many_were_read(driving, asked):
    said = []
    driving.read(EVERYONE, TAGS, sample=2, progress=lambda share, message: said.append((share, message)))
    assert said == [(0.0, "0 of 2 shoppers read"), (0.5, "1 of 2 shoppers read")]


def test_a_job_is_started_once_and_found_again(driving, shop):
    job = driving.start(only("ann"), TAGS, 25)
    assert driving.start(only("ann"), TAGS, 50).id == job.id == driving.job(only("ann"), TAGS).id
    assert driving.job(only("bob"), TAGS) is None and driving.job(only("ann"), About("item", "P1")) is None
    assert job.kind == JOB and shop._jobs.state.args(job.id)["sample"] == 25
    shop.cancel(job.id)
    assert driving.start(only("ann"), TAGS, 50).id != job.id


def test_a_job_reads_with_a_real_model(small_shop, small_model, monkeypatch):
    monkeypatch.setattr("core.jobs.start_worker", lambda workspace, device: None)
    shop = Shop(small_shop.path, device="cpu", model=small_model.name)
    some = only(*sorted(shop.segments.members(EVERYONE)["user_id"])[:3])
    job = shop.driving.start(some, TAGS, 3)
    worker.serve(small_shop, "cpu", idle=0)
    assert shop.job(job.id).status == "done", shop.job(job.id).error
    assert shop.job(job.id).result["read"] == 6
    read = shop.driving.kept(some, TAGS)
    assert read.off < 1e-3 and len(read.outputs) == len(shop.scorer().tag_specs)
    for key in list(read.outputs)[:3]:
        found = shop.driving.drivers(read, key)
        kinds = found.rows[found.rows["level"] == KIND]
        assert kinds["gap"].sum() == pytest.approx(found.gap, abs=1e-9)
        asks = [shop.tags(user) for user in some.parts[0].ids]
        mean = np.mean([next(tag.probability for tag in tags if tag.spec.key == key) for tags in asks])
        assert found.chance == pytest.approx(mean, abs=2e-3)
