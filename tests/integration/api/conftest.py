"""What tests of the api share: callers of each role."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import uuid4

import pytest

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
