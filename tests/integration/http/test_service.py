"""A function's app under the functions framework: settings, errors, health and metrics."""

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest
from fastapi import APIRouter
from fastapi.responses import StreamingResponse
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared import settings as settings_module
from shared.http.service import Service, create_app
from tests.conftest import ROOT, Function, environment


async def test_a_wrong_setting_stops_the_start_with_one_line_that_names_it(tmp_path: Path) -> None:
    function = ROOT / "functions" / "cleanup" / "main.py"
    wrong = environment("postgresql://localhost/x") | {"ANALYTICS_RETENTION_DAYS": "soon"}
    program = [sys.executable, "-m", "functions_framework", "--asgi"]
    ended = subprocess.run(  # noqa: ASYNC221, S603
        program,
        env={
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT),
            "FUNCTION_SOURCE": str(function),
            "FUNCTION_TARGET": "cleanup",
            "PORT": "0",
            **wrong,
        },
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == 1
    assert "ANALYTICS_RETENTION_DAYS: " in ended.stderr
    assert "Traceback" not in ended.stderr


async def test_live_does_not_ask_the_database_and_ready_says_that_it_is_away(
    functions: Callable[[str], Function], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REVENGE_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none")
    settings_module.settings.cache_clear()
    ingest = functions("ingest_session")
    assert (await ingest.client.get("/health/live")).json() == {"status": "ok"}
    ready = await ingest.client.get("/health/ready")
    assert (ready.status_code, ready.json()["database"]) == (503, "unavailable")
    start = await ingest.call("PUT", "/api/v1/analytics/users/x", json={})
    assert (start.status_code, start.headers["retry-after"]) == (503, "2")


async def test_readiness_says_what_is_known_of_places(
    functions: Callable[[str], Function],
) -> None:
    ready = (await functions("ingest_session").client.get("/health/ready")).json()
    assert ready["places"]["status"] == "ok"
    assert ready["places"]["databases"]["city"]["type"] == "GeoLite2-City"


async def test_without_a_place_database_everything_works_and_readiness_says_so(
    functions: Callable[[str], Function], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ANALYTICS_GEOIP_DB_PATH")
    monkeypatch.delenv("ANALYTICS_GEOIP_ASN_DB_PATH")
    settings_module.settings.cache_clear()
    ready = await functions("ingest_session").client.get("/health/ready")
    assert ready.status_code == 200
    assert ready.json()["places"]["status"] == "unknown: set ANALYTICS_GEOIP_DB_PATH"


async def test_metrics_name_routes_and_never_paths(functions: Callable[[str], Function]) -> None:
    ingest = functions("ingest_session")
    await ingest.call("PUT", "/api/v1/analytics/sessions/0198c0de-0000-7000-8000-00000000abcd")
    text = (await ingest.call("GET", "/metrics")).text
    assert "/api/v1/analytics/sessions/{session_id}" in text
    assert "00000000abcd" not in text


async def test_metrics_are_not_for_everybody(functions: Callable[[str], Function]) -> None:
    assert (await functions("ingest_session").client.get("/metrics")).status_code == 401


async def test_every_error_has_the_one_shape(functions: Callable[[str], Function]) -> None:
    ingest = functions("ingest_session")
    answers = [
        await ingest.call("GET", "/nowhere"),
        await ingest.call("PATCH", "/api/v1/analytics/sessions"),
        await ingest.call("POST", "/api/v1/analytics/sessions", json={}),
        await ingest.call("POST", "/api/v1/analytics/sessions?dry=1", json={}),
        await ingest.client.post("/api/v1/analytics/sessions", json={}),
    ]
    assert [answer.status_code for answer in answers] == [404, 405, 422, 422, 401]
    for answer in answers:
        assert answer.headers["content-type"] == "application/problem+json"
        assert {"type", "title", "status", "detail", "code"} <= answer.json().keys()


async def test_an_unexpected_error_is_a_problem_and_tells_nothing_of_the_inside(
    functions: Callable[[str], Function],
) -> None:
    functions("cleanup")
    router = APIRouter()

    @router.get("/broken")
    async def broken() -> None:
        raise RuntimeError("the inside")

    async with served(router) as app:
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            answer = await client.get("/broken")
    assert (answer.status_code, answer.json()["code"]) == (500, "internal_error")
    assert "the inside" not in answer.text


@asynccontextmanager
async def served(router: APIRouter) -> AsyncGenerator[ASGIApp]:
    """Serve a router as the framework serves a function."""
    service = Service(lambda: create_app("test", router))

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        inner = await service.respond(Request(scope))
        await inner(scope, receive, send)

    try:
        yield app
    finally:
        await service.close()


async def test_an_error_after_the_answer_began_sends_no_second_answer(
    functions: Callable[[str], Function],
) -> None:
    functions("cleanup")
    router = APIRouter()

    async def half() -> AsyncGenerator[bytes]:
        yield b"half"
        raise RuntimeError("too late")

    @router.get("/half")
    async def stream() -> StreamingResponse:
        return StreamingResponse(half())

    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    async def receive() -> Message:
        await asyncio.Event().wait()  # the client stays and says nothing more
        raise AssertionError

    async with served(router) as app:
        scope: dict[str, object] = {
            "type": "http",
            "method": "GET",
            "path": "/half",
            "query_string": b"",
            "headers": [],
        }
        await app(scope, receive, send)
    assert [message["type"] for message in sent] == ["http.response.start", "http.response.body"]
    assert sent[1]["body"] == b"half"
