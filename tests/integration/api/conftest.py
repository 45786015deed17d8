"""What tests of the api share: callers of each role."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest

from shared.domain.keys import new_api_key
from shared.domain.permissions import Permission, Role
from shared.store.access import add_key
from shared.store.database import Database
from tests.conftest import Function
from tests.integration.api.scenes import KEYS

Headers = dict[str, str]
CallerWith = Callable[..., Awaitable[Headers]]


@pytest.fixture
def caller(api: Function) -> CallerWith:
    """Make a key and return the headers of who calls with it."""

    async def make(role: str, *permissions: str) -> Headers:
        wanted: dict[str, Any] = {"name": uuid4().hex, "role": role}
        if permissions:
            wanted["permissions"] = list(permissions)
        made = await api.call("POST", KEYS, json=wanted)
        assert made.status_code == 201, made.text
        return {"Authorization": f"Bearer {made.json()['key']}"}

    return make


@pytest.fixture
async def legacy_reader(database: Database) -> Headers:
    """Return the headers of one who may see adult content, which no role includes."""
    key, granted = (
        new_api_key(),
        {Permission.SESSIONS_VIEW, Permission.STATS_VIEW, Permission.LEGACY_READ},
    )
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
