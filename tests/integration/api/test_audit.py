"""The audit log over HTTP: what was done, and the proof that nobody rewrote it."""

import asyncio
import csv
from datetime import UTC, datetime
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from shared.services import audit as audit_service
from shared.services.audit import verify
from shared.store import audit
from shared.store.database import Connection, Database
from tests.conftest import Function
from tests.integration.api.conftest import CallerWith
from tests.integration.api.scenes import KEYS, Json, read

AUDIT = "/api/v1/admin/audit"


async def note(database: Database, *actions: str, details: dict[str, Any] | None = None) -> None:
    for action in actions:
        await database.run(
            lambda connection, action=action: audit.add(
                connection,
                actor="key:clerk",
                action=action,
                subject="x",
                now=datetime.now(UTC),
                details=details,
            )
        )


async def change(database: Database, statement: str) -> None:
    async def work(connection: Connection) -> None:
        await connection.execute(statement.encode())

    await database.run(work)


async def verified(api: Function) -> Json:
    return await read(api, f"{AUDIT}/verify")


async def test_an_act_is_listed_with_who_did_it_and_to_what(api: Function) -> None:
    made = (await api.call("POST", KEYS, json={"name": "wall", "role": "viewer"})).json()
    [entry] = (await read(api, AUDIT))["data"]
    assert (entry["actor"], entry["action"], entry["subject"]) == (
        "key:bootstrap",
        "key.create",
        made["id"],
    )
    assert (entry["number"], entry["details"]["name"]) == (1, "wall")


async def test_entries_are_filtered_paged_counted_and_exported(
    api: Function, database: Database
) -> None:
    await note(database, "rule.create", "key.create", "key.revoke")
    asked: Json = {"action": "key", "limit": 1, "total": True}
    first = await read(api, AUDIT, params=asked)
    assert ([e["action"] for e in first["data"]], first["page"]["total"]) == (["key.revoke"], 2)
    asked |= {"cursor": first["page"]["next_cursor"]}
    rest = await read(api, AUDIT, params=asked)
    assert [e["action"] for e in rest["data"]] == ["key.create"]
    assert (await read(api, AUDIT, params={"actor": "key:other"}))["data"] == []
    assert len((await read(api, AUDIT, params={"subject": "x"}))["data"]) == 3
    file = await api.call("GET", AUDIT, params={"format": "csv"})
    assert [row["number"] for row in csv.DictReader(file.text.splitlines())] == ["3", "2", "1"]


async def test_only_who_may_see_the_log_sees_it(api: Function, caller: CallerWith) -> None:
    for role in ("moderator", "viewer", "service", "integration"):
        headers = await caller(role)
        for path in (AUDIT, f"{AUDIT}/verify"):
            assert (await api.call("GET", path, headers=headers)).status_code == 403, (role, path)
    auditor = await caller("viewer", "analytics.audit.view")
    assert (await api.call("GET", AUDIT, headers=auditor)).status_code == 200


async def test_a_log_that_nobody_touched_is_intact_over_many_lots(
    api: Function, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert (await verified(api))["verified"] == 0
    await note(database, *["rule.create"] * 5, details={"ratio": 0.1, "large": 1e22, "name": "é"})
    monkeypatch.setattr(audit_service, "LOT", 2)
    found = await verified(api)
    last = (await read(api, AUDIT, params={"limit": 1}))["data"][0]
    assert (found["intact"], found["verified"], found["hash"]) == (True, 5, last["hash"])


@pytest.mark.parametrize(
    ("statement", "number", "is_there"),
    [
        ("UPDATE audit_log SET details = '{\"a\": 1}' WHERE number = 2", 2, True),
        ("UPDATE audit_log SET actor = 'key:other' WHERE number = 2", 2, True),
        ("UPDATE audit_log SET at = at - interval '1 day' WHERE number = 2", 2, True),
        ("DELETE FROM audit_log WHERE number = 2", 2, False),
        ("DELETE FROM audit_log WHERE number = 4", 4, False),
        ("DELETE FROM audit_log", 1, False),
        ("UPDATE audit_chain SET hash = sha256('x')", 4, False),
    ],
    ids=["details", "actor", "time", "middle gone", "last gone", "all gone", "end"],
)
async def test_the_first_entry_that_was_tampered_with_is_named(
    api: Function,
    database: Database,
    statement: str,
    number: int,
    is_there: bool,  # noqa: FBT001
) -> None:
    await note(database, *["rule.create"] * 4)
    # An owner of the table may take the right that its migration takes away.
    await change(database, "GRANT ALL ON audit_log TO CURRENT_USER")
    await change(database, statement)
    found = await verified(api)
    assert (found["intact"], found["broken"]["number"]) == (False, number)
    assert (found["broken"]["id"] is not None) == is_there


async def test_acts_at_once_make_one_chain(api: Function, database: Database) -> None:
    await asyncio.gather(*(note(database, "rule.create", "rule.delete") for _ in range(10)))
    found = await verified(api)
    assert (found["intact"], found["verified"]) == (True, 20)


async def test_an_act_that_is_undone_leaves_no_gap(api: Function, database: Database) -> None:
    await note(database, "rule.create")

    async def fail(connection: Connection) -> None:
        await audit.add(connection, actor="a", action="b", subject="c", now=datetime.now(UTC))
        raise InterruptedError

    with pytest.raises(InterruptedError):
        await database.run(fail)
    await note(database, "rule.delete")
    assert (await verified(api))["verified"] == 2


@hypothesis_settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.dictionaries(
        st.text(st.characters(exclude_characters="\x00", codec="utf-8"), max_size=4),
        st.floats(allow_nan=False, allow_infinity=False) | st.integers() | st.booleans(),
        max_size=3,
    )
)
async def test_what_the_database_gives_back_is_what_was_sealed(
    database: Database, details: dict[str, Any]
) -> None:
    await note(database, "rule.create", details=details)
    assert (await verify(database)).broken is None


async def test_entries_older_than_the_chain_are_counted_apart(
    api: Function, database: Database
) -> None:
    await change(
        database,
        "INSERT INTO audit_log (id, at, actor, action, subject)"
        " VALUES (uuidv7(), now(), 'key:old', 'key.create', 'x')",
    )
    await note(database, "rule.create")
    found = await verified(api)
    assert (found["intact"], found["verified"], found["unchained"]) == (True, 1, 1)
    assert {entry["number"] for entry in (await read(api, AUDIT))["data"]} == {None, 1}


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM audit_log",
        "TRUNCATE audit_log",
        "UPDATE audit_log SET hash = hash",
        "UPDATE audit_log SET at = at",
        "DELETE FROM audit_chain",
    ],
)
async def test_the_role_of_the_functions_may_neither_rewrite_nor_remove_entries(
    database: Database, statement: str
) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        await change(database, statement)
