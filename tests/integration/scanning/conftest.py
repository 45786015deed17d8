from collections.abc import AsyncGenerator

import pytest

from shared.settings import Settings
from tests.servers.household import Household, household
from tests.servers.houses import KINDS, machine
from tests.servers.machine import Machine, running


@pytest.fixture
async def home(settings: Settings) -> AsyncGenerator[Household]:
    async with household(settings) as opened:
        yield opened


@pytest.fixture(params=KINDS)
async def server(request: pytest.FixtureRequest) -> AsyncGenerator[Machine]:
    """Run a server of each kind in turn."""
    started = machine(request.param)
    async with running(started):
        yield started


@pytest.fixture
async def films(home: Household) -> AsyncGenerator[Machine]:
    """Run a server with nothing but films, connected and ready to be read."""
    started = machine("plex")
    started.shelves = started.shelves[:1]
    async with running(started):
        await home.connect(started)
        await home.poll()
        yield started
