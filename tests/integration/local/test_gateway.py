import asyncio
import contextlib
import gzip
import json
import socket
from collections.abc import AsyncGenerator, Awaitable, Callable
from uuid import UUID

import aiohttp
from aiohttp import web
from yarl import URL

from infra.local.gateway import serve
from infra.local.programs import FUNCTIONS

Handler = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]
INGEST = "/api/v1/analytics/sessions"
MEGABYTE = b"x" * 1024 * 1024


@contextlib.asynccontextmanager
async def gateway(handler: Handler) -> AsyncGenerator[aiohttp.ClientSession]:
    """Serve a handler as every function, behind a gateway."""
    server = web.Server(handler, handler_cancellation=True, max_line_size=64 * 1024)
    runner = web.ServerRunner(server, shutdown_timeout=0.1)
    await runner.setup()
    upstream = socket.create_server(("127.0.0.1", 0))
    await web.SockSite(runner, upstream).start()
    listener = socket.create_server(("127.0.0.1", 0))
    port: int = upstream.getsockname()[1]
    ports: dict[str, int] = {name: port for name in FUNCTIONS}  # noqa: C420 - fromkeys widens it
    base = URL.build(scheme="http", host="127.0.0.1", port=listener.getsockname()[1])
    stop = asyncio.Event()
    serving = asyncio.create_task(serve(listener, ports, stop))
    try:
        async with aiohttp.ClientSession(base, auto_decompress=False) as client:
            yield client
    finally:
        stop.set()
        await serving
        await runner.cleanup()


async def echo(request: web.BaseRequest) -> web.StreamResponse:
    told = {"method": request.method, "path": request.raw_path, "body": await request.text()}
    return web.json_response({**told, "headers": dict(request.headers)})


async def test_method_path_query_and_body_arrive_as_they_were_sent() -> None:
    async with gateway(echo) as client:
        url = URL("/a%2Fb/c//d?q=%20x&q=y+z", encoded=True)
        async with client.patch(url, data="grüße") as answer:
            told = await answer.json()
    assert (told["method"], told["path"]) == ("PATCH", "/a%2Fb/c//d?q=%20x&q=y+z")
    assert told["body"] == "grüße"


async def test_a_filter_of_ten_thousand_people_is_too_long_an_address_and_says_so() -> None:
    people = "&".join(f"users={UUID(int=number)}" for number in range(10_000))
    async with gateway(echo) as client:
        async with client.get(URL(f"/?{people}", encoded=True)) as answer:
            problem = json.loads(await answer.text())
        async with client.get(URL(f"/?{people[:59_000]}", encoded=True)) as answer:
            assert answer.status == 200
    assert problem["status"] == 414
    assert "characters, of 60000: ask for fewer at once." in problem["detail"]


async def test_a_function_learns_who_asked_and_for_which_host() -> None:
    async with gateway(echo) as client:
        given = {
            "Host": "tv.example",
            "X-Forwarded-For": "203.0.113.9",
            "Connection": "close, X-Hop",
        }
        async with client.get("/", headers={**given, "X-Hop": "1"}) as answer:
            headers = (await answer.json())["headers"]
    assert headers["Host"] == "tv.example"
    assert headers["X-Forwarded-For"] == "203.0.113.9, 127.0.0.1"
    assert headers["X-Forwarded-Host"] == "tv.example"
    assert "X-Hop" not in headers


async def test_status_and_repeated_and_encoded_answers_pass_untouched() -> None:
    packed = gzip.compress(b"hello")

    async def answer_packed(_: web.BaseRequest) -> web.StreamResponse:
        response = web.Response(status=207, body=packed, headers={"Content-Encoding": "gzip"})
        response.headers.add("Set-Cookie", "a=1")
        response.headers.add("Set-Cookie", "b=2")
        return response

    async with gateway(answer_packed) as client, client.get("/") as answer:
        assert answer.status == 207
        assert answer.headers.getall("Set-Cookie") == ["a=1", "b=2"]
        assert await answer.read() == packed


async def test_a_redirect_is_the_clients_to_follow() -> None:
    async def redirect(_: web.BaseRequest) -> web.StreamResponse:
        return web.Response(status=302, headers={"Location": "/elsewhere"})

    async with gateway(redirect) as client, client.get("/", allow_redirects=False) as answer:
        assert (answer.status, answer.headers["Location"]) == (302, "/elsewhere")


async def test_head_has_the_length_of_what_get_would_send_and_no_body() -> None:
    async def sized(_: web.BaseRequest) -> web.StreamResponse:
        return web.Response(body=b"12345")

    async with gateway(sized) as client, client.head("/") as answer:
        assert answer.headers["Content-Length"] == "5"
        assert await answer.read() == b""


async def test_a_request_body_is_passed_on_while_it_is_still_being_sent() -> None:
    arrived = asyncio.Event()

    async def take(request: web.BaseRequest) -> web.StreamResponse:
        size = 0
        async for piece in request.content.iter_any():
            size += len(piece)
            arrived.set()
        return web.json_response(size)

    async def body() -> AsyncGenerator[bytes]:
        yield MEGABYTE
        await arrived.wait()  # for ever, if the gateway waited for the whole
        for _ in range(20):
            yield MEGABYTE

    async with (
        asyncio.timeout(20),
        gateway(take) as client,
        client.post(INGEST, data=body()) as answer,
    ):
        assert await answer.json() == 21 * len(MEGABYTE)


async def test_events_arrive_while_the_stream_is_open_and_leaving_ends_it() -> None:
    left = asyncio.Event()

    async def events(request: web.BaseRequest) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        await response.write(b"data: 1\n\n")
        try:
            await asyncio.sleep(600)
        finally:
            left.set()
        return response

    async with asyncio.timeout(20), gateway(events) as client:
        answer = await client.get("/events")
        assert answer.headers["Content-Type"] == "text/event-stream"
        assert await answer.content.readany() == b"data: 1\n\n"
        answer.close()
        await left.wait()


async def test_a_function_that_hangs_up_is_a_502_problem() -> None:
    async def hang_up(request: web.BaseRequest) -> web.StreamResponse:
        assert request.transport is not None
        request.transport.abort()
        return web.Response()

    async with gateway(hang_up) as client, client.post(INGEST, json={}) as answer:
        assert answer.status == 502
        assert answer.content_type == "application/problem+json"
        problem = json.loads(await answer.text())
    assert (problem["type"], problem["title"]) == ("about:blank", "Bad Gateway")
    assert problem["status"] == 502
    assert "ingest_session" in problem["detail"]


async def test_an_answer_that_breaks_off_is_never_taken_for_a_whole_one() -> None:
    async def break_off(request: web.BaseRequest) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        await response.write(b"half")
        await asyncio.sleep(0.1)
        assert request.transport is not None
        request.transport.abort()
        return response

    async with gateway(break_off) as client:
        answer = await client.get("/")
        try:
            await answer.read()
        except aiohttp.ClientError:
            return
    raise AssertionError("the half answer was taken for a whole one")
