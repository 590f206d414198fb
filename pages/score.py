"""What will happen with the list that I upload?"""

from __future__ import annotations

import streamlit as st

from core.language import to_say
from pages._ui import frame, handed_in, handing_in, states

with frame.page(to_say("Score a list"), to_say("What will happen with the list that I upload?")) as shop:
    job = st.query_params.get(handing_in.JOB)
    if job:
        with frame.errors():
            handed_in.one(shop, job)
    elif shop.model_name is None:
        states.no_model()
    else:
        with frame.errors():
            handing_in.offer(shop)
    handed_in.history(shop)
