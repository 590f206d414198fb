"""A fingerprint tells data apart, and not the way that it came in."""

from core.store.fingerprint import fingerprint
from tests.core.little_shop import EVENTS, little_shop, write_version


def of(path, events=EVENTS):
    reader = little_shop(path, events).reader()
    try:
        return fingerprint(reader)
    finally:
        reader.close()


def test_order_and_lines_do_not_count_but_every_value_does(tmp_path):
    whole = of(tmp_path / "a")
    assert len(whole) == 16
    assert of(tmp_path / "b", EVENTS[::-1]) == whole
    assert of(tmp_path / "c", EVENTS[:-1]) != whole
    user, item, kind, when, more = EVENTS[4]
    longer = (user, item, kind, when, {**more, "dwell_seconds": 43.0})
    assert of(tmp_path / "d", [*EVENTS[:4], longer, *EVENTS[5:]]) != whole


def test_the_same_event_twice_is_not_the_same_as_never(tmp_path):
    events = EVENTS[:3]
    assert len({of(tmp_path / "a", events), of(tmp_path / "b", [*events, *EVENTS[3:4] * 2]),
                of(tmp_path / "c", [*events, *EVENTS[4:5] * 2])}) == 3


def test_items_and_shoppers_count(tmp_path, monkeypatch):
    whole = of(tmp_path / "a")
    monkeypatch.setattr("tests.core.little_shop.USERS", [("ann", "35-49", 3)])
    assert of(tmp_path / "b") != whole
    monkeypatch.undo()
    monkeypatch.setattr("tests.core.little_shop.ITEMS", [("P1", "Trail shoes, blue", None, None, 1.0, "product")])
    assert of(tmp_path / "c") != whole


def test_another_version_of_the_same_data_has_the_same(tmp_path):
    workspace = little_shop(tmp_path / "a")
    write_version(workspace, 2)
    readers = [workspace.reader(version) for version in (1, 2)]
    assert fingerprint(readers[0]) == fingerprint(readers[1])
    for reader in readers:
        reader.close()
