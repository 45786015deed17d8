"""Ending what fell silent, and letting go of what is no longer kept."""

from datetime import datetime, timedelta

from shared.clock import utc_now
from shared.domain.bulk import UNDONE_WITHIN
from shared.domain.calendar import day_of
from shared.domain.record import REORDER_WINDOW, time_out
from shared.schemas.system_metrics import HOURS_KEPT
from shared.services.jobs import TIME_BUDGET, Counts
from shared.services.marks import mark_changed
from shared.services.partitions import keep_partitions
from shared.services.reports import kept_from
from shared.settings import Settings
from shared.store import (
    backtests,
    bulk,
    jobs,
    outbox,
    people,
    reports,
    sessions,
    system_metrics,
    trusted,
)
from shared.store.database import Connection, Database

LOT = 500
PIN_LIFETIME = timedelta(days=90)
BACKTEST_LIFETIME = timedelta(days=30)
METRICS_LIFETIME = timedelta(hours=HOURS_KEPT)


async def close_stale_sessions(database: Database, settings: Settings) -> Counts:
    """End sessions without a sign of life, and forget journals that no event can need any more."""
    began = utc_now()
    silent_since = began - timedelta(seconds=settings.analytics_session_timeout_seconds)
    closed, lot = 0, LOT
    while lot == LOT and utc_now() - began < TIME_BUDGET:
        lot = await database.run(lambda connection: _close_lot(connection, silent_since, utc_now()))
        closed += lot
    settled = await database.run(
        lambda connection: sessions.settle_journals(
            connection, ended_before=began - 2 * REORDER_WINDOW, limit=10 * LOT
        )
    )
    return {"closed": closed, "settled": settled}


async def _close_lot(connection: Connection, silent_since: datetime, now: datetime) -> int:
    """End a lot of silent sessions at their last sign of life.

    The write finds the version that was read, or the transaction is run again: a heartbeat that
    comes meanwhile keeps its session alive.
    """
    silent = await sessions.list_silent(connection, silent_since=silent_since, now=now, limit=LOT)
    ended = [(stored, time_out(stored.record)) for stored in silent]
    await sessions.update(connection, ended)
    await mark_changed(connection, [after.session for _, after in ended], now)
    return len(silent)


async def let_go(database: Database, settings: Settings) -> Counts:
    """Make partitions ahead and drop what retention no longer keeps."""
    now = utc_now()
    kept_since = now - timedelta(days=settings.analytics_retention_deliveries_days)
    counts = await database.run(lambda connection: keep_partitions(connection, settings, now))
    # A session that is counted anew is to be counted from where it was.
    pins_since = now - max(PIN_LIFETIME, timedelta(days=settings.analytics_retention_days))
    counts["pins"] = await database.run(
        lambda connection: people.expire_networks(connection, unused_since=pins_since)
    )
    # An entry that has expired still covers what began before, for as long as sessions are kept.
    unseen_since = now - timedelta(days=settings.analytics_retention_days)
    counts["trusted"] = await database.run(
        lambda connection: trusted.forget(connection, before=unseen_since)
    )
    counts["job_runs"] = await database.run(
        lambda connection: jobs.forget_runs(connection, before=kept_since)
    )
    counts["bulk_operations"] = await database.run(
        lambda connection: bulk.forget_operations(connection, before=now - UNDONE_WITHIN)
    )
    counts["backtests"] = await database.run(
        lambda connection: backtests.forget(connection, before=now - BACKTEST_LIFETIME)
    )
    counts["metrics"] = await database.run(
        lambda connection: system_metrics.forget(connection, before=now - METRICS_LIFETIME)
    )
    counts["reports"] = await database.run(
        lambda connection: reports.forget_days(
            connection, before=kept_from(settings, day_of(now, settings.zone))
        )
    )
    counts["events"] = await database.run(
        lambda connection: outbox.forget_events(connection, before=kept_since, limit=10 * LOT)
    )
    return counts
