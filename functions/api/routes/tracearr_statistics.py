"""The figures of Tracearr's public API (v1), from our sums."""

from collections import Counter
from datetime import datetime, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Query

from functions.api.asking import Asked
from shared.domain.permissions import Caller, Permission
from shared.domain.statistics.period import WINDOW_DAYS, Interval, Window, last_days
from shared.domain.statistics.question import Dimension, Filter
from shared.http.authentication import Requires
from shared.http.context import Context, Ctx
from shared.http.problems import PROBLEMS
from shared.schemas.statistics import total_of
from shared.schemas.tracearr import Stats, TodayStats
from shared.schemas.tracearr_activity import (
    Activity,
    Concurrent,
    Play,
    Range,
    clock_time,
    day_hours,
    peaks_of,
    platforms_of,
    quality_of,
    week_days,
)
from shared.schemas.tracearr_query import ActivityParameters, ServerParameters, TodayParameters
from shared.store import cases, people, session_lists, statistics
from shared.store.database import Connection

_MONTH = 30

router = APIRouter(prefix="/api/v1/public", tags=["integrations"], responses=PROBLEMS)

Viewer = Annotated[Caller, Depends(Requires(Permission.STATS_VIEW))]


@router.get("/stats", summary="Figures at a glance, for readers of Tracearr")
async def get_public_stats(
    wanted: Annotated[ServerParameters, Query()], context: Ctx, caller: Viewer
) -> Stats:
    """Count streams, people, a month's sessions and a week's violations."""

    async def read(connection: Connection) -> Stats:
        now = context.now()
        zone = context.settings.zone
        month = Asked(context, connection, last_days(_MONTH, now, zone), _counted(wanted, caller))
        return Stats(
            active_streams=await _streams(connection, caller, wanted),
            total_users=await people.count_people(connection),
            total_sessions=total_of(part.sums for part in await month.parts()).sessions,
            recent_violations=await _violations(connection, now - timedelta(days=7)),
            timestamp=now,
        )

    return await context.database.run(read)


@router.get("/stats/today", summary="Figures of today, for readers of Tracearr")
async def get_public_stats_of_today(
    wanted: Annotated[TodayParameters, Query()], context: Ctx, caller: Viewer
) -> TodayStats:
    """Count today's plays, hours watched and viewers, and the violations of 24 hours."""

    async def read(connection: Connection) -> TodayStats:
        now = context.now()
        period = last_days(1, now, _zone(wanted, context))
        today = Asked(context, connection, period, _counted(wanted, caller))
        viewers = await today.keys(Dimension.USER)
        total = total_of(viewers.values())
        return TodayStats(
            active_streams=await _streams(connection, caller, wanted),
            today_plays=total.plays,
            watch_time_hours=round(total.watched_ms / 3_600_000, 1),
            alerts_last24h=await _violations(connection, now - timedelta(hours=24)),
            active_users_today=sum(sums.plays > 0 for sums in viewers.values()),
            timestamp=now,
        )

    return await context.database.run(read)


@router.get("/activity", summary="How much was played when, for readers of Tracearr")
async def get_public_activity(
    wanted: Annotated[ActivityParameters, Query()], context: Ctx, caller: Viewer
) -> Activity:
    """Sum plays up by time, weekday, hour, platform and decision.

    A week is cut into hours, anything longer into days. Of one server, the most streams at once
    are not known.
    """

    async def read(connection: Connection) -> Activity:
        days = WINDOW_DAYS[Window(wanted.period)]
        period = last_days(days, context.now(), _zone(wanted, context))
        asked = Asked(context, connection, period, _counted(wanted, caller))
        interval = Interval.HOUR if wanted.period == "week" else Interval.DAY
        weekdays, hours = await _clock(asked)
        parts = await asked.parts(interval=interval)
        return Activity(
            period=wanted.period,
            range=Range(start=period.start, end=period.end),
            plays=[
                Play(date=clock_time(part.start, period), count=part.sums.plays) for part in parts
            ],
            concurrent=await _peaks(asked, interval) if wanted.server_id is None else [],
            by_day_of_week=week_days(weekdays),
            by_hour_of_day=day_hours(hours),
            platforms=platforms_of(await asked.keys(Dimension.PLATFORM)),
            quality=quality_of(await asked.keys(Dimension.STREAM_TYPE)),
        )

    return await context.database.run(read)


def _counted(wanted: ServerParameters, caller: Caller) -> Filter:
    servers = () if wanted.server_id is None else (wanted.server_id,)
    return Filter(servers=servers, adult=caller.may(Permission.LEGACY_READ))


def _zone(wanted: TodayParameters, context: Context) -> ZoneInfo:
    return context.settings.zone if wanted.timezone is None else ZoneInfo(wanted.timezone)


async def _streams(connection: Connection, caller: Caller, wanted: ServerParameters) -> int:
    rows = await session_lists.count_active(connection, adult=caller.may(Permission.LEGACY_READ))
    return sum(row["streams"] for row in rows if wanted.server_id in (None, row["server_id"]))


async def _violations(connection: Connection, since: datetime) -> int:
    return await cases.count_rows(connection, {"mode": "live", "start": since})


async def _peaks(asked: Asked, interval: Interval) -> list[Concurrent]:
    rows = await statistics.list_peaks(asked.connection, asked.period, interval, asked.filter)
    starts = [clock_time(at, asked.period) for at in asked.period.edges(interval)]
    return peaks_of(rows, starts)


async def _clock(asked: Asked) -> tuple[Counter[int], Counter[int]]:
    """Return plays by weekday, from 1, which is Monday, and by hour."""
    days, hours = Counter[int](), Counter[int]()
    if asked.filter.given:
        for part in await asked.parts(interval=Interval.HOUR):
            at = part.start.astimezone(asked.period.zone)
            days[at.isoweekday()] += part.sums.plays
            hours[at.hour] += part.sums.plays
        return days, hours
    for row in await statistics.sum_clock(asked.connection, asked.period, asked.filter):
        days[row["weekday"]] += row["plays"]
        hours[row["hour"]] += row["plays"]
    return days, hours
