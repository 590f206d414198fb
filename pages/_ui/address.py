"""What is chosen on a page, kept in its address: what is as usual is left out, what cannot be read counts as usual."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import streamlit as st


@dataclass(frozen=True)
class Number:
    """A number with its bounds; one that is None as usual stands for no number."""

    name: str
    usual: float | None
    low: float
    high: float

    def read(self) -> float | None:
        """Return what the address says, within the bounds."""
        try:
            said = float(st.query_params.get(self.name, ""))
        except ValueError:
            return self.usual
        return min(self.high, max(self.low, said)) if said == said else self.usual

    def whole(self) -> int | None:
        """Return the same as a whole number."""
        said = self.read()
        return None if said is None else int(said)

    def written(self, value: float | None) -> str:
        """Return the value as the address has it; "" as usual."""
        return "" if value is None or value == self.usual else f"{value:g}"


def text(name: str) -> str:
    """Return a text of the address, "" for none."""
    return str(st.query_params.get(name, "")).strip()


def one_of(name: str, choices: Collection[str], usual: str) -> str:
    """Return a choice of the address; ``usual`` when there is none, or one that is not to be had."""
    said = st.query_params.get(name, usual)
    return said if said in choices else usual


def keep(values: Mapping[str, str]) -> None:
    """Put values into the address, and take those out that are ""."""
    for name, value in values.items():
        if value:
            st.query_params[name] = value
        else:
            st.query_params.pop(name, None)
