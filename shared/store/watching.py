"""How libraries are watched: in a row (``shared.domain.statistics.binges``), how far, and again."""

from collections.abc import Iterable, Mapping
from datetime import date
from uuid import UUID

from psycopg.rows import DictRow

from shared.domain.statistics.engagement import ABANDONED_BELOW, SAMPLED_BELOW, Engagement
from shared.domain.statistics.period import Period
from shared.store.database import Connection, one
from shared.store.day_sums import grains_of
from shared.store.holdings import Shelves
from shared.store.queries import json_text, load
from shared.store.statistics import span_of

_SQL = load("watching")
_FIRST_PAGE = {"after_at": None, "after_id": None, "offset": 0}


async def find_binges(
    connection: Connection,
    items: Iterable[tuple[UUID, str]],
    shows: Iterable[tuple[UUID, str]] = (),
) -> None:
    """Find binges anew of people and the shows of items; what these count for is known already.

    Args:
        connection: in a transaction.
        items: people and items.
        shows: people and shows whose binges are found, too.
    """
    watched = [{"user_id": user_id, "content_id": content_id} for user_id, content_id in items]
    named = [{"user_id": user_id, "show_id": show_id} for user_id, show_id in shows]
    await connection.execute(
        _SQL["find_binges"], {"items": json_text(watched), "shows": json_text(named)}
    )


async def find_marked_binges(connection: Connection, *, limit: int) -> int:
    """Find binges anew of the first marked people and shows; return how many these were.

    Each statement sees what was counted until the one before it: the people are held first, so that
    nobody finds a newer binge of theirs meanwhile.

    Args:
        connection: in a transaction.
        limit: how many people and shows at most.
    """
    cursor = await connection.execute(_SQL["hold_watchers"], {"limit": limit})
    people = [row["user_id"] for row in await cursor.fetchall()]
    cursor = await connection.execute(_SQL["take_binges"], {"user_ids": people, "limit": limit})
    shows = [(row["user_id"], row["show_id"]) for row in await cursor.fetchall()]
    if shows:
        await find_binges(connection, (), shows)
    return len(shows)


async def list_binges(connection: Connection, values: Mapping[str, object]) -> list[DictRow]:
    """Return a page of binges, the latest first."""
    cursor = await connection.execute(_SQL["list_binges"], {**_FIRST_PAGE, **values}, prepare=False)
    return await cursor.fetchall()


async def sum_binges(connection: Connection, values: Mapping[str, object]) -> DictRow:
    """Return how many binges there were, and what they came to."""
    return one(await (await connection.execute(_SQL["sum_binges"], values)).fetchone())


async def count_engagement(
    connection: Connection, period: Period, shelves: Shelves, *, days: tuple[date, date] | None
) -> dict[Engagement, int]:
    """Return how many plays of a period came to what.

    Args:
        connection: to read from.
        period: when they began.
        shelves: of which libraries.
        days: the period in days of the service's zone, if it is made of these.
    """
    kept = days if shelves.servers is None else None
    cursor = await connection.execute(
        _SQL["count_engagement"],
        {
            **_during(period, shelves),
            **grains_of(kept or (date.min, date.min), None),
            "by_days": kept is not None,
            "abandoned_below": ABANDONED_BELOW,
            "sampled_below": SAMPLED_BELOW,
        },
        prepare=False,
    )
    found = {Engagement(row["engagement"]): row["plays"] for row in await cursor.fetchall()}
    return {kind: found.get(kind, 0) for kind in Engagement}


async def count_rewatching(connection: Connection, period: Period, shelves: Shelves) -> int:
    """Return how many people completed an item more than once in a period."""
    cursor = await connection.execute(
        _SQL["count_rewatching"], _during(period, shelves), prepare=False
    )
    return one(await cursor.fetchone())["rewatched_by"]


def _during(period: Period, shelves: Shelves) -> Mapping[str, object]:
    return {**shelves.filters_of_sessions(), **span_of(period)}
