"""The router: the list of pages, and nothing else."""

import streamlit as st

from pages._ui.nav import pages

st.navigation(pages()).run()
