"""Versions: one import at a time, readers undisturbed, old ones swept, dead drafts removed."""

import fcntl
import json
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from core.errors import WorkspaceError
from core.store import straight, versions
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


#: Imports a file for each line that it is given, each time in a process that is killed at a step: a statement, a flush,
#: a renaming, a removal or the sweep. It says how many steps are left of those that it was given, or "killed".
KILLED = """
import json, os, signal, sys
from pathlib import Path
from core.store import importer, straight, versions, workspace

left = 0

def counted(work):
    def step(*given, **named):
        global left
        left -= 1
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return work(*given, **named)
    return step

class Counted:
    def __init__(self, con):
        self.con, self.execute, self.executemany = con, counted(con.execute), counted(con.executemany)
    def __getattr__(self, name):
        return getattr(self.con, name)

versions.connect = lambda file: Counted(workspace.connect(file))
versions.os.fsync, versions.os.replace = counted(os.fsync), counted(os.replace)
versions.remove, versions.sweep = counted(versions.remove), counted(versions.sweep)
versions.KEEP, versions.YOUNG = 1, -1.0
for line in sys.stdin:
    shop, file, left, append, straight.LEAST_BYTES = json.loads(line)
    answer, told = os.pipe()
    child = os.fork()
    if child == 0:
        importer.import_files(workspace.Workspace.open(Path(shop)), [Path(file)], append=append)
        os.write(told, str(left).encode())
        os._exit(0)
    os.close(told)
    status = os.waitpid(child, 0)[1]
    said = os.read(answer, 99).decode()
    os.close(answer)
    print("killed" if os.WIFSIGNALED(status) else said, flush=True)
"""


@pytest.fixture(scope="module")
def killer():
    with subprocess.Popen([sys.executable, "-c", KILLED], cwd=PROJECT, text=True, stdin=subprocess.PIPE,
                          stdout=subprocess.PIPE) as process:  # fmt: skip
        def killed(workspace, file, step, append, least):
            process.stdin.write(json.dumps([str(workspace.path), str(file), step, append, least]) + "\n")
            process.stdin.flush()
            return process.stdout.readline().strip()

        yield killed
        process.stdin.close()


@pytest.mark.timeout(600)
@pytest.mark.parametrize(("append", "least"), [(True, straight.LEAST_BYTES), (False, straight.LEAST_BYTES), (True, 0)])
def test_an_import_killed_at_any_of_many_steps_leaves_before_or_after(
    workspace, events, tmp_path, killer, append, least
):
    import_files(workspace, events(1))
    begun, twin = tmp_path / "begun", Workspace(tmp_path / "twin")
    for copy in (begun, twin.path):
        shutil.copytree(workspace.path, copy)
    steps = 1000 - int(killer(twin, events(2)[0], 1000, append, least))
    assert steps > 60
    assert [file.stem for file in (twin.path / "versions").glob("*.duckdb")] == ["000002"]  # the sweep is among them
    before, after = [("2026-01-01",)], [("2026-01-01",), ("2026-01-02",)][0 if append else 1 :]
    seen = []
    # spread over all of it, and every one of the last, which publish and sweep
    for step in [*range(0, steps - 12, (steps - 12) // 10), *range(steps - 12, steps)]:
        assert killer(workspace, events(2)[0], step, append, least) == "killed", step
        reader = workspace.reader()
        days = reader.rows("SELECT ts::DATE::VARCHAR FROM events ORDER BY 1")
        books = reader.rows("SELECT sum(events) FROM imports")[0][0]
        reader.close()
        assert books == len(days)
        assert days in (before, after), step
        seen.append(days == after)
        if days == after:  # begin again from before
            shutil.rmtree(workspace.path)
            shutil.copytree(begun, workspace.path)
    assert seen == sorted(seen)
    assert 3 < seen.count(True) < 12, "some of the last steps come after the pointer moved"
    assert import_files(workspace, events(2), append=append).imported == 1
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


LIMITED = """
import resource, signal, sys
from pathlib import Path
from core.errors import ShopperLensError
from core.store import importer, workspace

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[3]), int(sys.argv[3])))
try:
    importer.import_files(workspace.Workspace.open(Path(sys.argv[1])), [Path(sys.argv[2])])
except ShopperLensError as error:
    print(type(error).__name__, error)
"""


@pytest.mark.parametrize("room", [0, 40_000, 400_000])
def test_a_disk_that_fills_while_writing_is_said_and_leaves_nothing_half_written(workspace, events, tmp_path, room):
    import_files(workspace, events(1))
    before = {file: file.read_bytes() for file in workspace.path.rglob("*") if file.is_file()}
    big = tmp_path / "big.csv"
    lines = (f"u{n % 5000},i{n % 700},view,2026-02-{1 + n % 28:02d} 10:00:{n % 60:02d}" for n in range(60_000))
    big.write_text("user_id,item_id,event_type,ts\n" + "\n".join(lines))
    command = [sys.executable, "-c", LIMITED, str(workspace.path), str(big), str(room)]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, timeout=120, text=True)
    assert done.returncode == 0, done.stderr
    says = r"WorkspaceError .*(cannot be written into|cannot be opened).*File too large"
    assert re.match(says, done.stdout), done.stdout
    assert {file: file.read_bytes() for file in workspace.path.rglob("*") if file.is_file()} == before


def test_a_folder_that_is_gone_is_said(tmp_path, events):
    with pytest.raises(WorkspaceError, match="cannot be written to"):
        import_files(Workspace(tmp_path / "gone"), events(1))
