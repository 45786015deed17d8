"""A stage, with a playback service that listens."""

from collections.abc import Callable, Generator

import pytest

from shared.settings import Settings
from shared.store.database import Database
from tests.conftest import Function
from tests.integration.actions.playback_service import PlaybackService, running
from tests.integration.actions.stage import Stage


@pytest.fixture
def service() -> Generator[PlaybackService]:
    with running() as service:
        yield service


@pytest.fixture
def stage(
    functions: Callable[[str], Function],
    settings: Settings,
    database: Database,
    service: PlaybackService,
) -> Stage:
    return Stage(
        settings,
        database,
        functions("api"),
        functions("ingest_session"),
        functions("detect_sharing"),
        service,
    )
