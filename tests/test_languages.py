"""Every sentence that a person can read is marked in the code, and said in every language."""

from __future__ import annotations

import ast
import re
import runpy
import string
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Message

from core.language import ENGLISH, FOLDER, LANGUAGES

PROJECT = Path(__file__).resolve().parent.parent
SCRIPT = runpy.run_path(str(PROJECT / "scripts/messages.py"))
LISTS = PROJECT / "tests/languages"
OTHERS = [code for code in LANGUAGES if code != ENGLISH]

#: What looks like words and is none: icons, colours, markup, addresses, places in a text.
_NO_WORDS = re.compile(r"ShopperLens|:material/\w+:|:\w+\[|<[^>]*>|https?://\S+|`[^`]*`|\{[^}]*\}")
_SENTENCE = re.compile(r"[A-Za-z]{2,}[,;:.…”]* [“(]?[A-Za-z]{2,}|^\W*[A-Z][a-z]+(-[a-z]+)*\W*$|^[^\w]*[A-Z][a-z]+ ")
_BESIDE_A_VALUE = re.compile(r"(^|[ “(*])[A-Za-z]{2,}[*,;:.]* | [A-Za-z]{2,}[*,;:.]*$|^\W*[A-Z][a-z]+:? ?$")
_SQL = re.compile(r"\b(SELECT|FROM|WHERE|CREATE|INSERT|UPDATE|DELETE|DROP|JOIN|WHEN|ORDER BY|NULLS?|COPY|AND|AS|"
                  r"CAST|TRY_CAST|VARCHAR|FILTER|ALTER|ATTACH|PRAGMA|DESCRIBE|UNION|LIMIT|NOT IN|TIMESTAMP|SET|WITH|"
                  r"LIKE|DISTINCT|ELSE)\b|coalesce\(")
_STYLE = re.compile(r"^[a-z-]+: ?[^;]+;|[a-z-]+:[^;\s]+;|\{[^{}]*: [^{}]*;[^{}]*\}")
#: Arguments whose text nobody reads.
_UNREAD = {"key", "icon", "pattern", "suffix", "prefix", "language"}


def words_of(file: str) -> list[str]:
    """Lines of a list beside this test, without its comments."""
    lines = (LISTS / file).read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line.strip() and not line.startswith("#")]


def seen_by(said: ast.expr) -> str | None:
    """Return what looks like English words in a literal; None where nothing does."""
    if isinstance(said, ast.JoinedStr):
        text = "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in said.values)
        looks = _BESIDE_A_VALUE
    elif isinstance(said, ast.Constant) and isinstance(said.value, str):
        text, looks = said.value, _SENTENCE
    else:
        return None
    if _SQL.search(text) or _STYLE.search(text):
        return None
    pieces = _NO_WORDS.split(text) if looks is _BESIDE_A_VALUE else [_NO_WORDS.sub("", text)]
    return text if any(looks.search(piece) for piece in pieces) else None


def not_said(tree: ast.AST) -> set[int]:
    """Ids of the literals that are docstrings, keys, types or parts of others."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            found.add(id(node.value))
        elif isinstance(node, ast.JoinedStr):
            found.update(id(part) for part in node.values)
            found.update(id(spec) for part in node.values if isinstance(part, ast.FormattedValue)
                         for spec in ast.walk(part.format_spec or ast.Pass()))
        elif isinstance(node, ast.keyword) and node.arg in _UNREAD:
            found.update(map(id, ast.walk(node.value)))
        elif isinstance(node, ast.Call):
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            if name == "Sayings":
                found.update(map(id, (*node.args[0].keys, *node.args[0].values)))
            elif name in SCRIPT["MARKS"] or name in SCRIPT["APART"]:
                found.update(map(id, node.args[{**SCRIPT["MARKS"], **SCRIPT["APART"]}[name]]))
            elif name in ("cast", "TypeVar", "compile", "getLogger", "code"):
                found.update(id(part) for one in node.args for part in ast.walk(one))
        elif isinstance(node, ast.Subscript) and getattr(node.value, "id", "") == "Literal":
            found.update(map(id, ast.walk(node.slice)))
    return found


def unmarked(source: str) -> Iterator[tuple[int, str]]:
    """Yield line and text of every literal that a person could read and that is not marked."""
    tree = ast.parse(source)
    known = not_said(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.expr) and id(node) not in known:
            text = seen_by(node)
            if text is not None:
                yield node.lineno, text


def read_by_people() -> list[str]:
    """Files whose sentences are marked: all but those that say nothing to who looks at the dashboard."""
    left_out = words_of("english.txt")
    files = [file.relative_to(PROJECT).as_posix() for file in SCRIPT["sources"]()]
    return [file for file in files if not any(file == one or file.startswith(f"{one}/") for one in left_out)]


def places(message: str) -> list[tuple[str, str | None, str | None]]:
    """Return what is filled into a message; braces that are no places count as text."""
    try:
        return sorted(part[1:] for part in string.Formatter().parse(message) if part[1] is not None)
    except ValueError:
        return []


def said_in(message: Message) -> list[str]:
    """Return the translation of a message, in each of its forms."""
    return [message.string] if isinstance(message.string, str) else list(message.string)


@pytest.mark.parametrize("file", read_by_people())
def test_what_people_read_is_marked(file):
    allowed = {line.split("\t", 1)[1] for line in words_of("no_sentences.txt") if line.startswith(f"{file}\t")}
    found = [f"{file}:{line}: {text}" for line, text in unmarked((PROJECT / file).read_text(encoding="utf-8"))
             if text.replace("\n", "⏎") not in allowed]  # fmt: skip
    assert not found, "Mark these with say() or to_say():\n" + "\n".join(found)


@pytest.mark.parametrize("line", [
    'st.subheader("How they differ")', 'st.button("Cancel", key="c")', 'row.metric(f"Span of {n} days")',
    'raise InputError(f"No item has the id {id}.")', 'NAMES = {"import": "Trying an import"}',
    'figure.update_yaxes(title="Events a day")', 'f"{count} in all"', 'say("One" + " and two")',
])  # fmt: skip
def test_what_is_not_marked_is_found(line):
    assert list(unmarked(line))


@pytest.mark.parametrize("line", [
    'st.subheader(say("How they differ"))', 'st.button(say("Cancel"), icon=":material/stop:")', '"""What it is for."""',
    'say("{n} in all", n=f"{count:,}")', 'words.several(n, "shopper", "shoppers")', 'f"{first}: {second}"',
    'st.button(say("X y"), key=f"part of {n}")', 'SQL = "SELECT a FROM b"',
])  # fmt: skip
def test_what_is_marked_or_no_sentence_is_left_alone(line):
    assert not list(unmarked(line))


@pytest.mark.parametrize("language", OTHERS)
def test_the_catalogue_is_what_make_messages_writes(language):
    catalogue = SCRIPT["renewed"](language)
    written = (FOLDER / f"{language}.po").read_bytes()
    assert SCRIPT["text"](catalogue, language) == written, "run `make messages`, and translate what is new"


@pytest.mark.parametrize("language", OTHERS)
def test_every_sentence_is_translated(language):
    marked = set(read_by_people())
    said = [message for message in SCRIPT["kept"](language) if message.id]
    assert not [message.id for message in said if any(file in marked for file, _ in message.locations)
                and (message.fuzzy or not all(said_in(message)))]  # fmt: skip


@pytest.mark.parametrize("language", OTHERS)
def test_a_translation_is_filled_with_the_same(language):
    for message in SCRIPT["kept"](language):
        written = message.id if isinstance(message.id, str) else message.id[-1]
        for text in filter(None, said_in(message) if message.id else []):
            assert places(text) == places(written), text
