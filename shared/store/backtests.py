"""Backtests in the database: what was asked, the portions of the work, and what they found."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.rows import DictRow

from shared.store.database import Connection, one
from shared.store.queries import json_text, load

_SQL = load("backtests")

PORTION = 500
"""People of a portion: some seconds of work."""

TRIES = 5
"""Times that a portion is begun before its backtest has failed."""

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Asked:
    """A backtest that is asked for; rules are as their rows hold them."""

    id: UUID
    rule: Row
    rule_id: UUID | None
    live_rules: Sequence[Row]
    start_at: datetime
    end_at: datetime
    user_ids: Sequence[UUID] | None


@dataclass(frozen=True, slots=True)
class Portion:
    """A portion that is ours until the lease ends; the token proves it."""

    backtest_id: UUID
    number: int
    first_user: UUID
    last_user: UUID
    fencing_token: int
    rule: Row
    live_rules: Sequence[Row]
    start_at: datetime
    end_at: datetime
    user_ids: Sequence[UUID] | None

    def key(self) -> dict[str, object]:
        """Return what finds it in the database, as long as it is ours."""
        names = ("backtest_id", "number", "fencing_token")
        return {name: getattr(self, name) for name in names}


async def choose_people(connection: Connection, *, limit: int) -> list[UUID]:
    """Return the people who were active last."""
    cursor = await connection.execute(_SQL["choose_people"], {"limit": limit})
    return [row["user_id"] for row in await cursor.fetchall()]


async def add(connection: Connection, asked: Asked, *, actor: str, now: datetime) -> None:
    """Keep a backtest that is asked for, with the portions of its work."""
    user_ids = None if asked.user_ids is None else list(asked.user_ids)
    await connection.execute(
        _SQL["add_backtest"],
        {
            "id": asked.id,
            "rule": json_text(asked.rule),
            "rule_id": asked.rule_id,
            "live_rules": json_text(asked.live_rules),
            "start_at": asked.start_at,
            "end_at": asked.end_at,
            "user_ids": user_ids,
            "actor": actor,
            "now": now,
        },
    )
    await connection.execute(
        _SQL["add_portions"], {"id": asked.id, "user_ids": user_ids, "size": PORTION}
    )


async def list_rows(
    connection: Connection,
    *,
    now: datetime,
    limit: int = 1,
    backtest_id: UUID | None = None,
    before: UUID | None = None,
) -> list[DictRow]:
    """Return backtests with how far they are, newest first; one alone, if its id is given."""
    cursor = await connection.execute(
        _SQL["list_backtests"],
        {"id": backtest_id, "before": before, "limit": limit, "tries": TRIES, "now": now},
    )
    return await cursor.fetchall()


async def count_waiting(connection: Connection, *, now: datetime) -> int:
    """Return how many portions somebody could work on."""
    cursor = await connection.execute(_SQL["count_waiting"], {"now": now, "tries": TRIES})
    return one(await cursor.fetchone())["portions"]


async def claim(connection: Connection, *, lease_until: datetime, now: datetime) -> Portion | None:
    """Claim a portion; ``None`` if there is none, or a rival was faster."""
    cursor = await connection.execute(
        _SQL["claim_portion"], {"lease_until": lease_until, "now": now, "tries": TRIES}
    )
    row = await cursor.fetchone()
    return None if row is None else Portion(**row)


async def list_people(connection: Connection, portion: Portion) -> list[UUID]:
    """Return the people of a portion."""
    user_ids = None if portion.user_ids is None else list(portion.user_ids)
    cursor = await connection.execute(
        _SQL["list_portion_people"],
        {
            "first_user": portion.first_user,
            "last_user": portion.last_user,
            "user_ids": user_ids,
        },
    )
    return [row["user_id"] for row in await cursor.fetchall()]


async def finish(
    connection: Connection,
    portion: Portion,
    *,
    cases: Sequence[Row],
    weeks: Sequence[Row],
    now: datetime,
) -> bool:
    """Keep what a portion found and close it; ``False`` if it is not this holder's any more."""
    cursor = await connection.execute(
        _SQL["finish_portion"], portion.key() | {"weeks": json_text(weeks), "now": now}
    )
    if cursor.rowcount != 1:
        return False
    await connection.execute(_SQL["add_cases"], {"rows": json_text(cases)})
    return True


async def release(connection: Connection, portion: Portion, *, error: str, now: datetime) -> None:
    """Give a portion back, with what went wrong."""
    values = portion.key() | {"error": error, "now": now}
    await connection.execute(_SQL["release_portion"], values)


async def list_cases(
    connection: Connection,
    backtest_id: UUID,
    *,
    limit: int,
    after: tuple[int, UUID] | None = None,
) -> list[DictRow]:
    """Return cases that a backtest found, the worst first."""
    occurrences, user_id = after or (None, None)
    cursor = await connection.execute(
        _SQL["list_cases"],
        {"id": backtest_id, "after": occurrences, "after_user": user_id, "limit": limit},
    )
    return await cursor.fetchall()


async def sum_cases(connection: Connection, backtest_id: UUID) -> DictRow:
    """Return how many people, findings and alerts a backtest came to."""
    cursor = await connection.execute(_SQL["sum_cases"], {"id": backtest_id})
    return one(await cursor.fetchone())


async def sum_weeks(connection: Connection, backtest_id: UUID) -> list[DictRow]:
    """Return cases and alerts by week."""
    return await (await connection.execute(_SQL["sum_weeks"], {"id": backtest_id})).fetchall()


async def sum_effects(connection: Connection, backtest_id: UUID, *, limit: int) -> list[DictRow]:
    """Return the trusted entries that would have changed most."""
    cursor = await connection.execute(_SQL["sum_effects"], {"id": backtest_id, "limit": limit})
    return await cursor.fetchall()


async def cancel(connection: Connection, backtest_id: UUID, *, now: datetime) -> bool:
    """Stop a backtest; say whether there was anything left to stop."""
    cursor = await connection.execute(_SQL["cancel_backtest"], {"id": backtest_id, "now": now})
    return cursor.rowcount == 1


async def delete(connection: Connection, backtest_id: UUID) -> bool:
    """Forget a backtest and what it found; say whether there was one."""
    cursor = await connection.execute(_SQL["delete_backtest"], {"id": backtest_id})
    return cursor.rowcount == 1


async def forget(connection: Connection, *, before: datetime) -> int:
    """Forget backtests asked for before then; return how many."""
    return (await connection.execute(_SQL["forget_backtests"], {"before": before})).rowcount
