"""Who is set aside: robots and test accounts that an import flagged, but for those whom a person called shoppers.

What learns leaves them out, unless its reader is for everyone.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from core.store.workspace import Reader

#: What the state calls those whom a person called shoppers.
_SPARED = "spared"
#: SELECT of the ids of those who are left out; ``$left_out`` is what ``left_out`` returns.
LEFT_OUT = "SELECT unnest($left_out::VARCHAR[]) AS user_id"


def left_out(reader: Reader) -> list[str]:
    """Return whom what learns from this reader leaves out."""
    return [] if reader.everyone else set_aside(reader)


def set_aside(reader: Reader) -> list[str]:
    """Return the robots and test accounts."""
    kept = spared(reader.state_file)
    flagged = reader.rows("SELECT user_id FROM shopper_flags ORDER BY user_id")
    return [str(user) for (user,) in flagged if user not in kept]


def spared(state: Path) -> set[str]:
    """Return whom a person called a shopper, whatever they look like."""
    from core.store.state import State  # pages say who is set aside, and load no database for it

    return set(json.loads((State(state).setting(_SPARED) if state.exists() else None) or "[]"))


def spare(state: Path, user_id: str, yes: bool) -> None:
    """Note that somebody is a shopper, whatever they look like, or take it back."""
    from core.store.state import State

    def noted(kept: str | None) -> str:
        return json.dumps(sorted(set(json.loads(kept or "[]")) - {user_id} | ({user_id} if yes else set())))

    State(state).change(_SPARED, noted)
