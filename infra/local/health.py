"""Ask a function for its health, with nothing but a socket."""

import asyncio
import contextlib
import time
from http import HTTPStatus

from infra.local.problem import LaunchError
from infra.local.processes import Process

_LIVE_SECONDS = 60
_READY_SECONDS = 15
_ANSWER_SECONDS = 5
_POLL_SECONDS = 0.05


async def wait_until_live(process: Process, port: int) -> None:
    """Wait until a function answers that it lives.

    Raises:
        LaunchError: it ended, or took too long.
    """
    deadline = time.monotonic() + _LIVE_SECONDS
    while await status_of(port, "/health/live") != HTTPStatus.OK:
        if process.exits:
            message = f"{process.name} does not start: see the lines above."
            raise LaunchError(message, log=process.log)
        if time.monotonic() > deadline:
            message = f"{process.name} does not answer within {_LIVE_SECONDS} s."
            raise LaunchError(message, log=process.log)
        await asyncio.sleep(_POLL_SECONDS)


async def wait_until_ready(process: Process, port: int) -> str | None:
    """Wait until a function can do its work; return what to tell if it takes too long."""
    deadline = time.monotonic() + _READY_SECONDS
    while (status := await status_of(port, "/health/ready")) != HTTPStatus.OK:
        if time.monotonic() > deadline:
            answer = status or "no answer"
            return f"{process.name} runs but is not ready ({answer}); its log: {process.log}"
        await asyncio.sleep(_POLL_SECONDS)
    return None


async def status_of(port: int, path: str) -> int | None:
    """Return the status that a loopback port answers to a GET; None if it does not."""
    with contextlib.suppress(OSError, TimeoutError, ValueError, IndexError):
        async with asyncio.timeout(_ANSWER_SECONDS):
            return await _ask(port, path)
    return None


async def _ask(port: int, path: str) -> int:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        request = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n"
        writer.write(request.encode("ascii"))
        await writer.drain()
        return int((await reader.readline()).split()[1])
    finally:
        writer.close()
