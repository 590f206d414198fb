"""The tables of ``docs/shown.md``, written from the results of ``benchmarks``: no figure is typed by hand."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from benchmarks._page import PROJECT, Page, how, table

_LISTS = {"hr@10": "one of ten chosen (HR@10)", "ndcg@10": "nDCG@10"}
_SHARES = {"coverage": "coverage", "cold": "cold items"}
_SEARCH = {"asked for": "what was asked for", "would click": "what she would click", "under a price": "under a price"}
_ESTIMATES = ("IPS", "self-normalised IPS", "doubly robust", "direct method", "as logged")
_UNMEASURED = "Not measured yet."


def _lists(shop: str, found: Mapping[str, Any]) -> str:
    piece = found["pieces"].get(shop)
    if piece is None:
        return _UNMEASURED
    rows = [[name, *(_span(row[key]) for key in _LISTS), *(_span(row["ahead"][key], "+") if "ahead" in row else ""
                                                           for key in _LISTS),
             *(f"{100 * row[key]:.1f} %" for key in _SHARES), f"{row['novelty']:.1f}"]
            for name, row in piece["rows"].items()]
    head = ["ten items by", *_LISTS.values(), *(f"union + BERT ahead in {key}" for key in ("HR@10", "nDCG@10")),
            *_SHARES.values(), "novelty (bits)"]
    said = (f"{piece['cases']:,} days of {piece['shoppers']:,} shoppers from {piece['from'][:10]} on, "
            f"{piece['items']:,} items; an item that was chosen is among the candidates in "
            f"{_span(piece['candidates']['reached'])} of them. {how(piece)}")
    return "\n".join([*table(head, rows), "", said])


def _latency(found: Mapping[str, Any]) -> str:
    pieces = sorted((piece for name, piece in found["pieces"].items() if name.startswith("latency")),
                    key=lambda piece: int(piece["items"]))
    if not pieces:
        return _UNMEASURED
    parts = list(pieces[0]["median"])
    rows = [[f"{piece['items']:,}", *(f"{piece['median'][part]:.2f} s" for part in parts), f"{piece['p95']:.2f} s"]
            for piece in pieces]
    return "\n".join([*table(["items", *parts, "95th percentile"], rows), "",
                      f"Medians of {pieces[0]['shoppers']} shoppers. {how(pieces[-1])}"])


def _search(found: Mapping[str, Any]) -> str:
    rows = [[way, *(_span(row[key]) for key in _SEARCH), f"{row['ms'][0]:.0f} ms"]
            for way, row in found["ndcg@10"].items()]
    said = f"nDCG@10 of {found['searches']} searches by {found['shoppers']} shoppers. {how(found)}"
    return "\n".join([*table(["ten items by", *_SEARCH.values(), "time"], rows), "", said])


def _policies(found: Mapping[str, Any]) -> str:
    rows = [[row["campaign"], _POLICIES[row["policy"]], "none" if row["clip"] is None else f"{row['clip']:g}",
             f"{row['effective']:,}", row["estimate"], _percent(row["value"], row["low"], row["high"]),
             _percent(row["own"], row["own_low"], row["own_high"]),
             {True: "yes", False: "no", None: ""}[row["agrees"]]]
            for row in found["rows"] if row["estimate"] in _ESTIMATES]
    head = ["campaign", "estimated policy", "weights cut at", "rows that count", "estimate", "estimated click-through",
            "its own log", "intervals meet"]
    return "\n".join([*table(head, rows), "", how(found)])


_POLICIES = {"bts": "Bernoulli Thompson, from the random log", "random": "random, from the Thompson log"}


def _scored(found: Mapping[str, Any]) -> str:
    if not found["scored"]:
        return _UNMEASURED
    rows = [[name, f"{row['pairs']:,}", f"{row['pairs_a_second']:,.0f}", f"{row['hours_a_million']:.1f} h"]
            for name, row in found["scored"].items()]
    return "\n".join([*table(["items", "pairs", "pairs a second", "a million takes"], rows), "",
                      f"{found['device']}. {how(found)}"])


def _span(values: Sequence[float], sign: str = "") -> str:
    middle, low, high = values
    return f"{middle:{sign}.3f} ({low:{sign}.3f} – {high:{sign}.3f})"


def _percent(value: float, low: float | None, high: float | None) -> str:
    return f"{100 * value:.2f} %" + ("" if low is None or high is None else f" ({100 * low:.2f} – {100 * high:.2f})")


_TABLES: Mapping[str, tuple[str, Callable[[Mapping[str, Any]], str]]] = {
    "demo": ("recommend", partial(_lists, "demo")), "retail": ("recommend", partial(_lists, "retail")),
    "latency": ("recommend", _latency), "search": ("search", _search), "policies": ("offpolicy", _policies),
    "scored": ("speed", _scored),
}
PAGE = Page(PROJECT / "docs" / "shown.md", _TABLES)

if __name__ == "__main__":
    PAGE.write()
