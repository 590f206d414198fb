from datetime import datetime, timedelta

import pytest

from core.errors import TooLittleData
from core.train.splits import Splits, moments, split


@pytest.mark.parametrize(("days", "horizon"), [(8, 1), (30, 3), (60, 7), (150, 14), (374, 30)])
def test_every_part_is_long_enough_for_tags_to_come_true(days: int, horizon: int) -> None:
    first = datetime(2026, 1, 1, 9)
    parts = split(first, first + timedelta(days=days - 1))
    assert parts.horizon == horizon
    assert parts.start < parts.train_end < parts.val_end < parts.end
    assert (parts.val_end - parts.train_end).days >= horizon
    assert (parts.end - parts.val_end).days >= horizon
    assert moments(parts.start, parts.train_end, horizon, 6)


def test_a_short_log_is_refused_with_what_is_needed() -> None:
    with pytest.raises(TooLittleData, match=r"span 7 days.*at least 8"):
        split(datetime(2026, 1, 1), datetime(2026, 1, 7, 23))


def test_splits_survive_json() -> None:
    parts = split(datetime(2026, 1, 1), datetime(2026, 3, 1))
    assert Splits.from_plain(parts.plain()) == parts


def test_moments_leave_room_for_their_windows() -> None:
    start, stop = datetime(2026, 1, 1), datetime(2026, 1, 15)
    found = moments(start, stop, 7, 3)
    assert found == [start, datetime(2026, 1, 5), datetime(2026, 1, 8)]
    assert max(found) + timedelta(days=7) <= stop
    assert moments(start, stop, 15, 3) == []
    assert moments(start, stop, 14, 3) == [start]
