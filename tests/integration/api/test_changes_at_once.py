"""Two who change one thing at once, each something else of it: both changes hold."""

import asyncio
from typing import Any, LiteralString
from uuid import UUID

import pytest

from shared.store.database import Connection, Database
from tests.conftest import Function
from tests.integration.api.scenes import RULES, read

RULE = {"name": "Two", "type": "concurrent_streams", "config": {"max_streams": 2}}
ENTRY = {"what": {"kind": "device", "device_id": "tv"}}
OVERRIDE = {"network": "81.2.69.0/24", "kind": "vpn"}

A_RULE: LiteralString = "UPDATE analytics_sharing_rules SET severity = 5 WHERE id = %s"
AN_ENTRY: LiteralString = "UPDATE trusted_entries SET expires_at = '2099-01-01Z' WHERE id = %s"
AN_OVERRIDE: LiteralString = "UPDATE network_overrides SET kind = 'hosting' WHERE id = %s"


@pytest.mark.parametrize(
    ("path", "said", "first", "changed", "second"),
    [
        (RULES, RULE, A_RULE, "severity", {"name": "Two at most"}),
        ("/api/v1/analytics/trusted-entries", ENTRY, AN_ENTRY, "expires_at", {"note": "Hers."}),
        ("/api/v1/analytics/network-overrides", OVERRIDE, AN_OVERRIDE, "kind", {"note": "Ours."}),
    ],
    ids=["rule", "trusted entry", "override"],
)
async def test_of_two_changes_at_once_neither_is_lost(
    api: Function,
    database: Database,
    *,
    path: str,
    said: dict[str, Any],
    first: LiteralString,
    changed: str,
    second: dict[str, str],
) -> None:
    answer = await api.call("POST", path, json=said)
    assert answer.status_code == 201, answer.text
    made = answer.json()
    where = f"{path}/{made['id']}"

    async def change(connection: Connection) -> asyncio.Task[Any]:
        await connection.execute(first, [UUID(made["id"])])
        other = asyncio.create_task(api.call("PATCH", where, json=second))
        while not (other.done() or await waits(connection)):
            continue
        return other

    answer = await (await database.run(change))
    assert answer.status_code == 200, answer.text
    shown = await read(api, where)
    assert shown[changed] != made[changed]
    assert {name: shown[name] for name in second} == second


async def waits(connection: Connection) -> bool:
    """Say, a moment later, whether somebody waits for what this transaction holds."""
    await connection.execute("SELECT pg_sleep(0.02)")
    blocked: LiteralString = (
        "SELECT FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))"
    )
    return await (await connection.execute(blocked)).fetchone() is not None
