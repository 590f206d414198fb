"""Loads the plugin that keeps every test off the network."""

pytest_plugins = ["tests._guard"]
