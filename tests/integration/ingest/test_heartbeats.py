"""The heartbeat's short way answers as FastAPI would."""

import pytest

from tests.conftest import Function
from tests.integration.ingest.test_native_events import START, at

SESSIONS = "/api/v1/analytics/sessions"
UNKNOWN = f"{SESSIONS}/0198c0de-0000-7000-8000-00000000dead"
SHORT = "application/json"
LONG = "application/json; charset=utf-8"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b'{"progress_seconds": 60, "state": "paused"}', 200),
        (b"{}", 200),
        (b'{"progress_seconds": -1, "titel": "x"}', 422),
        (b'{"event_at": "2026-11-20T20:00:00"}', 422),
        (b'{"event_at": "0001-01-01T00:00:00Z"}', 422),
        (b'{"progress_seconds": NaN}', 422),
        (b'{"content_id": 7, "season_number": "3"}', 200),
        (b"{", 422),
        (b"\xff", 400),
        (b"null", 422),
        (b"", 422),
        (b"[" * 100_000, 400),
    ],
)
async def test_both_ways_answer_alike(ingest: Function, body: bytes, status: int) -> None:
    start = START | {"started_at": at(0), "event_at": at(0)}
    session = (await ingest.call("POST", SESSIONS, json=start)).json()
    path = f"{SESSIONS}/{session['id']}"
    short, long = [
        await ingest.call("PUT", path, content=body, headers={"Content-Type": content_type})
        for content_type in (SHORT, LONG)
    ]
    assert (short.status_code, long.status_code) == (status, status), short.text
    assert short.json() == long.json()
    assert short.headers["content-type"] == long.headers["content-type"]


@pytest.mark.parametrize(
    ("path", "authorization", "status"),
    [
        (UNKNOWN, None, 404),
        (f"{SESSIONS}/none", None, 422),
        (f"{UNKNOWN}?x=1", None, 422),
        (UNKNOWN, "", 401),
        (UNKNOWN, "Bearer rva_none", 401),
        (UNKNOWN, "Basic rva_none", 401),
    ],
)
async def test_both_ways_refuse_alike(
    ingest: Function, path: str, authorization: str | None, status: int
) -> None:
    key = {} if authorization is None else {"Authorization": authorization}
    short, long = [
        await ingest.call("PUT", path, content=b"{}", headers={"Content-Type": content_type} | key)
        for content_type in (SHORT, LONG)
    ]
    assert (short.status_code, long.status_code) == (status, status), short.text
    assert short.json() == long.json()
