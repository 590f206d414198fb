"""A made-up shop in which every text that comes from outside is an attack."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any

from core.assist.records import Choice, Offer, Reply
from core.drivers import About
from core.records import Change, Contrast, Explanation, Part, Preview, Recommendation, ShopperView, Suspect, Tag, WhatIf
from tests.pages.fake_driving import FakeDriving
from tests.pages.fake_shop import FakeShop

CORPUS = (Path(__file__).parents[1] / "fixtures" / "injections.txt").read_text(encoding="utf-8").splitlines()
#: Attacks that one view shows; the shopper's number says which comes first.
AT_ONCE = 18


def first(user_id: str) -> int:
    """Which attack comes first for this shopper."""
    return int(user_id.lstrip("S")) % len(CORPUS)


class HostileShop(FakeShop):
    """Answers like ``FakeShop``, with attacks for titles, queries, reviews, tag names and facts."""

    def _text(self, user_id: str, number: int) -> str:
        return CORPUS[(first(user_id) + number) % len(CORPUS)]

    @cached_property
    def driving(self) -> FakeDriving:
        found = FakeDriving(self, CORPUS)
        found.label = CORPUS[0]
        found.done = [About("tags"), *(About("item", f"I{n:03d}") for n in range(len(CORPUS) // 12))]
        return found

    def why(self, user_id: str, item_id: str) -> Explanation:
        found = super().why(user_id, "I000")
        said = [self._text(user_id, n) for n in range(AT_ONCE)]
        events = [replace(found.events[n % 4 + 1 if n else 0], event=n - 1, text=text, value=(-1) ** n * (0.5 - n / 90))
                  for n, text in enumerate(said)]
        words = [replace(found.words[0], text=text, event=n - 1, value=events[n].value, field=text)
                 for n, text in enumerate(said)]
        return replace(found, item_id=item_id, title=said[0], sentence=" ".join(said), events=events, words=words,
                       tokens=words)

    def why_tag(self, user_id: str, tag_key: str) -> Explanation:
        return replace(self.why(user_id, "I000"), item_id=tag_key)

    def why_above(self, user_id: str, first: str, second: str) -> Contrast:
        one = self.why(user_id, first)
        return Contrast(one, replace(one, title=self._text(user_id, 1)), one.events, 0.0, one.sentence)

    def what_if(self, user_id: str, item_id: str, change: Change) -> WhatIf:
        found = super().what_if(user_id, item_id, change)
        return replace(found, notes=[self._text(user_id, 2)])

    def preview(self, user_id: str, item_id: str) -> Preview:
        found = self.why(user_id, item_id)
        return Preview(user_id, item_id, found.title, found.events, 0.1)

    def suspects(self, *_: Any) -> list[Suspect]:
        return [Suspect(f"I{n}", text, [text], [text], text, 0.2, 0.1, 0.7) for n, text in enumerate(CORPUS)]

    def assist(
        self, said: str, before: Reply | None = None, user_id: str | None = None, k: int = AT_ONCE
    ) -> Reply:
        found, texts = super().assist("shoes", None, user_id, k), [self._text(str(user_id), n) for n in range(AT_ONCE)]
        hits = [replace(one.hit, title=text, category=text, brand=text)
                for one, text in zip(found.offers, texts, strict=False)]  # fmt: skip
        offers = [Offer(hit, [hit.title], [hit.title], hit.title) for hit in hits]
        choices = [Choice(what, text, f"{n} {text}", n) for n, text in enumerate(texts) for what in ("brand", "colour")]
        return replace(found, said=texts[0], need=said, text="".join(texts) + "[1] [99]", notes=texts, offers=offers,
                       parts=[Part("word", text, text, text) for text in texts], choices=choices,
                       unphrased=texts[0])  # fmt: skip

    def recommend(self, user_id: str, *args: Any, **more: Any) -> list[Recommendation]:
        found = super().recommend(user_id, 10)
        return [replace(item, title=self._text(user_id, n), category=self._text(user_id, n + 6),
                        brand=self._text(user_id, n + 12), reason=self._text(user_id, n + 3))
                for n, item in enumerate(found)]

    def shopper(self, user_id: str) -> ShopperView:
        found = super().shopper(user_id)
        done, lists = found.timeline.events, found.timeline.shown
        events = done.assign(title=[self._text(user_id, n) for n in range(len(done))],
                             detail=[self._text(user_id, n + 9) for n in range(len(done))])
        shown = lists.assign(titles=[[self._text(user_id, n)] for n in range(len(lists))],
                             item_ids=[["I000"]] * len(lists), slot=self._text(user_id, 2))
        facts = [replace(fact, label=self._text(user_id, n), value=self._text(user_id, n + 7),
                         help=self._text(user_id, n + 3)) for n, fact in enumerate(found.facts)]
        return replace(found, timeline=replace(found.timeline, events=events, shown=shown), facts=facts)

    def tags(self, user_id: str) -> list[Tag]:
        return [replace(tag, probability=0.9, spec=replace(tag.spec, label=self._text(user_id, n),
                                                           sentence=self._text(user_id, n + 5)))
                for n, tag in enumerate(super().tags(user_id))]

    def reasons(self, user_id: str, item_ids: Sequence[str]) -> list[str]:
        return [self._text(user_id, n + 3) for n in range(len(item_ids))]
