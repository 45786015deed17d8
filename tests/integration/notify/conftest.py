from collections.abc import Generator

import pytest

from shared.settings import Settings
from shared.store.database import Database
from tests.integration.notify.office import Office
from tests.integration.notify.recipient import Recipient, listening


@pytest.fixture
def recipient() -> Generator[Recipient]:
    with listening() as server:
        yield server


@pytest.fixture
def other_recipient() -> Generator[Recipient]:
    with listening() as server:
        yield server


@pytest.fixture
def office(settings: Settings, database: Database) -> Office:
    return Office(settings, database)
