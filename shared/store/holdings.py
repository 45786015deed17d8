"""What libraries hold, in the database: counts and bytes, by day. See docs/statistics.md."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from psycopg.rows import DictRow

from shared.domain.library import HOLDERS
from shared.store.database import Connection, one
from shared.store.queries import load

_SQL = load("holdings")


@dataclass(frozen=True, slots=True)
class Shelves:
    """Which holdings count; ``None`` is all.

    Attributes:
        servers: whose libraries these all are, if they were asked for so: of sessions those count, too,
            of which no library is known.
        adult: whether adult content counts.
    """

    libraries: tuple[str, ...] | None = None
    content_types: tuple[str, ...] | None = None
    adult: bool = False
    servers: tuple[str, ...] | None = None

    def filters(self) -> dict[str, object]:
        """Return them as statements take them."""
        return {
            "libraries": None if self.libraries is None else list(self.libraries),
            "content_types": None if self.content_types is None else list(self.content_types),
            "adult": self.adult,
        }

    def filters_of_sessions(self) -> dict[str, object]:
        """Return which sessions count as statements take them."""
        if self.servers is None:
            return self.filters() | {"servers": None}
        return self.filters() | {"servers": list(self.servers), "libraries": None}


async def mark(connection: Connection, library_id: str, *, now: datetime) -> None:
    """Ask for a library to be counted anew."""
    await connection.execute(_SQL["mark"], {"id": library_id, "now": now})


async def mark_buried(connection: Connection, media_server_id: UUID, *, now: datetime) -> None:
    """Ask for a server's libraries that are gone since now to be counted anew."""
    values = {"media_server_id": media_server_id, "now": now}
    await connection.execute(_SQL["mark_buried"], values)


async def take_marks(connection: Connection) -> list[str]:
    """Take all marks away, and return which libraries they were of.

    Until the transaction ends nobody else counts, and what it does takes as long as it takes.
    """
    for statement in ("hold", "take_time"):
        await connection.execute(_SQL[statement])
    cursor = await connection.execute(_SQL["take_marks"])
    return [row["library_id"] for row in await cursor.fetchall()]


async def count_holdings(connection: Connection, *, today: date) -> None:
    """Count what all libraries hold, and note it for today, of the service's zone."""
    row = one(await (await connection.execute(_SQL["find_day"], {"today": today})).fetchone())
    values = {"day": row["day"], "holders": list(HOLDERS)}
    await connection.execute(_SQL["count_holdings"], values)


async def first_day(connection: Connection, shelves: Shelves) -> date | None:
    """Return the first day of the service's zone that anything is known of what is asked for."""
    cursor = await connection.execute(_SQL["first_day"], shelves.filters())
    return one(await cursor.fetchone())["day"]


async def list_held(
    connection: Connection,
    shelves: Shelves,
    days: Sequence[date],
    *,
    by: str,
    of: str = "all",
) -> list[DictRow]:
    """Return what was held at the end of each day, by the day's number (from 1) and a key.

    Args:
        connection: to read from.
        shelves: which holdings count.
        days: in order, each once.
        by: ``content_type`` or ``value``.
        of: the property that values are of; ``all`` counts items too.
    """
    cursor = await connection.execute(
        _SQL["list_held"],
        {**shelves.filters(), "days": list(days), "by": by, "property": of},
        prepare=False,
    )
    return await cursor.fetchall()


async def list_first_scans(connection: Connection) -> dict[str, datetime | None]:
    """Return when the first full scan of each library that has one ended; ``None``: not yet."""
    cursor = await connection.execute(_SQL["list_first_scans"])
    return {row["library_id"]: row["ended_at"] for row in await cursor.fetchall()}


async def list_levels(
    connection: Connection,
    shelves: Shelves,
    *,
    whole: Mapping[str, date],
    first: date,
    last: date,
) -> list[int]:
    """Return how many bytes there were at the end of each day, such that they differ by growth.

    A library that came is held to have been there before as it was on the day from which it is
    known, and one that went to have never been there.

    Args:
        connection: to read from.
        shelves: which holdings count.
        whole: the day on which a library was first known whole; without one it is known from the
            first day that anything is known of it. One that is not over yet is the last day.
        first: the day to begin with, unless something is known from a later one only.
        last: the day to end with.
    """
    known = {"whole": list(whole), "whole_from": [min(day, last) for day in whole.values()]}
    values = {**shelves.filters(), **known, "first": first, "last": last}
    rows = await (await connection.execute(_SQL["list_levels"], values)).fetchall()
    return [row["size_bytes"] for row in rows]


async def list_by_library(connection: Connection, shelves: Shelves) -> list[DictRow]:
    """Return what each library holds now by content type; a file in two counts for each."""
    return await (await connection.execute(_SQL["list_by_library"], shelves.filters())).fetchall()
