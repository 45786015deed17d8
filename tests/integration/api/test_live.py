"""What goes on, as those hear it who listen: everything, once, and nothing that is not theirs."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing, asynccontextmanager
from uuid import uuid4

import pytest

from functions.api.live import hub as hub_module
from functions.api.live.audience import Audience
from functions.api.live.hub import Hub
from shared.clock import utc_now
from shared.domain.keys import new_api_key
from shared.domain.permissions import Permission, Role
from shared.errors import UnauthenticatedError, UnavailableError
from shared.settings import settings as current_settings
from shared.store import access as access_store
from shared.store.database import Connection, Database
from tests.conftest import Function
from tests.integration.api.conftest import CallerWith, Headers
from tests.integration.api.listener import listening
from tests.integration.api.scenes import KEYS, ago, start, stop, tell, travel
from tests.places import LONDON

EVERYBODY = Audience(user_id=None, addresses=True, adult=False, violations=True)


async def same() -> Audience:
    return EVERYBODY


async def test_a_session_is_heard_of_from_its_start_to_its_end(
    api: Function, ingest: Function
) -> None:
    before = await start(ingest)
    async with listening(api) as listener:
        snapshot = await listener.next("snapshot")
        assert [session["id"] for session in snapshot["sessions"]] == [before["id"]]
        assert snapshot["statistics"]["streams"] == 1
        assert listener.headers["content-type"].startswith("text/event-stream")
        assert listener.headers["cache-control"] == "no-store"
        begun = await start(ingest)
        assert (await listener.next("started"))["id"] == begun["id"]
        assert (await listener.next("statistics"))["streams"] == 2
        await tell(ingest, begun["id"], state="paused", event_at=ago(1))
        assert (await listener.next("updated"))["state"] == "paused"
        await stop(ingest, begun["id"])
        ended = await listener.next("stopped")
        assert (ended["id"], ended["state"]) == (begun["id"], "stopped")
        assert ended["stopped_at"] is not None
        assert (await listener.next("statistics"))["streams"] == 1


async def test_a_violation_is_heard_of_and_how_it_is_judged(
    api: Function, ingest: Function, detect: Function
) -> None:
    async with listening(api) as listener:
        await listener.next("snapshot")
        user_id = await travel(ingest, detect)
        violation = await listener.next("violation")
        assert (violation["user_id"], violation["state"]) == (user_id, "open")
        path = f"/api/v1/analytics/violations/{violation['id']}/acknowledge"
        assert (await api.call("PUT", path)).status_code == 200
        assert (await listener.next("violation"))["state"] == "acknowledged"
    async with listening(api) as listener:
        snapshot = await listener.next("snapshot")
        assert [case["id"] for case in snapshot["violations"]] == [violation["id"]]


async def test_viewers_hear_no_whole_address(
    api: Function, ingest: Function, caller: CallerWith
) -> None:
    await start(ingest)
    async with listening(api, await caller("viewer")) as listener:
        [session] = (await listener.next("snapshot"))["sessions"]
        assert session["ip_address"] == "81.2.69.x"
        await start(ingest)
        assert (await listener.next("started"))["ip_address"] == "81.2.69.x"
    async with listening(api) as listener:
        addresses = [s["ip_address"] for s in (await listener.next("snapshot"))["sessions"]]
        assert addresses == [LONDON, LONDON]


async def test_members_hear_of_themselves_alone(
    api: Function, ingest: Function, detect: Function
) -> None:
    own = str(uuid4())
    wanted = {"name": "member", "role": "member", "user_id": own}
    made = (await api.call("POST", KEYS, json=wanted)).json()
    headers = {"Authorization": f"Bearer {made['key']}"}
    await start(ingest)
    async with listening(api, headers) as listener:
        assert await listener.next() == {"sessions": [], "violations": [], "statistics": None}
        await travel(ingest, detect)
        mine = await start(ingest, user_id=own)
        assert (await listener.next())["id"] == mine["id"]
        assert listener.kinds() == []


async def test_adult_items_are_told_only_to_those_who_may_see_them(
    api: Function, ingest: Function, legacy_reader: Headers
) -> None:
    async with listening(api) as plain, listening(api, legacy_reader) as reader:
        await plain.next("snapshot")
        await reader.next("snapshot")
        hidden = await start(ingest, content_type="qar.movie")
        assert (await reader.next("started"))["id"] == hidden["id"]
        shown = await start(ingest)
        assert (await plain.next("started"))["id"] == shown["id"]
        assert (await plain.next("statistics"))["streams"] == 1
        assert (await reader.next("statistics"))["streams"] in (1, 2)


async def test_a_stream_that_broke_goes_on_where_it_was(api: Function, ingest: Function) -> None:
    async with listening(api) as stays:
        async with listening(api) as breaks:
            await breaks.next("snapshot")
            first = await start(ingest)
            assert (await breaks.next("started"))["id"] == first["id"]
            await breaks.next("statistics")
        second = await start(ingest)
        for expected in (first, second):
            assert (await stays.next("started"))["id"] == expected["id"]
        async with listening(api, last_id=breaks.last_id) as again:
            assert (await again.next())["id"] == second["id"]


@pytest.mark.parametrize("last_id", ["", "x", "00000000-1", "-1", "0" * 64, "a-²"])
async def test_an_id_of_elsewhere_begins_with_a_snapshot(api: Function, last_id: str) -> None:
    async with listening(api, last_id=last_id) as listener:
        assert set(await listener.next()) == {"sessions", "violations", "statistics"}


async def test_nothing_is_asked_of_the_database_while_nobody_listens(database: Database) -> None:
    hub = Hub(database, 10, utc_now)
    await hub.admit()
    assert vars(hub)["_task"] is None
    stream = hub.listen(EVERYBODY, None, same)
    await anext(stream)
    looking = vars(hub)["_task"]
    assert not looking.done()
    await stream.aclose()
    await asyncio.wait_for(looking, 10)
    async with listening_to(hub):
        assert vars(hub)["_task"] is not looking
    await hub.close()


@asynccontextmanager
async def listening_to(hub: Hub) -> AsyncGenerator[AsyncGenerator[bytes]]:
    """Listen at a hub, past the snapshot."""
    await hub.admit()
    async with aclosing(hub.listen(EVERYBODY, None, same)) as stream:
        assert b"event: snapshot" in b"".join([await anext(stream), await anext(stream)])
        yield stream


async def test_who_listens_too_slowly_is_cut_off_and_told_everything_anew(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub_module, "RING", 3)
    hub = Hub(database, 10, utc_now)
    await hub.admit()
    async with listening_to(hub) as quick, aclosing(hub.listen(EVERYBODY, None, same)) as slow:
        opening = (await anext(slow) + await anext(slow)).decode().splitlines()
        [last_id] = [line.removeprefix("id: ") for line in opening if line.startswith("id: ")]
        for number in range(3):
            await add_active(database, number)
            assert b"event: started" in await anext(quick)
        assert [piece async for piece in slow] == []
    async with aclosing(hub.listen(EVERYBODY, last_id, same)) as again:
        assert b"event: snapshot" in await anext(again) + await anext(again)
    await hub.close()


async def add_active(database: Database, number: int) -> None:
    """Have a session begin, by the shortest way there is."""

    async def add(connection: Connection) -> None:
        await connection.execute(
            """
            WITH person AS (
                INSERT INTO users (user_id, name, first_seen_at, last_active_at)
                VALUES (uuidv7(), 'ada', now(), now()) RETURNING user_id
            )
            INSERT INTO analytics_sessions (user_id, id, version, last_seen_at, progress_ms,
                watched_ms, paused_ms, buffered_ms, state, source, session_key, started_at,
                network_since, content_type, content_id)
            SELECT user_id, uuidv7(), 1, now(), 0, 0, 0, 0, 'playing', 'revenge', %s, now(), now(),
                'movie', 'm1'
            FROM person
            """,
            (str(number),),
        )

    await database.run(add)


async def test_no_more_listen_than_may(api: Function, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANALYTICS_LIVE_CLIENTS", "1")
    current_settings.cache_clear()
    async with listening(api) as first:
        await first.next("snapshot")
        async with listening(api) as second:
            await asyncio.wait_for(second.has_ended.wait(), 20)
        assert second.status == 503
        assert second.headers["retry-after"]
    async with listening(api) as third:
        await third.next("snapshot")


async def test_a_stream_ends_with_the_key_that_opened_it(
    api: Function, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub_module, "ASKED_AGAIN_SECONDS", 0.0)
    made = (await api.call("POST", KEYS, json={"name": "wall", "role": "viewer"})).json()
    async with listening(api, {"Authorization": f"Bearer {made['key']}"}) as listener:
        await listener.next("snapshot")
        await api.call("DELETE", f"{KEYS}/{made['id']}")
        await api.call("DELETE", "/api/v1/sign-ins")  # what is remembered is asked anew
        await add_active(database, 1)
        await asyncio.wait_for(listener.has_ended.wait(), 20)


async def test_a_stream_ends_when_its_role_changes(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub_module, "ASKED_AGAIN_SECONDS", 0.0)
    hub = Hub(database, 10, utc_now)

    async def less() -> Audience:
        return Audience(user_id=None, addresses=False, adult=False, violations=True)

    async def nobody() -> Audience:
        raise UnauthenticatedError("not any more")

    async def unknown() -> Audience:
        raise UnavailableError("the database is away")

    for identify, expected in ((less, True), (nobody, True), (unknown, False)):
        await hub.admit()
        async with aclosing(hub.listen(EVERYBODY, None, identify)) as stream:
            opening = [await anext(stream), await anext(stream)]
            assert b"event: snapshot" in opening[1]
            await add_active(database, 1)
            assert (await anext(stream, None) is None) == expected
    await hub.close()


async def test_a_quiet_stream_shows_that_it_lives(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub_module, "HEARTBEAT_SECONDS", 0.5)
    hub = Hub(database, 10, utc_now)
    async with listening_to(hub) as stream:
        assert [await anext(stream) for _ in range(2)] == [b": still here\n\n"] * 2
    await hub.close()


async def test_without_the_database_a_stream_waits_for_it(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub_module, "HEARTBEAT_SECONDS", 0.5)
    hub = Hub(database, 10, utc_now)
    async with listening_to(hub) as stream:
        await database.close()
        assert await anext(stream) == b": still here\n\n"
    await hub.close()


async def test_who_is_no_person_has_nothing_of_its_own_to_hear(
    api: Function, database: Database
) -> None:
    key = new_api_key()
    await database.run(
        lambda connection: access_store.add_key(
            connection,
            key,
            name="nobody",
            role=Role.VIEWER,
            permissions=[Permission.OWN_VIEW],
            now=utc_now(),
        )
    )
    async with listening(api, {"Authorization": f"Bearer {key}"}) as listener:
        await asyncio.wait_for(listener.has_ended.wait(), 20)
    assert listener.status == 403
