"""How the system fared, hour by hour. What each figure means: docs/statistics.md."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from uuid import UUID

from psycopg.rows import DictRow

from shared.domain.statistics.histogram import BIN_RATIO
from shared.store.database import Connection
from shared.store.queries import json_text, load

_SQL = load("system_metrics")


@dataclass(frozen=True, slots=True)
class Sample:
    """What there is at an instant."""

    at: datetime
    active_streams: int
    bandwidth_kbps: int
    due_users: int
    dirty_items: int
    detection_lag: timedelta
    statistics_lag: timedelta
    outbox_age: timedelta


@dataclass(frozen=True, slots=True)
class LagCount:
    """How many events a worker stored in an hour, of those whose lag lies in one bin."""

    hour: datetime
    worker: UUID
    bin: int
    events: int
    worst_seconds: float


async def write_lags(connection: Connection, counts: Sequence[LagCount]) -> None:
    """Write how many events came, in place of what was written of these hours and bins."""
    await connection.execute(_SQL["write_lags"], {"rows": json_text(counts)})


async def keep_sample(connection: Connection, sample: Sample) -> None:
    """Keep a sample, and the size of the database, for the hour that it was taken in."""
    await connection.execute(_SQL["keep_sample"], asdict(sample))


async def count_hours(connection: Connection, *, at: datetime) -> int:
    """Count what happened in an instant's hour and the one before; return how many were kept."""
    known = {"at": at, "bin_ratio": BIN_RATIO}
    return (await connection.execute(_SQL["count_hours"], known)).rowcount


async def list_hours(connection: Connection, *, after: datetime) -> list[DictRow]:
    """Return the hours that began after then, in order."""
    return await (await connection.execute(_SQL["list_hours"], {"after": after})).fetchall()


async def forget(connection: Connection, *, before: datetime) -> int:
    """Forget hours that began before then; return how many."""
    await connection.execute(_SQL["forget_lags"], {"before": before})
    return (await connection.execute(_SQL["forget"], {"before": before})).rowcount
