"""Sessions as lists show them: filtered, in order of their start, by page."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from psycopg import sql
from psycopg.rows import DictRow

from shared.domain.session import SessionOrder
from shared.store.database import Connection, one
from shared.store.queries import load

_SQL = load("session_lists")

MOST_COUNTED = 100_000
"""How far sessions are counted: each one that is counted is read."""

_UNFILTERED: Mapping[str, object] = {
    "user_id": None,
    "id": None,
    "content_type": None,
    "content_types": None,
    "server_id": None,
    "library_id": None,
    "device_id": None,
    "platform": None,
    "state": None,
    "stream_type": None,
    "country": None,
    "network": None,
    "active": None,
    "start": None,
    "end": None,
    "words": None,
    "counted_until": None,
    "adult": False,
    "user_ids": None,
    "content_ids": None,
    "content_id": None,
    "works": None,
    "after_at": None,
    "after_id": None,
    "limit": 1,
    "offset": 0,
}


@dataclass(frozen=True, slots=True)
class _Direction:
    direction: sql.SQL
    beyond: sql.SQL


_DIRECTIONS: Mapping[SessionOrder, _Direction] = {
    SessionOrder.NEWEST: _Direction(sql.SQL("DESC"), sql.SQL("<")),
    SessionOrder.OLDEST: _Direction(sql.SQL("ASC"), sql.SQL(">")),
}

_ITEMS_CALLED = sql.SQL(_SQL["items_called"])
_FILTERS = sql.SQL(_SQL["filters"]).format(items_called=_ITEMS_CALLED)
_LIST = {
    order: sql.SQL(_SQL["list_sessions"]).format(
        filters=_FILTERS, direction=way.direction, beyond=way.beyond
    )
    for order, way in _DIRECTIONS.items()
}
_COUNT = sql.SQL(_SQL["count_sessions"]).format(filters=_FILTERS)
_LIST_ITEMS_CALLED = sql.SQL(_SQL["list_items_called"]).format(items_called=_ITEMS_CALLED)


async def list_rows(
    connection: Connection,
    filters: Mapping[str, object],
    order: SessionOrder = SessionOrder.NEWEST,
) -> list[DictRow]:
    """Return sessions with their user's name and pinned place.

    ``filters`` holds what is asked for: parameters of ``list_sessions``, each optional.
    """
    # Unprepared, so that each question is planned for the filters it has.
    cursor = await connection.execute(_LIST[order], {**_UNFILTERED, **filters}, prepare=False)
    return await cursor.fetchall()


async def count_rows(connection: Connection, filters: Mapping[str, object]) -> int:
    """Return how many sessions there are, at most one more than ``MOST_COUNTED``."""
    cursor = await connection.execute(
        _COUNT, {**_UNFILTERED, **filters, "most": MOST_COUNTED + 1}, prepare=False
    )
    return one(await cursor.fetchone())["sessions"]


async def find_row(connection: Connection, session_id: UUID, *, adult: bool) -> DictRow | None:
    """Return one session as lists show it."""
    rows = await list_rows(connection, {"id": session_id, "adult": adult})
    return rows[0] if rows else None


async def list_concerned(
    connection: Connection, *, device_id: object, country: object, limit: int
) -> list[UUID]:
    """Return people who have a device, and who have been in a country, each if it is given."""
    cursor = await connection.execute(
        _SQL["list_concerned"], {"device_id": device_id, "country": country, "limit": limit}
    )
    return [row["user_id"] for row in await cursor.fetchall()]


async def list_items_called(
    connection: Connection, words: Collection[str], *, counted_until: datetime, limit: int
) -> list[str]:
    """Return items in whose names all of these occur.

    Args:
        connection: to read from.
        words: patterns of LIKE, in lower case.
        counted_until: what began from then on may not be in the statistics yet.
        limit: how many.
    """
    cursor = await connection.execute(
        _LIST_ITEMS_CALLED,
        {"words": list(words), "counted_until": counted_until, "limit": limit},
    )
    return [row["content_id"] for row in await cursor.fetchall()]


async def count_active(connection: Connection, *, adult: bool) -> list[DictRow]:
    """Return what goes on now, a row per server, decision and connection."""
    return await (await connection.execute(_SQL["count_active"], {"adult": adult})).fetchall()
