"""Bring the catalogues up to date with the sentences that the code marks; what is translated stays.

A sentence that is new, or was changed, comes without a translation; one that is gone is taken out. Nothing of a day or
a machine gets into a catalogue, so that the same code always gives the same file.
"""

import ast
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po, write_po

PROJECT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(PROJECT))

from core.language import ENGLISH, FOLDER, LANGUAGES  # noqa: E402  its place has to be known first

#: What marks sentences, and which of its arguments they are; ``Sayings`` marks the values of a dictionary.
MARKS = {"say": slice(0, 1), "to_say": slice(0, 1), "say_many": slice(1, 3), "several": slice(1, 3)}
#: What writes sentences down one beside the other: each of these arguments is one.
APART = dict.fromkeys(["FactSpec", "_buying", "_coming", "_looking", "_taste", "_time"], slice(1, 3))
HEAD = """# {name}. `make messages` brings it up to date with the code; terms: docs/decisions/0024-languages.md
msgid ""
msgstr ""
"Language: {code}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: {plurals}\\n"

"""


def sources() -> Iterator[Path]:
    """Yield the files whose sentences people read."""
    yield PROJECT / "app.py"
    yield from sorted([*(PROJECT / "core").rglob("*.py"), *(PROJECT / "pages").rglob("*.py")])


def sentences(call: ast.Call) -> list[tuple[str, ...]]:
    """Return the sentences that a call marks, one that depends on a number in both its forms."""
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    if name == "Sayings":
        return [(one.value,) for one in getattr(call.args[0], "values", ()) if isinstance(one, ast.Constant)]
    if name in APART:
        return [(one.value,) for one in call.args[APART[name]] if isinstance(one, ast.Constant)]
    said = tuple(one.value for one in call.args[MARKS[name]] if isinstance(one, ast.Constant)) if name in MARKS else ()
    return [said] if said else []


def extracted() -> Catalog:
    """Return what the code marks, each sentence with the files that it stands in."""
    found = Catalog()
    for file in sources():
        place = (file.relative_to(PROJECT).as_posix(), None)
        calls = [node for node in ast.walk(ast.parse(file.read_text("utf-8"))) if isinstance(node, ast.Call)]
        for call in sorted(calls, key=lambda node: (node.lineno, node.col_offset)):
            for said in sentences(call):
                found.add(said if len(said) > 1 else said[0], locations=[place])
    return found


def kept(language: str) -> Catalog:
    """Return the catalogue of a language as it lies in the repository."""
    file = FOLDER / f"{language}.po"
    if not file.exists():
        return Catalog(language)
    with file.open("rb") as lines:
        return read_po(lines, locale=language)


def renewed(language: str) -> Catalog:
    """Return the catalogue of a language with the sentences of the code, and the translations that it has for them."""
    old, new = kept(language), Catalog(language)
    for message in extracted():
        known = old.get(message.id) if message.id else None
        if message.id:
            same = known is not None and type(known.id) is type(message.id)
            new[message.id] = Message(message.id, known.string if same else "", message.locations)
            new[message.id].flags.clear()  # "95 % of" is no format of C
    return new


def text(catalogue: Catalog, language: str) -> bytes:
    """Return a catalogue as its file has it."""
    out = BytesIO()
    out.write(HEAD.format(name=LANGUAGES[language].name, code=language, plurals=catalogue.plural_forms).encode())
    write_po(out, catalogue, width=120, sort_by_file=True, include_lineno=False, omit_header=True)
    return out.getvalue()


def write(language: str) -> Path:
    """Bring the catalogue of a language up to date, and return its file."""
    file = FOLDER / f"{language}.po"
    file.write_bytes(text(renewed(language), language))
    return file


if __name__ == "__main__":
    for code in LANGUAGES:
        if code != ENGLISH:
            print(write(code))
