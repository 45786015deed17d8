"""Rolling up days: from marks that say what changed, in small transactions, resumable."""

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from shared.clock import utc_now
from shared.domain.calendar import day_span
from shared.domain.plays import Play, plays
from shared.services.jobs import TIME_BUDGET, Counts
from shared.settings import Settings
from shared.store import dirty, sessions, statistics
from shared.store.database import Connection, Database
from shared.store.statistics import PlayCount

LOT = 200


async def roll_up_changes(database: Database, settings: Settings) -> Counts:
    """Count anew every day that changed, and today for those who are playing.

    Each lot is a transaction: its marks go and its days are counted, so that a run that is
    killed leaves the rest for the next.
    """
    began = utc_now()
    await database.run(lambda connection: _mark_playing(connection, settings, began))
    days = 0
    while utc_now() - began < TIME_BUDGET:
        lot = await database.run(lambda connection: _roll_up_lot(connection, settings))
        days += lot
        if lot == 0:
            break
    return {"days": days}


async def _mark_playing(connection: Connection, settings: Settings, now: datetime) -> None:
    """Mark today for those who are playing: their heartbeats mark nothing."""
    users = await statistics.list_active_users(connection)
    today = now.astimezone(settings.zone).date()
    await dirty.mark_days(connection, [(user_id, today) for user_id in users], now=now)


async def _roll_up_lot(connection: Connection, settings: Settings) -> int:
    marked = await dirty.list_days(connection, limit=LOT)
    for user_id, day in marked:
        if await dirty.take_day(connection, user_id, day):
            await roll_up_day(connection, user_id, day, settings.zone, now=utc_now())
    return len(marked)


async def roll_up_day(
    connection: Connection, user_id: UUID, day: date, zone: ZoneInfo, *, now: datetime
) -> None:
    """Count one day of one user anew.

    1. Chain the sessions of the items that were on into plays, and note the plays.
    2. A play belongs to the day it began on: that day is marked, if it is another.
    3. Count what began on this day.
    """
    start, end = day_span(day, zone)
    stored = await sessions.list_items_of_span(connection, user_id=user_id, start=start, end=end)
    chained = plays(one.record.session for one in stored)
    known = {one.record.session.id: one.play_id for one in stored}
    found = {session.id: play.id for play in chained for session in play.sessions}
    changed = {i: play_id for i, play_id in found.items() if known[i] != play_id}
    await sessions.set_play_ids(connection, user_id, changed)
    elsewhere = {
        (user_id, began)
        for play in chained
        if (began := _began_on(play, zone)) != day and _touches(play, start, end)
    }
    await dirty.mark_days(connection, elsewhere, now=now)
    await statistics.roll_up_day(
        connection,
        user_id,
        day,
        zone=zone.key,
        plays=_counts(play for play in chained if _began_on(play, zone) == day),
        now=now,
    )


def _counts(begun: Iterable[Play]) -> list[PlayCount]:
    """Count plays by content type; those too short to be one are left out."""
    counted = [play for play in begun if play.is_counted]
    kind = {play.id: str(play.sessions[0].attributes.get("content_type")) for play in counted}
    every = Counter(kind[play.id] for play in counted)
    completed = Counter(kind[play.id] for play in counted if play.is_completed)
    return [PlayCount(name, count, completed[name]) for name, count in every.items()]


def _began_on(play: Play, zone: ZoneInfo) -> date:
    return play.sessions[0].started_at.astimezone(zone).date()


def _touches(play: Play, start: datetime, end: datetime) -> bool:
    return any(one.started_at < end and one.last_seen_at >= start for one in play.sessions)
