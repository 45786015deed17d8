"""The local gateway: routes as the load balancer does, streams both ways, keeps nothing.

A process of its own: `python -m infra.local.gateway --socket FD --upstream api=PORT ...`.
The listening socket is the launcher's, so that the port stays taken while the gateway restarts.
"""

import argparse
import asyncio
import json
import signal
import socket
from collections.abc import Mapping

import aiohttp
import uvloop
from aiohttp import web
from yarl import URL

from infra.local.headers import end_to_end, forwarded
from infra.local.routes import Routes, read_routes

# The functions close idle connections after 2 s: give them up first, or a request meets the end.
_KEEP_ALIVE_SECONDS = 1
_CONNECT_SECONDS = 5
_SHUTDOWN_SECONDS = 1
_LONGEST_LINE = 64 * 1024
# A function refuses a longer address without a word that people understand.
_LONGEST_TARGET = 60_000
_LONGEST_READ = 1024 * 1024


class Gateway:
    """Answers each request with what the function that it is for answers.

    Args:
        routes: The routing table.
        upstreams: The loopback port of each function.
        client: Asks the functions.
    """

    def __init__(
        self, routes: Routes, upstreams: Mapping[str, int], client: aiohttp.ClientSession
    ) -> None:
        self._routes = routes
        self._upstreams = upstreams
        self._client = client

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        """Forward one request; 502 if its function cannot be reached or hangs up, 414 if too long."""
        target = _target(request)
        if len(target) > _LONGEST_TARGET:
            return _too_long(len(target))
        function = self._routes.function_for(request.method, target)
        url = f"http://127.0.0.1:{self._upstreams[function]}{target}"
        headers = forwarded(
            request.headers.items(),
            peer=request.remote or "unknown",
            scheme=request.scheme,
            host=request.host,
        )
        try:
            answer = await self._client.request(
                request.method,
                URL(url, encoded=True),
                headers=headers,
                data=request.content if request.body_exists else None,
                allow_redirects=False,
            )
        except (aiohttp.ClientError, TimeoutError) as error:
            return _bad_gateway(function, error)
        async with answer:
            return await _pass_on(request, answer)


def _target(request: web.BaseRequest) -> str:
    """Return path and query as they came, not decoded and encoded again."""
    raw = request.raw_path
    return raw if raw.startswith("/") else request.rel_url.raw_path_qs


async def _pass_on(request: web.BaseRequest, answer: aiohttp.ClientResponse) -> web.StreamResponse:
    response = web.StreamResponse(
        status=answer.status, reason=answer.reason, headers=end_to_end(answer.headers.items())
    )
    await response.prepare(request)
    try:
        async for piece in answer.content.iter_any():
            await response.write(piece)
        await response.write_eof()
    except aiohttp.ClientError:
        # The function ended within its answer: only a cut connection says so to the client.
        if request.transport is not None:
            request.transport.abort()
    return response


def _bad_gateway(function: str, error: Exception) -> web.Response:
    return _problem(502, "Bad Gateway", f"{function} does not answer ({type(error).__name__}).")


def _too_long(length: int) -> web.Response:
    detail = f"The address has {length} characters, of {_LONGEST_TARGET}: ask for fewer at once."
    return _problem(414, "URI Too Long", detail)


def _problem(status: int, title: str, detail: str) -> web.Response:
    problem = {"type": "about:blank", "title": title, "status": status, "detail": detail}
    return web.Response(
        status=status, body=json.dumps(problem).encode(), content_type="application/problem+json"
    )


async def serve(listener: socket.socket, upstreams: Mapping[str, int], stop: asyncio.Event) -> None:
    """Serve on a listening socket until told to stop."""
    connector = aiohttp.TCPConnector(limit=0, keepalive_timeout=_KEEP_ALIVE_SECONDS)
    timeout = aiohttp.ClientTimeout(total=None, sock_connect=_CONNECT_SECONDS)
    async with aiohttp.ClientSession(
        connector=connector,
        timeout=timeout,
        auto_decompress=False,
        cookie_jar=aiohttp.DummyCookieJar(),
        skip_auto_headers=("User-Agent", "Accept", "Accept-Encoding", "Content-Type"),
        max_line_size=_LONGEST_LINE,
        max_field_size=_LONGEST_LINE,
    ) as client:
        gateway = Gateway(read_routes(), upstreams, client)
        # A client that leaves cancels its handler, and so the stream it was reading.
        server = web.Server(
            gateway.handle,
            handler_cancellation=True,
            access_log=None,
            max_line_size=_LONGEST_READ,
            max_field_size=_LONGEST_LINE,
        )
        runner = web.ServerRunner(server, shutdown_timeout=_SHUTDOWN_SECONDS)
        await runner.setup()
        await web.SockSite(runner, listener).start()
        await stop.wait()
        await runner.cleanup()


async def _run(listener: socket.socket, upstreams: Mapping[str, int]) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for sign in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(sign, stop.set)
    await serve(listener, upstreams, stop)


def main() -> None:
    """Read the command line and serve."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--socket", type=int, required=True, help="descriptor of a listening socket"
    )
    parser.add_argument("--upstream", action="append", required=True, help="FUNCTION=PORT")
    arguments = parser.parse_args()
    upstreams = {name: int(port) for name, port in (pair.split("=") for pair in arguments.upstream)}
    uvloop.run(_run(socket.socket(fileno=arguments.socket), upstreams))


if __name__ == "__main__":
    main()
