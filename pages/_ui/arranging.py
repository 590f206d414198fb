"""How a list is to be arranged: fields of a form, kept in the address, and what the order costs."""

from __future__ import annotations

import streamlit as st

from core.arrange import VARIED, Arrangement
from core.language import say
from core.records import Listing
from core.rules import Rule
from pages._ui import words
from pages._ui.address import Number, keep

DIVERSITY = Number("variety", VARIED.diversity, 0.0, 1.0)
NOVELTY = Number("novelty", VARIED.novelty, 0.0, 1.0)
NEW = Number("new", VARIED.new_share, 0.0, 1.0)
BRAND, CATEGORY = Number("cap_brand", None, 1, 30), Number("cap_category", None, 1, 30)


def sign() -> str:
    """Return what the address says of the arrangement: fields are drawn anew when it changes from outside."""
    return "-".join(number.written(number.read()) for number in (DIVERSITY, NOVELTY, NEW, BRAND, CATEGORY))


def fields(rules: tuple[Rule, ...]) -> Arrangement:
    """Draw the fields, in a form, and return what they say."""
    at = sign()
    left, middle, right = st.columns(3)
    spare = words.percent(VARIED.spare)
    diversity = left.slider(
        say("Variety"), 0.0, 1.0, DIVERSITY.read(), 0.1, key=f"variety-{at}",
        help=say("0 orders by chance alone. More of it puts unlike items beside each other, as long as no more than "
                 "{spare} of the clicks are lost.", spare=spare),
    )  # fmt: skip
    novelty = middle.slider(say("New to this shopper"), 0.0, 1.0, NOVELTY.read(), 0.1, key=f"novelty-{at}",
                            help=say("What counts more when it is more: items they have not met yet."))  # fmt: skip
    new = right.slider(say("New in the shop, at least"), 0.0, 1.0, NEW.read(), 0.1, format="percent", key=f"new-{at}",
                       help=say("Places that are kept for items that came lately, or that nobody met "
                                "before."))  # fmt: skip
    left, right = st.columns(2)
    brand = left.number_input(say("Of one brand, at most"), 1, 30, BRAND.whole(), key=f"cap-brand-{at}",
                              placeholder=say("any number"))  # fmt: skip
    category = right.number_input(say("Of one category, at most"), 1, 30, CATEGORY.whole(), key=f"cap-category-{at}",
                                  placeholder=say("any number"))  # fmt: skip
    return Arrangement(diversity, novelty, new, brand, category, rules)


def remember(how: Arrangement) -> None:
    """Put what the fields say into the address."""
    keep({DIVERSITY.name: DIVERSITY.written(how.diversity), NOVELTY.name: NOVELTY.written(how.novelty),
          NEW.name: NEW.written(how.new_share), BRAND.name: BRAND.written(how.cap_brand),
          CATEGORY.name: CATEGORY.written(how.cap_category)})  # fmt: skip


def cost(found: Listing) -> None:
    """Say how many clicks to expect of the list, and what its order costs against the likeliest first."""
    many = words.several(len(found.items), "item", "items")
    said = say(":violet[Predicted:] **{expected:.2f} clicks** if all {many} are seen.",
               expected=found.expected, many=many)
    lost = 1 - found.expected / found.most if found.most > 0 else 0.0
    if lost >= 0.0005:
        said += say(" The likeliest first would get {most:.2f}: this order costs {lost} of them.",
                    most=found.most, lost=words.percent(lost))
    else:
        said += say(" No other order would get more.")
    st.markdown(said)
    for note in found.notes:
        st.caption(f":material/info: {words.plain(note)}")
