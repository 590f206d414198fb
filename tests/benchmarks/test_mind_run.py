import json
from itertools import pairwise
from pathlib import Path

import pytest

from benchmarks import mind
from benchmarks.contest.kit import Base

NEWS = [("N1", "sport", "tent"), ("N2", "food", "cake"), ("N3", "sport", "running shoes"), ("N4", "food", "tea")]


def folder(where: Path, days: range, lists_a_day: int = 20) -> Path:
    """Write a folder as MIND publishes it; whoever read of sport before clicks on sport."""
    where.mkdir()
    news = [f"{name}\t{kind}\t{kind}\t{title}\tAbout {title}\thttps://e.org\t[]\t[]" for name, kind, title in NEWS]
    (where / "news.tsv").write_text("\n".join(news) + "\n")
    lines, number = [], 0
    for day in days:
        for n in range(lists_a_day):
            number += 1
            sport = n % 2 == 0
            shown = "N3-1 N4-0" if sport else "N3-0 N4-1"
            lines.append(f"{number}\tU{n}\t11/{day}/2019 9:{n:02d}:00 AM\t{'N1' if sport else 'N2'}\t{shown}")
    (where / "behaviors.tsv").write_text("\n".join(lines) + "\n")
    return where


def test_a_run_from_folders_as_published(
    base: Base, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    train, dev = folder(tmp_path / "train", range(10, 13)), folder(tmp_path / "dev", range(14, 15))
    run = tmp_path / "prediction.txt"

    def asked(*options: object) -> str:
        monkeypatch.setattr("sys.argv", ["mind", "--dev", *map(str, (dev, *options))])
        mind.main()
        return capsys.readouterr().out.splitlines()[-1]

    monkeypatch.setattr(Base, "load", lambda: base)
    said = json.loads(asked("--train", train, "--lists", 40, "--out", run))
    lines = run.read_text().splitlines()
    assert [line.split()[0] for line in lines] == [str(n) for n in range(1, 21)]
    assert {line.split(maxsplit=1)[1] for line in lines} <= {"[1,2]", "[2,1]"}
    assert said["lists"] == 20 and 0 <= said["auc"] <= 1
    assert json.loads(asked("--run", run)) == said  # a file that is there is only scored
    assert json.loads(asked("--run", run, "--most", 5))["lists"] == 5
    run.write_text("1 1,2\n")
    assert asked("--run", run).startswith("Not scored: Line 1 of the run")


def test_lists_in_the_publishers_words(tmp_path: Path) -> None:
    line = '1\tU1\t11/15/2019 8:55:22 PM\tN9 N8\tN2-1 N3-0\n2\tU"2\t11/16/2019 12:01:00 AM\t\tN4 N5\n'
    file = tmp_path / "behaviors.tsv"
    file.write_text(line)
    found = mind.lists(file)
    assert found["items"].tolist() == [["N2", "N3"], ["N4", "N5"]]  # the leaderboard's test set has no clicks
    assert found["as_of"].astype(str).tolist() == ["2019-11-15 20:55:22", "2019-11-16 00:01:00"]
    assert found["user_id"].tolist() == ["U1", 'U"2']
    assert all(early < late for early, late in pairwise(found["as_of"]))


def test_without_the_dataset_it_is_left_out(capsys, monkeypatch):
    monkeypatch.setattr("sys.argv", ["mind"])
    mind.main()
    assert "Left out" in capsys.readouterr().out
