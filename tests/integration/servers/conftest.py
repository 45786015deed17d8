from collections.abc import AsyncGenerator

import pytest

from tests.servers.houses import KINDS, machine
from tests.servers.machine import Machine, running


@pytest.fixture(params=KINDS)
async def server(request: pytest.FixtureRequest) -> AsyncGenerator[Machine]:
    """Run a server of each kind in turn."""
    started = machine(request.param)
    async with running(started):
        yield started


@pytest.fixture
async def plex() -> AsyncGenerator[Machine]:
    started = machine("plex")
    async with running(started):
        yield started
