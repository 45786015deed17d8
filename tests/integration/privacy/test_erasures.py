"""Erasing somebody: nothing is left anywhere, nothing brings them back, and it may be killed."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar
from uuid import uuid4

import pytest

from shared.services.audit import verify
from shared.services.erasures import erase_waiting
from shared.settings import Settings
from shared.store import rollups
from shared.store.database import Connection, Database
from shared.store.personal import BOUNDS, KEPT_TABLES, MENTIONS, PERSONAL_TABLES, SPLIT_FIRST
from tests.conftest import Function
from tests.integration.api.scenes import KEYS, Json, ago, read, start, starting
from tests.integration.privacy.people import (
    ACCOUNT,
    DEVICES,
    NAME,
    SEVERAL,
    USERS,
    Somebody,
    tables_naming,
    tables_of,
)
from tests.places import LONDON

SESSIONS = "/api/v1/analytics/sessions"
ERASURES = "/api/v1/analytics/erasures"

Result = TypeVar("Result")


async def erase(api: Function, somebody: Somebody, **said: object) -> Json:
    body = {"confirm": NAME} | said
    answer = await api.call("POST", f"{USERS}/{somebody.user_id}/erase", json=body)
    assert answer.status_code == 202, answer.text
    return answer.json()


async def run(cleanup: Function) -> Json:
    answer = await cleanup.job("/erasures")
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_every_table_has_something_of_who_is_erased_before_and_none_after(
    api: Function, cleanup: Function, database: Database, ada: Somebody
) -> None:
    before = await tables_naming(database, *ada.names)
    personal = {table.name for table in PERSONAL_TABLES}
    unseeded = {"dirty_items", "erasures", "group_players", "user_period_statistics"}
    assert personal - before.keys() <= unseeded
    assert before.keys() - personal >= {
        "audit_log",
        "analytics_sharing_rules",
        "network_overrides",
        "backtests",
        "backtest_portions",
        "deliveries",
    }
    asked = await erase(api, ada)
    assert await run(cleanup) == {"erased": 1}
    assert await tables_naming(database, *ada.names) == {}
    done = await read(api, f"{ERASURES}/{asked['id']}")
    assert (done["state"], done["user_id"]) == ("done", None)
    assert done["deleted_sessions"] == done["expected"]["sessions"] == SEVERAL + 1


async def test_others_keep_what_is_theirs(
    api: Function, cleanup: Function, database: Database, ada: Somebody
) -> None:
    before = await tables_naming(database, str(ada.other_id))
    await erase(api, ada)
    await run(cleanup)
    after = await tables_naming(database, str(ada.other_id))
    shared = {"audit_log", "trusted_entries", "backtests", "backtest_portions", "trust_ledger"}
    assert {t: r for t, r in after.items() if t not in shared} == {
        t: r for t, r in before.items() if t not in shared
    }
    assert [r for r in after["trust_ledger"] if "lent it to (erased)" in r]
    rules = await read(api, "/api/v1/analytics/rules")
    [hers] = [rule for rule in rules["data"] if rule["name"] == "hers"]
    assert hers["scope"]["users"] == ["00000000-0000-0000-0000-000000000000"]


async def test_the_sums_of_the_server_are_those_of_the_others(
    api: Function, cleanup: Function, database: Database, settings: Settings, ada: Somebody
) -> None:
    async def sums(connection: Connection) -> list[Any]:
        found: list[Any] = []
        for table in (
            "quarter_hour_statistics",
            "clock_statistics",
            "play_statistics",
            "item_statistics",
            "group_statistics",
        ):
            cursor = await connection.execute(
                f"SELECT to_jsonb(t)::text AS row FROM {table} AS t"  # noqa: S608
                " WHERE sessions <> 0 OR watched_ms <> 0 ORDER BY 1".encode()
            )
            found += [row["row"] for row in await cursor.fetchall()]
        return found

    await erase(api, ada)
    await run(cleanup)
    counted = await database.run(sums)
    assert counted
    await database.run(lambda connection: rollups.sum_up(connection, zone=settings.zone))
    assert await database.run(sums) == counted


async def test_the_audit_log_still_says_who_did_what_and_its_chain_holds(
    api: Function, cleanup: Function, database: Database, ada: Somebody
) -> None:
    before = (await read(api, "/api/v1/admin/audit"))["data"]
    await erase(api, ada)
    await run(cleanup)
    after = (await read(api, "/api/v1/admin/audit"))["data"]
    assert [(e["actor"], e["action"]) for e in after[1:]] == [
        (e["actor"], e["action"]) for e in before
    ]
    assert (after[0]["action"], after[0]["erased_at"]) == ("user.erase", None)
    assert {e["action"] for e in after if e["erased_at"]} >= {"trust.reset", "rule.create"}
    assert all(not e["details"] for e in after if e["erased_at"])
    found = await verify(database)
    assert (found.broken, found.end.number) == (None, len(after))


async def test_whoever_is_called_as_many_things_are_takes_nobodys_name_away(
    api: Function, ingest: Function, cleanup: Function
) -> None:
    user_id = (await start(ingest, user_name="bootstrap"))["user_id"]
    answer = await api.call("POST", f"{USERS}/{user_id}/erase", json={"confirm": user_id})
    assert answer.status_code == 202
    await run(cleanup)
    entries = (await read(api, "/api/v1/admin/audit"))["data"]
    assert {entry["actor"] for entry in entries} == {"key:bootstrap"}


async def test_no_late_event_brings_somebody_back(
    api: Function, ingest: Function, cleanup: Function, database: Database, ada: Somebody
) -> None:
    listed = await read(api, SESSIONS, params={"user_id": str(ada.user_id), "active": "true"})
    [active] = listed["data"]
    await erase(api, ada)
    await run(cleanup)
    by_id = f"{SESSIONS}/{active['id']}"
    assert (await ingest.call("PUT", by_id, json={})).status_code == 404
    assert (await ingest.call("POST", f"{by_id}/stop")).status_code == 404
    late = starting(user_id=ACCOUNT, user_name=NAME, device_id=DEVICES[0], ip_address=LONDON)
    started = await ingest.call("POST", SESSIONS, json=late)
    assert (started.status_code, started.json()["code"]) == (404, "user_erased")
    events = [late | {"event": kind} for kind in ("start", "progress", "stop")]
    batch = await ingest.call("POST", f"{SESSIONS}/batch", json={"events": events})
    assert {result["status"] for result in batch.json()["results"]} == {404}
    described = await ingest.call("PUT", f"{USERS}/{ada.user_id}", json={"name": NAME})
    assert (described.status_code, described.json()["code"]) == (404, "user_erased")
    assert await tables_naming(database, *ada.names) == {}


async def test_what_comes_before_the_work_begins_is_erased_with_the_rest(
    api: Function, ingest: Function, cleanup: Function, database: Database, ada: Somebody
) -> None:
    await erase(api, ada)
    late = starting(user_id=ACCOUNT, user_name=NAME, ip_address=LONDON)
    await ingest.call("POST", SESSIONS, json=late)
    await ingest.call("PUT", f"{USERS}/{ada.user_id}", json={"email": "late@unmistakable.example"})
    await run(cleanup)
    assert await tables_naming(database, *ada.names, "late@unmistakable") == {}


async def test_events_at_the_same_time_leave_nothing_behind(
    api: Function, ingest: Function, cleanup: Function, database: Database, ada: Somebody
) -> None:
    async def go_on() -> None:
        for number in range(40):
            await ingest.call(
                "POST", SESSIONS, json=starting(user_id=ACCOUNT, content_id=f"late {number}")
            )

    await asyncio.gather(go_on(), erase(api, ada), run(cleanup), go_on())
    await run(cleanup)
    await go_on()
    assert await tables_naming(database, *ada.names) == {}


class KilledError(Exception):
    """The worker is gone."""


class Dying(Database):
    """A database whose user is killed after some transactions."""

    def __init__(self, settings: Settings, left: int) -> None:
        super().__init__(settings)
        self.left = left

    async def run(self, work: Callable[[Connection], Awaitable[Result]]) -> Result:
        """Run the work, unless it is too late."""
        if self.left == 0:
            raise KilledError
        self.left -= 1
        return await super().run(work)


@pytest.mark.parametrize("transactions", range(1, 7))
async def test_an_erasure_that_is_killed_is_gone_on_with(
    api: Function, database: Database, settings: Settings, ada: Somebody, transactions: int
) -> None:
    await erase(api, ada)
    dying = Dying(settings, transactions)
    await dying.open()
    with pytest.raises(KilledError):
        await erase_waiting(dying, settings)
    await dying.close()
    assert await erase_waiting(database, settings) == {"erased": 0}, "it is leased"
    await database.run(_end_lease)
    assert await erase_waiting(database, settings) == {"erased": 1}
    assert await tables_naming(database, *ada.names) == {}
    assert (await verify(database)).broken is None


async def _end_lease(connection: Connection) -> None:
    await connection.execute("UPDATE erasures SET leased_until = '-infinity'")


async def test_who_asks_twice_gets_the_same_erasure_and_it_is_done_once(
    api: Function, cleanup: Function, ada: Somebody
) -> None:
    first, second = await asyncio.gather(erase(api, ada), erase(api, ada, confirm=str(ada.user_id)))
    assert first["id"] == second["id"]
    counts = await asyncio.gather(*(cleanup.job("/erasures") for _ in range(3)))
    assert sum(answer.json().get("erased", 0) for answer in counts) == 1
    again = await api.call("POST", f"{USERS}/{ada.user_id}/erase", json={"confirm": NAME})
    assert (again.status_code, again.json()["code"]) == (404, "user_not_found")
    actions = [e["action"] for e in (await read(api, "/api/v1/admin/audit"))["data"]]
    assert actions.count("user.erase") == 1


async def test_a_dry_run_says_what_would_go_and_changes_nothing(
    api: Function, database: Database, ada: Somebody
) -> None:
    before = await tables_naming(database, *ada.names)
    answer = await api.call("POST", f"{USERS}/{ada.user_id}/erase", json={"dry_run": True})
    assert (answer.status_code, answer.json()["state"]) == (200, "preview")
    expected = answer.json()["expected"]
    assert (expected["sessions"], expected["devices"], expected["user"]) == (SEVERAL + 1, 2, 1)
    assert await tables_naming(database, *ada.names) == before
    assert (await read(api, ERASURES))["data"] == []


@pytest.mark.parametrize("confirm", ["", "Ada", "bo", None])
async def test_what_does_not_name_the_person_confirms_nothing(
    api: Function, ada: Somebody, confirm: str | None
) -> None:
    answer = await api.call("POST", f"{USERS}/{ada.user_id}/erase", json={"confirm": confirm})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "confirm"
    assert (await read(api, f"{USERS}/{ada.user_id}"))["name"] == NAME


async def test_nobody_is_erased_without_the_permission(api: Function, ada: Somebody) -> None:
    made = await api.call("POST", KEYS, json={"name": "m", "role": "moderator"})
    headers = {"Authorization": f"Bearer {made.json()['key']}"}
    path = f"{USERS}/{ada.user_id}"
    for method, url in (
        ("POST", f"{path}/erase"),
        ("POST", f"{path}/readmit"),
        ("GET", ERASURES),
        ("GET", f"{ERASURES}/{uuid4()}"),
    ):
        answer = await api.call(method, url, json={"confirm": NAME}, headers=headers)
        assert answer.status_code == 403, url


async def test_an_unknown_person_and_an_unknown_erasure_are_said_so(api: Function) -> None:
    answer = await api.call("POST", f"{USERS}/{uuid4()}/erase", json={"confirm": "x"})
    assert (answer.status_code, answer.json()["code"]) == (404, "user_not_found")
    answer = await api.call("GET", f"{ERASURES}/{uuid4()}")
    assert (answer.status_code, answer.json()["code"]) == (404, "erasure_not_found")


async def test_who_is_let_in_again_begins_anew(
    api: Function, ingest: Function, cleanup: Function, ada: Somebody
) -> None:
    path = f"{USERS}/{ada.user_id}/readmit"
    assert (await api.call("POST", path)).json()["code"] == "user_not_erased"
    await erase(api, ada)
    assert (await api.call("POST", path)).json()["code"] == "user_not_erased"
    await run(cleanup)
    assert (await api.call("POST", path)).status_code == 204
    await start(ingest, user_id=ACCOUNT, user_name=NAME, started_at=ago(1), event_at=ago(1))
    listed = await read(api, SESSIONS, params={"user_id": str(ada.user_id)})
    assert len(listed["data"]) == 1


async def test_every_column_with_the_id_of_a_user_says_what_becomes_of_it(
    database: Database,
) -> None:
    async def columns(connection: Connection) -> set[tuple[str, str]]:
        tables = await tables_of(connection)
        cursor = await connection.execute(
            "SELECT table_name, column_name FROM information_schema.columns"
            " WHERE table_schema = 'public' AND udt_name IN ('uuid', '_uuid')"
            " AND column_name LIKE '%%user%%' AND table_name = ANY(%s)",
            [tables],
        )
        return {(row["table_name"], row["column_name"]) for row in await cursor.fetchall()}

    declared = {(table.name, column) for table in PERSONAL_TABLES for column in table.columns}
    declared |= {(mention.table, mention.column) for mention in MENTIONS}
    declared |= {(table, column) for table, both in BOUNDS.items() for column in both}
    declared |= SPLIT_FIRST
    missing = await database.run(columns) - declared
    assert not missing, f"say in shared/store/personal.py what erasing a person does to {missing}"


async def test_every_table_and_column_that_is_declared_is_there(database: Database) -> None:
    async def columns(connection: Connection) -> set[tuple[str, str]]:
        cursor = await connection.execute(
            "SELECT table_name, column_name FROM information_schema.columns"
            " WHERE table_schema = 'public'"
        )
        return {(row["table_name"], row["column_name"]) for row in await cursor.fetchall()}

    declared = {
        (table.name, column)
        for table in PERSONAL_TABLES
        for column in (*table.key, *table.columns[:1], *table.hidden)
        if table.name not in KEPT_TABLES
    }
    declared |= {(mention.table, mention.column) for mention in MENTIONS}
    assert declared <= await database.run(columns)
