"""Reports in the database: summaries that are kept, and which of them are to be made anew."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from psycopg.rows import DictRow

from shared.domain.calendar import first_instant
from shared.domain.statistics.summary import Span
from shared.store.database import Connection, one
from shared.store.queries import load

_SQL = load("reports")

Position = tuple[date, str]
"""Where a list goes on: the start and the span of the report before."""


@dataclass(frozen=True, slots=True)
class ReportKey:
    """Which report: whose (None: everybody's), how long a time, and its first day."""

    user_id: UUID | None
    span: Span
    start: date

    @property
    def values(self) -> dict[str, object]:
        """The parameters of statements."""
        return {"user_id": self.user_id, "span": self.span, "start": self.start}

    def statement(self, of_everybody: str, of_person: str) -> str:
        """Return the one of two statements that is about such a report."""
        return of_everybody if self.user_id is None else of_person


async def take_days(
    connection: Connection, *, kept_from: date, limit: int, user_id: UUID | None = None
) -> int:
    """Let what marked days lie in be due, and take the marks away; return how many these were.

    Args:
        connection: in a transaction.
        kept_from: days before are no longer reported one by one.
        limit: of marks.
        user_id: whose marks alone.
    """
    about = {"kept_from": kept_from, "limit": limit, "user_id": user_id}
    cursor = await connection.execute(_SQL["take_days"], about, prepare=False)
    return int(one(await cursor.fetchone())["days"])


async def list_due(
    connection: Connection, *, today: date, zone: ZoneInfo, made_before: datetime, limit: int
) -> list[ReportKey]:
    """Return reports that are to be made.

    Args:
        connection: to read from.
        today: what it lies in is not over.
        zone: the service's own.
        made_before: everybody's running year is due again if it was made before.
        limit: how many at most.
    """
    last = {span.value: span.before(today) for span in Span}
    cursor = await connection.execute(
        _SQL["list_due"],
        {
            **last,
            "today_at": first_instant(today, zone),
            "made_before": made_before,
            "limit": limit,
        },
    )
    return [
        ReportKey(row["user_id"], Span(row["span"]), row["start"])
        for row in await cursor.fetchall()
    ]


async def claim(connection: Connection, key: ReportKey, *, now: datetime) -> bool:
    """Begin to make a report; say whether it was still due."""
    cursor = await connection.execute(
        _SQL[key.statement("claim_server_report", "claim_user_report")], {**key.values, "now": now}
    )
    return await cursor.fetchone() is not None


async def write(
    connection: Connection, key: ReportKey, body: str, names: Sequence[UUID], *, now: datetime
) -> None:
    """Keep a report that was claimed: its body as JSON, and of everybody's whom it names."""
    values = {**key.values, "body": body, "user_ids": list(names), "now": now}
    await connection.execute(
        _SQL[key.statement("write_server_report", "write_user_report")], values
    )


async def remove(connection: Connection, key: ReportKey) -> None:
    """Remove a report that was claimed."""
    await connection.execute(
        _SQL[key.statement("remove_server_report", "remove_user_report")], key.values
    )


async def list_reports(
    connection: Connection,
    user_id: UUID | None,
    *,
    span: Span | None,
    after: Position | None,
    limit: int,
) -> list[DictRow]:
    """Return reports of a person or of everybody, the latest first, without their bodies."""
    start, name = after or (None, None)
    about = {"user_id": user_id, "span": span, "limit": limit}
    statement = "list_server_reports" if user_id is None else "list_user_reports"
    cursor = await connection.execute(
        _SQL[statement], {**about, "after_start": start, "after_span": name}
    )
    return await cursor.fetchall()


async def find(connection: Connection, key: ReportKey) -> DictRow | None:
    """Return a report's ``body`` and when it was made."""
    return await (
        await connection.execute(
            _SQL[key.statement("find_server_report", "find_user_report")], key.values
        )
    ).fetchone()


async def forget_person(connection: Connection, user_id: UUID) -> None:
    """Remove a person's reports; everybody's that name this person have no body until made anew."""
    await connection.execute(_SQL["forget_person"], {"user_id": user_id})


async def forget_days(connection: Connection, *, before: date) -> int:
    """Forget reports of single days before another; return how many."""
    own = await connection.execute(_SQL["forget_user_days"], {"before": before})
    everybody = await connection.execute(_SQL["forget_server_days"], {"before": before})
    return own.rowcount + everybody.rowcount


async def renew(connection: Connection) -> None:
    """Have all reports made anew."""
    await connection.execute(_SQL["renew_user_reports"])
    await connection.execute(_SQL["renew_server_reports"])
