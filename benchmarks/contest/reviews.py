"""Women's clothing reviews: would she recommend it, and how old is she? From her words alone.

Every review is a shopper of her own. The stars are taken out of the file before it is imported: they all but say
whether she recommends it. Reviews have no dates, so they are dealt into parts, not split by time.
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

#: The day after all reviews.
AS_OF = datetime(2018, 1, 2)
#: A review is all there is, so it may take nearly all the words.
WORDS = TextSettings(history_tokens=256, quote_tokens=180)

AGES = {"10s": "under 30", "20s": "under 30", "30s": "30s", "40s": "40s", "50s": "50s"}
QUESTIONS = {
    "recommends": {"no": "I would not recommend this, I sent it back", "yes": "I love it and recommend it"},
    "age": {"under 30": "a woman in her twenties", "30s": "a woman in her thirties", "40s": "a woman in her forties",
            "50s": "a woman in her fifties", "60 and over": "a woman over sixty"},
}

_REVIEWS = """
SELECT users.user_id, users.age_band, users.recommends, any_value(events.text) AS words
FROM users JOIN events USING (user_id) WHERE events.event_type = 'review' GROUP BY ALL ORDER BY users.user_id
"""


def measure(base: Base, data: Path, folder: Path, sizes: Sizes, rows: set[str]) -> dict[str, Any]:
    """Train and judge every row; return a table for each question."""
    folder.mkdir(parents=True, exist_ok=True)
    file = without_stars(data / "clothing_reviews" / "womens_clothing_reviews.csv.gz", folder / "reviews.csv")
    reader = imported(folder / "reviews", [file], "clothing-reviews").reader()
    said = reader.frame(_REVIEWS)
    said["age"] = said["age_band"].map(AGES).fillna("60 and over").where(said["age_band"].notna())
    lot = said["user_id"].map(lambda user: crc32(user.encode()))
    said = said.assign(lot=lot).sort_values("lot", kind="stable")
    say("Reviews: writes them")
    writer = words_writer(reader, base.where, WORDS)
    cuts = [sizes.test * 2, sizes.test * 2 + sizes.val * 2]
    test, val, rest = said[: cuts[0]], said[cuts[0] : cuts[1]], said[cuts[1] : cuts[1] + sizes.lists]
    parts = [_persons(reader, writer, part.reset_index(drop=True)) for part in (rest, val, test)]
    return tables(base, (parts[0], parts[1], parts[2]), QUESTIONS, Kept(folder, "reviews", sizes), rows)


def without_stars(source: Path, target: Path) -> Path:
    """Copy the file with an empty rating column."""
    frame = pd.read_csv(source, dtype=str, keep_default_na=False)
    frame["Rating"] = ""
    frame.to_csv(target, index=False)
    return target


def _persons(reader: Reader, writer: Writer, said: pd.DataFrame) -> Persons:
    asks = pd.DataFrame({"ask_id": range(len(said)), "user_id": said["user_id"], "as_of": AS_OF})
    texts = said["words"].fillna("").astype(str).tolist()
    return Persons(labelled_set(reader, writer, asks, labels(said, QUESTIONS)), numbered(said, QUESTIONS), texts)
