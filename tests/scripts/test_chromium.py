"""The browser of the tests is found where it can be found, in an order that costs least, and its lack is said."""

import runpy
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).resolve().parents[2] / "scripts"


class Machine:
    """The script on a machine where a test says what there is; nothing is really installed or opened."""

    def __init__(self, folder, monkeypatch):
        self.script = runpy.run_path(str(SCRIPTS / "chromium.py"))["main"].__globals__
        self.remembered, self.folder, self.asked = folder / "remembered", folder, []
        self.works, self.patch = {}, monkeypatch
        for source in ("installed", "downloaded", "from_system", "add_libraries"):
            self.has(source)
        monkeypatch.setitem(self.script, "opens", self._opens)
        monkeypatch.setattr(sys, "argv", ["chromium.py", "--remember", str(self.remembered)])

    def has(self, source, *names, then=lambda: None):
        """Let a source know of browsers by these names."""
        def answer():
            self.asked.append(source)
            then()
            return [str(self.folder / name) for name in names]

        for name in names:
            (self.folder / name).write_text("")
        self.patch.setitem(self.script, source, answer)

    def _opens(self, path):
        return self.works.get(Path(path).name, False)

    def find(self):
        """Run the script, and return the name of the browser that it remembers."""
        self.script["main"]()
        return Path(self.remembered.read_text().strip()).name


@pytest.fixture
def machine(tmp_path, monkeypatch):
    return Machine(tmp_path, monkeypatch)


def test_one_that_is_installed_is_taken_and_remembered(machine):
    machine.has("installed", "broken", "sound")
    machine.works = {"sound": True}
    assert (machine.find(), machine.find()) == ("sound", "sound")
    assert machine.asked == ["installed"]  # the second time nobody was asked


def test_one_that_is_remembered_and_gone_is_looked_for_anew(machine):
    machine.remembered.write_text(str(machine.folder / "gone"))
    machine.has("installed", "sound")
    machine.works = {"sound": True, "gone": True}
    assert machine.find() == "sound"


def test_playwrights_own_comes_next_with_the_libraries_that_it_lacks(machine):
    machine.has("downloaded", "own")
    machine.has("add_libraries", then=lambda: machine.works.update(own=True))
    assert machine.find() == "own"
    assert machine.asked == ["installed", "downloaded", "add_libraries"]


def test_the_systems_packages_come_last(machine):
    machine.has("from_system", "packaged")
    machine.works = {"packaged": True}
    assert machine.find() == "packaged"
    assert machine.asked == ["installed", "downloaded", "from_system"]


def test_without_any_it_is_said_what_to_do(machine):
    with pytest.raises(SystemExit, match="Install one; then: make test"):
        machine.find()
    assert not machine.remembered.exists()


def system(folder, *arguments, only=True):
    """Run ``system.sh`` where the programs are those of a folder, before or instead of the machine's own."""
    path = str(folder) if only else f"{folder}:/usr/bin:/bin"
    return subprocess.run(["/bin/sh", str(SCRIPTS / "system.sh"), *arguments], env={"PATH": path},
                          capture_output=True, text=True, timeout=30)


def program(folder, name, text):
    file = folder / name
    file.write_text(f"#!/bin/sh\n{text}\n")
    file.chmod(0o755)


def test_a_fresh_debian_gets_its_package_lists_first(tmp_path):
    program(tmp_path, "sudo", 'exec "$@"')
    program(tmp_path, "apt-get", f"""
echo "$1" >> {tmp_path}/asked
[ "$1" = update ] && touch {tmp_path}/lists
[ -e {tmp_path}/lists ]""")
    done = system(tmp_path, "chromium", "google-chrome", "--cask", only=False)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "asked").read_text().split() == ["install", "update", "install"]


def test_a_mac_asks_homebrew_under_its_own_name(tmp_path):
    program(tmp_path, "brew", f'echo "$@" >> {tmp_path}/asked')
    assert system(tmp_path, "chromium", "google-chrome", "--cask").returncode == 0
    assert system(tmp_path, "libgomp1", "libomp").returncode == 0
    assert (tmp_path / "asked").read_text().splitlines() == ["install --cask google-chrome", "install libomp"]


def test_a_machine_with_neither_is_told_what_is_needed(tmp_path):
    done = system(tmp_path, "chromium", "google-chrome", "--cask")
    assert done.returncode == 1
    assert "The package chromium is needed, and neither apt-get nor brew is here" in done.stderr
