"""A day, week, month or year summed up equals a fold over the facts, of a person and of everybody."""

import asyncio
from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg.rows import dict_row

from shared.domain.calendar import day_of
from shared.domain.statistics.facts import Fact
from shared.domain.statistics.period import Period
from shared.domain.statistics.question import Filter
from shared.domain.statistics.summary import Span
from shared.domain.statistics.sums import Sums, parts, peaks
from shared.schemas.statistics import figures
from shared.schemas.summaries import Summary
from shared.services.reviews import review
from shared.services.summaries import summarise
from tests.integration.statistics.histories import NIGHTS, PEOPLE, ZONES, Visit, visits
from tests.integration.statistics.test_favourites import add_library, folded
from tests.integration.statistics.test_rollups import NOW, Database, History

Key = TypeVar("Key", date, int)

DAYS = [date(2025, 12, 31), date(2026, 1, 1), date(2026, 3, 29), date(2026, 10, 25), NOW.date()]
Piece = tuple[datetime, Fact, Sums]
Question = tuple[UUID | None, Span, date, str]

questions = st.tuples(
    st.sampled_from([None, *PEOPLE]),
    st.sampled_from(Span),
    st.sampled_from(DAYS),
    st.sampled_from([None, *ZONES]),
)


def pieces(facts: list[Fact], period: Period) -> list[Piece]:
    """Return what facts add to the quarter hours of a period, by the clock of its zone."""
    return [
        (start.astimezone(period.zone), fact, part)
        for fact in facts
        for start, part in parts(fact)
        if period.start <= start < period.end
    ]


def most(found: list[Piece], key: Callable[[datetime], Key]) -> Key | None:
    sums: dict[Key, int] = defaultdict(int)
    for at, _, part in found:
        sums[key(at)] += part.watched_ms
    best = max(sums.values(), default=0)
    return min(each for each in sums if sums[each] == best) if best else None


def streak(days: set[date]) -> tuple[date, int] | None:
    """Return the first of the longest rows of days, and its length."""
    rows = [(day, _length(day, days)) for day in sorted(days)]
    return max(rows, key=lambda row: (row[1], -row[0].toordinal()), default=None)


def _length(day: date, days: set[date]) -> int:
    length = 0
    while day + timedelta(days=length) in days:
        length += 1
    return length


def assert_told(summary: Summary, facts: list[Fact], user_id: UUID | None, zone: ZoneInfo) -> None:
    """Compare all that a summary tells with folds."""
    period = summary.span.period(summary.start, zone)
    own = [fact for fact in facts if user_id in (None, fact.user_id)]
    found = pieces(own, period)
    total = sum((part for _, _, part in found), Sums())
    past = summary.span.period(summary.span.before(summary.start), zone)
    before = sum((part for _, _, part in pieces(own, past)), Sums())
    assert summary.total.model_dump() == figures(total)
    assert summary.before.model_dump() == figures(before)
    assert sum(each.watched_seconds for each in summary.content_types) * 1000 == total.watched_ms
    if summary.span is not Span.DAY:
        assert sum(each.plays for each in summary.course) == total.plays
    played = [(at, fact) for at, fact, part in found if part.plays]
    habits = summary.habits
    days = {at.date() for at, _ in played}
    assert habits.active_days == len(days)
    longest = habits.longest_streak
    assert (longest and (longest.first, longest.days)) == streak(days)
    assert habits.busiest.day == most(found, lambda at: at.date())
    assert habits.busiest.weekday == most(found, lambda at: at.isoweekday())
    assert habits.busiest.hour == most(found, lambda at: at.hour)
    starts = sorted(fact.started_at for _, fact in played)
    # In UTC: where clocks change, an instant of a zone equals none of another.
    ends = [
        end and end.started_at.astimezone(UTC) for end in (summary.first_play, summary.last_play)
    ]
    assert ends == ([starts[0], starts[-1]] if starts else [None, None])
    _assert_lists(summary, own, period, user_id)


def _assert_lists(summary: Summary, own: list[Fact], period: Period, user_id: UUID | None) -> None:
    wanted = folded(own, period, Filter())
    lists = summary.favourites
    ranked = {"item": lists.items}
    if user_id is not None:
        ranked |= {"show": lists.shows, "artist": lists.artists}
    for name, ranking in ranked.items():
        seconds = {one.id: (one.plays, one.watched_seconds * 1000) for one in ranking}
        assert seconds == {key: (plays, ms) for key, (plays, _, ms) in wanted.get(name, {}).items()}
    genres = {one.genre: (one.plays, one.watched_seconds * 1000) for one in lists.genres}
    assert genres == {key: (plays, ms) for key, (plays, _, ms) in wanted.get("genre", {}).items()}
    if user_id is not None:
        assert (summary.people, summary.peak) == (None, None)
        return
    assert summary.people is not None
    active = {fact.user_id for _, fact, part in pieces(own, period) if part.plays}
    assert summary.people.active == len(active)
    assert {one.user_id for one in summary.people.top} == active
    peak = max(
        (
            streams
            for (start, kind), streams in peaks(own).items()
            if kind == "all" and period.start <= start < period.end
        ),
        default=0,
    )
    assert (summary.peak.streams if summary.peak else 0) == peak


async def compare(
    url: str, zone: str, played: list[tuple[int, Visit]], asked: list[Question]
) -> None:
    async with await Database.connect(url, row_factory=dict_row) as connection:
        try:
            await add_library(connection)
            history = History(connection, NIGHTS[0], zone)
            for night, visit in played:
                history.night = NIGHTS[night]
                await history.play(visit)
            await history.count()
            facts = history.facts()
            for user_id, span, day, name in asked:
                tz = ZoneInfo(name or zone)
                told = await summarise(
                    connection, user_id, span, day, tz=tz, zone=ZoneInfo(zone), now=NOW
                )
                # As text: where clocks change, an instant of a zone equals none of an offset.
                kept = told.model_dump_json()
                assert Summary.model_validate_json(kept).model_dump_json() == kept
                assert_told(told, facts, user_id, tz)
            await assert_standings(connection, facts, ZoneInfo(zone))
        finally:
            await connection.rollback()


async def assert_standings(connection: Database, facts: list[Fact], zone: ZoneInfo) -> None:
    period = Span.YEAR.period(date(2026, 1, 1), zone)
    watched: dict[UUID, int] = defaultdict(int)
    for _, fact, part in pieces(facts, period):
        watched[fact.user_id] += part.watched_ms
    people = {user_id: ms for user_id, ms in watched.items() if ms}
    for user_id in PEOPLE:
        year = await review(connection, user_id, 2026, tz=zone, zone=zone, now=NOW)
        assert (year.is_over, year.year) == (False, day_of(NOW, zone).year)
        if user_id not in people:
            assert year.standing is None
            continue
        assert year.standing is not None
        less = sum(ms < people[user_id] for ms in people.values())
        others = len(people) - 1
        assert year.standing.people == len(people)
        assert year.standing.watched_more_than == (less / others if others else None)
        assert year.standing.share_of_watch_time == people[user_id] / sum(people.values())


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    zone=st.sampled_from(ZONES),
    played=st.lists(st.tuples(st.integers(0, 3), visits), min_size=1, max_size=6),
    asked=st.lists(questions, min_size=5, max_size=7),
)
def test_what_is_summed_up_is_what_folds_say(
    common_url: str,
    loop: asyncio.Runner,
    zone: str,
    played: list[tuple[int, Visit]],
    asked: list[Question],
) -> None:
    loop.run(compare(common_url, zone, played, asked))
