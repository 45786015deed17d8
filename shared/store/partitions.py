"""Monthly partitions of the sessions table: made ahead, dropped by retention.

A session's id carries the time it began, so each month's ids are a range. There is no default
partition: events outside what is kept are refused before they come here.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from psycopg import sql

from shared.domain.identifiers import lowest_id
from shared.store.database import Connection
from shared.store.queries import load

_SQL = load("partitions")
_NAME = re.compile(r"analytics_sessions_(\d{4})_(\d{2})")

# Heartbeats update in place: room on the page keeps the updates HOT.
FILLFACTOR = 70


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """A month in UTC."""

    year: int
    month: int

    @classmethod
    def of(cls, at: datetime) -> "Month":
        """Return the month an instant lies in."""
        utc = at.astimezone(UTC)
        return cls(utc.year, utc.month)

    @property
    def next(self) -> "Month":
        """The month after."""
        return Month(self.year + self.month // 12, self.month % 12 + 1)

    @property
    def start(self) -> datetime:
        """The month's first instant."""
        return datetime(self.year, self.month, 1, tzinfo=UTC)

    @property
    def ids(self) -> tuple[UUID, UUID]:
        """The least id of the month's sessions, and that of the month after."""
        return lowest_id(self.start), lowest_id(self.next.start)

    @property
    def table(self) -> str:
        """The name of the month's partition."""
        return f"analytics_sessions_{self.year:04}_{self.month:02}"


async def list_months(connection: Connection) -> list[Month]:
    """Return the months that have a partition, in order."""
    cursor = await connection.execute(_SQL["list_partitions"])
    names = [_NAME.fullmatch(row["name"]) for row in await cursor.fetchall()]
    return sorted(Month(int(name[1]), int(name[2])) for name in names if name)


async def create(connection: Connection, month: Month) -> None:
    """Make a month's partition, unless it is there."""
    low, high = month.ids
    await connection.execute(
        sql.SQL(
            "CREATE TABLE IF NOT EXISTS {table} PARTITION OF analytics_sessions"
            " FOR VALUES FROM ({low}) TO ({high}) WITH (fillfactor = {fillfactor})"
        ).format(
            table=sql.Identifier(month.table),
            low=sql.Literal(str(low)),
            high=sql.Literal(str(high)),
            fillfactor=sql.Literal(FILLFACTOR),
        )
    )


async def drop(connection: Connection, month: Month) -> None:
    """Drop a month's partition with all its sessions and their keys."""
    low, high = month.ids
    await connection.execute(_SQL["forget_keys"], {"low": low, "high": high})
    await connection.execute(_SQL["forget_tombstones"], {"low": low, "high": high})
    await connection.execute(sql.SQL("DROP TABLE IF EXISTS {}").format(sql.Identifier(month.table)))
