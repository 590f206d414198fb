"""One small tree of errors that a person can act on.

Every message says what happened and what to do next. The command line turns any of
them into one line and exit code 2; the pages show them in a box. Anything else that
is raised is a fault of ours (exit code 1).
"""


class ShopperLensError(Exception):
    """Something a person can mend; the message says how."""


class WorkspaceError(ShopperLensError):
    """The folder is not a workspace, is empty, or is busy."""


class InputError(ShopperLensError):
    """A file or a value that was given cannot be used."""


class NoTable(InputError):
    """A text does not look like a table."""


class MissingColumn(InputError):
    """A required column is not in the file; the message names it and those that are."""


class AmbiguousDates(InputError):
    """Dates may be day-first or month-first; the message says how to answer."""


class UnknownUser(InputError):
    """No shopper has this id in the workspace."""


class UnknownItem(InputError):
    """No item has this id in the workspace."""


class ModelError(ShopperLensError):
    """A model is missing, corrupt, or made for another template or base."""


class TooLittleData(ShopperLensError):
    """There is not enough history to answer the question honestly."""


class Cancelled(ShopperLensError):
    """A person cancelled the work; nothing half-done was kept."""
