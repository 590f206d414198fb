"""Pages are thin: they load no model and hold no SQL."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
FILES = sorted([PROJECT / "app.py", *(PROJECT / "pages").rglob("*.py")])
HEAVY = {"torch", "transformers", "peft", "shap", "lightgbm", "sklearn", "huey", "duckdb", "sqlite3"}
OPEN = """
import sys
from pathlib import Path
from streamlit.testing.v1 import AppTest
from pages._ui import resources
from tests.pages.fake_shop import FakeShop
resources.build = lambda *_: FakeShop(Path(sys.argv[1]))
for name in ("overview", "segments", "tags", "shopper", "recommend", "why", "score", "model", "imports"):
    app = AppTest.from_file("app.py", default_timeout=180)
    app.query_params["user"] = "S00042"
    if name != "overview":
        app.switch_page(f"pages/{name}.py")
    assert not app.run().exception, name
print(" ".join(sorted({module.split(".")[0] for module in sys.modules})))
"""


def test_opening_every_page_loads_nothing_heavy(tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", OPEN, str(tmp_path)],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    assert not HEAVY & set(done.stdout.split())


def test_the_service_itself_loads_nothing_heavy():
    code = "import sys, core.service; print(' '.join(sorted({module.split('.')[0] for module in sys.modules})))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=True, timeout=120
    )
    assert not (HEAVY - {"duckdb", "sqlite3"}) & set(done.stdout.split())


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(PROJECT)))
def test_a_page_imports_nothing_heavy(file):
    imported = set()
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            imported |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            imported.add(node.module.split(".")[0])
    assert not imported & HEAVY


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(PROJECT)))
def test_a_page_holds_no_sql(file):
    texts = [node.value for node in ast.walk(ast.parse(file.read_text())) if isinstance(node, ast.Constant)]
    sql = re.compile(
        r"\b(SELECT\b.+\bFROM|INSERT INTO|CREATE (OR REPLACE )?(TABLE|VIEW)|UPDATE \w+ SET|DELETE FROM)\b", re.S
    )
    assert not [text for text in texts if isinstance(text, str) and sql.search(text)]


@pytest.mark.parametrize("file", sorted((PROJECT / "pages").glob("*.py")), ids=lambda file: file.name)
def test_a_page_is_short(file):
    assert len(file.read_text().splitlines()) <= 110
