"""A load client that costs little: requests made in advance, kept connections, no parser.

Each connection sends its next request when the answer to the last one is there; paced, not before
its time either. Latency then counts from that time, so that a stall shows in every request that
it held up.
"""

import asyncio
import socket
import time
from array import array
from collections.abc import Callable, Sequence
from typing import Self, cast

# What a connection sends next; None: no more.
Source = Callable[[], bytes | None]

_HEAD_END = b"\r\n\r\n"
_SUCCESSES = (b"HTTP/1.1 200 ", b"HTTP/1.1 201 ")  # a batch in parts (207) is a failure here
_LENGTH = b"\r\ncontent-length:"
_DRAIN_SECONDS = 30


class LoadError(Exception):
    """The product did not do the work that was to be measured."""


class Load:
    """Connections that are busy as long as the context lasts; each has a source of requests.

    Args:
        sockets: open connections.
        sources: of requests, one for each connection.
        interval: seconds from one request of a connection to its next; 0: as fast as it goes.

    Raises:
        LoadError: on leaving, if any answer was not a success.
    """

    def __init__(
        self, sockets: Sequence[socket.socket], sources: Sequence[Source], interval: float = 0
    ) -> None:
        self._sockets = sockets
        self._connections = [_Connection(source, self, interval) for source in sources]
        self._interval = interval
        self.answered = 0
        self.problem: str | None = None
        self._latencies = array("d")

    async def __aenter__(self) -> Self:
        loop = asyncio.get_running_loop()
        for connection, opened in zip(self._connections, self._sockets, strict=True):
            await loop.create_connection(lambda c=connection: c, sock=opened)
        for number, connection in enumerate(self._connections):
            connection.begin(after=self._interval * number / len(self._connections))
        return self

    async def __aexit__(self, kind: type[BaseException] | None, *_: object) -> None:
        for connection in self._connections:
            connection.is_stopping = True
        try:
            if kind is None:
                await self.finished()
        finally:
            for connection in self._connections:
                connection.close()
        if kind is None and self.problem is not None:
            raise LoadError(self.problem)

    async def finished(self, seconds: float = _DRAIN_SECONDS) -> None:
        """Wait until every connection has nothing more to send.

        Raises:
            LoadError: that took too long.
        """
        ends = [connection.ended for connection in self._connections]
        _, late = await asyncio.wait(ends, timeout=seconds)
        if late:
            raise LoadError(f"{len(late)} requests had no answer after {seconds:.0f} s")

    def forget(self) -> None:
        """Begin to measure: what was answered so far does not count."""
        self._latencies = array("d")

    def taken(self) -> list[float]:
        """Return the seconds that each answer took, in order of size."""
        return sorted(self._latencies)

    def note(self, request: bytes, seconds: float) -> None:  # noqa: ARG002  (for who tells them apart)
        """Count a success."""
        self.answered += 1
        self._latencies.append(seconds)


class _Connection(asyncio.Protocol):
    def __init__(self, source: Source, load: Load, interval: float) -> None:
        self.is_stopping = False
        self._loop = asyncio.get_running_loop()
        self.ended: asyncio.Future[None] = self._loop.create_future()
        self._interval = interval
        self._due = 0.0  # on the clock of the loop
        self._source = source
        self._load = load
        self._transport: asyncio.Transport | None = None
        self._request = b""
        self._sent_at = 0.0
        self._received = bytearray()
        self._missing = -1  # bytes of the answer that are still to come; -1: head not complete

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # uvloop's is no subclass of it

    def begin(self, after: float) -> None:
        self._due = self._loop.time() + after
        self._loop.call_at(self._due, self._send)

    def _next(self) -> None:
        self._due += self._interval
        if self._interval and self._due > self._loop.time():
            self._loop.call_at(self._due, self._send)
        else:
            self._send()

    def _send(self) -> None:
        request = None if self.is_stopping else self._source()
        if request is None or self._transport is None or self._transport.is_closing():
            self._end()
            return
        late = max(0.0, self._loop.time() - self._due) if self._interval else 0.0
        self._sent_at = time.perf_counter() - late
        self._request = request
        self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        self._received += data
        if self._missing < 0:
            head_length = self._received.find(_HEAD_END)
            if head_length < 0:
                return
            self._missing = head_length + len(_HEAD_END) + self._body_length(head_length)
        if len(self._received) < self._missing:
            return
        if not self._received.startswith(_SUCCESSES):
            line = self._request.partition(b"\r\n")[0]
            self._fail((line + b": " + self._received).decode("utf-8", "replace"))
            return
        self._load.note(self._request, time.perf_counter() - self._sent_at)
        self._received.clear()
        self._missing = -1
        self._next()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.ended.done():
            self._fail(f"the connection was lost: {exc or 'closed by the server'}")

    def close(self) -> None:
        self._end()
        if self._transport is not None:
            self._transport.abort()

    def _body_length(self, head_length: int) -> int:
        head = bytes(self._received[:head_length]).lower()
        return int(head.partition(_LENGTH)[2].partition(b"\r")[0])

    def _fail(self, problem: str) -> None:
        self._load.problem = self._load.problem or problem
        self._end()

    def _end(self) -> None:
        if not self.ended.done():
            self.ended.set_result(None)


def request(method: str, path: str, key: str, body: bytes) -> bytes:
    """Return a request, whole."""
    head = (
        f"{method} {path} HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer {key}\r\n"
        f"content-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n"
    )
    return head.encode("ascii") + body


def percentile(ordered: Sequence[float], share: float) -> float:
    """Return the value below which a share (0 to 1) of ordered values lies.

    Raises:
        LoadError: there are none.
    """
    if not ordered:
        raise LoadError("nothing was answered in the time measured")
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
