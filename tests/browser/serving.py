"""Serves the dashboard and opens it in a real Chromium; the browser tests and benchmarks use it."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Error, Page, Playwright, expect

PROJECT = Path(__file__).resolve().parents[2]
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
QUIET = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
#: Notes in a page whether what it last told its server was answered: on a busy machine it looks idle until then.
HEARD = """
const { send } = WebSocket.prototype;
WebSocket.prototype.send = function (...told) {
  if (this.onanswer === undefined) {
    this.onanswer = () => setTimeout(() => { window.unanswered = false; }, 50); // once it is drawn
    this.addEventListener("message", this.onanswer);
  }
  window.unanswered = true;
  return send.apply(this, told);
};
"""
START_SECONDS = 60.0
STOP_SECONDS = 30.0


@contextmanager
def served(workspace: Path) -> Iterator[str]:
    """Serve the dashboard on a free port and give its address."""
    command = ["-m", "streamlit", "run", str(PROJECT / "app.py"), "--server.address", "127.0.0.1", "--server.port"]
    with started(command, {"SHOPPERLENS_WORKSPACE": str(workspace), "SHOPPERLENS_DEVICE": "cpu"}) as address:
        yield address


@contextmanager
def started(command: Sequence[str], env: Mapping[str, str] | None = None) -> Iterator[str]:
    """Run Python with these arguments and a free port behind them, and give the address that answers there."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    with subprocess.Popen(
        [sys.executable, *command, port], cwd=PROJECT, env=os.environ | dict(env or {}), stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as server:  # fmt: skip
        try:
            yield _answers(f"http://127.0.0.1:{port}", server)
        finally:
            _stop(server)


def _stop(server: subprocess.Popen[bytes]) -> None:
    """End a server. One that was asked to go while it loaded a model has once waited for itself: then it is killed."""
    server.terminate()
    try:
        server.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        print(f"The dashboard with process {server.pid} did not end within {STOP_SECONDS:g} seconds and was killed.")
        server.kill()


def _answers(address: str, server: subprocess.Popen[bytes]) -> str:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and server.poll() is None:
        try:
            with urllib.request.urlopen(f"{address}/_stcore/health", timeout=5):
                return address
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"The dashboard did not start at {address}.")


def launch(playwright: Playwright) -> Browser:
    """Open Chromium: the one that CHROMIUM names, one that is installed, or Playwright's own.

    Raises
    ------
    RuntimeError
        When there is none.
    """
    named = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    try:
        return playwright.chromium.launch(executable_path=named, args=list(QUIET))
    except Error as error:
        raise RuntimeError(
            "The browser tests need Chromium. Run `make test`, which installs one, or install the package chromium, "
            f"or name a browser in the environment variable CHROMIUM. What was tried: {error.message.splitlines()[0]}"
        ) from error


def settle(page: Page) -> None:
    """Wait until the page is drawn, what was done on it is answered, and nothing runs."""
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.wait_for_function("!window.unanswered")  # see HEARD; pages without it have nothing to wait for
    expect(page.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning")
    expect(page.get_by_test_id("stSkeleton")).to_have_count(0)
