"""What a shopper did, visit by visit, and what was shown to her meanwhile and left alone."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from core.language import say, to_say
from core.records import Timeline
from core.store import deed_sql, zone
from core.store.visits import GAP_MINUTES

if TYPE_CHECKING:
    from core.store.workspace import Reader

#: What is told beside an event.
_DETAIL = {
    "rated": to_say("with {stars}"), "stayed": to_say("for {seconds} seconds"),
    "estimated": to_say("for some {seconds} seconds (estimated)"), "clicked": to_say("in {place}"),
    "pieces": to_say("{number} pieces"),
}
_EVENTS = ["ts", "event_type", "item_id", "title", "category", "price", "detail", "visit"]
_VISITS = ["visit", "began", "ended", "looks", "carts", "bought", "spent"]
_SHOWN = ["visit", "ts", "slot", "item_ids", "titles"]

# Her events are read once, and lie together. What the log puts into no visit belongs to that between two pauses in
# which it was done; what was merely shown, to the visit that it is nearest to, or else to its day.
_PLACED = f"""
WITH mine AS MATERIALIZED (
    SELECT *, {{here}} AS here FROM events WHERE user_id = $user AND ts < $as_of
),
came AS (
    SELECT began, ended, cut, coalesce('s' || session_id, 'c' || began) AS visit FROM visits WHERE user_id = $user
),
placed AS MATERIALIZED (
    SELECT mine.*, CASE WHEN mine.session_id IS NOT NULL THEN 's' || mine.session_id
                        WHEN mine.event_type <> 'impression' THEN pause.visit
                        WHEN mine.ts <= earlier.ended + INTERVAL {GAP_MINUTES} MINUTE THEN earlier.visit
                        WHEN mine.ts >= later.began - INTERVAL {GAP_MINUTES} MINUTE THEN later.visit
                        ELSE 'd' || CAST(mine.here AS DATE) END AS visit
    FROM mine ASOF LEFT JOIN (FROM came WHERE cut) AS pause ON pause.began <= mine.ts
    ASOF LEFT JOIN came AS earlier ON earlier.began <= mine.ts
    ASOF LEFT JOIN came AS later ON later.began >= mine.ts
)"""

_DONE = """,
stayed AS (
    SELECT import_id, source_row, round(max(seconds)) AS seconds, bool_or(estimated) AS estimated
    FROM event_dwell WHERE user_id = $user GROUP BY import_id, source_row
),
told AS (
    SELECT placed.here AS ts, placed.event_type, placed.item_id, items.title, items.category, placed.visit,
           coalesce(placed.price, items.price) AS price, placed.source_row,
           coalesce(placed.quantity, 1) AS pieces,
           CASE placed.event_type
                WHEN 'search' THEN placed.query
                WHEN 'review' THEN placed.text
                WHEN 'rating' THEN replace($rated, '{stars}', printf('%g', placed.value))
                WHEN 'view' THEN CASE WHEN stayed.seconds >= 1
                                      THEN replace(CASE WHEN estimated THEN $estimated ELSE $stayed END, '{seconds}',
                                                   printf('%.0f', seconds)) END
                WHEN 'click' THEN replace($clicked, '{place}', placed.slot)
                ELSE CASE WHEN abs(placed.quantity) > 1
                          THEN replace($pieces, '{number}', printf('%g', abs(placed.quantity))) END
           END AS detail
    FROM placed LEFT JOIN items USING (item_id) LEFT JOIN stayed USING (import_id, source_row)
    WHERE placed.event_type <> 'impression'
)
SELECT *, min(ts) OVER one AS began, max(ts) OVER one AS ended, count(*) OVER () AS everything,
       count(DISTINCT item_id) FILTER (event_type IN ('click', 'view')) OVER one AS looks,
       count(*) FILTER (event_type = 'cart') OVER one AS carts,
       coalesce(sum(pieces) FILTER (event_type = 'purchase') OVER one, 0) AS bought,
       sum(pieces * price) FILTER (event_type = 'purchase') OVER one AS spent
FROM told WINDOW one AS (PARTITION BY visit)
ORDER BY ended DESC, visit, ts DESC, source_row DESC LIMIT $limit
"""

_LEFT_ALONE = """,
opened AS (SELECT DISTINCT visit, item_id FROM placed WHERE event_type IN ('click', 'view')),
clicked AS (SELECT DISTINCT impression_id, item_id FROM placed WHERE event_type = 'click'),
shown AS (
    SELECT visit, impression_id, slot, item_id, min(here) AS ts, min(position) AS position, min(source_row) AS row
    FROM placed ANTI JOIN opened USING (visit, item_id)
    WHERE event_type = 'impression' AND item_id IS NOT NULL GROUP BY ALL
)
SELECT visit, min(ts) AS ts, slot, list(item_id ORDER BY position, row) AS item_ids,
       list(coalesce(title, item_id) ORDER BY position, row) AS titles
FROM shown ANTI JOIN clicked USING (impression_id, item_id) LEFT JOIN items USING (item_id)
GROUP BY visit, impression_id, slot ORDER BY ts DESC, slot LIMIT $limit
"""


def timeline(reader: Reader, user_id: str, as_of: datetime, limit: int = 100) -> Timeline:
    """Return what a shopper did before a moment and what was shown to her, on the shop's clocks.

    Parameters
    ----------
    limit
        Events, and lists, at most: the newest.
    """
    told = {name: say(sentence) for name, sentence in _DETAIL.items()}
    placed = _PLACED.format(here=zone.local(deed_sql.zone_of(reader), "ts"))
    asked = {"user": user_id, "as_of": as_of, "limit": limit}
    done = reader.frame(placed + _DONE, {**asked, **told})
    return Timeline(
        events=done[_EVENTS],
        visits=done[_VISITS].drop_duplicates("visit", ignore_index=True),
        shown=reader.frame(placed + _LEFT_ALONE, asked)[_SHOWN],
        everything=int(done["everything"].iloc[0]) if len(done) else 0,
    )
