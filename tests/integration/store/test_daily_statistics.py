"""Daily statistics: what the database counts equals a plain fold over the same sessions."""

import asyncio
from collections import Counter
from collections.abc import Generator
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg import AsyncConnection
from psycopg.rows import DictRow, dict_row

from shared.domain.calendar import days_between
from shared.domain.identifiers import new_id
from shared.domain.record import Record, open_record, record
from shared.domain.session import EventKind, Session, SessionEvent, State
from shared.services.statistics import roll_up_day
from shared.store import partitions, people, sessions, statistics
from shared.store.partitions import Month

# The nights in which clocks go forward and back in Europe and in America, and a year's end.
NIGHTS = (
    datetime(2026, 3, 28, 12, tzinfo=UTC),
    datetime(2026, 10, 24, 12, tzinfo=UTC),
    datetime(2026, 11, 1, 0, tzinfo=UTC),
    datetime(2025, 12, 31, 6, tzinfo=UTC),
)
ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe")
MINUTE = timedelta(minutes=1)

Play = tuple[int, list[tuple[int, State]], str]

plays = st.tuples(
    st.integers(0, 36 * 60),
    st.lists(
        st.tuples(st.integers(1, 600), st.sampled_from([State.PLAYING, State.PAUSED])),
        min_size=1,
        max_size=6,
    ),
    st.sampled_from(["movie", "tvshow_episode"]),
)


def played(user_id: UUID, night: datetime, play: Play, *, ends: bool) -> Record:
    start, steps, content_type = play
    at = night + start * MINUTE
    blank = Session(new_id(at), user_id, "test", uuid4().hex, at, at, at)
    said = {"content_type": content_type, "content_id": "m"}
    current = open_record(blank, SessionEvent(EventKind.START, at, attributes=said))
    for minutes, state in steps:
        at += minutes * MINUTE
        current = record(current, SessionEvent(EventKind.PROGRESS, at, state=state), at)
    if ends:
        current = record(current, SessionEvent(EventKind.STOP, at + MINUTE), at + MINUTE)
    return current


def counted(records: list[Record], zone: ZoneInfo) -> dict[tuple[date, str], tuple[int, int]]:
    """Count minute by minute: slow, plain, and hard to get wrong."""
    begun: Counter[tuple[date, str]] = Counter()
    watched: Counter[tuple[date, str]] = Counter()
    for one in (entry.session for entry in records):
        kind = str(one.attributes["content_type"])
        for day in days_between(one.started_at, one.last_seen_at, zone):
            begun[day, kind] += 0
        begun[one.started_at.astimezone(zone).date(), kind] += 1
        lost = [(i.start, i.end) for i in one.interruptions]
        if one.interrupted_since is not None:
            lost.append((one.interrupted_since, one.last_seen_at))
        at = one.started_at
        while at < one.last_seen_at:
            if not any(start <= at < end for start, end in lost):
                watched[at.astimezone(zone).date(), kind] += 60_000
            at += MINUTE
    return {key: (begun[key], watched[key]) for key in begun}


async def rolled_up(
    connection: AsyncConnection[DictRow], user_id: UUID, records: list[Record], zone: str
) -> dict[tuple[date, str], tuple[int, int]]:
    spans = [(r.session.started_at, r.session.last_seen_at) for r in records]
    for month in {Month.of(r.session.started_at) for r in records}:
        await partitions.create(connection, month)
    await people.note(connection, [people.Sighting(user_id, spans[0][0])])
    await sessions.insert(connection, records)
    for day in {d for span in spans for d in days_between(*span, ZoneInfo(zone))}:
        for _ in range(2):  # a second time changes nothing
            await roll_up_day(connection, user_id, day, ZoneInfo(zone), now=NIGHTS[0])
    rows = await statistics.list_user_days(connection, user_id)
    return {(r["day"], r["content_type"]): (r["sessions"], r["watched_ms"]) for r in rows}


@pytest.fixture(scope="module")
def loop() -> Generator[asyncio.Runner]:
    with asyncio.Runner() as runner:
        yield runner


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    night=st.sampled_from(NIGHTS),
    zone=st.sampled_from(ZONES),
    many=st.lists(st.tuples(plays, st.booleans()), min_size=1, max_size=5),
)
def test_the_rollup_equals_a_fold_over_the_minutes(
    common_url: str,
    loop: asyncio.Runner,
    night: datetime,
    zone: str,
    many: list[tuple[Play, bool]],
) -> None:
    user_id = uuid4()
    records = [played(user_id, night, play, ends=ends) for play, ends in many]

    async def within() -> dict[tuple[date, str], tuple[int, int]]:
        async with await AsyncConnection[DictRow].connect(
            common_url, row_factory=dict_row
        ) as connection:
            try:
                return await rolled_up(connection, user_id, records, zone)
            finally:
                await connection.rollback()

    assert loop.run(within()) == counted(records, ZoneInfo(zone))
