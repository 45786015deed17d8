"""Archiving people: out of the lists, with all that is known of them, until they are back."""

from uuid import uuid4

import pytest

from shared.store.database import Database
from tests.conftest import Function
from tests.integration.api.scenes import Json, ago, audited, read, start, stop
from tests.integration.privacy.people import USERS

LISTS = ("/api/v1/analytics/trust", "/api/v1/admin/analytics/users")


async def listed(api: Function, path: str, **asked: str) -> set[str]:
    return {row["user_id"] for row in (await read(api, path, params=asked))["data"]}


async def someone(ingest: Function) -> Json:
    run = await start(ingest)
    await stop(ingest, run["id"], 5)
    return run


@pytest.mark.parametrize("path", LISTS)
async def test_who_is_archived_is_in_no_list_unless_asked_for(
    api: Function, ingest: Function, path: str
) -> None:
    gone, there = [(await someone(ingest))["user_id"] for _ in range(2)]
    answer = await api.call("POST", f"{USERS}/{gone}/archive")
    assert answer.status_code == 200, answer.text
    assert answer.json()["archived_at"] is not None
    assert await listed(api, path) == {there}
    assert await listed(api, path, archived="true") == {gone}
    sessions = await read(api, "/api/v1/analytics/sessions", params={"user_id": gone})
    assert len(sessions["data"]) == 1, "the history stays"


async def test_archiving_twice_is_archiving_once(
    api: Function, ingest: Function, database: Database
) -> None:
    user_id = (await someone(ingest))["user_id"]
    first, second = [(await api.call("POST", f"{USERS}/{user_id}/archive")).json() for _ in "ab"]
    assert first["archived_at"] == second["archived_at"]
    for _ in range(2):
        back = await api.call("POST", f"{USERS}/{user_id}/unarchive")
        assert back.json()["archived_at"] is None
    assert await audited(database) == ["user.archive", "user.unarchive"]


async def test_who_plays_again_is_back_and_who_played_before_is_not(
    api: Function, ingest: Function
) -> None:
    user_id = (await someone(ingest))["user_id"]
    await api.call("POST", f"{USERS}/{user_id}/archive")
    await start(ingest, user_id=user_id, started_at=ago(40), event_at=ago(40))
    assert (await read(api, f"{USERS}/{user_id}"))["archived_at"] is not None
    await start(ingest, user_id=user_id, started_at=ago(-0.1), event_at=ago(-0.1))
    assert (await read(api, f"{USERS}/{user_id}"))["archived_at"] is None


async def test_nobody_unknown_is_archived(api: Function) -> None:
    for what in ("archive", "unarchive"):
        answer = await api.call("POST", f"{USERS}/{uuid4()}/{what}")
        assert (answer.status_code, answer.json()["code"]) == (404, "user_not_found")
