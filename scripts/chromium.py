"""Find a Chromium that the browser tests can drive, or install one.

Tried in this order, and the first that opens a page is taken: the one that was remembered, one that
is installed, Playwright's own download, the system's package manager.
"""

import argparse
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Error, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MAC = [f"/Applications/{name}.app/Contents/MacOS/{name}" for name in ("Chromium", "Google Chrome")]
DOWNLOAD_SECONDS = 900
SYSTEM = Path(__file__).with_name("system.sh")


def installed() -> list[str]:
    """Paths of the browsers that are on this machine."""
    found = [shutil.which(name) for name in NAMES] + MAC
    return [path for path in found if path and Path(path).is_file()]


def downloaded() -> list[str]:
    """Let Playwright download its own; an empty list when its host cannot be reached."""
    env = os.environ | {"PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT": "10000"}
    command = [sys.executable, "-m", "playwright", "install", "chromium"]
    try:
        done = subprocess.run(command, env=env, capture_output=True, timeout=DOWNLOAD_SECONDS, check=False)
    except subprocess.TimeoutExpired:
        return []
    if done.returncode:
        return []
    with sync_playwright() as playwright:
        return [playwright.chromium.executable_path]


def from_system() -> list[str]:
    """Ask apt-get or brew for one; Ubuntu knows it by its longer name."""
    for name in ("chromium", "chromium-browser"):
        command = ["sh", str(SYSTEM), name, "google-chrome", "--cask"]
        if subprocess.run(command, stdin=subprocess.DEVNULL, check=False).returncode == 0:
            break
    return installed()


def add_libraries() -> None:
    """Install what a downloaded browser needs of the system (on Linux, by apt-get)."""
    subprocess.run([sys.executable, "-m", "playwright", "install-deps", "chromium"], capture_output=True, check=False)


def opens(path: str) -> bool:
    """Whether the browser starts and shows a page; one that lacks a library of the system does not."""
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=path, timeout=60_000)
            browser.new_page().goto("about:blank")
            browser.close()
    except Error:
        return False
    return True


def candidates(remembered: Path) -> Iterator[str]:
    """Paths to try, cheapest first."""
    if remembered.is_file():
        yield remembered.read_text().strip()
    yield from installed()
    print("No browser for the tests is installed; trying Playwright's download ...", file=sys.stderr)
    for path in downloaded():
        yield path
        add_libraries()  # we come here only when it did not open
        yield path
    print("That did not work; trying the system's packages ...", file=sys.stderr)
    yield from from_system()


def main() -> None:
    """Write the path of a browser that works into the file ``--remember``."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--remember", type=Path, required=True, help="file that holds the path of the browser")
    remembered = parser.parse_args().remember
    path = next((path for path in candidates(remembered) if Path(path).is_file() and opens(path)), None)
    if path is None:
        sys.exit("The browser tests need Chromium or Chrome, and none could be installed. Install one; then: make test")
    remembered.write_text(f"{path}\n")


if __name__ == "__main__":
    main()
