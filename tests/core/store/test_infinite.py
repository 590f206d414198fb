"""Numbers without an end, or larger than any that is meant, are turned away, and nothing that is summed is infinite."""

import duckdb
import openpyxl
import pytest

from core.store import straight
from core.store.importer import import_files
from core.store.lines import TOO_LARGE

NAMES = ("user_id", "item_id", "event_type", "ts", "price", "quantity")
PRICES = ["10.5", "inf", "-inf", "1e400", "-1e400", "Infinity", "1e308", "1000000000000001", "1e15", "nan", "-nan", "1"]
TURNED_AWAY = {f"price: {TOO_LARGE}": 7, f"quantity: {TOO_LARGE}": 1, "price: not a number": 1}
ROWS = [("ann", "mug", "purchase", f"2026-06-{day:02d} 10:00:00", price, "2") for day, price in enumerate(PRICES, 1)]
ROWS[-1] = (*ROWS[-1][:5], "inf")


def as_csv(file, comma=","):
    file.write_text("\n".join(comma.join(row) for row in (NAMES, *ROWS)) + "\n")


def as_semicolons(file):
    as_csv(file, ";")
    file.write_text(file.read_text().replace("10.5", "10,5"))


def as_parquet(file):
    as_csv(file.with_suffix(".text"))
    typed = "* REPLACE (TRY_CAST(price AS DOUBLE) AS price, TRY_CAST(quantity AS DOUBLE) AS quantity)"
    text = f"read_csv('{file.with_suffix('.text')}', header = true, all_varchar = true)"
    duckdb.sql(f"COPY (SELECT {typed} FROM {text}) TO '{file}' (FORMAT parquet)")


def as_json_lines(file):
    def value(name, text):
        return text if name in ("price", "quantity") and not text.lstrip("-").isalpha() else f'"{text}"'

    for row in ROWS:
        pairs = (f'"{name}": {value(name, text)}' for name, text in zip(NAMES, row, strict=True))
        with file.open("a") as lines:
            lines.write(f"{{{', '.join(pairs)}}}\n")


def as_workbook(file):
    book = openpyxl.Workbook()
    for row in (NAMES, *ROWS):
        book.active.append(row)
    book.save(file)


WRITERS = {"csv": as_csv, "semicolons.csv": as_semicolons, "parquet": as_parquet, "jsonl": as_json_lines,
           "xlsx": as_workbook}  # fmt: skip


@pytest.mark.parametrize("way", ["straight", "careful"])
@pytest.mark.parametrize("ending", WRITERS)
def test_infinite_numbers_are_turned_away_from_every_kind_of_file(workspace, tmp_path, monkeypatch, ending, way):
    monkeypatch.setattr(straight, "LEAST_BYTES", 0 if way == "straight" else 1 << 40)
    file = tmp_path / f"log.{ending}"
    WRITERS[ending](file)
    report = import_files(workspace, [file])
    assert (report.lines_read, report.imported, report.rejected, report.duplicates) == (12, 3, 9, 0)
    assert report.reasons == TURNED_AWAY
    reader = workspace.reader()
    assert reader.rows("SELECT day(ts), price FROM events ORDER BY ts") == [(1, 10.5), (9, 1e15), (10, None)]
    assert reader.rows("SELECT sum(price * quantity) FROM events") == [(2e15 + 21,)]
    columns = reader.rows("SELECT table_name, column_name FROM duckdb_columns() WHERE data_type IN ('DOUBLE', 'FLOAT')")
    assert len(columns) > 10
    infinite = [place for place in columns if reader.rows('SELECT 1 FROM "{}" WHERE NOT isfinite("{}")'.format(*place))]
    assert infinite == []
    reader.close()


@pytest.mark.parametrize(
    ("prices", "kept", "reasons"),
    [
        (["inf", "1e400", "2"], [2.0], {f"items.csv: price: {TOO_LARGE}": 2}),
        (["-inf", "-nan", "nan", "3"], [3.0], {"items.csv: price: not a price": 3}),
        (["12,50", "1.299,00", "", "7"], [12.5, 1299.0, None, 7.0], {}),
        (["$1,299.00", "12.5", "-3"], [1299.0, 12.5], {"items.csv: price: not a price": 1}),
    ],
)
def test_prices_of_items_are_read_as_those_of_events(workspace, tmp_path, prices, kept, reasons):
    events, items = tmp_path / "events.csv", tmp_path / "items.csv"
    events.write_text(",".join(NAMES) + "\nann,m0,view,2026-06-01,,\n")
    items.write_text("item_id;price\n" + "".join(f"m{n};{price}\n" for n, price in enumerate(prices)))
    report = import_files(workspace, [events], items)
    assert report.reasons == reasons
    reader = workspace.reader()
    assert [price for _, price in reader.rows("SELECT item_id, price FROM items ORDER BY 1") if price in kept] == kept
    kind = "SELECT data_type FROM duckdb_columns() WHERE (table_name, column_name) = ('items', 'price')"
    assert reader.rows(kind) == [("DOUBLE",)]
    reader.close()
