"""What was watched most equals a fold over the facts, of whichever sessions count."""

import asyncio
from collections import defaultdict

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg.rows import dict_row

from shared.domain.statistics.facts import Fact
from shared.domain.statistics.favourites import Favourite, by_artist, by_genre, by_item, by_show
from shared.domain.statistics.period import Period
from shared.domain.statistics.question import Filter
from shared.domain.statistics.sums import Sums, parts
from shared.store.favourites import list_items
from tests.integration.statistics.histories import NIGHTS, ZONES, Visit, visits
from tests.integration.statistics.test_answers import counts, filters, periods
from tests.integration.statistics.test_rollups import Database, History

# The show has what its episodes have: they are told without any.
GENRES = {
    "a-movie": ("Drama", "Sea"),
    "a-tvshow_episode": ("Drama",),
    "b-tvshow_episode": ("Drama",),
}
Totals = dict[str, tuple[int, int, int]]


def folded(facts: list[Fact], period: Period, wanted: Filter) -> dict[str, Totals]:
    """Return plays, completed plays and watch time of each item, show, artist and genre."""
    sums: dict[str, dict[str, Sums]] = defaultdict(lambda: defaultdict(Sums))
    for fact in (one for one in facts if counts(one, wanted)):
        for start, part in parts(fact):
            if period.start <= start < period.end:
                for of, key in _keys(fact):
                    sums[of][key] += part
    return {
        of: {
            key: (s.plays, s.completed, s.watched_ms)
            for key, s in by_key.items()
            if s.plays or s.watched_ms
        }
        for of, by_key in sums.items()
    }


def _keys(fact: Fact) -> list[tuple[str, str]]:
    return [
        ("item", fact.content_id),
        *((kind, key) for kind, key in fact.groups if kind in ("show", "artist")),
        *(("genre", genre) for genre in GENRES.get(fact.content_id, ())),
    ]


def totals(found: list[Favourite]) -> Totals:
    watched = [one.watched_ms for one in found]
    assert watched == sorted(watched, reverse=True)
    return {one.key: (one.plays, one.completed, one.watched_ms) for one in found}


async def add_library(connection: Database) -> None:
    """Let a library know a film and a show with genres, and episodes without any."""
    await connection.execute(
        "INSERT INTO libraries (id, server_id, original_id, name, kind, first_seen_at)"
        " VALUES ('l', 's', 'l', 'All', 'mixed', now())"
    )
    for item_id, show_id, genres in (
        ("a-movie", None, ["Drama", "Sea"]),
        ("show", None, ["Drama"]),
        ("a-tvshow_episode", "show", []),
        ("b-tvshow_episode", "show", []),
    ):
        await connection.execute(
            "INSERT INTO library_items (library_id, id, original_id, content_type, show_id, genres,"
            " digest, first_seen_at, changed_at) VALUES ('l', %s, %s, 'x', %s, %s, '', now(), now())",
            (item_id, item_id, show_id, genres),
        )


async def compare(
    url: str, zone: str, played: list[tuple[int, Visit]], asked: list[tuple[Period, Filter]]
) -> None:
    async with await Database.connect(url, row_factory=dict_row) as connection:
        try:
            await add_library(connection)
            history = History(connection, NIGHTS[0], zone)
            for night, visit in played:
                history.night = NIGHTS[night]
                await history.play(visit)
            await history.count()
            for period, wanted in asked:
                items = await list_items(connection, period, wanted)
                expected = folded(history.facts(), period, wanted)
                for of, found in (
                    ("item", by_item(items)),
                    ("show", by_show(items)),
                    ("artist", by_artist(items)),
                    ("genre", by_genre(items)),
                ):
                    assert totals(found) == expected.get(of, {}), of
        finally:
            await connection.rollback()


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    zone=st.sampled_from(ZONES),
    played=st.lists(st.tuples(st.integers(0, 3), visits), min_size=1, max_size=6),
    asked=st.lists(st.tuples(periods, filters), min_size=6, max_size=8),
)
def test_what_was_watched_most_is_what_a_fold_says(
    common_url: str,
    loop: asyncio.Runner,
    zone: str,
    played: list[tuple[int, Visit]],
    asked: list[tuple[Period, Filter]],
) -> None:
    loop.run(compare(common_url, zone, played, asked))
