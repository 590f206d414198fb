"""What files seem to be, as the command line goes by it: said on standard error, or asked where it is not sure."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from core.errors import MissingColumn
from core.records import FileGroup, FilePreview, ImportPlan
from core.schema import EXCEL, REQUIRED_EVENT_COLUMNS, REQUIRED_ITEM_COLUMNS, REQUIRED_USER_COLUMNS
from core.store import plans
from core.store.grammar import named_in
from core.store.groups import roles_of
from core.store.look import look
from core.store.plans import Header
from core.store.suggest import LEAST, SURE, sure

if TYPE_CHECKING:
    from core.store.state import State

#: What each kind of file must have, by our own names.
NEEDED: Mapping[str, Sequence[str]] = {
    "events": REQUIRED_EVENT_COLUMNS, "items": REQUIRED_ITEM_COLUMNS, "users": REQUIRED_USER_COLUMNS,
}
#: What is asked of a person, as options that answer it.
_OPEN = {
    **{name: f"{name}=COLUMN" for name in ("user_id", "item_id", "event_type", "ts")},
    **{name: f"{name}==" for name in ("price", "quantity")},
}


@dataclass(frozen=True)
class Understood:
    """Files with one header, and how they are read."""

    group: FileGroup
    role: str
    mapping: Mapping[str, str] = field(default_factory=dict)
    seen: FilePreview | None = None  # what was seen in them, if that was looked at

    @property
    def header(self) -> Header:
        """What they are known by."""
        return Header(self.role, self.group.columns, self.group.places[0])

    @property
    def name(self) -> str:
        """What messages call them."""
        more = len(self.group.names) - 1
        return self.group.names[0] + (f" and {more} more like it" if more else "")


def understand(
    state: State, group: FileGroup, role: str, alone: bool, readings: Mapping[str, Mapping[str, Any]]
) -> Understood:
    """Say how files are read: by our own names, as it was answered before, or as they seem to be.

    Parameters
    ----------
    alone
        Whether there are no other files that ``role`` was said of; else what these hold is told by them.
    readings
        What was said of how single files are read, by their places.
    """
    header = Header(role, group.columns, group.places[0])
    if set(NEEDED[role]) <= {column.lower() for column in group.columns}:
        kept = plans.answers(state, header)
        if kept:
            print(f"{group.names[0]} is read as such a file was before (--forget, to be asked anew).", file=sys.stderr)
        return Understood(group, role, kept["mapping"] if kept else {})
    guessed = None if role == "events" and not alone else role
    place = group.places[0]
    seen = plans.recalled(state, look(place, guessed, said=readings.get(place)))
    return Understood(group, seen.suggestion.role, seen.suggestion.mapping, seen)


def combined(plan: ImportPlan, files: Sequence[Understood]) -> ImportPlan:
    """Return the plan with what its files say of themselves.

    Raises
    ------
    MissingColumn
        When that is not sure; the message has what is open, and the options that would be gone by.
    """
    preset = _preset(files)
    if preset is not None:
        print(f"{files[0].name} looks like the files of the preset {preset}.", file=sys.stderr)
        kept = {one.group.places[0]: one.mapping for one in files if one.seen and one.seen.suggestion.remembered}
        return replace(plan, preset=preset, own=_for_all(files, kept) | dict(plan.own))
    unsure = [one for one in files if one.seen and not _is_sure(one.seen, plan.dates)]
    if unsure:
        raise MissingColumn(_asking(files, unsure[0], plan.dates))
    for one in files:
        if one.seen:
            _say(one, one.seen)
    events, items, users = (
        [place for one in files if one.role == role for place in one.group.places] for role in NEEDED
    )
    orders = {
        place: one.seen.suggestion.order
        for one in files if one.seen and one.seen.suggestion.remembered and one.seen.suggestion.order and not plan.dates
        for place in one.group.places
    }
    own = _for_all(files, {one.group.places[0]: one.mapping for one in files})
    return replace(plan, events=events, items=items, users=users, own={**own, **plan.own}, orders=orders)


def _for_all(files: Sequence[Understood], own: Mapping[str, Mapping[str, str]]) -> dict[str, Mapping[str, str]]:
    """Let what is said of the first file of each group hold for all of the group."""
    return {
        place: own[one.group.places[0]]
        for one in files if own.get(one.group.places[0]) for place in one.group.places
    }


def _preset(files: Sequence[Understood]) -> str | None:
    """Return the preset whose files all of the logs are, as the first that is known for one says."""
    seen = [one.seen.suggestion for one in files if one.seen]
    named = next((found.preset for found in seen if found.preset), None)
    if named is None or len(seen) < len(files):
        return None
    return named if all(roles_of(named, [one.group for one in files]).values()) else None


def _is_sure(seen: FilePreview, dates: str | None) -> bool:
    return sure(replace(seen.suggestion, questions={})) and not _questions(seen, dates)


def _questions(seen: FilePreview, dates: str | None) -> list[str]:
    return [said for about, said in seen.suggestion.questions.items() if not (about == "dates" and dates)]


def _asking(files: Sequence[Understood], first: Understood, dates: str | None) -> str:
    there = {column.lower() for column in first.group.columns}
    lacking = next((name for name in NEEDED[first.role] if name not in there), "")
    lacks = f"{first.name} has no column “{lacking}”. It has: {_some(first.group.columns)}." if lacking else ""
    asked = " ".join(said for one in files if one.seen for said in _questions(one.seen, dates))
    asked = asked or "Some columns are only likely."
    return (
        f"{lacks} What these mean is not sure enough to import without asking. {asked} "
        f"This is what they seem to be; mend what is wrong: {_options(files, dates)}"
    )


def _some(columns: Sequence[str]) -> str:
    return ", ".join(columns[:30]) + (", …" if len(columns) > 30 else "")


def _options(files: Sequence[Understood], dates: str | None) -> str:
    """Return the options that say what was understood, ready to be pasted into a shell."""
    seen = [one for one in files if one.seen]
    lines = [
        shlex.join([*(["--map"] if len(files) == 1 else ["--map-for", one.group.names[0]]), *_pairs(one)])
        for one in seen if one.mapping or _pairs(one)
    ]
    asked = [one.seen.suggestion for one in seen if one.seen and "dates" in one.seen.suggestion.questions]
    counted = any(found.order == EXCEL for found in asked)
    return " ".join([*lines, *([f"--dates {EXCEL if counted else 'dmy'}"] if asked and not dates else [])])


def _pairs(one: Understood) -> list[str]:
    assert one.seen is not None
    pairs = [f"{name}={source}" for name, source in one.mapping.items()]
    pairs += [answer for about, answer in _OPEN.items() if about in one.seen.suggestion.questions]
    return pairs + [f"event_type:{word.word}=EVENT" for word in one.seen.suggestion.words if not word.event]


def _say(one: Understood, seen: FilePreview) -> None:
    """Say on standard error how files were understood."""
    found = seen.suggestion
    again = ", as such a file was answered for before (--forget, to be asked anew)" if found.remembered else ""
    print(f"{one.name} holds {found.role}{again}:", file=sys.stderr)
    for guess in found.columns:
        level = "sure" if guess.confidence >= SURE else "likely" if guess.confidence > 2 * LEAST else "a guess"
        source = f"always {guess.source[1:]}" if guess.source.startswith("=") else f"from “{guess.source}”"
        print(f"  {guess.name:16} {source} ({level}). {guess.why}", file=sys.stderr)
    words = ", ".join(
        f"{word.word} = {'left out' if word.event == '-' else word.event}" for word in found.words
    )
    if words:
        print(f"  {words}", file=sys.stderr)
    used = {column for guess in found.columns for column in named_in(guess.source)}
    left_out = [column for column in seen.columns if column not in used]
    if left_out and found.role == "events":
        print(f"  Left out: {_some(left_out)}", file=sys.stderr)
