"""The id of who was merged into a person: whatever is asked of it is told of the person."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from tests.conftest import Function
from tests.integration.api.conftest import CallerWith
from tests.integration.api.scenes import KEYS, Json, read, start, stop, travel

ANALYTICS = "/api/v1/analytics"
ADMIN = "/api/v1/admin/analytics"
# A day whose week and month are over, and whose sessions are kept.
DAY = (datetime.now(UTC) - timedelta(days=40)).replace(hour=12, minute=0, second=0, microsecond=0)
ALL: Json = {"window": "all"}

PATHS: list[tuple[str, Json]] = [
    ("/sessions/user/{id}", ALL),
    ("/users/{id}/review", {"year": DAY.year}),
    ("/users/{id}/reports", {}),
    (f"/users/{{id}}/reports/day/{DAY.date()}", {}),
    ("/users/{id}/networks", {}),
    ("/users/{id}/devices", {}),
    ("/users/{id}/households", {}),
    ("/users/{id}/sharing-score", {}),
    ("/trust/{id}", {}),
]
FILTERS: list[tuple[str, Json]] = [
    (f"{ANALYTICS}/stats/plays", ALL | {"users": "{id}"}),
    (f"{ANALYTICS}/stats/daily", ALL | {"users": "{id}"}),
    (f"{ANALYTICS}/popular", ALL | {"users": "{id}"}),
    (f"{ANALYTICS}/trending", {"users": "{id}"}),
    (f"{ADMIN}/users", ALL | {"users": "{id}"}),
    (f"{ADMIN}/overview", ALL | {"users": "{id}"}),
    (f"{ANALYTICS}/sessions", {"user_id": "{id}", "total": True}),
    (f"{ANALYTICS}/sessions/active", {"user_id": "{id}"}),
    (f"{ANALYTICS}/plays", {"user_id": "{id}"}),
    (f"{ANALYTICS}/violations", {"user_id": "{id}"}),
    (f"{ANALYTICS}/trusted-entries", {"user_id": "{id}"}),
    (f"{ANALYTICS}/map", {"user_id": "{id}", "live": True, "arcs": True}),
    ("/api/v2", {"cmd": "get_history", "user_id": "{id}"}),
    ("/api/v2", {"cmd": "get_user", "user_id": "{id}"}),
]
EVERYTHING = [(f"{ANALYTICS}{path}", params) for path, params in PATHS] + FILTERS


def of(user_id: str, path: str, params: Json) -> tuple[str, Json]:
    """Return a path and its parameters with an id put in."""
    put_in = {
        name: value.format(id=user_id) if isinstance(value, str) else value
        for name, value in params.items()
    }
    return path.format(id=user_id), put_in


@pytest.fixture
async def merged(
    api: Function, ingest: Function, detect: Function, aggregate: Function
) -> tuple[str, str]:
    """Return a person, and a user who played, travelled and was merged into the person."""
    user = await travel(ingest, detect)
    person = (await start(ingest, device_id="sofa"))["user_id"]
    for user_id in (user, person):
        told = await start(
            ingest, user_id=user_id, started_at=DAY.isoformat(), event_at=DAY.isoformat()
        )
        await stop(ingest, told["id"], (datetime.now(UTC) - DAY) / timedelta(minutes=1) - 30)
    said = {"what": {"kind": "device", "device_id": "tv"}, "user_id": user}
    made = await api.call("POST", f"{ANALYTICS}/trusted-entries", json=said)
    assert made.status_code == 201, made.text
    answer = await api.call("POST", f"{ANALYTICS}/users/{person}/merge", json={"user_id": user})
    assert answer.status_code == 200, answer.text
    for job in ("/recent", "/reports"):
        assert (await aggregate.job(job)).status_code == 200
    return person, user


async def asked(api: Function, user_id: str, path: str, params: Json) -> Json:
    """Return what is told, but for when it was summed up."""
    path, params = of(user_id, path, params)
    told = await read(api, path, params=params)
    told.pop("made_at", None)
    return told


async def test_all_that_is_asked_of_who_was_merged_is_told_of_the_person(
    api: Function, merged: tuple[str, str]
) -> None:
    person, user = merged
    for path, params in EVERYTHING:
        of_person = await asked(api, person, path, params)
        assert await asked(api, user, path, params) == of_person, (path, params)
        rows = of_person.get("data", of_person.get("features", True))
        assert rows, (path, params)


async def test_who_was_merged_may_be_asked_for_beside_others_and_counts_as_the_person_once(
    api: Function, merged: tuple[str, str]
) -> None:
    person, user = merged
    nobody = str(uuid4())
    path = f"{ANALYTICS}/stats/plays"
    alone = await read(api, path, params=ALL | {"users": [person]})
    assert alone["total"]["plays"] == 2
    for users in ([user, nobody], [person, user]):
        assert await read(api, path, params=ALL | {"users": users}) == alone


async def test_many_things_done_alike_are_chosen_as_lists_show_them(
    api: Function, merged: tuple[str, str]
) -> None:
    said = [{"dry_run": True, "filter": {"user_id": user_id}} for user_id in merged]
    path = f"{ANALYTICS}/violations/bulk-dismiss"
    of_person, of_user = [(await api.call("POST", path, json=one)).json() for one in said]
    assert of_user == of_person
    assert of_person["changed"] == 1


async def test_a_member_whose_account_was_merged_is_told_of_the_person_alone(
    api: Function, ingest: Function, merged: tuple[str, str]
) -> None:
    person, user = merged
    stranger = (await start(ingest))["user_id"]
    wanted = {"name": "mine", "role": "member", "user_id": user}
    made = await api.call("POST", KEYS, json=wanted)
    headers = {"Authorization": f"Bearer {made.json()['key']}"}
    mine = await read(api, "/api/v1/users/me/stats", params=ALL, headers=headers)
    assert mine["user_id"] == person
    assert mine == await asked(api, person, f"{ANALYTICS}/sessions/user/{{id}}", ALL)
    for user_id in (stranger, person, user):
        for path, params in EVERYTHING:
            path_of, params_of = of(user_id, path, params)
            answer = await api.call("GET", path_of, params=params_of, headers=headers)
            assert answer.status_code == 403, (path, params)


async def test_addresses_stay_hidden_from_who_asks_by_the_id_of_who_was_merged(
    api: Function, merged: tuple[str, str], caller: CallerWith
) -> None:
    headers = await caller("viewer")
    path = f"{ANALYTICS}/sessions"
    [of_person, of_user] = [
        await read(api, path, params={"user_id": user_id}, headers=headers) for user_id in merged
    ]
    assert of_user == of_person
    shown = await read(api, path, params={"user_id": merged[1]})
    addresses = {session["ip_address"] for session in shown["data"]}
    assert not addresses & {session["ip_address"] for session in of_user["data"]}
