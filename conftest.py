"""Loads the plugins that keep every test off the network, and deal tests out to processes."""

pytest_plugins = ["tests._guard", "tests._share"]
