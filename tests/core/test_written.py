"""What was written down in English is said again, with what was filled into it."""

import pytest

from core.language import speaking
from core.written import aside, reason, value


@pytest.mark.parametrize(("written", "chinese"), [
    ("ts: no time", "ts: 没有时间"),
    ("kind: none of product, article, video, ad", "kind: 不属于 product, article, video, ad"),
    ("item_id comes again further down; the last line counts", "item_id 在下面再次出现；以最后一行为准"),
    ("odd: something that nobody foresaw", "odd: something that nobody foresaw"),
])  # fmt: skip
def test_reasons(written, chinese):
    assert reason(written) == written
    with speaking("zh"):
        assert reason(written) == chinese


def test_why_a_shopper_is_set_aside():
    written = "900 looks on 3 May 2026 without staying anywhere; its e-mail reads like a test account's"
    assert aside(written) == written
    with speaking("zh"):
        assert aside(written) == "2026年5月3日浏览 900 次，没有任何停留；其 e-mail 像测试账号"


def test_words_of_facts_but_not_those_of_the_shop():
    with speaking("zh"):
        assert [value("price_band", "budget"), value("favourite_weekday", "Sunday")] == ["低价", "星期日"]
        assert value("top_brand", "budget") == "budget"
    assert value("set_aside", "robot") == "robot"
