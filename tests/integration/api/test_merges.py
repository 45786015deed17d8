"""Two accounts of one person: merged, everything is the person's; split, everybody has their own."""

import asyncio
from typing import Any, LiteralString
from uuid import UUID, uuid4

import pytest
from httpx import Response
from psycopg.rows import DictRow

from shared.store import sessions
from shared.store.database import Connection, Database
from tests.conftest import Function
from tests.integration.api.conftest import CallerWith
from tests.integration.api.listener import listening
from tests.integration.api.scenes import (
    SESSIONS,
    TRUST,
    VIOLATIONS,
    Json,
    ago,
    audited,
    read,
    start,
    starting,
    stop,
    tell,
    travel,
)
from tests.places import LINKOPING, LONDON

USERS = "/api/v1/analytics/users"
ENTRIES = "/api/v1/analytics/trusted-entries"
SUGGESTIONS = f"{USERS}/merge-suggestions"


async def rows(database: Database, statement: LiteralString, *values: Any) -> list[DictRow]:
    async def work(connection: Connection) -> list[DictRow]:
        return await (await connection.execute(statement, values)).fetchall()

    return await database.run(work)


async def merge(api: Function, person: str, other: str, expected: int = 200) -> Json:
    return await change(api, "merge", person, other, expected)


async def split(api: Function, person: str, other: str, expected: int = 200) -> Json:
    return await change(api, "split", person, other, expected)


async def change(api: Function, what: str, person: str, other: str, expected: int) -> Json:
    answer = await api.call("POST", f"{USERS}/{person}/{what}", json={"user_id": other})
    assert answer.status_code == expected, answer.text
    return answer.json()


async def played(api: Function, user_id: str) -> set[str]:
    listed = await read(api, SESSIONS, params={"user_id": user_id})
    return {session["id"] for session in listed["data"]}


async def cities(api: Function, user_id: str) -> set[str]:
    listed = await read(api, f"{USERS}/{user_id}/networks")
    return {network["place"]["city"] for network in listed["data"]}


async def devices(api: Function, user_id: str) -> set[str]:
    listed = await read(api, f"{USERS}/{user_id}/devices")
    return {device["device_id"] for device in listed["data"]}


async def state(api: Function, *users: str) -> list[Any]:
    """Return what is read of users that a merge changes."""
    return [
        (
            await played(api, user),
            await cities(api, user),
            await devices(api, user),
            (await read(api, f"{TRUST}/{user}"))["score"],
            await read(api, VIOLATIONS, params={"user_id": user}),
        )
        for user in users
    ]


async def two(ingest: Function) -> tuple[Json, Json]:
    """Let two users play, one in London and one in Linköping."""
    ada = await start(ingest, device_id="tv")
    other = await start(ingest, device_id="phone", ip_address=LINKOPING, user_name="ada at bo's")
    return ada, other


async def test_what_either_account_did_and_does_is_the_persons(
    api: Function, ingest: Function
) -> None:
    ada, other = await two(ingest)
    person, user = ada["user_id"], other["user_id"]
    await merge(api, person, user)
    again = await start(
        ingest, user_id=user, user_name="ada at bo's", device_id="tablet", session_key="again"
    )
    assert again["user_id"] == person
    for either in (person, user):
        assert await played(api, either) == {ada["id"], other["id"], again["id"]}
    assert await cities(api, person) == {"London", "Linköping"}
    assert await devices(api, person) == {"tv", "phone", "tablet"}
    listed = await read(api, TRUST)
    assert [one["user_id"] for one in listed["data"]] == [person]
    shown = await read(api, f"{USERS}/{person}")
    assert (shown["name"], shown["merged_into"]) == ("ada", None)
    merged = await read(api, f"{USERS}/{user}")
    assert (merged["name"], merged["merged_into"]) == ("ada at bo's", person)


async def test_sessions_go_on_across_a_merge_and_a_split(api: Function, ingest: Function) -> None:
    ada = await start(ingest)
    key, began = uuid4().hex, ago(30)
    other = await start(ingest, session_key=key, started_at=began, ip_address=LINKOPING)
    person, user = ada["user_id"], other["user_id"]
    for changed in (merge, split):
        await changed(api, person, user)
        await tell(ingest, other["id"], state="paused", event_at=ago(5))
        said = starting(user_id=user, session_key=key, ip_address=LINKOPING, started_at=began)
        answer = await ingest.call("POST", SESSIONS, json=said | {"event_at": ago(1)})
        assert (answer.status_code, answer.json()["id"]) == (200, other["id"])
    await stop(ingest, other["id"], 0)
    assert await played(api, user) == {other["id"]}


async def test_a_split_restores_what_was_and_keeps_what_came_since(
    api: Function, ingest: Function, database: Database
) -> None:
    ada, other = await two(ingest)
    person, user = ada["user_id"], other["user_id"]
    before = await state(api, person, user)
    seen: LiteralString = (
        "SELECT user_id, name, first_seen_at, last_active_at, merged_into FROM users ORDER BY 1"
    )
    known = await rows(database, seen)
    await merge(api, person, user)
    await split(api, person, user)
    assert await state(api, person, user) == before
    assert await rows(database, seen) == known
    await merge(api, person, user)
    later = [await start(ingest, user_id=whose, device_id="new") for whose in (person, user)]
    await split(api, person, user)
    assert await played(api, person) == {ada["id"], later[0]["id"]}
    assert await played(api, user) == {other["id"], later[1]["id"]}
    assert await cities(api, person) == {"London"}
    assert await cities(api, user) == {"London", "Linköping"}
    assert await devices(api, user) == {"phone", "new"}


async def test_travel_between_accounts_is_found_once_they_are_one(
    api: Function, ingest: Function, detect: Function
) -> None:
    ada = await start(ingest, device_id="tv")
    await stop(ingest, ada["id"], 10)
    now = ago(0)
    other = await start(
        ingest, device_id="phone", ip_address=LINKOPING, started_at=now, event_at=now
    )
    assert (await detect.job("/sweep")).json()["opened"] == 0
    await merge(api, ada["user_id"], other["user_id"])
    assert (await detect.job("/sweep")).json()["opened"] == 1
    [found] = (await read(api, VIOLATIONS))["data"]
    assert found["user_id"] == ada["user_id"]


async def test_two_open_cases_of_a_rule_are_one_until_the_split(
    api: Function, ingest: Function, detect: Function
) -> None:
    person = await travel(ingest, detect)
    user = await travel(ingest, detect)
    before = await state(api, person, user)
    score = before[0][3]
    await merge(api, person, user)
    listed = (await read(api, VIOLATIONS, params={"user_id": person}))["data"]
    assert sorted(one["state"] for one in listed) == ["acknowledged", "open"]
    assert (await read(api, f"{TRUST}/{person}"))["score"] == score - (100 - score)
    await split(api, person, user)
    assert await state(api, person, user) == before


async def test_what_is_trusted_for_an_account_is_for_the_person(
    api: Function, ingest: Function
) -> None:
    ada, other = await two(ingest)
    said = {"what": {"kind": "device", "device_id": "phone"}, "user_id": other["user_id"]}
    made = await api.call("POST", ENTRIES, json=said)
    assert made.status_code == 201, made.text
    await merge(api, ada["user_id"], other["user_id"])
    listed = await read(api, f"{USERS}/{ada['user_id']}/devices")
    assert {one["device_id"]: one["trusted"] for one in listed["data"]} == {
        "tv": False,
        "phone": True,
    }


async def test_who_is_merged_with_something_trusted_holds_up_nobodys_detection(
    api: Function, ingest: Function, detect: Function, database: Database
) -> None:
    ada, other = await two(ingest)
    said = {"what": {"kind": "device", "device_id": "phone"}, "user_id": other["user_id"]}
    made = await api.call("POST", ENTRIES, json=said)
    assert made.status_code == 201, made.text
    await merge(api, ada["user_id"], other["user_id"])
    assert (await detect.job("/sweep")).json()["failed"] == 0
    assert await rows(database, "SELECT user_id FROM dirty_users WHERE due_at <= now()") == []


@pytest.mark.parametrize("kind", ["device", "pair"])
async def test_the_person_is_looked_at_when_what_was_trusted_for_an_account_changes(
    api: Function, ingest: Function, detect: Function, database: Database, kind: str
) -> None:
    ada, other = await two(ingest)
    person, user = ada["user_id"], other["user_id"]
    friend = (await start(ingest, user_name="friend"))["user_id"]
    what: Json = {"kind": "device", "device_id": "phone"}
    if kind == "pair":
        what = {"kind": "pair", "other_user_id": friend}
    made = await api.call("POST", ENTRIES, json={"what": what, "user_id": user})
    assert made.status_code == 201, made.text
    await merge(api, person, user)
    path = f"{ENTRIES}/{made.json()['id']}"
    for method, said in (("PATCH", {"note": "A guest."}), ("DELETE", None)):
        await detect.job("/sweep")
        answer = await api.call(method, path, json=said)
        assert answer.status_code in (200, 204), answer.text
        marked = await rows(database, "SELECT user_id FROM dirty_users WHERE due_at <= now()")
        assert {str(row["user_id"]) for row in marked} == {person} | (
            {friend} if kind == "pair" else set()
        )


async def test_accounts_are_listed_with_whose_they_are(
    api: Function, ingest: Function, database: Database, caller: CallerWith
) -> None:
    ada, other = await two(ingest)
    await add_account(database, other["user_id"], "plex-1", "ada", "ada@example.org")
    listed = await merge(api, ada["user_id"], other["user_id"])
    own, merged = listed["data"]
    assert (own["user_id"], own["server_id"], own["merged_at"]) == (ada["user_id"], None, None)
    assert (merged["user_id"], merged["server_id"]) == (other["user_id"], "plex-1")
    assert merged["email"] == "ada@example.org"
    path = f"{USERS}/{ada['user_id']}/accounts"
    shown = await read(api, path, headers=await caller("viewer"))
    assert [one["email"] for one in shown["data"]] == [None, None]


async def add_account(
    database: Database, user_id: str, server_id: str, name: str, email: str | None = None
) -> None:
    await rows(
        database,
        "INSERT INTO user_accounts (user_id, server_id, account_id, name, email, listed_at)"
        " VALUES (%s, %s, %s, %s, %s, now()) RETURNING 1",
        UUID(user_id),
        server_id,
        uuid4().hex,
        name,
        email,
    )


async def test_who_may_be_one_is_suggested_in_words_until_it_is_merged(
    api: Function, ingest: Function, database: Database, caller: CallerWith
) -> None:
    ada = await start(ingest, user_name="Ada")
    other = await start(ingest, user_name="someone")
    await add_account(database, ada["user_id"], "plex-1", "Ada", "ada@example.org")
    await add_account(database, other["user_id"], "emby-1", "ADA", "Ada@Example.org")
    [found] = (await read(api, SUGGESTIONS))["data"]
    assert found == {
        "person": {"user_id": ada["user_id"], "name": "Ada"},
        "user": {"user_id": other["user_id"], "name": "someone"},
        "reason": "Both have the e-mail ada@example.org.",
    }
    blind = await caller("viewer", "analytics.sources.manage")
    [masked] = (await read(api, SUGGESTIONS, headers=blind))["data"]
    assert masked["reason"] == "Both have the same e-mail."
    await merge(api, ada["user_id"], other["user_id"])
    assert (await read(api, SUGGESTIONS))["data"] == []


async def test_merging_twice_or_at_once_is_merging_once(
    api: Function, ingest: Function, database: Database
) -> None:
    ada, other = await two(ingest)
    both = (ada["user_id"], other["user_id"])
    for what in (merge, split):
        await asyncio.gather(*(what(api, *both) for _ in range(3)))
    assert await audited(database) == ["user.merge", "user.split"]


async def test_of_two_merges_into_each_other_one_is_refused(
    api: Function, ingest: Function
) -> None:
    ada, other = await two(ingest)
    pairs = [(ada["user_id"], other["user_id"]), (other["user_id"], ada["user_id"])]
    answers = await asyncio.gather(
        *(api.call("POST", f"{USERS}/{a}/merge", json={"user_id": b}) for a, b in pairs)
    )
    assert sorted(answer.status_code for answer in answers) == [200, 409]


async def test_nothing_that_is_told_during_a_merge_is_left_behind(
    api: Function, ingest: Function, database: Database
) -> None:
    ada, other = await two(ingest)
    person, user = ada["user_id"], other["user_id"]
    told = [
        start(ingest, user_id=user, device_id=f"tv-{n}", started_at=ago(n), event_at=ago(n))
        for n in range(1, 9)
    ]
    await asyncio.gather(*told[:4], merge(api, person, user), *told[4:])
    left = await rows(database, "SELECT 1 FROM analytics_sessions WHERE user_id = %s", UUID(user))
    keys = await rows(
        database,
        "SELECT 1 FROM session_keys JOIN analytics_sessions USING (user_id, id) WHERE user_id = %s",
        UUID(person),
    )
    assert (len(left), len(keys), len(await played(api, person))) == (0, 10, 10)


async def test_a_write_that_read_before_the_merge_begins_anew(
    api: Function, ingest: Function, database: Database
) -> None:
    ada, other = await two(ingest)
    session_id = UUID(other["id"])
    stored = (await database.run(lambda c: sessions.load_by_ids(c, {session_id})))[session_id]
    await merge(api, ada["user_id"], other["user_id"])
    await split(api, ada["user_id"], other["user_id"])
    moved = (await database.run(lambda c: sessions.load_by_ids(c, {session_id})))[session_id]
    assert (moved.record.session, moved.version) == (stored.record.session, stored.version + 2)


@pytest.mark.parametrize("what", ["merge", "split"])
async def test_what_cannot_be_merged_or_split_is_refused(
    api: Function, ingest: Function, what: str
) -> None:
    ada, other = await two(ingest)
    third = (await start(ingest, ip_address=LONDON))["user_id"]
    person, user = ada["user_id"], other["user_id"]
    nobody = str(uuid4())
    await merge(api, person, user)
    wrong = [
        (person, person, 422, "user_is_itself"),
        (person, nobody, 404, "user_not_found"),
        (nobody, user, 404, "user_not_found"),
        (third, user, 409, "user_merged"),
    ]
    if what == "merge":
        wrong += [
            (user, third, 409, "user_merged"),
            (third, person, 409, "user_has_merged"),
        ]
    for a, b, status, code in wrong:
        assert (await change(api, what, a, b, status))["code"] == code
    answer = await api.call("POST", f"{USERS}/{person}/{what}", json={})
    assert answer.json()["errors"][0]["field"] == "user_id"


async def test_who_is_merged_is_erased_after_a_split_and_who_is_erased_is_merged_with_nobody(
    api: Function, ingest: Function
) -> None:
    ada, other = await two(ingest)
    person, user = ada["user_id"], other["user_id"]
    await merge(api, person, user)
    for whose in (person, user):
        answer = await erase(api, whose)
        assert (answer.status_code, answer.json()["code"]) == (409, "user_merged")
    await split(api, person, user)
    assert (await erase(api, user)).status_code == 202
    assert (await merge(api, person, user, 409))["code"] == "user_erased"


async def erase(api: Function, user_id: str) -> Response:
    return await api.call("POST", f"{USERS}/{user_id}/erase", json={"confirm": user_id})


async def test_only_who_manages_sources_merges(
    api: Function, ingest: Function, caller: CallerWith
) -> None:
    ada, other = await two(ingest)
    for role in ("moderator", "viewer", "integration", "service"):
        headers = await caller(role)
        answers = [
            await api.call("GET", SUGGESTIONS, headers=headers),
            *[
                await api.call(
                    "POST",
                    f"{USERS}/{ada['user_id']}/{what}",
                    json={"user_id": other["user_id"]},
                    headers=headers,
                )
                for what in ("merge", "split")
            ],
        ]
        assert {answer.status_code for answer in answers} == {403}, role


async def test_a_member_sees_what_the_person_watched_with_a_key_of_either_account(
    api: Function, ingest: Function
) -> None:
    ada, other = await two(ingest)
    await merge(api, ada["user_id"], other["user_id"])
    wanted = {"name": "mine", "role": "member", "user_id": other["user_id"]}
    made = await api.call("POST", "/api/v1/admin/keys", json=wanted)
    headers = {"Authorization": f"Bearer {made.json()['key']}"}
    path = "/api/v1/users/me/stats/history"
    mine = await read(api, path, headers=headers)
    assert {one["id"] for one in mine["data"]} == {ada["id"], other["id"]}


async def test_a_member_hears_live_what_the_person_plays_with_a_key_of_either_account(
    api: Function, ingest: Function
) -> None:
    ada, other = await two(ingest)
    await merge(api, ada["user_id"], other["user_id"])
    for account in (ada, other):
        wanted = {"name": account["id"], "role": "member", "user_id": account["user_id"]}
        made = await api.call("POST", "/api/v1/admin/keys", json=wanted)
        async with listening(api, {"Authorization": f"Bearer {made.json()['key']}"}) as listener:
            goes_on = (await listener.next("snapshot"))["sessions"]
            assert {ada["id"], other["id"]} <= {session["id"] for session in goes_on}
            begun = await start(ingest, user_id=account["user_id"], ip_address=LINKOPING)
            assert (await listener.next("started"))["id"] == begun["id"]
