"""Whether an explanation should be relied on: three checks, each in a sentence."""

from __future__ import annotations

from core.explain.faithfulness import TOLERANCE
from core.language import say
from core.records import Check, Explanation

#: The strongest words must move the prediction at least this many times as much as random ones do.
FAITHFUL = 1.5
#: Standard error of an event's value, in log-odds and as a share of the strongest, up to which values are stable.
STEADY, STEADY_SHARE = 0.05, 0.1


def checks(explanation: Explanation) -> list[Check]:
    """Check whether the parts add up, whether the words matter, and whether the values would come out again.

    What could not be measured is neither passed nor failed: ``passed`` is None.
    """
    return [_additive(explanation), _faithful(explanation), _stable(explanation)]


def _additive(explanation: Explanation) -> Check:
    error = explanation.additivity_error
    return Check(
        say("Adds up"), error <= TOLERANCE,
        say("the parts add up to the prediction within {error:.4f} log-odds", error=error),
        say("Base and pushes must sum to the prediction at every level: words to their event, events to the whole. It "
            "is checked against passes of their own; up to {rounding:g} log-odds is rounding.", rounding=TOLERANCE),
    )  # fmt: skip


def _faithful(explanation: Explanation) -> Check:
    help_ = say("The fifth of the words that pushes most is left out, and the prediction made again. If these words "
                "are the reasons, it must move at least {times:g} times as much as when as many random words are left "
                "out.", times=FAITHFUL)  # fmt: skip
    times = explanation.faithfulness
    if times is None:
        said = (say("too few words, or too little moves, to compare with words at random") if explanation.words
                else say("measured only when words are asked for"))  # fmt: skip
        return Check(say("Matters"), None, said, help_)
    said = say("taking the strongest words away changes the prediction {times:.1f} times as much as words at random",
               times=times)
    return Check(say("Matters"), times >= FAITHFUL, said, help_)


def _stable(explanation: Explanation) -> Check:
    help_ = say("Few events are weighed in all combinations, which is exact. Of more, each is weighed first and last "
                "alone, or in random orders and their reverses: how far these values lie apart tells how far they may "
                "still be off.")
    error = explanation.unsettled
    if error is None:
        return Check(say("Stable"), None, say("how far values may be off was not measured"), help_)
    if error == 0:
        return Check(say("Stable"), True, say("events are weighed in all combinations, so their values are exact"),
                     help_)  # fmt: skip
    most = max((abs(event.value) for event in explanation.events), default=0.0)
    said = say("values of events may be off by about {error:.2f} log-odds", error=2 * error)
    return Check(say("Stable"), error <= max(STEADY, STEADY_SHARE * most), said, help_)
