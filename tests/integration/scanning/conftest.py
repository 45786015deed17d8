from collections.abc import AsyncGenerator

import pytest

from tests.servers.household import Household
from tests.servers.houses import machine
from tests.servers.machine import Machine, running


@pytest.fixture
async def films(home: Household) -> AsyncGenerator[Machine]:
    """Run a server with nothing but films, connected and ready to be read."""
    started = machine("plex")
    started.shelves = started.shelves[:1]
    async with running(started):
        await home.connect(started)
        await home.poll()
        yield started
