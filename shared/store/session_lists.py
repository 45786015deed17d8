"""Sessions as lists show them: filtered, in order of their start, by page."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import LiteralString
from uuid import UUID

from psycopg import sql
from psycopg.rows import DictRow

from shared.domain.session import SessionOrder
from shared.store.database import Connection
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
_IS_FIRST = sql.SQL(_SQL["is_first"]).format(filters=_FILTERS)
_COUNT = sql.SQL(_SQL["count_sessions"]).format(filters=_FILTERS)
_COUNT_PLAYS = sql.SQL(_SQL["count_plays"]).format(filters=_FILTERS, is_first=_IS_FIRST)
_LIST_ITEMS_CALLED = sql.SQL(_SQL["list_items_called"]).format(items_called=_ITEMS_CALLED)


def _pages(page: LiteralString) -> Mapping[SessionOrder, sql.Composed]:
    """Return the statements that list pages, by their order."""
    return {
        order: sql.SQL(_SQL["list_page"]).format(
            page=sql.SQL(page).format(
                filters=_FILTERS,
                is_first=_IS_FIRST,
                direction=way.direction,
                beyond=way.beyond,
            ),
            direction=way.direction,
        )
        for order, way in _DIRECTIONS.items()
    }


_LIST = _pages(_SQL["sessions_of_page"])
_LIST_PLAYS = _pages(_SQL["plays_of_page"])


async def list_rows(
    connection: Connection,
    filters: Mapping[str, object],
    order: SessionOrder = SessionOrder.NEWEST,
) -> list[DictRow]:
    """Return sessions with their user's name and pinned place.

    ``filters`` holds what is asked for: parameters of ``list_page``, each optional.
    """
    return await _read(connection, _LIST[order], filters)


async def list_plays(
    connection: Connection,
    filters: Mapping[str, object],
    order: SessionOrder = SessionOrder.NEWEST,
) -> list[DictRow]:
    """Return plays, each as the first of its sessions that the filters let through.

    What begins with ``play_`` is of all of these together, and ``parts`` tells of each.
    """
    return await _read(connection, _LIST_PLAYS[order], filters)


async def count_rows(connection: Connection, filters: Mapping[str, object]) -> int:
    """Return how many sessions there are, at most one more than ``MOST_COUNTED``."""
    (row,) = await _read(connection, _COUNT, {**filters, "most": MOST_COUNTED + 1})
    return row["sessions"]


async def count_plays(connection: Connection, filters: Mapping[str, object]) -> int:
    """Return how many plays there are, at most one more than ``MOST_COUNTED``."""
    (row,) = await _read(connection, _COUNT_PLAYS, {**filters, "most": MOST_COUNTED + 1})
    return row["sessions"]


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


async def _read(
    connection: Connection, statement: sql.Composed, filters: Mapping[str, object]
) -> list[DictRow]:
    # Unprepared, so that each question is planned for the filters it has.
    cursor = await connection.execute(statement, {**_UNFILTERED, **filters}, prepare=False)
    return await cursor.fetchall()
