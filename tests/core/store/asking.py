"""Asks a workspace's newest version."""

from core.store.workspace import Workspace


def ask(workspace: Workspace, sql, params=None):
    """Return the rows that a query gives."""
    reader = workspace.reader()
    try:
        return reader.rows(sql, params)
    finally:
        reader.close()
