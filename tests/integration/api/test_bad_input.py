"""Whatever is wrong is told in one shape, and by the name of the field."""

import json
from typing import Any
from uuid import UUID

import psycopg
import pytest
from httpx import Response

from functions.api.openapi import DOCUMENT_PATH
from shared.http.body_limit import MAX_BODY_BYTES
from tests.conftest import Function
from tests.integration.api.conftest import CallerWith
from tests.integration.api.scenes import RULES, SESSIONS, TRUST, VIOLATIONS

DELIVERIES = "/api/v1/notifications/deliveries"
STATS = "/api/v1/analytics/stats"
OWN_HISTORY = "/api/v1/users/me/stats/history"
DAILY = f"{STATS}/daily"
PEOPLE = "/api/v1/admin/analytics/users"
PLAYS = f"{STATS}/plays"
HISTORIES = (SESSIONS, "/api/v1/analytics/plays", OWN_HISTORY)
TAUTULLI = "/api/v2"


DOCUMENT: dict[str, Any] = json.loads(DOCUMENT_PATH.read_text("utf-8"))


def taking_one_value() -> dict[str, list[str]]:
    """Return the parameters of one value of each path that is read."""
    single = {
        path: [one["name"] for one in item["get"].get("parameters", ()) if is_single(one)]
        for path, item in DOCUMENT["paths"].items()
        if "get" in item and path != TAUTULLI
    }
    return {path: names for path, names in single.items() if names}


def is_single(parameter: dict[str, Any]) -> bool:
    return parameter["in"] == "query" and '"array"' not in json.dumps(parameter["schema"])


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
        (SESSIONS, "sort", "title"),
        (SESSIONS, "search", " "),
        (SESSIONS, "search", "a\x00b"),
        (SESSIONS, "title", "opera/x"),
        (SESSIONS, "title", "show/"),
        (SESSIONS, "title", "show/a\x00b"),
        (SESSIONS, "network", "81.2.69.0/99"),
        (SESSIONS, "network", "10.0.0.1/8"),
        (SESSIONS, "network", "home"),
        (f"{SESSIONS}/active", "start", "2026-01-01T00:00:00Z"),
        (VIOLATIONS, "rule_type", "telepathy"),
        (VIOLATIONS, "severity", "0"),
        (TRUST, "max_score", "101"),
        (DAILY, "start", "2010-01-01"),
        (DAILY, "end", "today"),
        (PLAYS, "tz", "Europe/Atlantis"),
        (PLAYS, "tz", "localtime"),
        (PLAYS, "window", "fortnight"),
        (PLAYS, "start", "1800-01-01"),
        (PLAYS, "start", "2026-01-01T00:07:00Z"),
        (PLAYS, "start", "2026-01-01T00:00:00"),
        (PLAYS, "start", "yesterday"),
        (PLAYS, "end", "1999-13-01"),
        (PLAYS, "interval", "minute"),
        (PLAYS, "by", "mood"),
        (PLAYS, "limit", "5"),
        (f"{STATS}/geo", "by", "planet"),
        (f"{STATS}/concurrency", "people", "ada"),
        *((PEOPLE, "limit", value) for value in ("0", "501")),
        *((PEOPLE, name, "best") for name in ("order", "activity", "type", "taste", "cursor")),
        (RULES, "limit", "5"),
        *((OWN_HISTORY, name, "yesterday") for name in ("start", "end", "users")),
        (SESSIONS, "usr_id", "ada"),
    ],
)
async def test_a_wrong_parameter_is_named(api: Function, path: str, field: str, value: str) -> None:
    problem = assert_problem(await api.call("GET", path, params={field: value}), 422)
    assert [error["field"] for error in problem["errors"]] == [field]


async def test_what_takes_one_value_is_refused_if_given_twice(api: Function) -> None:
    for path, names in taking_one_value().items():
        twice = {name: ["1", "2"] for name in names}
        problem = assert_problem(await api.call("GET", path, params=twice), 422)
        assert {error["field"] for error in problem["errors"]} == set(names), path
        assert "more than once" in problem["detail"]


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"start": "2026-02-01", "end": "2026-01-01"}, "end"),
        ({"start": "2026-02-01", "end": "2026-02-01"}, "end"),
        ({"start": "1826-01-01", "end": "2026-01-01"}, "start"),
        ({"start": "2016-01-01", "end": "2026-01-01", "interval": "hour"}, "interval"),
        ({"users": [str(UUID(int=n)) for n in range(101)]}, "users"),
        ({"users": [str(UUID(int=1)), "ada"]}, "users.1"),
        ({"countries": "XX"}, "countries.0"),
    ],
    ids=[
        "ends before",
        "ends at once",
        "200 years",
        "too many parts",
        "too many values",
        "a wrong value",
        "no country",
    ],
)
async def test_a_time_that_cannot_be_answered_for_is_refused(
    api: Function, asked: dict[str, Any], field: str
) -> None:
    problem = assert_problem(await api.call("GET", PLAYS, params=asked), 422)
    assert [error["field"] for error in problem["errors"]] == [field]


IN_NO_REACH = ("0001-01-01", "1899-12-31", "2201-01-01", "9999-12-31")
LIBRARY = "/api/v1/analytics/library"
ADMIN = "/api/v1/admin/analytics"
SOMEBODY = UUID(int=7)


@pytest.mark.parametrize("day", IN_NO_REACH)
@pytest.mark.parametrize(
    "path",
    [
        *(f"{LIBRARY}/{page}" for page in ("overview", "quality", "storage/roi", "watch")),
        f"{LIBRARY}/watch/binges",
        *(DAILY, PLAYS, PEOPLE, OWN_HISTORY),
        *(f"{ADMIN}/overview", "/api/v1/analytics/trending", f"{ADMIN}/media/item/{SOMEBODY}"),
        f"/api/v1/analytics/sessions/user/{SOMEBODY}",
    ],
)
async def test_a_day_at_an_edge_of_the_calendar_is_refused_by_its_field(
    api: Function, path: str, day: str
) -> None:
    for field in ("start", "end"):
        for moment in (day, f"{day}T00:00:00Z"):
            answer = await api.call("GET", path, params={field: moment, "tz": "Etc/GMT-14"})
            assert_problem(answer, 422)
            assert field in answer.json()["errors"][0]["field"], answer.text


@pytest.mark.parametrize("day", IN_NO_REACH)
@pytest.mark.parametrize(
    ("path", "field"),
    [
        *((path, field) for path in (SESSIONS, VIOLATIONS) for field in ("start", "end")),
        *(("/api/v1/analytics/map", field) for field in ("start", "end")),
        ("/api/v1/public/history", "startDate"),
        ("/api/v1/public/history", "endDate"),
    ],
)
async def test_an_instant_at_an_edge_of_the_calendar_is_refused_by_its_field(
    api: Function, path: str, field: str, day: str
) -> None:
    answer = await api.call("GET", path, params={field: f"{day}T00:00:00Z"})
    assert_problem(answer, 422)
    assert field in answer.json()["errors"][0]["field"], answer.text


@pytest.mark.parametrize("day", IN_NO_REACH)
@pytest.mark.parametrize("span", ["day", "week", "month", "year"])
async def test_a_report_of_a_day_at_an_edge_of_the_calendar_is_refused(
    api: Function, span: str, day: str
) -> None:
    assert_problem(await api.call("GET", f"{ADMIN}/reports/{span}/{day}"), 422)


async def test_the_first_and_the_last_days_that_can_be_asked_for_are_answered(
    api: Function,
) -> None:
    for tz in ("Etc/GMT-14", "Etc/GMT+12", "UTC"):
        for path in (f"{LIBRARY}/overview", f"{LIBRARY}/watch", PLAYS):
            for start, end in (("1900-01-01", "1900-01-05"), ("2200-12-01", "2200-12-31")):
                params = {"start": start, "end": end, "tz": tz, "interval": "day"}
                if path.endswith("watch"):
                    del params["interval"]
                answer = await api.call("GET", path, params=params)
                assert answer.status_code == 200, answer.text
    for span in ("day", "week", "month", "year"):
        for day in ("1900-01-01", "2200-12-31"):
            answer = await api.call("GET", f"{ADMIN}/reports/{span}/{day}")
            assert_problem(answer, 404)


@pytest.mark.parametrize("path", HISTORIES)
@pytest.mark.parametrize("end", ["2026-01-01", "2026-01-31T23:00:00Z"])
async def test_a_history_ends_after_its_start(api: Function, path: str, end: str) -> None:
    asked = {"start": "2026-02-01", "end": end, "tz": "Europe/Vienna"}
    problem = assert_problem(await api.call("GET", path, params=asked), 422)
    assert [error["field"] for error in problem["errors"]] == ["end"]


@pytest.mark.parametrize("path", [PLAYS, *HISTORIES])
async def test_a_window_goes_with_no_start(api: Function, path: str) -> None:
    asked = {"window": "day", "start": "2026-01-01"}
    problem = assert_problem(await api.call("GET", path, params=asked), 422)
    assert "window" in problem["detail"]


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


@pytest.mark.parametrize("number", ["0.5", "1700000000", "1700000000.5", "2026-11-20 noon"])
@pytest.mark.parametrize("path", [SESSIONS, VIOLATIONS, PLAYS])
async def test_a_bare_number_is_no_time(api: Function, path: str, number: str) -> None:
    problem = assert_problem(await api.call("GET", path, params={"start": number}), 422)
    assert [error["field"] for error in problem["errors"]] == ["start"]


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"enabled": "yes"}, "enabled"),
        ({"enabled": 1}, "enabled"),
        ({"severity": "2"}, "severity"),
        ({"severity": True}, "severity"),
    ],
    ids=str,
)
async def test_a_body_means_what_it_says(api: Function, said: dict[str, Any], field: str) -> None:
    wanted = {"name": "Two at most", "type": "concurrent_streams"}
    problem = assert_problem(await api.call("POST", RULES, json=wanted | said), 422)
    assert [error["field"] for error in problem["errors"]] == [field]


@pytest.mark.parametrize("said", [{"require_approval": 1}, {"delay_seconds": True}], ids=str)
async def test_an_action_means_what_it_says(api: Function, said: dict[str, Any]) -> None:
    action = {"type": "terminate_stream"} | said
    wanted = {"name": "Two at most", "type": "concurrent_streams", "actions": [action]}
    problem = assert_problem(await api.call("POST", RULES, json=wanted), 422)
    assert "must be of type" in problem["detail"]


async def test_a_body_that_is_too_large_is_refused_unread(api: Function) -> None:
    body = b'{"name": "' + b"x" * MAX_BODY_BYTES + b'"}'
    headers = {"Content-Type": "application/json"}
    answer = await api.call("POST", RULES, content=body, headers=headers)
    assert assert_problem(answer, 413)["code"] == "body_too_large"


async def test_a_question_that_takes_too_long_is_ended_and_says_when_to_come_back(
    api: Function, database_url: str
) -> None:
    async with await psycopg.AsyncConnection.connect(database_url) as other:
        # Of this database alone, which is the test's own, and before api opens its connections.
        await other.execute("""
            DO $$ BEGIN EXECUTE format(
                'ALTER ROLE CURRENT_USER IN DATABASE %I SET statement_timeout = 1000',
                current_database()
            ); END $$
        """)
        await other.commit()
        await other.execute("SET idle_in_transaction_session_timeout = 0")
        await other.execute("LOCK TABLE analytics_sessions IN ACCESS EXCLUSIVE MODE")
        answer = await api.call("GET", SESSIONS)
    assert assert_problem(answer, 503)["code"] == "database_timeout"
    assert int(answer.headers["retry-after"]) >= 1
