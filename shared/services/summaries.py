"""Summing up a day, a week, a month or a year of a person or of everybody."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from shared.domain.calendar import day_of
from shared.domain.statistics.period import Interval
from shared.domain.statistics.question import Dimension
from shared.domain.statistics.summary import Span, Streak, busiest, longest_streak
from shared.domain.statistics.sums import Sums
from shared.schemas.statistics import Figures, figures, groups, period_view, total_of
from shared.schemas.summaries import Busiest, Course, Habits, StreakView, Summary
from shared.services.statistics import Part
from shared.services.subjects import Subject
from shared.store.database import Connection


async def summarise(
    connection: Connection,
    user_id: UUID | None,
    span: Span,
    day: date,
    *,
    tz: ZoneInfo,
    zone: ZoneInfo,
    now: datetime,
) -> Summary:
    """Sum up the day, week, month or year that a day lies in.

    Args:
        connection: to read from.
        user_id: whose; None: everybody's.
        span: how long a time.
        day: any of its days.
        tz: the zone whose calendar counts.
        zone: the service's own, whose days are kept.
        now: until when people are known.
    """
    subject = Subject(connection, user_id, span, span.period(day, tz), zone, now)
    days = await subject.parts(Dimension.CONTENT_TYPE, Interval.DAY)
    total, before = total_of(part.sums for part in days), await subject.total_before()
    ends = await subject.ends()
    return Summary(
        user_id=user_id,
        span=span,
        start=span.start(day),
        period=period_view(subject.period),
        total=Figures(**figures(total)),
        before=Figures(**figures(before)),
        change_of_plays=_change(total.plays, before.plays),
        change_of_watch_time=_change(total.watched_ms, before.watched_ms),
        content_types=groups(_by_key(days)),
        course=_course(days, span, tz),
        habits=_habits(days, await subject.clock(), tz),
        first_play=ends[0] if ends else None,
        last_play=ends[-1] if ends else None,
        favourites=await subject.favourites(),
        clients=await subject.groups(Dimension.CLIENT),
        devices=await subject.devices(),
        people=await subject.audience(),
        peak=await subject.peak(),
    )


def _change(now: int, before: int) -> float | None:
    return (now - before) / before if before else None


def _by_key(parts: Sequence[Part]) -> dict[str | None, Sums]:
    sums: dict[str | None, Sums] = defaultdict(Sums)
    for part in parts:
        sums[part.key] += part.sums
    return sums


def _course(days: Sequence[Part], span: Span, tz: ZoneInfo) -> list[Course]:
    """Return the days, of a year the months, on which anything was watched."""
    if span is Span.DAY:
        return []
    unit = Span.MONTH if span is Span.YEAR else Span.DAY
    sums: dict[date, Sums] = defaultdict(Sums)
    for part in days:
        sums[unit.start(day_of(part.start, tz))] += part.sums
    return [Course(start=start, **figures(each)) for start, each in sorted(sums.items())]


def _habits(days: Sequence[Part], clock: Mapping[tuple[int, int], int], tz: ZoneInfo) -> Habits:
    watched: dict[date, int] = defaultdict(int)
    weekdays: dict[int, int] = defaultdict(int)
    hours: dict[int, int] = defaultdict(int)
    for part in days:
        watched[day_of(part.start, tz)] += part.sums.watched_ms
    for (weekday, hour), watched_ms in clock.items():
        weekdays[weekday] += watched_ms
        hours[hour] += watched_ms
    played = {day_of(part.start, tz) for part in days if part.sums.plays}
    return Habits(
        active_days=len(played),
        longest_streak=_streak(longest_streak(played)),
        busiest=Busiest(day=busiest(watched), weekday=busiest(weekdays), hour=busiest(hours)),
    )


def _streak(found: Streak | None) -> StreakView | None:
    return (
        None if found is None else StreakView(first=found.first, last=found.last, days=found.days)
    )
