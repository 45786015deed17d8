"""What all integration tests share: the functions, a household, and servers of each kind."""

from collections.abc import AsyncGenerator, Callable

import pytest

from shared.settings import Settings
from tests.conftest import Function
from tests.servers.household import Household, household
from tests.servers.houses import KINDS, machine
from tests.servers.machine import Machine, running


@pytest.fixture
def api(functions: Callable[[str], Function]) -> Function:
    return functions("api")


@pytest.fixture
def ingest(functions: Callable[[str], Function]) -> Function:
    return functions("ingest_session")


@pytest.fixture
def detect(functions: Callable[[str], Function]) -> Function:
    return functions("detect_sharing")


@pytest.fixture
def aggregate(functions: Callable[[str], Function]) -> Function:
    return functions("aggregate_stats")


@pytest.fixture
def cleanup(functions: Callable[[str], Function]) -> Function:
    return functions("cleanup")


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
