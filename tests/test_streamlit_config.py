"""How the dashboard is served and coloured: options that streamlit knows, and text that can be read in both themes."""

import tomllib
from pathlib import Path

import pytest
from streamlit import config

PROJECT = Path(__file__).resolve().parent.parent
GIVEN = tomllib.loads((PROJECT / ".streamlit" / "config.toml").read_text())
READABLE = 4.5  # to 1: what WCAG 2 asks of text


def options(table, prefix=""):
    """Flatten a table of TOML to ``section.option`` → value."""
    found = {}
    for name, value in table.items():
        found |= options(value, f"{prefix}{name}.") if isinstance(value, dict) else {f"{prefix}{name}": value}
    return found


def contrast(one, other):
    def light(colour):
        parts = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
        red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    bright, dark = sorted((light(one), light(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def test_streamlit_knows_every_option():
    unknown = set(options(GIVEN)) - set(config.get_config_options())
    assert unknown == set()


def test_this_machine_alone_is_served_large_files_come_in_and_torch_is_not_watched():
    server = GIVEN["server"]
    assert server["address"] == "localhost"
    assert server["fileWatcherType"] == "none"
    assert server["maxUploadSize"] > config.get_config_options()["server.maxUploadSize"].default_val
    assert GIVEN["browser"]["gatherUsageStats"] is False


def test_no_click_waits_until_all_memory_was_walked_through():
    assert config.get_config_options()["runner.postScriptGC"].default_val is True
    assert GIVEN["runner"]["postScriptGC"] is False


def test_contrast_by_hand():
    assert contrast("#ffffff", "#000000") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)  # the grey that just fails


@pytest.mark.parametrize("ink", ["textColor", "linkColor"])
@pytest.mark.parametrize("name", ["light", "dark"])
def test_text_and_links_can_be_read_on_every_background(name, ink):
    theme = GIVEN["theme"][name]
    for paper in (theme, theme["sidebar"]):
        for colour in (paper["backgroundColor"], paper["secondaryBackgroundColor"]):
            assert contrast(theme[ink], colour) >= READABLE, (name, ink, colour)


@pytest.mark.parametrize("name", ["light", "dark"])
def test_white_can_be_read_on_the_colour_of_buttons(name):
    assert contrast("#ffffff", GIVEN["theme"][name]["primaryColor"]) >= READABLE
