"""Binges found in the database are those of a plain fold, however what is known of them comes."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg import AsyncConnection
from psycopg.rows import dict_row

from shared.domain.statistics.binges import Viewing, binges
from shared.store import people
from shared.store.watching import find_binges, list_binges

BEGAN = datetime(2026, 3, 28, 20, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
PEOPLE = tuple(UUID(int=(7 << 76) + number) for number in (1, 2))
# Two shows; what is on has a season and an episode, or does not say.
EPISODES = {
    "a1": ("a", 1, 1),
    "a2": ("a", 1, 2),
    "a3": ("a", 1, 3),
    "a4": ("a", 2, 1),
    "a?": ("a", None, None),
    "b1": ("b", 1, 1),
}
ANY = {
    "start": BEGAN - timedelta(days=9),
    "end": BEGAN + timedelta(days=9),
    "servers": None,
    "libraries": None,
    "content_types": None,
    "adult": True,
    "limit": 100,
}


sittings = st.lists(
    st.tuples(
        st.sampled_from([*PEOPLE[:1] * 3, PEOPLE[1]]),
        st.sampled_from(list(EPISODES)),
        st.sampled_from([0, 1, 5, 29, 30, 31]),
        st.sampled_from([3, 20, 40]),
        st.sampled_from([119, 120, 1_200]),
    ),
    max_size=8,
)
in_a_row = st.lists(st.sampled_from([0, 10, 30, 31]), min_size=3, max_size=4).map(
    lambda pauses: [
        (PEOPLE[0], item, pause, 20, 1_200)
        for item, pause in zip(("a1", "a2", "a3", "a4"), pauses, strict=False)
    ]
)


def evening(steps: Sequence[tuple[UUID, str, int, int, int]]) -> list[Viewing]:
    """Return sessions that each begin so many minutes after the one before ended."""
    found: list[Viewing] = []
    at = BEGAN
    for number, (user, item, pause, length, seconds) in enumerate(steps, 1):
        show, season, episode = EPISODES[item]
        begins = at + pause * MINUTE
        at = begins + length * MINUTE
        session_id = UUID(int=(7 << 76) + number)
        found.append(
            Viewing(user, session_id, show, item, season, episode, begins, at, seconds * 1_000)
        )
    return found


async def note(connection: Any, one: Viewing) -> None:
    facet = UUID(int=1)
    await connection.execute(
        "INSERT INTO stream_facets (id, content_type, stream_type, location)"
        " VALUES (%s, 'tvshow_episode', 'unknown', 'lan') ON CONFLICT DO NOTHING",
        [facet],
    )
    await connection.execute(
        "INSERT INTO item_statistics (content_id, content_type, show_id, season_number,"
        " episode_number, sessions, plays, completed, watched_ms, users)"
        " VALUES (%s, 'tvshow_episode', %s, %s, %s, 1, 1, 0, 1, 1) ON CONFLICT DO NOTHING",
        [one.item, one.show_id, one.season, one.episode],
    )
    await connection.execute(
        "INSERT INTO session_facts (user_id, id, content_id, content_type, started_at, ended_at,"
        " spread, watched_ms, plays, completed, paused_ms, buffered_ms, facet_id, quality_id,"
        " place_id, work_id) VALUES (%s, %s, %s, 'tvshow_episode', %s, %s, '{0}', %s, 1, 0, 0, 0,"
        " %s, %s, %s, %s)",
        [one.user_id, one.id, one.item, one.started_at, one.ended_at, one.watched_ms, *[facet] * 4],
    )


async def watch_much(connection: Any) -> None:
    """Have everybody watch so much besides that it is not read for a single show."""
    await connection.execute(
        "INSERT INTO user_statistics SELECT user_id, 'movie', 9999, 0, 0, 0"
        " FROM unnest(%s::uuid[]) AS u (user_id)",
        [list(PEOPLE)],
    )


async def live(url: str, seen: Sequence[Viewing], deleted: int, *, much: bool) -> None:
    """Let sessions come one by one, the last first, and let one of them be deleted."""
    async with await AsyncConnection[Any].connect(url, row_factory=dict_row) as connection:
        try:
            await people.note(connection, [people.Sighting(user, BEGAN) for user in PEOPLE])
            if much:
                await watch_much(connection)
            for one in reversed(seen):
                await note(connection, one)
                await find_binges(connection, [(one.user_id, one.item)])
            await compare(connection, seen)
            if seen:
                gone = seen[deleted % len(seen)]
                await connection.execute("DELETE FROM session_facts WHERE id = %s", [gone.id])
                await find_binges(connection, [(gone.user_id, gone.item)])
                await compare(connection, [one for one in seen if one is not gone])
        finally:
            await connection.rollback()


async def compare(connection: Any, seen: Sequence[Viewing]) -> None:
    names = ("user_id", "id", "show_id", "started_at", "ended_at", "episodes", "watched_ms")
    rows = await list_binges(connection, ANY)
    found = {tuple(row[name] for name in names) for row in rows}
    assert found == {tuple(getattr(one, name) for name in names) for one in binges(seen)}


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.one_of(sittings, in_a_row), deleted=st.integers(0, 9), much=st.booleans())
def test_binges_are_those_of_a_fold_over_all_sessions(
    loop: asyncio.Runner,
    common_url: str,
    steps: list[tuple[UUID, str, int, int, int]],
    deleted: int,
    *,
    much: bool,
) -> None:
    loop.run(live(common_url, evening(steps), deleted, much=much))
