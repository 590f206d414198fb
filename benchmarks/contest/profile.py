"""The Complete Journey: how old are they, what do they earn, have they children? From their baskets alone.

801 of 2,377 households stated it. Households are dealt into three parts; those learned from are seen at several moments
of the year, the others once, at its end.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any
from zlib import crc32

import pandas as pd

from benchmarks.contest.kit import Base, Kept, Sizes, imported, say
from benchmarks.contest.persons import Persons, labels, numbered, tables
from core.config import TextSettings
from core.model.writer import Writer
from core.store.workspace import Reader
from core.train.examples import labelled_set
from core.train.run import words_writer

END = datetime(2018, 1, 1)
#: Moments at which the households learned from are seen.
MOMENTS = (datetime(2017, 7, 1), datetime(2017, 9, 1), datetime(2017, 11, 1), END)
#: Of a hundred households, those learned from and those calibrated on; the others are judged on.
LEARN, CALIBRATE = 55, 15

AGES = {"19-24": "under 35", "25-34": "under 35", "35-44": "35 to 44", "45-54": "45 to 54", "55-64": "55 and over",
        "65+": "55 and over"}
INCOMES = {"Under 15K": "under 35K", "15-24K": "under 35K", "25-34K": "under 35K", "35-49K": "35K to 74K",
           "50-74K": "35K to 74K"}
QUESTIONS = {
    "age": {"under 35": "a young shopper in their twenties", "35 to 44": "a shopper around forty",
            "45 to 54": "a shopper around fifty", "55 and over": "an old, retired shopper"},
    "income": {"under 35K": "a household with little money that buys cheap food",
               "35K to 74K": "a household with a middle income", "75K and over": "a rich household"},
    "children": {"no": "an adult who lives without children", "yes": "a family with children and babies"},
}

_TITLES = """
SELECT user_id, string_agg(title, ' ' ORDER BY ts DESC, item_id) AS words FROM events JOIN items USING (item_id)
WHERE event_type = 'purchase' AND ts < $as_of GROUP BY user_id
"""


def measure(base: Base, data: Path, folder: Path, sizes: Sizes, rows: set[str]) -> dict[str, Any]:
    """Train and judge every row; return a table for each question."""
    files = sorted((data / "complete_journey").glob("*.csv.gz"))
    reader = imported(folder / "journey", files, "complete-journey").reader()
    stated = _stated(reader)
    place = stated["user_id"].map(lambda user: crc32(user.encode()) % 100)
    say("Profile: writes households")
    writer = words_writer(reader, base.where, TextSettings())
    train = _persons(reader, writer, stated[place < LEARN], MOMENTS)
    val = _persons(reader, writer, stated[(place >= LEARN) & (place < LEARN + CALIBRATE)], (END,))
    test = _persons(reader, writer, stated[place >= LEARN + CALIBRATE], (END,))
    return tables(base, (train, val, test), QUESTIONS, Kept(folder, "profile", sizes), rows)


def _stated(reader: Reader) -> pd.DataFrame:
    users = reader.frame("SELECT user_id, age_band, income, kids FROM users WHERE age_band IS NOT NULL "
                         "ORDER BY user_id")
    income = users["income"].map(INCOMES).fillna("75K and over").where(users["income"].notna())
    children = users["kids"].map(lambda count: "no" if count == "0" else "yes").where(users["kids"].notna())
    return pd.DataFrame({"user_id": users["user_id"], "age": users["age_band"].map(AGES), "income": income,
                         "children": children})


def _persons(reader: Reader, writer: Writer, stated: pd.DataFrame, moments: tuple[datetime, ...]) -> Persons:
    seen = pd.concat([stated.assign(as_of=moment) for moment in moments], ignore_index=True)
    words = [reader.frame(_TITLES, {"as_of": moment}).set_index("user_id")["words"] for moment in moments]
    texts = [text for part in words for text in stated["user_id"].map(part).fillna("nothing yet").astype(str)]
    asks = pd.DataFrame({"ask_id": range(len(seen)), "user_id": seen["user_id"], "as_of": seen["as_of"]})
    return Persons(labelled_set(reader, writer, asks, labels(seen, QUESTIONS)), numbered(seen, QUESTIONS), texts)
