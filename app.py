"""The router: the list of pages, and nothing else."""

from pages._ui.nav import declare

declare().run()
