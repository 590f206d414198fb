"""What profile tags are called, and what each means; models keep it in English, and it is said when it is read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from core.language import ENGLISH, say, speaking, to_say
from core.records import TagSpec
from core.schema import Family

#: Of tags that every shop may have: label and sentence.
_SAME: Mapping[str, tuple[str, str]] = {
    "price:budget": (to_say("Buys at budget prices"),
                     to_say("What they choose within {days} days is mostly in the cheapest third of its category.")),
    "price:mid": (
        to_say("Buys at mid prices"),
        to_say("What they choose within {days} days is mostly in the middle third of its category's prices."),
    ),
    "price:premium": (to_say("Buys at premium prices"),
                      to_say("What they choose within {days} days is mostly in the dearest third of its category.")),
    "lifecycle:quiet": (to_say("Going quiet"), to_say("Will do nothing at all within {days} days.")),
    "lifecycle:regular": (to_say("Regular visitor"),
                          to_say("Will be active on three or more days within {days} days.")),
    "habit:night": (to_say("Night shopper"),
                    to_say("More than half of what they do within {days} days will be between 22:00 and 06:00.")),
    "habit:weekend": (to_say("Weekend shopper"),
                      to_say("More than half of what they do within {days} days will be on a Saturday or Sunday.")),
    "intent:buy": (to_say("Likely to buy"), to_say("Will buy something within {days} days.")),
    "intent:abandon": (to_say("May abandon a cart"),
                       to_say("Will put something in the cart and not buy it within {days} days.")),
}  # fmt: skip
_TITLE = "title:"


def said(spec: TagSpec) -> TagSpec:
    """Return a tag with its label and its sentence in the language that is spoken; an unknown one is as it was."""
    label, sentence = _words(spec)
    return replace(spec, label=label, sentence=sentence)


def made(key: str, family: Family, horizon: int, argument: str = "") -> TagSpec:
    """Return a tag as a model keeps it: in English.

    Examples
    --------
    >>> made("interest:Shoes", Family.INTEREST, 7, "Shoes").sentence
    'Will click, cart or buy something in Shoes within 7 days.'
    """
    with speaking(ENGLISH):
        return said(TagSpec(key, family, key, "", horizon, argument))


def _words(spec: TagSpec) -> tuple[str, str]:
    days = spec.horizon_days
    if spec.key in _SAME:
        label, sentence = _SAME[spec.key]
        return say(label), say(sentence, days=days)
    if spec.family == Family.INTEREST and spec.argument.startswith(_TITLE):
        topic = spec.argument.removeprefix(_TITLE)
        return say("Interested in {topic}", topic=topic), say(
            "Will click, cart or buy something with “{topic}” in its title within {days} days.", topic=topic, days=days)
    if spec.family == Family.INTEREST and spec.argument:
        topic = spec.argument
        return say("Interested in {topic}", topic=topic), say(
            "Will click, cart or buy something in {topic} within {days} days.", topic=topic, days=days)
    if spec.family == Family.ATTRIBUTE and "=" in spec.argument:
        column, value = spec.argument.split("=", 1)
        name = column.replace("_", " ")
        return say("{attribute}: {value}", attribute=name.capitalize(), value=value), say(
            "Their {attribute} is {value}, judged from behaviour by shoppers who stated it.",
            attribute=name, value=value)
    return spec.label, spec.sentence
