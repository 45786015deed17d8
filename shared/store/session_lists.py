"""Sessions as lists show them: filtered, in order of their start, by page."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import LiteralString, cast
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
    "id": None,
    "user_id": None,
    "server_id": None,
    "library_id": None,
    "content_type": None,
    "device_id": None,
    "platform": None,
    "state": None,
    "network": None,
    "active": None,
    "start": None,
    "end": None,
    "users": None,
    "groups": None,
    "servers": None,
    "libraries": None,
    "content_types": None,
    "devices": None,
    "device_types": None,
    "clients": None,
    "platforms": None,
    "stream_types": None,
    "locations": None,
    "countries": None,
    "user_ids": None,
    "content_ids": None,
    "content_id": None,
    "called": None,
    "works": None,
    "words": None,
    "counted_until": None,
    "after_at": None,
    "after_id": None,
    "adult": False,
    "limit": 1,
}


@dataclass(frozen=True, slots=True)
class _Pages:
    """The statements of one kind of list in one order.

    Attributes:
        page: reads a page.
        skip: finds where what is skipped ends.
    """

    page: sql.Composed
    skip: sql.Composed


_DIRECTIONS: Mapping[SessionOrder, tuple[LiteralString, LiteralString]] = {
    SessionOrder.NEWEST: ("DESC", "<"),
    SessionOrder.OLDEST: ("ASC", ">"),
}

_SHOWN = sql.SQL(_SQL["shown"])
_NAMED_LATELY = sql.SQL(_SQL["named_lately"])
_IS_CALLED_SO = sql.SQL(_SQL["is_called_so"]).format(named_lately=_NAMED_LATELY)
_LIST_ITEMS_CALLED = sql.SQL(_SQL["list_items_called"]).format(named_lately=_NAMED_LATELY)


def _filters(is_there: LiteralString) -> sql.Composed:
    return sql.SQL(_SQL["filters"]).format(
        is_called_so=_IS_CALLED_SO,
        is_there=sql.SQL(is_there),
        is_located_so=sql.SQL(_SQL["is_located_so"]),
    )


_OF_FEW = _filters(_SQL["is_found_there"])
_OF_MANY = _filters(_SQL["is_one_of_there"])
_COUNT = sql.SQL(_SQL["count_sessions"]).format(filters=_OF_MANY)
_COUNT_PLAYS = sql.SQL(_SQL["count_plays"]).format(
    filters=_OF_MANY, is_first=sql.SQL(_SQL["is_first"]).format(filters=_OF_MANY)
)


def _pages(
    page: LiteralString, in_order: LiteralString
) -> Mapping[tuple[SessionOrder, bool], _Pages]:
    """Return the statements of a list, by order and whether what is listed is gathered first."""
    is_first = sql.SQL(_SQL["is_first"]).format(filters=_OF_FEW)

    def statements(
        direction: LiteralString, beyond: LiteralString, gathering: LiteralString
    ) -> _Pages:
        ordered = sql.SQL(in_order).format(
            filters=_OF_FEW,
            is_first=is_first,
            gathering=sql.SQL(gathering),
            direction=sql.SQL(direction),
            beyond=sql.SQL(beyond),
        )
        return _Pages(
            page=sql.SQL(_SQL["list_page"]).format(
                page=sql.SQL(page).format(filters=_OF_FEW, shown=_SHOWN, in_order=ordered),
                direction=sql.SQL(direction),
            ),
            skip=sql.SQL(_SQL["find_end_of_skipped"]).format(in_order=ordered),
        )

    return {
        (order, gathered): statements(*way, _SQL["gathering"] if gathered else "")
        for order, way in _DIRECTIONS.items()
        for gathered in (False, True)
    }


_LIST = _pages(_SQL["sessions_of_page"], _SQL["sessions_in_order"])
_LIST_PLAYS = _pages(_SQL["plays_of_page"], _SQL["plays_in_order"])


async def list_rows(
    connection: Connection,
    filters: Mapping[str, object],
    order: SessionOrder = SessionOrder.NEWEST,
) -> list[DictRow]:
    """Return sessions with their user's name and pinned place.

    ``filters`` holds what is asked for: parameters of ``list_page``, each optional, an ``offset``
    and whether all of it is to be ``gathered`` before it is put in order: where that is little.
    """
    return await _read_page(connection, _LIST, filters, order)


async def list_plays(
    connection: Connection,
    filters: Mapping[str, object],
    order: SessionOrder = SessionOrder.NEWEST,
) -> list[DictRow]:
    """Return plays, each as the first of its sessions that the filters let through.

    What begins with ``play_`` is of all of these together, and ``parts`` tells of each.
    """
    return await _read_page(connection, _LIST_PLAYS, filters, order)


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
    connection: Connection, *, devices: object, countries: object, groups: object, limit: int
) -> list[UUID]:
    """Return people who have a device, have been in a country and are in a group, of those given."""
    cursor = await connection.execute(
        _SQL["list_concerned"],
        {"devices": devices, "countries": countries, "groups": groups, "limit": limit},
    )
    return [row["user_id"] for row in await cursor.fetchall()]


async def list_items_called(
    connection: Connection, words: Collection[str], *, counted_until: datetime, limit: int
) -> dict[str, int]:
    """Return items in whose names all of these occur, and how many sessions of each are counted.

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
    return {row["content_id"]: row["sessions"] for row in await cursor.fetchall()}


async def count_active(connection: Connection, *, adult: bool) -> list[DictRow]:
    """Return what goes on now, a row per server, decision and connection."""
    return await (await connection.execute(_SQL["count_active"], {"adult": adult})).fetchall()


async def _read_page(
    connection: Connection,
    statements: Mapping[tuple[SessionOrder, bool], _Pages],
    filters: Mapping[str, object],
    order: SessionOrder,
) -> list[DictRow]:
    """Return a page. An offset is made the cursor of where it leads, which few columns tell."""
    of_list = statements[order, bool(filters.get("gathered"))]
    if skipped := cast("int", filters.get("offset", 0)):
        last = await _read(connection, of_list.skip, {**filters, "skipped": skipped - 1})
        if not last:
            return []
        filters = {**filters, **last[0]}
    return await _read(connection, of_list.page, filters)


async def _read(
    connection: Connection, statement: sql.Composed, filters: Mapping[str, object]
) -> list[DictRow]:
    # Unprepared, so that each question is planned for the filters it has.
    cursor = await connection.execute(statement, {**_UNFILTERED, **filters}, prepare=False)
    return await cursor.fetchall()
