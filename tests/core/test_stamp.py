"""A file that leaves says of which data and model it is, and when it was written."""

from datetime import UTC, datetime

import pytest

from core import stamp
from core.records import ShopInfo


class _Clock(datetime):
    @classmethod
    def now(cls, tz=None):
        return cls(2026, 6, 3, 9, 5, tzinfo=tz)


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    monkeypatch.setattr(stamp, "datetime", _Clock)


def info(version=3, generated=False):
    first, last = (None, None) if version is None else (datetime(2026, 4, 4), datetime(2026, 6, 2, tzinfo=UTC))
    return ShopInfo(version, 9, 9, 9, {}, first, last, 0, 0, [], generated)


@pytest.mark.parametrize(("given", "name"), [
    (("Loyal <b>/x", 3, "demo", "csv"), "Loyal-b-x-data-3-demo-2026-06-03.csv"),
    (("常客", 3, None, "xlsx"), "常客-data-3-2026-06-03.xlsx"),
    (("../../a", None, None, "png"), "a-2026-06-03.png"),
    (("w" * 300, 3, "v1.2", "svg"), f"{'w' * 80}-data-3-v1.2-2026-06-03.svg"),
])  # fmt: skip
def test_a_file_is_named_by_what_it_is_its_data_its_model_and_its_day(given, name):
    assert stamp.file_name(*given) == name


def test_data_is_its_version_and_days_and_generated_data_is_called_so():
    assert stamp.data(3, info()) == "version 3, 4 April 2026 to 2 June 2026"
    assert stamp.data(3, info(generated=True)).endswith("2026 (a demo shop: all data is generated)")
    assert stamp.data(None, info(None)) == "Nothing is imported yet"


def test_it_says_when_it_was_written():
    assert stamp.about("version 3", None) == {
        "Data": "version 3", "Model": "none: nothing is predicted", "Written": "3 June 2026, 09:05 UTC",
        "Made with": "ShopperLens",
    }  # fmt: skip
