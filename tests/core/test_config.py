from pathlib import Path

import pytest

from core.config import DEMO_WORKSPACE, Settings
from core.errors import InputError


def test_without_anything_said_the_demo_opens_on_whatever_is_there() -> None:
    assert Settings.from_environment({}) == Settings(DEMO_WORKSPACE, "auto", 0)


def test_what_the_environment_says() -> None:
    env = {"SHOPPERLENS_WORKSPACE": "/shops/a", "SHOPPERLENS_DEVICE": "cuda", "SHOPPERLENS_THREADS": "3"}
    assert Settings.from_environment(env) == Settings(Path("/shops/a"), "cuda", 3)


@pytest.mark.parametrize("threads", ["many", "-1", "1.5"])
def test_a_number_of_threads_that_is_none_is_refused(threads: str) -> None:
    with pytest.raises(InputError, match="SHOPPERLENS_THREADS"):
        Settings.from_environment({"SHOPPERLENS_THREADS": threads})


def test_threads_are_limited_only_when_asked() -> None:
    env: dict[str, str] = {}
    Settings(threads=0).limit_threads(env)
    assert env == {}
    Settings(threads=2).limit_threads(env)
    assert env == {"OMP_NUM_THREADS": "2"}
