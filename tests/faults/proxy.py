"""A TCP proxy before PostgreSQL that breaks connections, mostly in mid-COMMIT."""

import asyncio
import contextlib
import socket
import struct
from collections import Counter
from enum import StrEnum
from random import Random
from typing import Self

_CHUNK = 65_536
_COMMIT = b"COMMIT"
_AT_ONCE = struct.pack("ii", 1, 0)  # SO_LINGER of no time: closing sends RST


class Cut(StrEnum):
    """Where a connection is broken."""

    BEFORE = "before it is sent on"
    DURING = "after it is sent on"
    AFTER = "before the answer gets back"


class BreakingProxy:
    """Forwards to a loopback port; resets some connections at a COMMIT, few at anything else.

    Args:
        random: Decides which.
        commits: The share of COMMITs that are cut.
        others: The share of other messages that are.
    """

    def __init__(self, random: Random, *, commits: float, others: float) -> None:
        self.target = 0
        self.is_breaking = False
        self.cuts: Counter[str] = Counter()
        self._random = random
        self._shares = (others, commits)
        self._server: asyncio.Server | None = None
        self._links: set[_Link] = set()

    @property
    def port(self) -> int:
        """Where it listens."""
        if self._server is None:
            raise RuntimeError("the proxy does not listen")
        return self._server.sockets[0].getsockname()[1]

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._server is not None:
            self._server.close()
        for link in list(self._links):
            link.reset()
        await asyncio.gather(*(link.ended.wait() for link in self._links))

    def cut_for(self, data: bytes) -> Cut | None:
        """Say whether a message of the client's is to be its connection's last, and how."""
        commits = _COMMIT in data
        if not self.is_breaking or self._random.random() >= self._shares[commits]:
            return None
        cut = self._random.choice(list(Cut))
        self.cuts[f"{'COMMIT' if commits else 'another message'}, {cut}"] += 1
        return cut

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            upstream = await asyncio.open_connection("127.0.0.1", self.target)
        except OSError:
            _reset(writer)
            return
        link = _Link(self, (reader, writer), upstream)
        self._links.add(link)
        try:
            await link.run()
        finally:
            self._links.discard(link)
            link.ended.set()


Ends = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class _Link:
    """One connection of a client and the one to PostgreSQL that goes with it."""

    def __init__(self, proxy: BreakingProxy, client: Ends, server: Ends) -> None:
        self._proxy = proxy
        self._client = client
        self._server = server
        self._swallows_answer = False
        self.ended = asyncio.Event()

    async def run(self) -> None:
        """Forward both ways until either side ends."""
        ways = [asyncio.create_task(self._ask()), asyncio.create_task(self._answer())]
        await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        self.reset()
        await asyncio.gather(*ways, return_exceptions=True)

    def reset(self) -> None:
        """Break both connections."""
        _reset(self._client[1])
        _reset(self._server[1])

    async def _ask(self) -> None:
        with contextlib.suppress(OSError):
            while data := await self._client[0].read(_CHUNK):
                cut = self._proxy.cut_for(data)
                if cut is Cut.BEFORE:
                    return
                self._swallows_answer = cut is Cut.AFTER
                self._server[1].write(data)
                await self._server[1].drain()
                if cut is Cut.DURING:
                    return

    async def _answer(self) -> None:
        with contextlib.suppress(OSError):
            while data := await self._server[0].read(_CHUNK):
                if self._swallows_answer:
                    return
                self._client[1].write(data)
                await self._client[1].drain()


def _reset(writer: asyncio.StreamWriter) -> None:
    opened = writer.get_extra_info("socket")
    if opened is not None and opened.fileno() >= 0:
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _AT_ONCE)
    writer.transport.abort()
