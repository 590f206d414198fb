"""The command line: one module asks, one shows."""
