"""Settings that hold: a function starts with no others, also one whose routes are only read."""

from collections.abc import Generator

import pytest

from shared.settings import settings
from tests.conftest import environment


@pytest.fixture(autouse=True)
def settings_that_hold(monkeypatch: pytest.MonkeyPatch) -> Generator[None]:
    for name, value in environment("postgresql://nobody@localhost/none").items():
        monkeypatch.setenv(name, value)
    settings.cache_clear()
    yield
    settings.cache_clear()
