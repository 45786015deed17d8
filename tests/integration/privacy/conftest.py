"""What tests of privacy share: somebody of whom everything is kept."""

from collections.abc import Callable

import pytest

from shared.store.database import Database
from tests.conftest import Function
from tests.integration.privacy.people import Somebody, live


@pytest.fixture
async def ada(functions: Callable[[str], Function], database: Database) -> Somebody:
    """Let somebody live, be found sharing, and be talked about by operators."""
    return await live(functions, database)
