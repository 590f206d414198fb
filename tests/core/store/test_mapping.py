"""Which column of a file is which."""

import pytest

from core.errors import MissingColumn
from core.store import mapping
from core.store.connect import literal, quote
from core.store.preset import load_preset


def test_canonical_names_are_found_whatever_their_case():
    found = mapping.columns_for("f.csv", ["User_ID", "TS", "other"], ["user_id", "ts", "price"], ["user_id"], {})
    assert found == {"user_id": "User_ID", "ts": "TS"}


def test_a_mapping_outdoes_a_preset():
    layout = load_preset("online-retail").files["invoices"]
    columns = [*layout.columns, "Alias"]
    found = mapping.expressions("f.csv", columns, layout, ["user_id"], {"item_id": "Alias"})
    assert found["item_id"] == 'raw."Alias"'
    assert found["price"] == "UnitPrice"


def test_what_is_missing_is_named_with_what_is_there():
    says = r"f\.csv has no column “ts”\. It has: a, b\. Say which one it is: --map ts="
    with pytest.raises(MissingColumn, match=says):
        mapping.columns_for("f.csv", ["a", "b"], ["ts"], ["ts"], {})


def test_names_and_texts_from_outside_cannot_break_out_of_their_quotes():
    assert quote('a"; DROP TABLE events; --') == '"a""; DROP TABLE events; --"'
    assert literal("it's") == "'it''s'"
