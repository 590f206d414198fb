"""Small helpers that every query needs."""


def quote(identifier: str) -> str:
    """Quote an identifier that comes from outside; values never pass here, they are parameters."""
    return '"' + identifier.replace('"', '""') + '"'
