"""The made-up shop answers the same questions as the real one."""

from __future__ import annotations

import inspect

import pytest

from core.service import Shop
from tests.pages.fake_shop import FakeShop

QUESTIONS = [name for name, _ in inspect.getmembers(FakeShop, inspect.isfunction) if not name.startswith("_")]


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_question_takes_the_same(name):
    real, made = (inspect.signature(getattr(shop, name)).parameters for shop in (Shop, FakeShop))
    assert [(p.name, p.default) for p in made.values()] == [(p.name, p.default) for p in real.values()]
