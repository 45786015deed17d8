"""Cases in the database."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg import sql
from psycopg.errors import UniqueViolation
from psycopg.rows import DictRow

from shared.domain.case import Case, CaseState
from shared.domain.finding import Fact
from shared.domain.rules.rule import Rule
from shared.errors import ConflictError
from shared.store.database import Connection, one
from shared.store.queries import load

_SQL = load("cases")

_LISTED = sql.SQL(_SQL["listed"])
_LIST_CASES = sql.SQL(_SQL["list_cases"]).format(listed=_LISTED)
_LIST_LINES = sql.SQL(_SQL["list_lines"]).format(listed=_LISTED)

_UNFILTERED: Mapping[str, object] = {
    "id": None,
    "user_id": None,
    "rule_id": None,
    "rule_type": None,
    "state": None,
    "states": None,
    "mode": None,
    "severity": None,
    "severities": None,
    "start": None,
    "end": None,
    "after_at": None,
    "after_id": None,
    "limit": 1,
    "offset": 0,
}


@dataclass(frozen=True, slots=True)
class StoredCase:
    """A case with the rule and person it belongs to."""

    rule_id: UUID
    case: Case


async def list_for_user(
    connection: Connection, user_id: UUID, *, closed_since: datetime
) -> list[StoredCase]:
    """Return a person's cases that are open or were closed since then, oldest first."""
    cursor = await connection.execute(
        _SQL["list_for_user"], {"user_id": user_id, "closed_since": closed_since}
    )
    return [StoredCase(row["rule_id"], _case(row)) for row in await cursor.fetchall()]


async def list_users_with_open(connection: Connection, user_ids: Sequence[UUID]) -> set[UUID]:
    """Return which of these people have an open case."""
    cursor = await connection.execute(_SQL["list_users_with_open"], {"user_ids": list(user_ids)})
    return {row["user_id"] for row in await cursor.fetchall()}


async def list_shadow(connection: Connection, *, seen_since: datetime) -> list[DictRow]:
    """Return cases of rules in shadow that were seen since then, each with its findings."""
    cursor = await connection.execute(_SQL["list_shadow"], {"seen_since": seen_since})
    return await cursor.fetchall()


async def add(
    connection: Connection,
    case_id: UUID,
    *,
    user_id: UUID,
    rule: Rule,
    case: Case,
    details: Mapping[str, Fact],
    notify_due_at: datetime | None,
    now: datetime,
) -> None:
    """Open a case. The database refuses a second one of the rule and person."""
    await connection.execute(
        _SQL["add_case"],
        _columns(case, details, notify_due_at)
        | {
            "user_id": user_id,
            "id": case_id,
            "rule_id": rule.id,
            "rule_type": rule.type,
            "severity": rule.severity,
            "mode": rule.mode,
            "now": now,
        },
    )


async def grow(
    connection: Connection,
    *,
    user_id: UUID,
    case: Case,
    details: Mapping[str, Fact],
    notify_due_at: datetime | None,
) -> None:
    """Write what findings added to a case."""
    key = {"user_id": user_id, "id": case.id}
    await connection.execute(_SQL["grow_case"], _columns(case, details, notify_due_at) | key)


async def take_due_messages(connection: Connection, user_id: UUID, *, now: datetime) -> list[UUID]:
    """Return a person's open cases of which a message is due, and take them off the list."""
    cursor = await connection.execute(_SQL["take_due_messages"], {"user_id": user_id, "now": now})
    return [row["id"] for row in await cursor.fetchall()]


async def next_message(connection: Connection, user_id: UUID) -> datetime | None:
    """Return when the next message about a person's cases is due."""
    cursor = await connection.execute(_SQL["next_message"], {"user_id": user_id})
    row = await cursor.fetchone()
    return None if row is None else row["due_at"]


async def list_rows(connection: Connection, filters: Mapping[str, object]) -> list[DictRow]:
    """Return cases with the names of person and rule, latest first.

    ``filters`` holds what is asked for: parameters of ``list_cases``, each optional.
    """
    return await _read(connection, _LIST_CASES, filters)


async def list_lines(connection: Connection, filters: Mapping[str, object]) -> list[DictRow]:
    """Return what lines of the map tell of cases; ``filters`` as for ``list_rows``.

    ``paths`` has a path for each finding: a place for each segment, null where it is not known.
    """
    return await _read(connection, _LIST_LINES, filters)


async def count_rows(connection: Connection, filters: Mapping[str, object]) -> int:
    """Return how many cases there are; ``filters`` as for ``list_rows``."""
    cursor = await connection.execute(
        _SQL["count_cases"], {**_UNFILTERED, **filters}, prepare=False
    )
    return one(await cursor.fetchone())["cases"]


async def find_row(connection: Connection, case_id: UUID) -> DictRow | None:
    """Return one case as lists show it."""
    rows = await list_rows(connection, {"id": case_id})
    return rows[0] if rows else None


async def judge(
    connection: Connection,
    *,
    user_id: UUID,
    case_id: UUID,
    before: Collection[CaseState],
    state: CaseState,
    actor: str,
    now: datetime,
) -> CaseState | None:
    """Move a case from one of some states to another; return which it was, ``None`` if none.

    Raises:
        ConflictError: it is to be opened, and another of its rule and person is open.
    """
    judged = {"user_id": user_id, "id": case_id, "before": sorted(before), "state": state}
    try:
        # A savepoint: what the caller wrote before stays.
        async with connection.transaction():
            cursor = await connection.execute(
                _SQL["judge_case"], judged | {"actor": actor, "now": now}
            )
    except UniqueViolation as error:
        raise ConflictError(
            "Another violation of this rule and person is open: judge that one first.",
            code="violation_open_already",
        ) from error
    row = await cursor.fetchone()
    return None if row is None else CaseState(row["before"])


async def _read(
    connection: Connection, statement: sql.Composed, filters: Mapping[str, object]
) -> list[DictRow]:
    # Unprepared, so that each question is planned for the filters it has.
    cursor = await connection.execute(statement, {**_UNFILTERED, **filters}, prepare=False)
    return await cursor.fetchall()


def _columns(
    case: Case, details: Mapping[str, Fact], notify_due_at: datetime | None
) -> dict[str, Any]:
    return {
        "behaviour_keys": sorted(case.behaviour_keys),
        "finding_identities": sorted(case.finding_identities),
        "occurrences": case.occurrences,
        "first_seen_at": case.first_seen_at,
        "last_seen_at": case.last_seen_at,
        "notified_at": case.last_notified_at,
        "notify_due_at": notify_due_at,
        "details": json.dumps(details),
    }


def _case(row: DictRow) -> Case:
    return Case(
        id=row["id"],
        state=CaseState(row["state"]),
        behaviour_keys=frozenset(row["behaviour_keys"]),
        finding_identities=frozenset(row["finding_identities"]),
        occurrences=row["occurrences"],
        first_seen_at=row["first_seen_at"],
        last_seen_at=row["last_seen_at"],
        last_notified_at=row["notified_at"],
        closed_at=row["closed_at"],
        details=row["details"],
    )
