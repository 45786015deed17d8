"""A media server of the tests' own: real HTTP, real-shaped bodies, and the faults that occur."""

import asyncio
import json
import socket
import ssl
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any, Literal

from aiohttp import web

from shared.domain.servers import ServerAddress, ServerKind
from tests.servers.world import Memory, Player, Shelf, Viewer

Fault = Literal["drop", "stall", "truncate", "half", "unauthorized", "error", "redirect", "html"]


class Machine:
    """What every kind of server has: people, players, shelves, a token, and its moods."""

    kind: ServerKind

    def __init__(self, server_id: str, name: str) -> None:
        self.server_id = server_id
        self.name = name
        self.token = "tok-en_1"
        self.is_open = False
        self.viewers = list[Viewer]()
        self.players = list[Player]()
        self.shelves = list[Shelf]()
        self.memories = list[Memory]()
        self.takes = 0.0
        """How many seconds each answer takes."""
        self.gone = set[str]()
        """Collections that are listed and not there any more."""
        self.unreadable = set[str]()
        """Libraries of which it knows nothing when it is to list what is in them."""
        self.is_mute = False
        """Whether it says nothing at all of those."""
        self.fault: Fault | None = None
        self.fails_after: int | None = None
        """After how many more requests the fault begins; at once, if not said."""
        self.asked: list[str] = []
        self.hosts: list[str] = []
        self.port = 0
        self._tls: ssl.SSLContext | None = None
        self._runner: web.AppRunner | None = None

    def answer(self, path: str, query: Mapping[str, str]) -> Any:
        """Return the JSON at a path; ``None`` is 404."""
        raise NotImplementedError

    def knows(self, headers: Mapping[str, str]) -> bool:
        raise NotImplementedError

    def end(self, session: str) -> dict[str, Any]:
        """End what a player plays, as a server that is asked to does."""
        self.players = [player for player in self.players if player.session != session]
        return {}

    @property
    def url(self) -> str:
        return f"{'https' if self._tls else 'http'}://127.0.0.1:{self.port}"

    def address(self, **changed: Any) -> ServerAddress:
        return replace(ServerAddress(self.kind, self.url, self.token), **changed)

    async def start(self, tls: ssl.SSLContext | None = None) -> None:
        """Serve at the port it had before, if it had one."""
        self._tls = tls or self._tls
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._handle)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1, handler_cancellation=True)
        await self._runner.setup()
        listening = socket.create_server(("127.0.0.1", self.port))
        self.port = listening.getsockname()[1]
        await web.SockSite(self._runner, listening, ssl_context=self._tls).start()

    async def stop(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()
        self._runner = None

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(request.path_qs)
        self.hosts.append(request.host)
        if self.fault is not None and self.fails_after is None:
            return await self._fail(request, self.fault)
        if self.fails_after is not None:
            self.fails_after = self.fails_after - 1 or None
        if not (self.is_open or self.knows(request.headers)):
            return web.Response(status=401)
        if self.unreadable & {request.query.get("ParentId"), *request.path.split("/")[3:4]}:
            await asyncio.sleep(3_600 if self.is_mute else 0)
            return web.Response(status=404)
        await asyncio.sleep(self.takes)
        said = self.answer(request.path, request.query)
        if said is None:
            return web.Response(status=404)
        return web.json_response(said)

    async def _fail(self, request: web.Request, fault: Fault) -> web.StreamResponse:
        whole = json.dumps(self.answer(request.path, request.query) or {}).encode()
        assert request.transport is not None
        if fault == "stall":
            await asyncio.sleep(3_600)
        if fault == "drop":
            request.transport.close()
        if fault == "truncate":
            response = web.StreamResponse(headers={"Content-Length": str(len(whole) + 99)})
            await response.prepare(request)
            await response.write(whole[: len(whole) // 2])
            request.transport.close()
            return response
        return _PLAIN[fault](whole[: len(whole) // 2])


_PLAIN: Mapping[Fault, Callable[[bytes], web.Response]] = {
    "drop": lambda _: web.Response(),
    "stall": lambda _: web.Response(),
    "half": lambda half: web.Response(body=half, content_type="application/json"),
    "unauthorized": lambda _: web.Response(status=401, text="<html>401 Unauthorized</html>"),
    "error": lambda _: web.Response(status=500, text="out of memory"),
    "redirect": lambda _: web.Response(
        status=302, headers={"Location": "https://elsewhere.example.org/"}
    ),
    "html": lambda _: web.Response(text="<!doctype html><title>Router</title>"),
}


@asynccontextmanager
async def running(*machines: Machine) -> AsyncGenerator[None]:
    for machine in machines:
        await machine.start()
    try:
        yield
    finally:
        for machine in machines:
            await machine.stop()
