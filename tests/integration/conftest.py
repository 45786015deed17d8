"""What all integration tests share: the functions, a household, and servers of each kind."""

from collections.abc import AsyncGenerator, Callable
from datetime import UTC, datetime

import pytest

from shared.domain.keys import new_api_key
from shared.domain.permissions import Permission, Role
from shared.settings import Settings
from shared.store.access import add_key
from shared.store.database import Database
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


@pytest.fixture
async def legacy_reader(database: Database) -> dict[str, str]:
    """Return the headers of one who may see adult content, which no role includes."""
    key = new_api_key()
    granted = {
        Permission.SESSIONS_VIEW,
        Permission.STATS_VIEW,
        Permission.LIBRARY_VIEW,
        Permission.LEGACY_READ,
    }
    await database.run(
        lambda connection: add_key(
            connection,
            key,
            name="legacy",
            role=Role.VIEWER,
            permissions=granted,
            now=datetime.now(UTC),
        )
    )
    return {"Authorization": f"Bearer {key}"}
