"""Every list and table as a file, read over a socket."""

import asyncio
import csv
import io
import json
import socket
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Annotated, Any
from uuid import uuid4

import httpx
import pytest
import uvicorn
from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from functions.api.exporting import exported
from functions.api.openapi import DOCUMENT_PATH
from shared.errors import UnavailableError
from shared.http.service import Service, create_app
from shared.schemas.exports import Exportable
from shared.schemas.pages import CursorParameters, Page, PageInfo
from shared.schemas.statistics import GenreFigures
from shared.store.database import Database
from tests.conftest import ADMIN_KEY, Function
from tests.integration.api.conftest import CallerWith, Headers
from tests.integration.api.scenes import KEYS, RULES, SESSIONS, VIOLATIONS, read, start, travel
from tests.integration.api.test_walking_by_cursor import add
from tests.places import LONDON

ADMIN = {"Authorization": f"Bearer {ADMIN_KEY}"}
NO_BRITAIN = {
    "name": "Not from Britain",
    "type": "geo_restriction",
    "config": {"countries": ["GB"]},
}
FILES = ("csv", "ndjson")
DOCUMENT: dict[str, Any] = json.loads(DOCUMENT_PATH.read_text("utf-8"))


def tables() -> list[str]:
    """Return the paths of the document that take a format."""
    return sorted(
        path
        for path, item in DOCUMENT["paths"].items()
        if any(one["name"] == "format" for one in item.get("get", {}).get("parameters", ()))
    )


def rows_of(text: str, kind: str) -> list[dict[str, Any]]:
    if kind == "csv":
        return list(csv.DictReader(io.StringIO(text, newline="")))
    return [json.loads(line) for line in text.splitlines()]


@asynccontextmanager
async def listening(app: ASGIApp) -> AsyncGenerator[httpx.AsyncClient]:
    """Serve an app on a socket."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, lifespan="off", log_config=None))
    serving = asyncio.create_task(server.serve([listener]))
    try:
        base = f"http://127.0.0.1:{listener.getsockname()[1]}"
        async with httpx.AsyncClient(base_url=base, headers=ADMIN) as client:
            yield client
    finally:
        server.should_exit = True
        await serving


@asynccontextmanager
async def asking(router: APIRouter) -> AsyncGenerator[httpx.AsyncClient]:
    """Serve a function of these routes alone."""
    service = Service(lambda: create_app("test", router))

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await (await service.respond(Request(scope)))(scope, receive, send)

    try:
        async with listening(app) as client:
            yield client
    finally:
        await service.close()


def app_of(function: Function) -> ASGIApp:
    """Return the app that a test's client calls."""
    return vars(function.client)["_transport"].app


@pytest.mark.parametrize("kind", FILES)
async def test_a_history_is_whole_though_sessions_begin_meanwhile(
    api: Function, database: Database, kind: str
) -> None:
    user_id = uuid4()
    known = await add(database, user_id, [number % 60 for number in range(1200)])
    asked = {"user_id": str(user_id), "format": kind}
    text = ""
    async with (
        listening(app_of(api)) as client,
        client.stream("GET", SESSIONS, params=asked) as answer,
    ):
        async for piece in answer.aiter_text():
            text += piece
            await add(database, user_id, [30, 90])
    found = [row["id"] for row in rows_of(text, kind)]
    assert len(found) == len(set(found))
    assert known <= set(found)


@pytest.mark.parametrize("kind", FILES)
async def test_a_file_holds_the_rows_that_the_list_shows(
    api: Function, ingest: Function, kind: str
) -> None:
    session = await start(ingest, title="=HYPERLINK(1)")
    await start(ingest, content_type="music_track")
    asked = {"content_type": "movie", "format": kind}
    answer = await api.call("GET", SESSIONS, params=asked)
    assert answer.headers["content-disposition"] == f'attachment; filename="sessions.{kind}"'
    (row,) = rows_of(answer.text, kind)
    listed = await read(api, SESSIONS, params={"content_type": "movie"})
    if kind == "ndjson":
        assert [row] == listed["data"]
    else:
        assert list(row) == list(listed["data"][0])
        assert (row["id"], row["title"]) == (session["id"], "'=HYPERLINK(1)")
        assert json.loads(row["place"])["city"] == "London"


@pytest.mark.parametrize("kind", FILES)
async def test_who_may_not_see_addresses_gets_them_masked(
    api: Function, ingest: Function, caller: CallerWith, kind: str
) -> None:
    await start(ingest)
    viewer = await caller("viewer")
    for headers, shown in ((viewer, False), (ADMIN, True)):
        answer = await api.call("GET", SESSIONS, params={"format": kind}, headers=headers)
        (row,) = rows_of(answer.text, kind)
        assert (row["ip_address"] == LONDON) is shown
        assert row["ip_address"]


@pytest.mark.parametrize("kind", FILES)
async def test_adult_content_is_left_out_as_in_the_list(
    api: Function, ingest: Function, legacy_reader: Headers, kind: str
) -> None:
    await start(ingest, content_type="qar.scene")
    for headers, rows in ((ADMIN, 0), (legacy_reader, 1)):
        answer = await api.call("GET", SESSIONS, params={"format": kind}, headers=headers)
        assert len(rows_of(answer.text, kind)) == rows


async def test_violations_come_as_files(api: Function, ingest: Function, detect: Function) -> None:
    user_id = await travel(ingest, detect)
    for kind in FILES:
        answer = await api.call("GET", VIOLATIONS, params={"format": kind})
        assert {row["user_id"] for row in rows_of(answer.text, kind)} == {user_id}


@pytest.mark.parametrize("path", tables())
async def test_every_table_is_a_file_if_that_is_asked(
    api: Function, ingest: Function, path: str
) -> None:
    user_id = (await start(ingest))["user_id"]
    headers = ADMIN
    if "/users/me/" in path:
        made = await api.call(
            "POST", KEYS, json={"name": "ada's", "role": "member", "user_id": user_id}
        )
        headers = {"Authorization": f"Bearer {made.json()['key']}"}
    backtest_id = ""
    if "{backtest_id}" in path:
        made = await api.call("POST", f"{RULES}/backtest", json={"rule": NO_BRITAIN})
        backtest_id = made.json()["id"]
    asked = path.format(user_id=user_id, backtest_id=backtest_id, kind="show", key="s1")
    for kind, media_type in zip(FILES, ("text/csv", "application/x-ndjson"), strict=True):
        answer = await api.call("GET", asked, params={"format": kind}, headers=headers)
        assert answer.status_code == 200, answer.text
        assert answer.headers["content-type"].startswith(media_type)
        assert ("\r\n" in answer.text) is (kind == "csv")


def test_the_document_tells_of_files_wherever_a_format_can_be_asked() -> None:
    for path in tables():
        answers = DOCUMENT["paths"][path]["get"]["responses"]
        assert set(answers["200"]["content"]) == {
            "application/json",
            "text/csv",
            "application/x-ndjson",
        }, path


@pytest.mark.parametrize(
    "asked",
    [
        {"format": "xml"},
        {"format": "csv", "limit": "5"},
        {"format": "csv", "offset": "5"},
        {"format": "csv", "total": "true"},
        {"format": "ndjson", "cursor": "x"},
        {"format": "csv", "state": "asleep"},
    ],
    ids=lambda asked: "-".join(asked.values()),
)
async def test_what_no_file_can_answer_is_refused(api: Function, asked: dict[str, str]) -> None:
    answer = await api.call("GET", SESSIONS, params=asked)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/admin/analytics/contents/show/s",
        "/api/v1/analytics/library/storage/roi",
        "/api/v1/analytics/library/watch/items",
    ],
)
async def test_a_file_of_every_row_has_no_limit(api: Function, path: str) -> None:
    answer = await api.call("GET", path, params={"format": "csv", "limit": "5"})
    assert answer.status_code == 422


async def test_an_overview_of_many_tables_is_no_file(api: Function) -> None:
    answer = await api.call("GET", "/api/v1/admin/analytics/overview", params={"format": "csv"})
    assert answer.status_code == 422


@pytest.mark.parametrize("kind", FILES)
async def test_a_file_that_fails_midway_ends_in_an_error_and_not_as_if_it_were_whole(
    functions: Callable[[str], Function], kind: str
) -> None:
    functions("cleanup")  # for its environment
    router = APIRouter()

    @router.get("/broken")
    @exported("broken")
    async def list_items(  # pyright: ignore[reportUnusedFunction]
        wanted: Annotated[CursorParameters, Query()],
    ) -> Page[GenreFigures]:
        if wanted.cursor is not None:
            raise UnavailableError("The database is away.")
        row = GenreFigures(rank=1, genre="war", plays=1, completed=0, watched_seconds=1)
        return Page(data=[row], page=PageInfo(next_cursor="next", limit=1))

    async with asking(router) as client:
        with pytest.raises(httpx.RemoteProtocolError, match="incomplete chunked read"):
            await client.get("/broken", params={"format": kind})


@pytest.mark.parametrize("kind", FILES)
async def test_others_go_on_between_any_two_lots_of_a_file(
    functions: Callable[[str], Function], kind: str
) -> None:
    functions("cleanup")  # for its environment
    router = APIRouter()
    turns = 0
    seen: list[int] = []

    async def others() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    async def walk(wanted: Exportable) -> AsyncGenerator[Sequence[GenreFigures]]:
        assert wanted.format == kind
        for rank in range(5):
            seen.append(turns)
            row = GenreFigures(rank=rank, genre="war", plays=1, completed=0, watched_seconds=1)
            yield [row]

    @router.get("/long")
    @exported("long", walk)
    async def list_genres(  # pyright: ignore[reportUnusedFunction]
        wanted: Annotated[Exportable, Query()],
    ) -> Page[GenreFigures]:
        raise AssertionError(f"{wanted.format} is asked for at once")

    async with asking(router) as client:
        going_on = asyncio.create_task(others())
        answer = await client.get("/long", params={"format": kind})
        going_on.cancel()
    assert [int(row["rank"]) for row in rows_of(answer.text, kind)] == [0, 1, 2, 3, 4]
    assert len(set(seen)) == 5
