"""What is on the rise: whatever was played, SQL surprises as much as its definition, to the last bit."""

from datetime import UTC, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.domain.statistics.period import last_days
from shared.domain.statistics.question import Filter
from shared.domain.statistics.titles import TitleKind
from shared.domain.statistics.trend import Recent, surprises
from shared.store.statistics import list_rising
from tests.integration.statistics.test_rollups import Database

ADA = UUID(int=7)
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
PERIOD = last_days(7, NOW, ZoneInfo("UTC"))
# Of each title its library (a show's content type), how often it is played now, and was before.
PLAYED = st.lists(
    st.tuples(
        st.sampled_from(["movie", "tvshow_episode", None]), st.integers(0, 60), st.integers(0, 60)
    ),
    max_size=12,
)

KNOW = """
INSERT INTO users (user_id, first_seen_at, last_active_at) VALUES (%(user_id)s, %(now)s, %(now)s)
"""
PLAY = """
WITH told AS (
    SELECT * FROM unnest(%(keys)s::text[], %(works)s::uuid[], %(kin)s::text[], %(plays)s::integer[],
        %(past_plays)s::integer[]) AS t (key, work_id, kin, plays, past_plays)
),
items AS (
    INSERT INTO item_statistics (content_id, content_type, library_id, title, sessions, plays,
        completed, watched_ms, users)
    SELECT key, 'movie', kin, 'Item ' || key, 0, 0, 0, 0, 0 FROM told
),
groups AS (
    INSERT INTO work_groups (work_id, kind, key) SELECT work_id, 'show', key FROM told
),
shows AS (
    INSERT INTO group_statistics (kind, key, content_type, title, sessions, plays, completed,
        watched_ms, users)
    SELECT 'show', key, coalesce(kin, 'other'), 'Show ' || key, 0, 0, 0, 0, 0 FROM told
)
INSERT INTO session_facts (user_id, id, content_id, content_type, started_at, ended_at, spread,
    watched_ms, plays, completed, paused_ms, buffered_ms, facet_id, quality_id, place_id, work_id)
SELECT %(user_id)s, uuidv7(), key, coalesce(kin, 'other'), at, at, '{0}', 0, 1, 0, 0, 0,
    work_id, work_id, work_id, work_id
FROM told
CROSS JOIN LATERAL (
    SELECT %(start)s::timestamptz AS at FROM generate_series(1, plays)
    UNION ALL
    SELECT %(start)s::timestamptz - interval '1 hour' FROM generate_series(1, past_plays)
) AS played
"""


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    played=PLAYED,
    of=st.sampled_from([TitleKind.ITEM, TitleKind.SHOW]),
    limit=st.sampled_from([1, 3, 100]),
)
async def test_what_is_on_the_rise_is_what_surprises_most(
    connection: Database, played: list[tuple[str | None, int, int]], of: TitleKind, limit: int
) -> None:
    # Upper case before lower: titles that surprise the same are in the order of their characters.
    titles = [(f"{'aB'[n % 2]}{n}", *title) for n, title in enumerate(played)]
    recent = [Recent(key, kin, plays, past) for key, kin, plays, past in titles]
    expected = sorted(
        (-surprise, one.key, one.plays, one.past_plays, f"{of.title()} {one.key}")
        for one, surprise in zip(recent, surprises(recent), strict=True)
        if surprise > 0
    )
    async with connection.transaction(force_rollback=True):
        await connection.execute(KNOW, {"user_id": ADA, "now": NOW})
        values = {
            "user_id": ADA,
            "start": PERIOD.start,
            "keys": [one.key for one in recent],
            "works": [UUID(int=n + 1) for n in range(len(recent))],
            "kin": [one.library_id for one in recent],
            "plays": [one.plays for one in recent],
            "past_plays": [one.past_plays for one in recent],
        }
        await connection.execute(PLAY, values)
        rows = await list_rising(connection, PERIOD, Filter(), of, limit)
    assert [
        (-row["surprise"], row["key"], row["plays"], row["past_plays"], row["title"])
        for row in rows
    ] == expected[:limit]
