"""Serve the dashboard on a made-up shop, to look at: ``python tests/browser/fake_app.py 8501 [situation]``."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(PROJECT))

from streamlit.web import cli  # noqa: E402

from pages._ui import resources  # noqa: E402
from tests.pages.fake_shop import SITUATIONS, FakeShop  # noqa: E402


def main(port: str, situation: str = "whole") -> None:
    """Put the made-up shop where the real one would be built, then serve ``app.py``."""
    folder = Path(tempfile.mkdtemp()) / "harbour-street"
    folder.mkdir()
    shop = FakeShop(folder, **SITUATIONS[situation])

    def build(path: Path, device: str, version: int | None) -> Any:
        return shop

    resources.build = build
    cli.main(["run", str(PROJECT / "app.py"), "--server.port", port, "--server.address", "127.0.0.1"])


if __name__ == "__main__":
    main(*sys.argv[1:])
