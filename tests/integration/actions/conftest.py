"""A stage, with a playback service that listens."""

from collections.abc import Awaitable, Callable, Generator
from uuid import uuid4

import pytest

from shared.settings import Settings
from shared.store.database import Database
from tests.conftest import Function
from tests.integration.actions.playback_service import PlaybackService, running
from tests.integration.actions.stage import Stage
from tests.integration.api.scenes import KEYS


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


@pytest.fixture
def caller(stage: Stage) -> Callable[..., Awaitable[dict[str, str]]]:
    """Make a key and return the headers of who calls with it."""

    async def make(role: str, *permissions: str) -> dict[str, str]:
        wanted: dict[str, object] = {"name": uuid4().hex, "role": role}
        if permissions:
            wanted["permissions"] = list(permissions)
        made = await stage.api.call("POST", KEYS, json=wanted)
        assert made.status_code == 201, made.text
        return {"Authorization": f"Bearer {made.json()['key']}"}

    return make
