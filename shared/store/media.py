"""One item or group: what it is called, and how far its plays came."""

import re
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
_OF_GROUP = sql.SQL(_SQL["of_group"])
_DESCRIBE_HELD = sql.SQL(_SQL["describe_held"]).format(of_group=_OF_GROUP)
_LIST_CONTENTS = sql.SQL(_SQL["list_contents"]).format(
    within=WITHIN, filters=FILTERS, of_group=_OF_GROUP
)
_COUNT_REACHES = sql.SQL(_SQL["count_reaches"]).format(filters=FILTERS)
_COUNT_PEOPLE = sql.SQL(_SQL["count_people"]).format(filters=FILTERS)
# Also one that begins where another ends.
_DASH = re.compile(r"(?= - )")


async def describe(connection: Connection, kind: TitleKind, key: str) -> DictRow | None:
    """Return what an item or group is called, and its content type; None if nobody knows it."""
    asked = _asked(kind, key)
    if kind is TitleKind.ITEM:
        return await (await connection.execute(_SQL["describe_item"], asked)).fetchone()
    told = await (await connection.execute(_SQL["describe_group"], asked)).fetchone()
    if told is not None:
        return told
    cursor = await connection.execute(_DESCRIBE_HELD, asked, prepare=False)
    return await cursor.fetchone()


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
    asked = {**_asked(kind, key), "limit": limit, "holders": list(HOLDERS)}
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


def _asked(kind: TitleKind, key: str) -> dict[str, object]:
    """Return which group is asked for, and what its album may be called: any end behind a dash."""
    ends = [0, *(found.start() + len(" - ") for found in _DASH.finditer(key))]
    return {"kind": kind, "key": key, "albums": [key[end:] for end in ends]}
