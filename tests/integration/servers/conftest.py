from collections.abc import AsyncGenerator

import pytest

from tests.servers.houses import machine
from tests.servers.machine import Machine, running


@pytest.fixture
async def plex() -> AsyncGenerator[Machine]:
    started = machine("plex")
    async with running(started):
        yield started
