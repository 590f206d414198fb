"""One small demo shop for all tests of the generator."""

from dataclasses import dataclass

import pandas as pd
import pytest

from core.schema import Col
from data.demo.generate import DemoFiles, generate


@dataclass(frozen=True)
class Demo:
    """A generated shop, read back from its files."""

    files: DemoFiles
    events: pd.DataFrame
    items: pd.DataFrame
    users: pd.DataFrame
    truth: pd.DataFrame
    tastes: pd.DataFrame

    def of(self, event: str) -> pd.DataFrame:
        """Return the events of one type."""
        return self.events[self.events[Col.TYPE] == event]


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    """Return a shop of 600 shoppers and 30 days."""
    files = generate(tmp_path_factory.mktemp("demo_shop"), shoppers=600, days=30)
    return Demo(files, *(pd.read_parquet(path) for path in vars(files).values()))
