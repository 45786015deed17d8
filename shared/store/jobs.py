"""Runs of scheduled jobs: claimed by one worker at a time, kept as a record."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from psycopg.rows import DictRow

from shared.store.database import Connection
from shared.store.queries import load

_SQL = load("jobs")


@dataclass(frozen=True, slots=True)
class Claim:
    """A run that is ours until the lease ends; the token proves it."""

    job: str
    scheduled_at: datetime
    token: int


async def claim(
    connection: Connection,
    job: str,
    scheduled_at: datetime,
    *,
    lease_until: datetime,
    now: datetime,
) -> Claim | None:
    """Claim a run; ``None`` if it is done or somebody else is at it."""
    cursor = await connection.execute(
        _SQL["claim"],
        {"job": job, "scheduled_at": scheduled_at, "lease_until": lease_until, "now": now},
    )
    row = await cursor.fetchone()
    return None if row is None else Claim(job, scheduled_at, row["fencing_token"])


async def finish(
    connection: Connection,
    claimed: Claim,
    *,
    state: Literal["done", "failed"],
    now: datetime,
    counts: Mapping[str, int] | None = None,
    error: str | None = None,
) -> bool:
    """Close a run; ``False`` if it was taken over meanwhile."""
    cursor = await connection.execute(
        _SQL["finish"],
        {
            "job": claimed.job,
            "scheduled_at": claimed.scheduled_at,
            "token": claimed.token,
            "state": state,
            "now": now,
            "counts": None if counts is None else json.dumps(counts),
            "error": error,
        },
    )
    return cursor.rowcount == 1


async def list_latest(connection: Connection) -> list[DictRow]:
    """Return the latest run of each job, by name."""
    return await (await connection.execute(_SQL["list_latest"])).fetchall()


async def forget_runs(connection: Connection, *, before: datetime) -> int:
    """Forget runs scheduled before then; return how many."""
    return (await connection.execute(_SQL["forget_runs"], {"before": before})).rowcount
