"""Versions: one import at a time, readers undisturbed, old ones swept, dead drafts removed."""

import fcntl
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from core.errors import WorkspaceError
from core.store import versions
from core.store.importer import import_files
from core.store.workspace import Workspace

PROJECT = Path(__file__).resolve().parents[3]


@pytest.fixture
def workspace(tmp_path):
    return Workspace.create(tmp_path / "shop")


@pytest.fixture
def events(tmp_path):
    def write(day):
        file = tmp_path / f"{day}.csv"
        file.write_text(f"user_id,item_id,event_type,ts\n1,a,view,2026-01-{day:02d}\n")
        return [file]

    return write


def count(reader):
    return reader.rows("SELECT count(*) FROM events")[0][0]


def test_a_reader_keeps_what_it_opened_while_imports_go_on(workspace, events):
    import_files(workspace, events(1))
    old = workspace.reader()
    import_files(workspace, events(2))
    new = workspace.reader()
    assert (count(old), old.version, count(new), new.version) == (1, 1, 2, 2)
    old.close()
    new.close()


def test_a_second_import_waits_its_turn_and_then_gives_up(workspace, events, monkeypatch):
    monkeypatch.setattr(versions, "LOCK_WAIT", 0.3)
    said = []
    with (workspace.path / "import.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(WorkspaceError, match="still at work"):
            import_files(workspace, events(1), progress=lambda f, m: said.append(m))
    assert said
    assert set(said) == {"Waiting for another import to finish"}
    assert import_files(workspace, events(1)).version == 1


def test_the_newest_three_stay_and_so_do_young_ones(workspace, events):
    for day in range(1, 6):
        import_files(workspace, events(day), append=False)
    files = sorted((workspace.path / "versions").glob("*.duckdb"))
    assert [file.stem for file in files] == ["000001", "000002", "000003", "000004", "000005"]
    hours_ago = time.time() - 2 * versions.YOUNG
    os.utime(files[0], (hours_ago, hours_ago))
    os.utime(files[3], (hours_ago, hours_ago))
    artefact = workspace.artefacts("m", 1)
    versions.sweep(workspace)
    assert [file.stem for file in sorted((workspace.path / "versions").glob("*.duckdb"))] == [
        "000002", "000003", "000004", "000005",
    ]
    assert not artefact.exists()
    with pytest.raises(WorkspaceError, match="no longer kept"):
        workspace.reader(1)


def test_an_open_reader_survives_the_sweep(workspace, events, monkeypatch):
    monkeypatch.setattr(versions, "KEEP", 1)
    monkeypatch.setattr(versions, "YOUNG", -1.0)
    import_files(workspace, events(1))
    reader = workspace.reader()
    import_files(workspace, events(2))
    assert not workspace.version_file(1).exists()
    assert count(reader) == 1
    reader.close()


def test_a_killed_import_leaves_a_draft_that_the_next_one_removes(workspace, events):
    import_files(workspace, events(1))
    script = (
        "import sys, os, signal; from pathlib import Path; from core.store import importer, workspace\n"
        "importer.derive.build = lambda con: os.kill(os.getpid(), signal.SIGKILL)\n"
        f"importer.import_files(workspace.Workspace.open(Path({str(workspace.path)!r})), [Path({str(events(2)[0])!r})])"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=PROJECT, capture_output=True, timeout=60)
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert list((workspace.path / "versions").glob("draft-*"))
    assert workspace.version() == 1
    assert import_files(workspace, events(2)).version == 2
    assert not list((workspace.path / "versions").glob("draft-*"))


def test_a_version_without_a_pointer_is_never_written_over(workspace, events):
    import_files(workspace, events(1))
    (workspace.path / "versions" / "000007.duckdb").touch()
    assert import_files(workspace, events(2)).version == 8


def test_imports_of_two_processes_and_a_reader_go_on_together(workspace, events):
    import_files(workspace, events(1))
    reader = workspace.reader()
    script = (
        "import sys; from pathlib import Path; from core.store import importer, workspace\n"
        "importer.import_files(workspace.Workspace.open(Path(sys.argv[1])), [Path(sys.argv[2])])"
    )
    started = [
        subprocess.Popen([sys.executable, "-c", script, str(workspace.path), str(events(day)[0])], cwd=PROJECT)
        for day in (2, 3)
    ]
    assert count(reader) == 1
    assert [process.wait(timeout=60) for process in started] == [0, 0]
    assert workspace.version() == 3
    assert count(reader) == 1
    reader.close()
    newest = workspace.reader()
    assert count(newest) == 3
    newest.close()


def test_a_disk_that_is_full_is_said_and_changes_nothing(workspace, events, monkeypatch):
    def full(*paths):
        raise OSError(28, "No space left on device")

    import_files(workspace, events(1))
    monkeypatch.setattr(versions.os, "replace", full)
    with pytest.raises(WorkspaceError, match="No space left on device"):
        import_files(workspace, events(2))
    assert workspace.version() == 1
    assert not list((workspace.path / "versions").glob("draft-*"))


def test_a_folder_that_is_gone_is_said(tmp_path, events):
    with pytest.raises(WorkspaceError, match="cannot be written to"):
        import_files(Workspace(tmp_path / "gone"), events(1))
