"""What the made-up shop answers about searches and items' pages."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from core.assist.records import Reply
from core.errors import UnknownItem
from core.records import Beside, Found, Hit, ItemPage
from core.search.names import Names
from core.search.query import understand
from tests.pages.fake_why import NOW, TITLES

NAMES = Names({("northway",): ["Northway"]}, {("shoe",): ["Shoes"]}, frozenset({"product", "article"}))
KINDS = {6: "article", 8: "ad"}


class FakeSearch:
    """The search-methods of Shop: words are looked for in titles; for a shopper the order is turned round.

    The assistant is the real one, over these titles.
    """

    wording: str | None = None  # of a language model, as if one were configured

    def search(self: Any, text: str, user_id: str | None = None, k: int = 10) -> Found:
        self._note("search")
        if user_id is not None:
            self._known(user_id)
        query = understand(text, NAMES)
        stems = [word.lower().rstrip("s") for word in query.said.split()] or [""]
        found = [n for n, title in enumerate(TITLES) if any(stem in title.lower() for stem in stems)]
        plain = [Hit(*_about(n), found_by=["words"] if query.said else ["popular"], plain=place, place=place)
                 for place, n in enumerate(found, 1)]  # fmt: skip
        notes = ["Nothing that matches costs up to 5, so other prices are shown."] if query.high == 5 and plain else []
        personal = user_id is not None and self.model_name is not None
        turned = [replace(hit, place=place, p_click=0.4 / place) for place, hit in enumerate(plain[::-1], 1)]
        hits = turned if personal else plain
        return Found(text, query.parts, notes, hits[:k], plain[:k], len(plain), user_id if personal else None,
                     self.model_name if personal else None)  # fmt: skip

    def assist(self: Any, said: str, before: Reply | None = None, user_id: str | None = None, k: int = 4) -> Reply:
        from core.assist.assistant import Assistant  # what it needs is heavy, and opening a page must not load it
        from core.search.personal import Person
        from tests.core.assist.little_catalogue import Catalogue
        from tests.core.fake_scorer import FakeScorer

        self._note("assist")
        if user_id is not None:
            self._known(user_id)
        items = [(*_about(n), 1, float(n)) for n in range(len(TITLES))]
        named = user_id is not None and self.model_name is not None
        person = Person(user_id, FakeScorer({"I000": 0.1, "I004": 0.4}), self.model_name) if user_id and named else None
        return Assistant(Catalogue(items), NOW, lambda: None).reply(said, before, person, k)

    def phrase(self, reply: Reply) -> Reply:
        if self.wording is None:
            return reply
        return replace(reply, phrased=self.wording, phrased_by="little")

    def item_page(self: Any, item_id: str, k: int = 6) -> ItemPage:
        self._note("item_page")
        number = int(item_id[1:]) if item_id[1:].isdigit() else len(TITLES)
        if number >= len(TITLES):
            raise UnknownItem(f"No item has the id {item_id!r}. Pick one from the list, or import it.")
        others = [n for n in range(len(TITLES)) if n != number and n not in KINDS]
        similar = [Beside(*_about(n), why="Same brand; both say “shoes”") for n in others[:k]]
        goes = [Beside(*_about(others[0]), why="Bought together by 31 shoppers, 4.2 times as often as by chance",
                       shoppers=31, lift=4.2)]  # fmt: skip
        articles = [] if number in KINDS else [Beside(*_about(6), why="Says “shoe”")]
        return ItemPage(Beside(*_about(number)), NOW, similar, [] if self.plain else goes, articles)


def _about(number: int) -> tuple[str, str, str, str, float | None, str]:
    kind = KINDS.get(number, "product")
    price = 19.9 + number if kind == "product" else None
    return f"I{number:03d}", TITLES[number], "Wear > Shoes", "Northway", price, kind
