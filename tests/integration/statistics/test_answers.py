"""What is asked of the rollups, in any zone and with any filter, equals a fold over the facts."""

import asyncio
from bisect import bisect_right
from collections import Counter, defaultdict
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg.rows import dict_row

from shared.domain.calendar import first_instant
from shared.domain.statistics.engagement import Reach, engagements
from shared.domain.statistics.facts import QUARTER_HOUR, Fact, quarter_hour
from shared.domain.statistics.period import Interval, Period
from shared.domain.statistics.question import Dimension, Filter, Question, source_of
from shared.domain.statistics.sums import ALL_STREAMS, Sums, parts, rewatches
from shared.domain.statistics.titles import TitleKind
from shared.domain.statistics.trend import PAST_WINDOWS, Recent, surprises
from shared.services.statistics import answer, answer_by_each, sums_of
from shared.store.day_sums import count_compatibility
from shared.store.holdings import Shelves
from shared.store.media import count_people, count_reaches
from shared.store.session_lists import count_rows, list_rows
from shared.store.statistics import (
    filters_of,
    list_days,
    list_peaks,
    list_rising,
    span_of,
    sum_clock,
)
from shared.store.watching import count_engagement, count_rewatching
from tests.integration.statistics.histories import NIGHTS, PEOPLE, ZONES, Visit, visits
from tests.integration.statistics.test_rollups import Database, History

PROPERTIES = ("container", "video_codec", "audio_codec", "resolution", "dynamic_range")


def period(zone: str, first: int, days: int, start: int, end: int) -> Period:
    """Return a period from some day of 2026 on, its ends moved by quarter hours."""
    day, tz = date(2026, 1, 1) + timedelta(days=first), ZoneInfo(zone)
    return Period(
        first_instant(day, tz) + start * QUARTER_HOUR,
        first_instant(day + timedelta(days=days), tz) + end * QUARTER_HOUR,
        tz,
    )


periods = st.builds(
    period,
    zone=st.sampled_from(ZONES),
    first=st.sampled_from([-40, -2, 0, 85, 86, 295, 296, 303, 304]),
    days=st.sampled_from([1, 3, 70]),
    start=st.sampled_from([0, 0, 5]),
    end=st.sampled_from([0, 0, 2]),
)
filters = st.builds(
    Filter,
    users=st.sampled_from([(), (), PEOPLE[:1], PEOPLE[:2]]),
    content_types=st.sampled_from([(), (), ("movie",), ("movie", "music_track")]),
    stream_types=st.sampled_from([(), (), ("transcode",), ("unknown",)]),
    servers=st.sampled_from([(), (), ("attic",)]),
    libraries=st.sampled_from([(), (), ("films",)]),
    locations=st.sampled_from([(), (), ("lan",), ("wan", "unknown")]),
    devices=st.sampled_from([(), (), (), ("tv-1",)]),
    clients=st.sampled_from([(), (), (), ("Revenge TV",)]),
    platforms=st.sampled_from([(), (), ("tvOS",)]),
    countries=st.sampled_from([(), (), ("GB",)]),
    adult=st.booleans(),
)
questions = st.builds(
    Question,
    period=periods,
    filter=filters,
    interval=st.sampled_from([None, *Interval]),
    by=st.sampled_from([None, *Dimension]),
)


def hidden(visit: Visit) -> Visit:
    """Return a visit to adult content."""
    return replace(visit, content_type="qar.movie")


def counts(fact: Fact, wanted: Filter) -> bool:
    facet = fact.facet
    return (wanted.adult or not facet.content_type.startswith("qar.")) and all(
        not allowed or value in allowed
        for value, allowed in (
            (fact.user_id, wanted.users),
            (facet.content_type, wanted.content_types),
            (facet.stream_type, wanted.stream_types),
            (facet.server_id, wanted.servers),
            (facet.library_id, wanted.libraries),
            (facet.location, wanted.locations),
            (fact.device_id, wanted.devices),
            (facet.client_name, wanted.clients),
            (facet.platform, wanted.platforms),
            (facet.country, wanted.countries),
        )
    )


def key_of(fact: Fact, by: Dimension) -> str | None:
    """Return what a fact is told apart by."""
    scene, rate = fact.scene, fact.rate
    for made_of in (fact.facet, fact.quality):
        if hasattr(made_of, by):
            return getattr(made_of, by)
    return {
        Dimension.USER: str(fact.user_id),
        Dimension.DEVICE: fact.device_id,
        Dimension.ITEM: fact.content_id,
        Dimension.CONTINENT: scene.continent,
        Dimension.REGION: joined(scene.region, scene.country),
        Dimension.CITY: joined(scene.city, scene.region, scene.country),
        Dimension.ASN: None if scene.asn is None else f"AS{scene.asn} {scene.organisation}",
        Dimension.BITRATE: None if rate.bin is None else str(rate.bin),
    }[by]


def joined(*names: str | None) -> str | None:
    return ", ".join(name for name in names if name is not None) or None


def folded(facts: list[Fact], question: Question) -> dict[tuple[Any, str | None], Sums]:
    edges = list(question.period.edges(question.interval))
    sums: dict[tuple[Any, str | None], Sums] = defaultdict(Sums)
    for fact in (one for one in facts if counts(one, question.filter)):
        key = None if question.by is None else key_of(fact, question.by)
        for start, part in parts(fact):
            if question.period.start <= start < question.period.end:
                sums[edges[bisect_right(edges, start) - 1], key] += part
    return {key: s for key, s in sums.items() if s.sessions or s.watched_ms}


async def compare_each(
    connection: Database, question: Question, facts: list[Fact], zone: ZoneInfo
) -> None:
    """Compare what is told of several dimensions at once."""
    by = Dimension.CONTENT_TYPE, Dimension.PLATFORM, question.by or Dimension.LIBRARY
    period, wanted = question.period, question.filter
    found = await answer_by_each(connection, period, wanted, by, zone)
    for one in by:
        expected = folded(facts, Question(period, wanted, by=one))
        assert found[one] == {key: sums for (_, key), sums in expected.items()}


async def compare_listed(connection: Database, question: Question, facts: list[Fact]) -> None:
    """Compare what histories list."""
    span = span_of(question.period)
    asked = {**filters_of(question.filter), **span, "limit": 100}
    listed = {
        fact.id
        for fact in facts
        if counts(fact, question.filter) and span["start"] <= fact.started_at < span["end"]
    }
    assert {row["id"] for row in await list_rows(connection, asked)} == listed
    assert await count_rows(connection, asked) == len(listed)


async def compare_clock(
    connection: Database, question: Question, wanted: Filter, facts: list[Fact]
) -> None:
    """Compare what is told of the hours of the week."""
    sums: dict[tuple[int, int], Sums] = defaultdict(Sums)
    for fact in (one for one in facts if counts(one, wanted)):
        for start, part in parts(fact):
            if question.period.start <= start < question.period.end:
                local = start.astimezone(question.period.zone)
                sums[local.isoweekday(), local.hour] += part
    rows = await sum_clock(connection, question.period, wanted)
    assert {(row["weekday"], row["hour"]): sums_of(row) for row in rows} == {
        key: s for key, s in sums.items() if s.sessions or s.watched_ms
    }


async def compare_peaks(connection: Database, question: Question, facts: list[Fact]) -> None:
    """Compare how many were alive at once in each part of the period, and when that was first."""
    edges = [*question.period.edges(question.interval), question.period.end]
    lives = [one for one in facts if counts(one, question.filter)]
    expected: dict[tuple[int, str], tuple[int, datetime]] = {}
    for part, (start, end) in enumerate(pairwise(edges), 1):
        for name in {ALL_STREAMS, *(one.facet.stream_type for one in lives)}:
            spans = [
                (max(start, one.started_at), one.ended_at)
                for one in lives
                if name in (one.facet.stream_type, ALL_STREAMS)
                and one.started_at < end
                and one.ended_at > max(start, one.started_at)
            ]
            levels = {
                at: sum(began <= at < ended for began, ended in spans) for at, _ in sorted(spans)
            }
            if levels:
                at = max(levels, key=lambda at: (levels[at], -at.timestamp()))
                expected[part, name] = levels[at], quarter_hour(at)
    rows = await list_peaks(connection, question.period, question.interval, question.filter)
    assert {(r["part"], r["stream_type"]): (r["peak"], r["at"]) for r in rows} == expected


async def compare_days(
    connection: Database, question: Question, facts: list[Fact], zone: ZoneInfo
) -> None:
    """Compare what is told of each day, and of how many people."""
    period = question.period
    sums: dict[Any, tuple[Sums, set[UUID]]] = defaultdict(lambda: (Sums(), set[UUID]()))
    for fact in (one for one in facts if counts(one, question.filter)):
        for start, part in parts(fact):
            if period.start <= start < period.end and (part.sessions or part.watched_ms):
                key = start.astimezone(period.zone).date(), fact.facet.content_type
                sums[key] = sums[key][0] + part, sums[key][1] | {fact.user_id}
    rows = await list_days(connection, period, question.filter, zone)
    names = ("sessions", "plays", "completed", "watched_ms")
    found = {
        (row["day"], row["content_type"]): (*(row[name] for name in names), row["users"])
        for row in rows
    }
    assert found == {
        day: (*(getattr(s, name) for name in names), len(people))
        for day, (s, people) in sums.items()
    }


async def compare_players(
    connection: Database, question: Question, facts: list[Fact], zone: ZoneInfo
) -> None:
    """Compare what is told of how kinds of players play what there is."""
    expected: dict[tuple[str, str, str], Counter[str]] = defaultdict(Counter)
    period = question.period
    for one in facts:
        facet, quality = one.facet, one.quality
        if (
            period.start <= one.started_at < period.end
            and facet.platform is not None
            and facet.stream_type != "unknown"
            and counts(one, question.filter)
        ):
            told = {"all": "all"} | {name: getattr(quality, name) for name in PROPERTIES}
            for name, value in told.items():
                expected[facet.platform, name, value][facet.stream_type] += 1
    by = Dimension.PLATFORM
    rows = await count_compatibility(connection, period, question.filter, by, zone=zone, fewest=1)
    assert {
        (row["key"], row["property"], row["value"]): (
            row["sessions"],
            row["direct"],
            row["transcoded"],
        )
        for row in rows
    } == {
        key: (ways.total(), ways["direct_play"], ways["transcode"])
        for key, ways in expected.items()
        if key[2] is not None
    }


async def compare_trend(connection: Database, question: Question, facts: list[Fact]) -> None:
    """Compare which items were played more in a period than in the time before it, and by how much."""
    period = question.period
    past_start = period.start - PAST_WINDOWS * (period.end - period.start)
    played: dict[str, tuple[int, int]] = defaultdict(lambda: (0, 0))
    for one in facts:
        if one.plays and past_start <= one.started_at < period.end and counts(one, question.filter):
            plays, past_plays = played[one.content_id]
            is_past = one.started_at < period.start
            played[one.content_id] = plays + (not is_past), past_plays + is_past
    known = await connection.execute("SELECT content_id, library_id FROM item_statistics")
    libraries = {row["content_id"]: row["library_id"] for row in await known.fetchall()}
    recent = [Recent(key, libraries[key], *counted) for key, counted in played.items()]
    expected = sorted(
        (-surprise, one.key, one.plays, one.past_plays)
        for one, surprise in zip(recent, surprises(recent), strict=True)
        if surprise > 0
    )
    rows = await list_rising(connection, period, question.filter, TitleKind.ITEM, len(facts) + 1)
    assert [
        (-row["surprise"], row["key"], row["plays"], row["past_plays"]) for row in rows
    ] == expected


async def compare_page(connection: Database, question: Question, facts: list[Fact]) -> None:
    """Compare what is told of who played some items, and of how far they came."""
    items = "a-movie", "b-movie", "a-music_track"
    period, wanted = question.period, question.filter
    plays = [
        one
        for one in facts
        if one.plays
        and one.content_id in items
        and period.start <= one.started_at < period.end
        and counts(one, wanted)
    ]
    of_these = replace(wanted, items=items)
    reaches = await count_reaches(connection, period, of_these)
    expected = engagements(Reach(one.reached, bool(one.completed), 1) for one in plays)
    assert engagements(reaches) == expected
    completed = Counter((one.user_id, one.content_id) for one in plays if one.completed)
    again = {user_id for (user_id, _), times in completed.items() if times > 1}
    people = {one.user_id for one in plays}
    assert await count_people(connection, period, of_these) == (len(people), len(again))


async def compare_engagement(
    connection: Database, question: Question, facts: list[Fact], zone: ZoneInfo
) -> None:
    """Compare what is told of how far plays came, and of who completed an item again."""
    asked = question.filter
    wanted = Filter(
        servers=asked.servers,
        libraries=() if asked.servers else asked.libraries,
        content_types=asked.content_types,
        adult=asked.adult,
    )
    shelves = Shelves(
        asked.libraries or None,
        asked.content_types or None,
        adult=asked.adult,
        servers=asked.servers or None,
    )
    period = question.period
    within = [one for one in facts if period.start <= one.started_at < period.end]
    plays = [one for one in within if one.plays and counts(one, wanted)]
    found = await count_engagement(connection, period, shelves, days=period.days_of(zone))
    assert found == engagements(Reach(one.reached, bool(one.completed), 1) for one in plays)
    again = rewatches(within)
    people = {one.user_id for one in plays if one.id in again}
    assert await count_rewatching(connection, period, shelves) == len(people)


async def compare(
    url: str, zone: str, played: list[tuple[int, Visit]], asked: list[Question]
) -> None:
    async with await Database.connect(url, row_factory=dict_row) as connection:
        try:
            history = History(connection, NIGHTS[0], zone)
            for night, visit in played:
                history.night = NIGHTS[night]
                await history.play(visit)
            await history.count()
            for question in asked:
                found = await answer(connection, question, ZoneInfo(zone))
                assert {(part.start, part.key): part.sums for part in found} == folded(
                    history.facts(), question
                ), source_of(question, ZoneInfo(zone))
                kept = Filter(
                    content_types=question.filter.content_types,
                    stream_types=question.filter.stream_types,
                    libraries=question.filter.libraries,
                    adult=question.filter.adult,
                )
                for wanted in (question.filter, kept):
                    await compare_clock(connection, question, wanted, history.facts())
                await compare_each(connection, question, history.facts(), ZoneInfo(zone))
                await compare_listed(connection, question, history.facts())
                await compare_peaks(connection, question, history.facts())
                await compare_players(connection, question, history.facts(), ZoneInfo(zone))
                await compare_days(connection, question, history.facts(), ZoneInfo(zone))
                await compare_trend(connection, question, history.facts())
                await compare_page(connection, question, history.facts())
                await compare_engagement(connection, question, history.facts(), ZoneInfo(zone))
        finally:
            await connection.rollback()


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    zone=st.sampled_from(ZONES),
    played=st.lists(
        st.tuples(st.integers(0, 3), visits | visits.map(hidden)), min_size=1, max_size=6
    ),
    asked=st.lists(questions, min_size=8, max_size=12),
)
def test_whatever_is_asked_the_answer_is_that_of_a_fold(
    common_url: str,
    loop: asyncio.Runner,
    zone: str,
    played: list[tuple[int, Visit]],
    asked: list[Question],
) -> None:
    loop.run(compare(common_url, zone, played, asked))
