"""Pins and corrections are let go of when nothing can need them any more."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from shared.domain.network import Network, NetworkClass
from shared.domain.place import Place
from shared.domain.trusted import TrustedDevice, TrustedEntry
from shared.store import people, trusted
from shared.store.database import Connection, Database
from tests.conftest import Function
from tests.integration.api.scenes import ago, start
from tests.places import LINKOPING, LONDON

USER = UUID("01980000-0000-7000-8000-000000000001")
OVERRIDES = "/api/v1/analytics/network-overrides"
ATLANTIS = Place(country="GR", city="Atlantis", latitude=36.4, longitude=25.4)

Functions = Callable[[str], Function]


async def pin(database: Database, days_ago: int) -> None:
    """Pin London's network in Atlantis, last seen so long ago."""
    seen_at = datetime.now(UTC) - timedelta(days=days_ago)
    network = Network(LONDON, NetworkClass.PUBLIC, place=ATLANTIS, address=LONDON)

    async def work(connection: Connection) -> None:
        await people.note(connection, [people.Sighting(USER, seen_at)])
        await people.pin_networks(connection, {(USER, LONDON): network}, now=seen_at)

    await database.run(work)


async def let_go(functions: Functions) -> dict[str, int]:
    answer = await functions("cleanup").job("/partitions")
    assert answer.status_code == 200, answer.text
    return answer.json()


async def take_marks(database: Database) -> set[str]:
    async def take(connection: Connection) -> set[str]:
        cursor = await connection.execute("DELETE FROM dirty_users RETURNING user_id")
        return {str(row["user_id"]) for row in await cursor.fetchall()}

    return await database.run(take)


async def city(functions: Functions) -> Any:
    session = await start(functions("ingest_session"), user_id=str(USER))
    return session["place"]["city"]


async def test_a_pin_not_used_for_90_days_expires(functions: Functions, database: Database) -> None:
    await pin(database, days_ago=91)
    assert (await let_go(functions))["pins"] == 1
    assert await city(functions) == "London"


async def test_a_pin_in_use_stays_however_old_it_is(
    functions: Functions, database: Database
) -> None:
    await pin(database, days_ago=91)
    assert await city(functions) == "Atlantis"
    assert (await let_go(functions))["pins"] == 0
    assert await city(functions) == "Atlantis"


@pytest.mark.parametrize(("days_ago", "gone"), [(89, 0), (91, 1)])
async def test_an_expired_trusted_entry_is_kept_for_as_long_as_sessions_are(
    functions: Functions, database: Database, days_ago: int, gone: int
) -> None:
    now = datetime.now(UTC)
    expired_at = now - timedelta(days=days_ago)

    async def work(connection: Connection) -> None:
        entry = TrustedEntry(id=uuid4(), trusted=TrustedDevice("tv"), expires_at=expired_at)
        await trusted.add(connection, entry, note=None, case_id=None, actor="ada", now=now)

    await database.run(work)
    assert (await let_go(functions))["trusted"] == gone


async def test_an_override_that_expires_has_everybody_looked_at_who_was_seen_there(
    functions: Functions, database: Database
) -> None:
    api, cleanup = functions("api"), functions("cleanup")
    here = (await start(functions("ingest_session")))["user_id"]
    await start(functions("ingest_session"), ip_address=LINKOPING)
    for network in (LONDON, LINKOPING):
        said = {"network": network, "kind": "vpn", "expires_at": ago(-60)}
        assert (await api.call("POST", OVERRIDES, json=said)).status_code == 201

    async def pass_an_hour(connection: Connection) -> None:
        await connection.execute(
            "UPDATE network_overrides SET expires_at = now() WHERE network = %(network)s",
            {"network": f"{LONDON}/32"},
        )

    await database.run(pass_an_hour)
    await take_marks(database)
    assert (await cleanup.job("/overrides")).json() == {"expired": 1}
    assert await take_marks(database) == {here}
    [left] = (await api.call("GET", OVERRIDES)).json()["data"]
    assert left["network"] == f"{LINKOPING}/32"
    later = {"X-CloudScheduler-ScheduleTime": ago(-1)}
    assert (await cleanup.job("/overrides", **later)).json() == {"expired": 0}
    assert await take_marks(database) == set()
