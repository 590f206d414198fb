"""Reasons to take along: values as a table, and a report that opens without a server."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import pandas as pd

from core.drivers import Drivers
from core.language import say, spoken
from core.records import Check, Explanation, Fact, Tag
from pages._ui import attribution, picture, pushes, words

#: A page that may load nothing and run nothing, whatever is in it.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
_STYLE = """
:root { color-scheme: light dark; }
body { font: 15px/1.55 system-ui, sans-serif; max-width: 62rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.6rem; } h2 { font-size: 1.25rem; margin-top: 2.2rem; } .quiet { opacity: 0.75; font-size: 0.9rem; }
table { border-collapse: collapse; width: 100%; } td, th { text-align: left; padding: 0.25rem 0.75rem 0.25rem 0;
border-bottom: 1px solid rgba(125,135,148,0.3); overflow-wrap: anywhere; }
td.n { text-align: right; white-space: nowrap; }
.wide { overflow-x: auto; } .wide > * { min-width: 38rem; } .wide td, .wide th { overflow-wrap: break-word; }
svg { max-width: 100%; height: auto; } .wide > svg { max-width: none; width: 100%; }
.warn { border-left: 4px solid #d98613; padding: 0.3rem 0.8rem; }
"""


def values(explained: Explanation) -> pd.DataFrame:
    """Return every value: ``level, event, field, text, when, log_odds``, base and prediction first."""
    rows: list[tuple[object, ...]] = [
        ("base", None, "", say("Nothing known"), "", explained.base_value),
        ("prediction", None, "", explained.title, "", explained.prediction),
    ]
    for event in explained.events:
        when = "" if event.ts is None else event.ts.isoformat(sep=" ", timespec="minutes")
        rows.append(("event", event.event, event.event_type, event.text, when, event.value))
    for level, parts in (("word", explained.words), ("token", explained.tokens)):
        rows += [(level, part.event, part.field, part.text, "", part.value) for part in parts]
    table = pd.DataFrame(rows, columns=["level", "event", "field", "text", "when", "log_odds"])
    return table.astype({"event": "Int64"})


def drivers(found: Drivers) -> pd.DataFrame:
    """Return what drives a prediction in a segment: pushes in log-odds, with the ends of their 95 % intervals."""
    return found.rows.assign(about=found.title, shoppers_read=found.read, others_read=found.read_others)


def report(
    user: str, fresh: str, facts: Sequence[Fact], tags: Sequence[Tag], reasons: Sequence[Explanation],
    of: str = "a click",
) -> bytes:
    """Return a report of a shopper as one HTML file that opens without a server and loads nothing.

    Parameters
    ----------
    fresh
        Of which data and model it is, and when it was written.
    of
        What the chances are of that are explained.
    """
    return page(say("Shopper {user}", user=user), [
        quiet(fresh),
        headed(say("Counted in the logs")), _table([(fact.label, fact.value) for fact in facts]),
        headed(say("Predicted by the model")),
        _table([(tag.spec.label, words.percent(tag.probability)) for tag in _likely(tags)]),
        *(_reason(explained, of) for explained in reasons),
    ])  # fmt: skip


def page(title: str, parts: Sequence[str]) -> bytes:
    """Return one HTML file that opens without a server, runs nothing and loads nothing.

    Parameters
    ----------
    parts
        HTML in which everything that came from data is escaped.
    """
    return (
        f'<!doctype html><html lang="{spoken()}"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)} · ShopperLens</title><style>{_STYLE}</style></head><body><h1>{escape(title)}</h1>"
        f"{''.join(parts)}</body></html>"
    ).encode()


def headed(text: str) -> str:
    """Return a heading of a part as HTML."""
    return f"<h2>{escape(text)}</h2>"


def quiet(text: str) -> str:
    """Return a note in small print as HTML."""
    return f'<p class="quiet">{escape(text)}</p>'


def _likely(tags: Sequence[Tag]) -> list[Tag]:
    return sorted((tag for tag in tags if tag.given), key=lambda tag: -tag.probability)


def _table(rows: Sequence[tuple[str, str]]) -> str:
    if not rows:
        return quiet(say("Nothing."))
    lines = (f'<tr><td>{escape(name)}</td><td class="n">{escape(value)}</td></tr>' for name, value in rows)
    return f"<table>{''.join(lines)}</table>"


def _reason(explained: Explanation, of: str) -> str:
    rows = [(event.text, pushes.odds(event.value)) for event in explained.events]
    shown = attribution.legend(of) + attribution.render(explained.words, explained.events, of)
    legend = shown if explained.words else ""
    checked = say("; ").join(check.said for check in explained.checks)
    return (
        headed(say("Why {title}: {chance}", title=explained.title, chance=words.percent(explained.p_click)))
        + f"<p>{escape(explained.sentence)}</p>{_warning(explained.checks)}{picture.svg(explained)}"
        f"<h3>{escape(say('What each event pushed'))}</h3>{_table(rows)}{legend}"
        + quiet(say("{checked}. These are reasons of the model, not proof of a cause.", checked=checked))
    )


def _warning(checks: Sequence[Check]) -> str:
    failed = [check.said for check in checks if check.passed is False]
    said = say("Do not rely on these reasons: {failed}.", failed=say("; ").join(failed))
    return f'<p class="warn">{escape(said)}</p>' if failed else ""
