"""One who listens to the live stream, at the app itself: its stream needs no end to be read."""

import asyncio
import json
from collections.abc import AsyncGenerator, Awaitable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from tests.conftest import Function

LIVE = "/api/v1/analytics/live"
LONGEST_WAIT_SECONDS = 20


@dataclass
class Listener:
    """What was heard, event by event."""

    status: int = 0
    code: str = ""
    headers: dict[str, str] = field(default_factory=dict[str, str])
    last_id: str | None = None
    begun: asyncio.Event = field(default_factory=asyncio.Event)
    has_ended: asyncio.Event = field(default_factory=asyncio.Event)
    _text: str = ""
    _heard: asyncio.Queue[tuple[str, Any]] = field(default_factory=asyncio.Queue[tuple[str, Any]])

    async def next(self, *kinds: str) -> Any:
        """Return what comes with the next event, or with the next of one of these kinds."""
        async with asyncio.timeout(LONGEST_WAIT_SECONDS):
            while True:
                kind, data = await self._heard.get()
                if not kinds or kind in kinds:
                    return data

    def kinds(self) -> list[str]:
        """Return of what kinds the events are that were heard and not asked for yet."""
        return [self._heard.get_nowait()[0] for _ in range(self._heard.qsize())]

    async def take(self, message: Any) -> None:
        """Take what the app sends."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.headers = {k.decode(): v.decode() for k, v in message["headers"]}
            self.begun.set()
            return
        if self.headers["content-type"] == "application/problem+json":
            self.code = json.loads(message["body"])["code"]
            return
        *events, self._text = (self._text + message["body"].decode()).split("\n\n")
        for event in events:
            said = dict(line.split(": ", 1) for line in event.splitlines())
            if "event" in said:
                self.last_id = said["id"]
                self._heard.put_nowait((said["event"], json.loads(said["data"])))


@asynccontextmanager
async def listening(
    api: Function, headers: dict[str, str] | None = None, last_id: str | None = None
) -> AsyncGenerator[Listener]:
    """Listen until the block ends, as a client does that closes its connection then."""
    listener, leaves = Listener(), asyncio.Event()
    given = {"Authorization": f"Bearer {api.key}"} | (headers or {})
    if last_id is not None:
        given["last-event-id"] = last_id
    begun = iter([{"type": "http.request", "body": b"", "more_body": False}])

    async def receive() -> Any:
        if (message := next(begun, None)) is not None:
            return message
        await leaves.wait()
        return {"type": "http.disconnect"}

    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": LIVE,
        "raw_path": LIVE.encode(),
        "query_string": b"",
        "headers": [(name.lower().encode(), value.encode()) for name, value in given.items()],
        "client": ("127.0.0.1", 1),
        "server": ("test", 80),
    }
    transport: Any = vars(api.client)["_transport"]
    task = asyncio.create_task(_serve(transport.app(scope, receive, listener.take), listener))
    yield listener
    leaves.set()
    await task


async def _serve(answer: Awaitable[None], listener: Listener) -> None:
    await answer
    listener.has_ended.set()
