"""One item or group: what it is called, and how far its plays came."""

from collections.abc import Iterable
from uuid import UUID

from psycopg import sql
from psycopg.rows import DictRow

from shared.domain.library import HOLDERS
from shared.domain.statistics.engagement import Reach
from shared.domain.statistics.period import Period
from shared.domain.statistics.question import Filter
from shared.domain.statistics.titles import TitleKind
from shared.store.database import Connection, one
from shared.store.queries import load
from shared.store.statistics import FILTERS, WITHIN, filters_of, span_of

_SQL = load("media")
_LIST_CONTENTS = sql.SQL(_SQL["list_contents"]).format(within=WITHIN, filters=FILTERS)
_COUNT_REACHES = sql.SQL(_SQL["count_reaches"]).format(filters=FILTERS)
_COUNT_PEOPLE = sql.SQL(_SQL["count_people"]).format(filters=FILTERS)


async def describe(connection: Connection, kind: TitleKind, key: str) -> DictRow | None:
    """Return what an item or group is called, and its content type; None if nobody knows it."""
    item = kind is TitleKind.ITEM
    statement = _SQL["describe_item"] if item else _SQL["describe_group"]
    return await (await connection.execute(statement, {"kind": kind, "key": key})).fetchone()


async def list_contents(
    connection: Connection,
    period: Period,
    of_it: Filter,
    kind: TitleKind,
    key: str,
    *,
    limit: int | None,
) -> list[DictRow]:
    """Return what there is in a group, with what was played of it in a period.

    Args:
        connection: to read from.
        period: when it was played.
        of_it: which sessions of the works of the group count, and which of its items.
        kind: of the group: no item.
        key: of the group.
        limit: how many, in their own order, if not all; of a channel, the most played first.
    """
    asked = {"kind": kind, "key": key, "limit": limit, "holders": list(HOLDERS)}
    cursor = await connection.execute(
        _LIST_CONTENTS, {**filters_of(of_it), **span_of(period), **asked}, prepare=False
    )
    return await cursor.fetchall()


async def count_reaches(connection: Connection, period: Period, wanted: Filter) -> list[Reach]:
    """Return how far the plays came that began in a period."""
    cursor = await connection.execute(
        _COUNT_REACHES, {**filters_of(wanted), **span_of(period)}, prepare=False
    )
    return [
        Reach(row["reached"], row["is_completed"], row["plays"]) for row in await cursor.fetchall()
    ]


async def count_people(connection: Connection, period: Period, wanted: Filter) -> tuple[int, int]:
    """Return how many people played something, and how many completed an item of it again."""
    cursor = await connection.execute(
        _COUNT_PEOPLE, {**filters_of(wanted), **span_of(period)}, prepare=False
    )
    row = one(await cursor.fetchone())
    return row["users"], row["rewatched_by"]


async def list_names(connection: Connection, user_ids: Iterable[UUID]) -> dict[UUID, str | None]:
    """Return what people are called, by their ids."""
    cursor = await connection.execute(_SQL["list_names"], {"user_ids": list(user_ids)})
    return {row["user_id"]: row["name"] for row in await cursor.fetchall()}
