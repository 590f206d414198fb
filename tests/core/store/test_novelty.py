from datetime import datetime

import pytest

from core.store.novelty import first_days, fresh, novelty
from core.store.workspace import Reader

KNOWN, START, STOP = datetime(2026, 1, 13), datetime(2026, 1, 20), datetime(2026, 1, 23)


def test_what_is_new_is_counted_with_when_it_came(tiny_reader: Reader) -> None:
    assert fresh(tiny_reader, datetime(2026, 1, 21)) == (2, datetime(2026, 1, 22, 9))
    assert fresh(tiny_reader, datetime(2026, 1, 23)) == (0, None)


def test_new_things_are_shares_of_what_was_done(tiny_reader: Reader) -> None:
    # Done in the window: sock1 clicked and bought, boot1 put in the cart, mug1 looked at; shown alone does not count.
    # Before: shoe1, sock1, mug1 and shoe2. So boot1 is new, with its category, and not its brand (sock1 is Tamsin's);
    # mug1 has no brand. Titles hold "wool socks" twice, "hiking boot", "white mug": of eight words two are new.
    assert novelty(tiny_reader, START, STOP, KNOWN) == {
        "items": pytest.approx(1 / 4), "categories": pytest.approx(1 / 4), "brands": 0.0, "words": pytest.approx(2 / 8),
    }


def test_words_of_searches_count(tiny_reader: Reader) -> None:
    # 13 January: shoe2 ("blue running shoe") clicked once and looked at twice, shoe1 ("red running shoe") in the cart,
    # and a search for "running shoes". Known from the days to the 6th: red, running, shoe, wool, socks.
    # Of 4 x 3 + 2 words, "blue" (three times) and "shoes" are new.
    found = novelty(tiny_reader, datetime(2026, 1, 13), datetime(2026, 1, 14), datetime(2026, 1, 7))
    assert found["words"] == pytest.approx(4 / 14)


def test_days_without_anything_have_no_shares(tiny_reader: Reader) -> None:
    empty = datetime(2026, 3, 1), datetime(2026, 3, 2)
    assert novelty(tiny_reader, *empty, KNOWN) == {"items": None, "categories": None, "brands": None, "words": None}
    assert first_days(tiny_reader, *empty) is None


def test_first_days_are_a_share_of_the_days_of_shoppers(tiny_reader: Reader) -> None:
    # From the 20th on: Ann on two days, Cid on one, which is his first.
    assert first_days(tiny_reader, START, STOP) == pytest.approx(1 / 3)
    # The first three days: three shoppers, each for the first time.
    assert first_days(tiny_reader, datetime(2026, 1, 5), datetime(2026, 1, 8)) == 1.0
