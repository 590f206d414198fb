"""Serve the dashboard on a shop full of attacks: ``python tests/browser/hostile_app.py 8501``."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(PROJECT))

from streamlit.web import cli  # noqa: E402

from pages._ui import resources  # noqa: E402
from tests.pages.fake_hostile import HostileShop  # noqa: E402


def main(port: str) -> None:
    """Put the hostile shop where the real one would be built, then serve ``app.py``."""
    folder = Path(tempfile.mkdtemp()) / "harbour-street"
    folder.mkdir()
    shop = HostileShop(folder)

    def build(*_: Any) -> Any:
        return shop

    resources.build = build
    cli.main(["run", str(PROJECT / "app.py"), "--server.port", port, "--server.address", "127.0.0.1"])


if __name__ == "__main__":
    main(*sys.argv[1:])
