"""Whatever is wrong is told in one shape, and by the name of the field."""

from typing import Any

import pytest
from httpx import Response

from tests.conftest import Function
from tests.integration.api.conftest import CallerWith
from tests.integration.api.scenes import RULES, SESSIONS, TRUST, VIOLATIONS

DELIVERIES = "/api/v1/notifications/deliveries"
DAILY = "/api/v1/analytics/stats/daily"


def assert_problem(answer: Response, status: int) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["status"] == status
    assert problem["detail"]
    assert problem["code"]
    return problem


@pytest.mark.parametrize(
    ("path", "field", "value"),
    [
        *((path, "limit", value) for path in (SESSIONS, DELIVERIES) for value in ("0", "501", "x")),
        *((path, "cursor", "x") for path in (SESSIONS, VIOLATIONS, TRUST, DELIVERIES)),
        (SESSIONS, "offset", "-1"),
        (SESSIONS, "user_id", "ada"),
        (SESSIONS, "state", "sleeping"),
        (SESSIONS, "stream_type", "magic"),
        (SESSIONS, "country", "XX"),
        (SESSIONS, "device_id", "a\x00b"),
        (SESSIONS, "content_type", "Movie!"),
        (SESSIONS, "start", "2026-01-01T00:00:00"),
        (SESSIONS, "end", "yesterday"),
        (SESSIONS, "total", "maybe"),
        (f"{SESSIONS}/active", "start", "2026-01-01T00:00:00Z"),
        (VIOLATIONS, "rule_type", "telepathy"),
        (VIOLATIONS, "severity", "0"),
        (TRUST, "max_score", "101"),
        (DAILY, "start", "2020-01-01"),
        (DAILY, "end", "today"),
        (RULES, "limit", "5"),
        (SESSIONS, "usr_id", "ada"),
    ],
)
async def test_a_wrong_parameter_is_named(api: Function, path: str, field: str, value: str) -> None:
    problem = assert_problem(await api.call("GET", path, params={field: value}), 422)
    assert [error["field"] for error in problem["errors"]] == [field]


@pytest.mark.parametrize("path", [SESSIONS, VIOLATIONS, TRUST, RULES])
async def test_an_id_that_is_no_uuid_is_refused(api: Function, path: str) -> None:
    assert_problem(await api.call("GET", f"{path}/7"), 422)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/api/v1/nothing", 404), ("GET", "/docs/../x", 404), ("PATCH", SESSIONS, 405)],
)
async def test_what_is_not_served_is_told_in_the_same_shape(
    api: Function, method: str, path: str, status: int
) -> None:
    assert_problem(await api.call(method, path), status)


async def test_who_is_unknown_and_who_may_not_are_told_apart(
    api: Function, caller: CallerWith
) -> None:
    nobody = {"Authorization": ""}
    answer = await api.call("GET", SESSIONS, headers=nobody)
    assert_problem(answer, 401)
    assert answer.headers["www-authenticate"] == "Bearer"
    problem = assert_problem(await api.call("GET", SESSIONS, headers=await caller("service")), 403)
    assert "analytics.sessions.view" in problem["detail"]


@pytest.mark.parametrize("content", [b"{", b"[]", b"null", b'"x"', b'{"name": "\\ud800"}', b"\xff"])
async def test_a_body_that_cannot_be_read_is_refused(api: Function, content: bytes) -> None:
    headers = {"Content-Type": "application/json"}
    answer = await api.call("POST", RULES, content=content, headers=headers)
    assert 400 <= assert_problem(answer, answer.status_code)["status"] < 500
