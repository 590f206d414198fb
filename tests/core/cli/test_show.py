"""Answers as a person reads them."""

from core.cli import show

REPORT = {
    "version": 0, "events": 1180, "items": 24, "users": 300, "reasons": {"ts: not a time": 14}, "notes": ["Say so."],
    "mend_files": ["/shop/rejects/000001/log.csv"],
    "files": [{"file": "log.csv", "role": "events_log", "lines_read": 1200, "imported": 1180, "rejected": 14,
               "duplicates": 6, "events": 1180}],
}  # fmt: skip


def test_an_import_says_what_became_of_each_file_and_what_to_do():
    assert show.text("import", REPORT).splitlines() == [
        "Nothing was written. This is what would be:",
        "  log.csv (events log): 1,200 lines, 1,180 imported, 14 turned away, 6 there twice",
        "  1,180 events; 300 shoppers and 24 items are known",
        "  turned away because of ts: not a time: 14",
        "  Say so.",
        "  Mend these lines and import the file again: /shop/rejects/000001/log.csv",
    ]
    assert show.text("import", {**REPORT, "version": 3}).startswith("Version 3 of the data is ready.")
