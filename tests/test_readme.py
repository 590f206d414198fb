"""What the documents say is true: commands parse, targets exist, links and files lead somewhere."""

import argparse
import io
import re
import shlex
from contextlib import redirect_stderr
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parent.parent
DOCUMENTS = sorted(
    str(path.relative_to(PROJECT))
    for path in [*PROJECT.glob("*.md"), *PROJECT.glob("data/*.md"), *(PROJECT / "docs").rglob("*.md")]
)
FOLDERS = ("core", "pages", "data", "docs", "tests", "scripts", "benchmarks")
#: Named in the documents, but made on first use.
MADE = ("data/workspaces",)


def text(document: str) -> str:
    return (PROJECT / document).read_text()


def code_lines(markdown: str) -> list[str]:
    """Lines of fenced blocks, continued ones joined, and code inside paragraphs."""
    blocks = re.findall(r"^```\w*\n(.*?)^```", markdown, re.MULTILINE | re.DOTALL)
    lines = [line.strip() for block in blocks for line in block.replace("\\\n", " ").splitlines()]
    inline = re.findall(r"`([^`\n]+)`", re.sub(r"^```.*?^```", "", markdown, flags=re.MULTILINE | re.DOTALL))
    return lines + inline


def commands(markdown: str) -> list[str]:
    """Invocations of the command line that have no placeholder."""
    found = [re.sub(r"^\S*python ", "python ", line.removeprefix("$ ")) for line in code_lines(markdown)]
    return [line for line in found if line.startswith("python -m core ") and "COMMAND" not in line]


def shown_commands() -> list[str]:
    return sorted({command for document in DOCUMENTS for command in commands(text(document))})


def refusal(command: str) -> str | None:
    """What the real parser has against a command; None when it takes it."""
    from core.__main__ import parser

    said = io.StringIO()
    try:
        with redirect_stderr(said):
            parser().parse_args(shlex.split(command, comments=True)[3:])
    except SystemExit as stopped:
        return said.getvalue() or f"stopped with {stopped.code}"
    return None


def links(markdown: str) -> list[str]:
    """Targets of links and pictures that are files of ours."""
    targets = re.findall(r"\]\(([^)\s]+)\)", markdown)
    return [target.split("#")[0] for target in targets if "://" not in target and not target.startswith("#")]


def named_files(markdown: str) -> list[str]:
    """Paths in code that begin with a folder of ours."""
    pattern = rf"`((?:{'|'.join(FOLDERS)})/[\w./-]*)`"
    return [path for path in re.findall(pattern, markdown) if not path.startswith(MADE)]


@pytest.mark.parametrize("command", shown_commands())
def test_a_shown_command_is_one(command):
    assert refusal(command) is None


def test_the_readme_lists_every_subcommand_once():
    from core.__main__ import parser

    (choices,) = (action.choices for action in parser()._actions if isinstance(action, argparse._SubParsersAction))
    section = text("README.md").split("## Command line")[1].split("\n## ")[0]
    assert sorted(re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE)) == sorted(choices)


@pytest.mark.parametrize("command", ["python -m core no-such-command", "python -m core info --no-such-option"])
def test_a_wrong_command_would_be_noticed(command):
    assert commands(f"```bash\n{command}\n```") == [command]
    assert refusal(command)


@pytest.mark.parametrize("document", DOCUMENTS)
def test_links_and_named_files_exist(document):
    folder = (PROJECT / document).parent
    missing = [link for link in links(text(document)) if not (folder / link).exists()]
    missing += [path for path in named_files(text(document)) if not (PROJECT / path).exists()]
    assert missing == []


def test_a_broken_link_would_be_noticed():
    assert links("see [this](docs/none.md#part), [that](https://example.org) and ![a picture](none.png)") == [
        "docs/none.md", "none.png",
    ]
    assert named_files("`core/none.py` or `python -m core` or `data/workspaces/demo`") == ["core/none.py"]


@pytest.mark.parametrize("document", DOCUMENTS)
def test_make_targets_that_are_mentioned_exist(document):
    targets = set(re.findall(r"^([a-z-]+):", text("Makefile"), re.MULTILINE))
    mentioned = {line.split()[1] for line in code_lines(text(document)) if re.match(r"make [a-z-]+", line)}
    assert mentioned <= targets


def test_the_readme_names_the_columns_of_the_schema():
    from core.schema import EVENT_COLUMNS, ITEM_COLUMNS, Col, Event, Kind

    readme = text("README.md")
    own = {Col.SOURCE_ROW, Col.IMPORT}
    names = {*EVENT_COLUMNS, *ITEM_COLUMNS, *Event, *Kind} - own
    assert sorted(str(name) for name in names if f"`{name}`" not in readme) == []
