"""Segments that a merchandiser asks for first, built from the columns that this shop has."""

import re
from dataclasses import dataclass
from typing import Any

import pandas as pd

from core.language import to_say
from core.records import Condition


@dataclass(frozen=True)
class Preset:
    """A quick button: the first column of ``kind`` whose key or label matches, and a condition on it."""

    label: str
    icon: str
    pattern: str
    kind: str  # observed | predicted
    op: str = ">="
    value: Any = 0.5


PRESETS = (
    Preset(to_say("Likely to buy"), ":material/shopping_bag:", r"intent.*buy|will buy", "predicted"),
    Preset(to_say("May abandon the cart"), ":material/remove_shopping_cart:", r"abandon", "predicted"),
    Preset(to_say("At risk"), ":material/trending_down:", r"at.?risk", "predicted"),
    Preset(to_say("Premium"), ":material/diamond:", r"price.*premium|premium", "predicted"),
    Preset(to_say("At night"), ":material/bedtime:", r"night", "observed"),
    Preset(to_say("Bought often"), ":material/repeat:", r"^(orders|purchases)$", "observed", ">=", 3),
    Preset(to_say("Away for a month"), ":material/schedule:", r"days.*(since|ago)|recency|last.seen", "observed",
           ">=", 30),
)


def available(columns: pd.DataFrame, thresholds: dict[str, float]) -> list[tuple[Preset, Condition]]:
    """Return the presets that this shop's columns allow, each with its condition.

    Parameters
    ----------
    columns
        The shop's columns (key, label, kind, type, unit).
    thresholds
        Probability from which a predicted tag is given, by key; 0.5 where it is not known.
    """
    found = []
    for preset in PRESETS:
        for column in columns[columns["kind"] == preset.kind].itertuples():
            if column.type != "text" and re.search(preset.pattern, f"{column.key}\n{column.label}", re.I | re.M):
                found.append((preset, _condition(preset, column, thresholds)))
                break
    return found


def _condition(preset: Preset, column: Any, thresholds: dict[str, float]) -> Condition:
    value = preset.value
    if column.kind == "predicted":
        value = round(thresholds.get(column.key, preset.value), 2)
    elif column.type == "number" and preset.value == 0.5 and column.unit == "%":
        value = 50
    return Condition(column.key, preset.op, value)
