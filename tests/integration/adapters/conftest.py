"""Sources as an administrator makes them, and servers that send to them."""

from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import httpx
import pytest

from tests.conftest import Function

SOURCES = "/api/v1/admin/webhook-sources"

Json = dict[str, Any]
MakeSource = Callable[[str], Awaitable[Json]]
# A kind of server, a body, and more of the request.
Send = Callable[..., Awaitable[httpx.Response]]

CONTENT_TYPES = {"plex": "application/json", "jellyfin": "text/plain; charset=utf-8"}


def path_of(made: Json) -> str:
    return urlsplit(str(made["url"])).path


@pytest.fixture
def make_source(api: Function) -> MakeSource:
    async def make(kind: str) -> Json:
        wanted = {"name": f"{kind} {uuid4().hex[:8]}", "kind": kind}
        answer = await api.call("POST", SOURCES, json=wanted)
        assert answer.status_code == 201, answer.text
        return answer.json()

    return make


@pytest.fixture
def send(make_source: MakeSource, ingest: Function) -> Send:
    """Send a body as a server of a kind does: to its URL, without any key."""
    paths: dict[str, str] = {}

    async def post(kind: str, body: Any, **options: Any) -> httpx.Response:
        if kind not in paths:
            paths[kind] = path_of(await make_source(kind))
        content_type = CONTENT_TYPES.get(kind, "application/json; charset=utf-8")
        headers = {"Content-Type": content_type} | options.pop("headers", {})
        return await ingest.client.post(paths[kind], content=body, headers=headers, **options)

    return post
