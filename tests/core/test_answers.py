"""Everything that is answered can be written as JSON."""

import json
from datetime import date, datetime
from pathlib import Path

import numpy as np
import pandas as pd

from core.answers import plain
from core.records import Fact


def test_what_json_lacks_becomes_plain():
    answer = plain({
        "nan": float("nan"), "inf": np.inf, "half": np.float32(0.5), "count": np.int64(3), "yes": np.bool_(True),
        "array": np.array([1.0, np.nan]), "missing": pd.NA, "no time": pd.NaT, "when": datetime(2026, 6, 1, 12),
        "day": date(2026, 6, 1), "stamp": pd.Timestamp("2026-06-01"), "path": Path("a/b"), "many": ("x", {1}),
        "fact": Fact("k", "K", "8", 8.0), "table": pd.DataFrame({"a": [1, None]}), 7: None,
    })
    assert answer == {
        "nan": None, "inf": None, "half": 0.5, "count": 3, "yes": True, "array": [1.0, None], "missing": None,
        "no time": None, "when": "2026-06-01T12:00:00", "day": "2026-06-01", "stamp": "2026-06-01T00:00:00",
        "path": "a/b", "many": ["x", [1]], "fact": {
            "key": "k", "label": "K", "value": "8", "number": 8.0, "group": "", "telling": True, "help": ""},
        "table": [{"a": 1.0}, {"a": None}], "7": None,
    }
    json.dumps(answer, allow_nan=False)
