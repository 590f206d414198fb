"""Tags that are described in a sentence, on the command line: who fits one, marks, and what to expect of it."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from core.answers import plain
from core.config import Settings
from core.describing.records import Answer as Judged
from core.describing.records import Fit
from core.errors import InputError
from core.records import Progress
from core.service import Shop
from core.tables import harmless, whole

Answer = dict[str, Any]
Add = Callable[[str, str], argparse.ArgumentParser]
#: Options that ask for a sentence.
_ABOUT_ONE = ("keep", "marks", "save_marks", "undo", "to_mark", "threshold", "out")


def add(command: Add) -> None:
    """Register the command; ``command`` makes the parser of one that may name a model."""
    made = command("tag", "say whom a description fits, sharpen it by marked shoppers, and keep it as a tag")
    made.add_argument("sentence", nargs="?", metavar="SENTENCE",
                      help='what they are or do, "buys gifts for children"; without it, list the tags that are kept')
    made.add_argument("--keep", action="store_true", help="keep it as a tag, for segments and lists")
    made.add_argument("--marks", type=Path, metavar="F", help="CSV with user_id and fits (yes or no); keeps the tag")
    made.add_argument("--save-marks", type=Path, metavar="F", help="write the marks that count into a CSV")
    made.add_argument("--undo", action="store_true", help="take the last step of marking back")
    made.add_argument("--to-mark", type=Path, metavar="F", help="write whom to mark next into a CSV that --marks reads")
    made.add_argument("--threshold", type=float, metavar="P", help="chance from which it is given (a proposed one)")
    made.add_argument("-k", type=int, default=5, metavar="K", help="most and least likely shoppers that are said (5)")
    made.add_argument("--out", type=Path, metavar="F", help="write the chance of every shopper into a CSV")
    made.add_argument("--delete", action="store_true", help="delete the tag and its marks")
    made.add_argument("--read", action="store_true", help="only read all shoppers, so that later answers are quick")


def run(given: argparse.Namespace, progress: Progress) -> Answer:
    """Answer about one description, or list those that are kept."""
    shop = Shop(given.workspace, Settings.from_environment().device, model=given.model)
    source = {"version": shop.version, "generated": shop.info().generated}
    door = shop.describing
    if given.delete:
        tag = door.get(_said(given))
        shop.forget_description(tag.id)
        return {"deleted": tag.sentence, **source}
    if not door.ready():
        door.make(progress)
    if given.read:
        return {"read": len(door.tags()), **source}
    if given.sentence is None and not any(getattr(given, what) for what in _ABOUT_ONE):
        return {"tags": [_about(door.answer(tag.id)) for tag in door.tags()], **source}
    said, brought = _said(given), None
    if given.keep or given.marks:
        said = door.keep(said).id
    if given.marks:
        if not given.marks.is_file():
            raise InputError(f"There is no file {given.marks}.")
        brought = plain(door.bring(said, given.marks.read_bytes()))
    if given.undo:
        brought = {"taken_back": door.undo(said)}
    if given.threshold is not None and any(said in (tag.id, tag.sentence) for tag in door.tags()):
        door.give_from(door.get(said).id, given.threshold)
    answer = door.answer(said, given.threshold)
    written = [str(file) for file in _write(shop, answer, given)]
    return {
        **_about(answer), "brought": brought, "written": written, **source,
        "likely": [_fit(fit) for fit in door.likeliest(answer, given.k)],
        "unlikely": [_fit(fit) for fit in door.likeliest(answer, given.k, least=True)],
    }


def lines(answer: Mapping[str, Any]) -> Iterator[str]:
    """Write the answer for people."""
    if "deleted" in answer:
        yield f"“{answer['deleted']}” and its marks are deleted."
    elif "read" in answer:
        yield f"All shoppers are read; {answer['read']} tags are described."
    elif "tags" in answer:
        yield from (f"{tag['sentence']}: {_trust(tag)}" for tag in answer["tags"])
        if not answer["tags"]:
            yield 'No tag is described yet. Describe one: python -m core tag "buys gifts for children" --keep'
    else:
        yield from _lines(answer)


def _lines(answer: Mapping[str, Any]) -> Iterator[str]:
    kept = f"kept as {answer['key']}" if answer["key"] else "only tried; --keep keeps it"
    yield f"“{answer['sentence']}” ({kept})"
    yield f"  {_trust(answer)}"
    if answer["brought"]:
        yield from (f"  {name.replace('_', ' ')}: {said if isinstance(said, int) else ', '.join(said) or 'none'}"
                    for name, said in answer["brought"].items())  # fmt: skip
    for name, fits in (("Most likely", answer["likely"]), ("Least likely", answer["unlikely"])):
        yield f"  {name}"
        for fit in fits:
            why = "; ".join(fit["why"]) or "nothing in particular"
            yield f"    {fit['user_id']}: {100 * fit['chance']:.0f} %  ({why})"
    yield from (f"  Written: {file}" for file in answer["written"])


def _trust(answer: Mapping[str, Any]) -> str:
    given = f"given to {answer['shoppers']:,} of {answer['known']:,} shoppers, from {100 * answer['threshold']:.0f} %"
    if answer["precision"] is None:
        return f"A guess, {given}: {answer['marks']} are marked, {answer['marked']} of them from there on."
    low, high = 100 * answer["low"], 100 * answer["high"]
    return (f"Right {100 * answer['precision']:.0f} times of 100 (95 % interval {low:.0f} to {high:.0f}), {given}; "
            f"{answer['marks']} shoppers are marked.")  # fmt: skip


def _said(given: argparse.Namespace) -> str:
    if not given.sentence:
        raise InputError('Say which: python -m core tag "buys gifts for children"')
    return str(given.sentence)


def _about(answer: Judged) -> Answer:
    tag, expected = answer.tag, answer.expected
    told = {"sentence": answer.sentence, "key": tag.key if tag else None, "marks": len(answer.marks),
            "unknown": answer.unknown, "proposed": answer.proposed, "guess": expected.guess}  # fmt: skip
    return {**told, **plain(expected)}


def _fit(fit: Fit) -> Answer:
    return {"user_id": fit.user_id, "chance": fit.chance, "place": fit.place, "given": fit.given, "marked": fit.marked,
            "why": [f"{push.deed} {push.title}" for push in fit.pushes]}  # fmt: skip


def _write(shop: Shop, answer: Judged, given: argparse.Namespace) -> Iterator[Path]:
    import pandas as pd

    if given.out:
        table = answer.chances.assign(given=answer.chances["chance"] >= answer.threshold)
        with whole(given.out) as part:
            harmless(table).to_csv(part, index=False)
        yield given.out
    if given.to_mark:
        rows = [(fit.user_id, "", fit.why, fit.chance, "; ".join(_fit(fit)["why"]))
                for fit in shop.describing.to_mark(answer)]  # fmt: skip
        table = pd.DataFrame(rows, columns=["user_id", "fits", "drawn", "chance", "why"])
        with whole(given.to_mark) as part:
            harmless(table).to_csv(part, index=False)
        yield given.to_mark
    if given.save_marks:
        if answer.tag is None:
            raise InputError("Only a tag that is kept has marks. Keep it: --keep")
        with whole(given.save_marks) as part:
            part.write_bytes(shop.describing.taken_along(answer.tag.id))
        yield given.save_marks
