"""Old addresses are truncated everywhere, and what is found of the past stays the same."""

from datetime import timedelta
from uuid import uuid4

import pytest

from shared.services.truncation import truncate_addresses
from shared.settings import Settings
from shared.store.database import Connection, Database
from tests.conftest import Function
from tests.integration.api.scenes import RULES, Json, ago, read, start, tell
from tests.integration.privacy.people import tables_naming
from tests.places import LINKOPING, LONDON, LONDON_IPV6

SESSIONS = "/api/v1/analytics/sessions"
DAY = timedelta(days=1) // timedelta(minutes=1)
NEIGHBOUR = "81.2.69.161"


@pytest.fixture
def after_two_days(settings: Settings) -> Settings:
    return settings.model_copy(update={"analytics_retention_addresses_days": 2})


async def watch(
    ingest: Function, user_id: str, address: str, minutes_ago: float, **said: object
) -> Json:
    """Let somebody watch for ten minutes."""
    run = await start(
        ingest,
        user_id=user_id,
        ip_address=address,
        content_id=uuid4().hex,
        started_at=ago(minutes_ago),
        event_at=ago(minutes_ago),
        **said,
    )
    answer = await ingest.call(
        "POST", f"{SESSIONS}/{run['id']}/stop", json={"event_at": ago(minutes_ago - 10)}
    )
    assert answer.is_success, answer.text
    return run


async def rows(database: Database, statement: str) -> list[Json]:
    async def work(connection: Connection) -> list[Json]:
        return await (await connection.execute(statement.encode())).fetchall()

    return await database.run(work)


async def test_an_old_address_is_nowhere_any_more_and_a_recent_one_stays(
    ingest: Function, api: Function, database: Database, after_two_days: Settings
) -> None:
    user_id = str(uuid4())
    for address in (LINKOPING, LONDON_IPV6):
        await watch(ingest, user_id, address, 3 * DAY)
    await watch(ingest, user_id, LONDON, 1 * DAY)
    await rows(
        database,
        "UPDATE user_networks SET last_seen_at = now() - interval '3 days 1 hour'"
        " WHERE address <> '81.2.69.160' RETURNING 1",
    )
    counts = await truncate_addresses(database, after_two_days)
    assert (counts["sessions"], counts["pins"]) == (2, 2)
    assert await tables_naming(database, LINKOPING, LONDON_IPV6, "2a02:c7f:0:10::") == {}
    listed = (await read(api, SESSIONS, params={"user_id": user_id}))["data"]
    assert {s["ip_address"] for s in listed} == {LONDON, "89.160.20.0", "2a02:c7f::"}
    assert {s["place"]["city"] for s in listed} == {"London", "Linköping"}
    again = await truncate_addresses(database, after_two_days)
    assert again == {"sessions": 0, "cases": 0, "events": 0, "pins": 0}


async def test_networks_that_were_apart_stay_apart(
    ingest: Function, database: Database, after_two_days: Settings
) -> None:
    user_id = str(uuid4())
    for minutes, address in ((5 * DAY, LONDON), (4 * DAY, NEIGHBOUR), (3 * DAY, LONDON)):
        await watch(ingest, user_id, address, minutes)
    await truncate_addresses(database, after_two_days)
    found = await rows(
        database,
        "SELECT network_key, host(ip_address) AS a FROM analytics_sessions ORDER BY started_at",
    )
    first, second, third = (row["network_key"] for row in found)
    assert first == third != second
    assert {row["a"] for row in found} == {"81.2.69.0"}


async def test_a_network_that_changed_in_mid_stream_is_truncated_on_both_sides(
    ingest: Function, database: Database, after_two_days: Settings
) -> None:
    run = await start(ingest, ip_address=LONDON, started_at=ago(3 * DAY), event_at=ago(3 * DAY))
    for address, minutes in ((LINKOPING, 3 * DAY - 20), (LINKOPING, 3 * DAY - 30)):
        await tell(ingest, run["id"], ip_address=address, event_at=ago(minutes))
    await ingest.call("POST", f"{SESSIONS}/{run['id']}/stop", json={"event_at": ago(3 * DAY - 40)})
    await truncate_addresses(database, after_two_days)
    [row] = await rows(database, "SELECT to_jsonb(s)::text AS row FROM analytics_sessions AS s")
    assert LONDON not in row["row"]
    assert LINKOPING not in row["row"]
    assert "81.2.69.0" in row["row"]


async def test_the_same_is_found_of_the_past_as_before(
    ingest: Function, api: Function, database: Database, after_two_days: Settings
) -> None:
    user_id = str(uuid4())
    await watch(ingest, user_id, LONDON, 3 * DAY, device_id="tv")
    await watch(ingest, user_id, LINKOPING, 3 * DAY - 12, device_id="phone")
    await watch(ingest, user_id, LONDON, 3 * DAY - 30, device_id="tv")
    rule: Json = {
        "name": "t",
        "type": "impossible_travel",
        "config": {},
        "severity": 2,
        "mode": "shadow",
    }
    networks: Json = {
        "name": "n",
        "type": "device_velocity",
        "config": {"count": "networks", "max": 1},
        "severity": 3,
        "mode": "shadow",
    }

    async def tried() -> list[Json]:
        found: list[Json] = []
        for one in (rule, networks):
            body = {"rule": one, "user_ids": [user_id]}
            answer = await api.call("POST", f"{RULES}/dry-run", json=body)
            assert answer.status_code == 200, answer.text
            found += answer.json()["data"]
        return found

    before = await tried()
    assert len(before) == 2
    assert (await truncate_addresses(database, after_two_days))["sessions"] == 3
    after = await tried()
    assert [(c["user_id"], c["occurrences"]) for c in after] == [
        (c["user_id"], c["occurrences"]) for c in before
    ]


@pytest.mark.usefixtures("ada")
async def test_evidence_of_a_case_that_was_closed_long_ago_is_truncated_and_of_others_not(
    database: Database, after_two_days: Settings
) -> None:
    old = "last_seen_at = now() - interval '40 days'"
    await rows(database, f"UPDATE analytics_sharing_violations SET {old} RETURNING 1")  # noqa: S608
    assert (await truncate_addresses(database, after_two_days))["cases"] == 0
    closed = "state = 'acknowledged', closed_at = now() - interval '31 days'"
    await rows(database, f"UPDATE analytics_sharing_violations SET {closed} RETURNING 1")  # noqa: S608
    await rows(database, "UPDATE outbox SET created_at = now() - interval '3 days' RETURNING 1")
    counts = await truncate_addresses(database, after_two_days)
    assert (counts["cases"], counts["events"] > 0) == (1, True)
    named = await tables_naming(database, LONDON, LINKOPING)
    assert not named.keys() & {"analytics_sharing_violations", "outbox"}


async def test_nothing_is_truncated_unless_it_is_asked_for(
    ingest: Function, database: Database, settings: Settings
) -> None:
    await watch(ingest, str(uuid4()), LONDON, 60 * DAY)
    assert (await truncate_addresses(database, settings))["sessions"] == 0
