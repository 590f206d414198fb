"""Small helpers that every query needs."""


def quote(identifier: str) -> str:
    """Quote an identifier that comes from outside; values never pass here, they are parameters."""
    return '"' + identifier.replace('"', '""') + '"'


def literal(text: str) -> str:
    """Write a text as SQL, for the few places (readers' options, CREATE) that take no parameters."""
    return "'" + text.replace("'", "''") + "'"
