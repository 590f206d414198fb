"""Whom does a description of mine fit?"""

from __future__ import annotations

from core.language import to_say
from pages._ui import described, describing, frame, keeping

with frame.page(to_say("Tags"), to_say("Whom does a description of mine fit?")) as shop:
    keeping.refused()
    said = describing.asked(shop)
    if not shop.describing.ready():
        describing.get_ready(shop)
    elif said is None:
        describing.invite(shop)
    else:
        with frame.errors():
            described.show(shop, said)
