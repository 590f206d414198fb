"""Links to the segments of those who bought a thing, or something of its category or brand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from core.conditions import Deed, Did, Group
from core.language import say
from core.schema import Event
from pages._ui import builder, nav

if TYPE_CHECKING:
    from core.service import Shop


def link(shop: Shop, label: str, **of: Any) -> None:
    """Draw a link to the segment of those who bought it.

    Parameters
    ----------
    of
        Of ``core.conditions.Deed``: ``items``, ``categories`` or ``brands``.
    """
    tree = Group("all", (Did(Deed(Event.PURCHASE, **of)),))
    nav.link("segments", label, ":material/groups:", {builder.PARAM: shop.segments.written(tree)},
             say("Those who bought it, as a segment"))  # fmt: skip
