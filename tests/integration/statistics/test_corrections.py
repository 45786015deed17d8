"""What is put right of a session is counted once, as it is by now."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import Any
from uuid import UUID, uuid4

import pytest

from shared.services.rollups import rebuild, roll_up_lot
from shared.settings import Settings
from shared.store import rollups
from shared.store.database import Connection, Database
from tests.conftest import Function
from tests.integration.api.conftest import Headers
from tests.integration.api.scenes import SESSIONS, Json, ago, read, start, stop, tell


async def counted(functions: Callable[[str], Function], user_id: str) -> list[tuple[str, int, int]]:
    """Return what a person watched: items with sessions and plays."""
    path = f"/api/v1/analytics/stats/plays?by=content_id&window=all&users={user_id}"
    rows = (await read(functions("api"), path))["data"]
    return [(row["key"], row["sessions"], row["plays"]) for row in rows]


async def sums(connection: Connection) -> list[tuple[Any, ...]]:
    """Return how many sessions sums of several kinds tell."""
    cursor = await connection.execute(
        "SELECT (SELECT sum(sessions) FROM quarter_hour_statistics) AS quarters,"
        " (SELECT sum(sessions) FROM user_statistics) AS people,"
        " (SELECT json_object_agg(content_id, ARRAY[sessions, users]) FROM item_statistics) AS items"
    )
    return [tuple(row.values()) for row in await cursor.fetchall()]


async def begin(functions: Callable[[str], Function], user_id: str) -> str:
    """Let somebody watch something, and count it; return the session's id."""
    begun = await start(
        functions("ingest_session"), user_id=user_id, content_id="m1", started_at=ago(50)
    )
    await functions("aggregate_stats").job("/recent")
    return str(begun["id"])


async def test_a_session_whose_item_is_put_right_is_counted_once(
    functions: Callable[[str], Function], database: Database
) -> None:
    user_id = str(uuid4())
    session_id = await begin(functions, user_id)
    assert await counted(functions, user_id) == [("m1", 1, 1)]
    await tell(functions("ingest_session"), session_id, content_id="m2")
    for _ in range(2):
        await functions("aggregate_stats").job("/recent")
        assert await counted(functions, user_id) == [("m2", 1, 1)]
        assert await database.run(sums) == [(1, 1, {"m1": [0, 0], "m2": [1, 1]})]


@pytest.mark.parametrize("first", ["m1", "m2"])
@pytest.mark.parametrize("limit", [1, 2])
async def test_a_session_whose_item_was_put_right_is_counted_once_whichever_item_comes_first(
    functions: Callable[[str], Function],
    database: Database,
    settings: Settings,
    first: str,
    limit: int,
) -> None:
    user_id = str(uuid4())
    session_id = await begin(functions, user_id)
    await tell(functions("ingest_session"), session_id, content_id="m2")

    async def mark_one(connection: Connection) -> None:
        await rollups.take_items(connection, limit=9)
        await rollups.mark_items(connection, [(UUID(user_id), first)], now=datetime.now(UTC))

    await database.run(mark_one)
    while not (await database.run(partial(roll_up_lot, settings=settings, limit=limit))).are_all:
        pass
    assert await counted(functions, user_id) == [("m2", 1, 1)]
    assert await database.run(sums) == [(1, 1, {"m1": [0, 0], "m2": [1, 1]})]


async def test_an_item_that_turns_out_to_be_adult_is_shown_no_longer(
    functions: Callable[[str], Function],
) -> None:
    async def shown() -> tuple[list[str], int]:
        popular = await read(functions("api"), "/api/v1/analytics/popular?window=all")
        page = await functions("api").call("GET", "/api/v1/admin/analytics/media/item/m1")
        return [item["id"] for item in popular["data"]], page.status_code

    session_id = await begin(functions, str(uuid4()))
    assert await shown() == (["m1"], 200)
    said = {"content_id": "m1", "content_type": "qar.movie"}
    await tell(functions("ingest_session"), session_id, **said)
    await functions("aggregate_stats").job("/recent")
    assert await shown() == ([], 404)


async def play(functions: Callable[[str], Function], begins: float, **said: object) -> str:
    """Let somebody play something for 20 minutes, so many minutes ago; return the session's id."""
    ingest = functions("ingest_session")
    at = {"started_at": ago(begins), "event_at": ago(begins)}
    session_id = str((await start(ingest, **at, **said))["id"])
    await stop(ingest, session_id, begins - 20)
    return session_id


@pytest.mark.parametrize("adult_at", [100, 40], ids=["first", "last"])
async def test_an_item_that_was_ever_played_as_adult_is_adult_in_lists_of_all_time(
    functions: Callable[[str], Function], legacy_reader: Headers, adult_at: int
) -> None:
    await play(functions, adult_at, content_type="qar.movie")
    await play(functions, 70, content_type="movie")
    await functions("aggregate_stats").job("/recent")

    async def popular(window: str, **options: Any) -> list[Json]:
        path = f"/api/v1/analytics/popular?window={window}"
        return (await read(functions("api"), path, **options))["data"]

    assert await popular("all") == []
    [of_a_month] = await popular("month")
    assert (of_a_month["content_type"], round(of_a_month["watched_seconds"])) == ("movie", 1_200)
    [known] = await popular("all", headers=legacy_reader)
    assert (known["content_type"], round(known["watched_seconds"])) == ("qar.movie", 2_400)


async def test_an_item_is_called_what_the_session_says_that_began_last_in_whichever_order_they_come(
    functions: Callable[[str], Function],
) -> None:
    for title, begins in (("new", 100), ("old", 300), (None, 60)):
        await play(functions, begins, **({} if title is None else {"title": title}))
        await functions("aggregate_stats").job("/recent")
        [item] = (await read(functions("api"), "/api/v1/analytics/popular?window=all"))["data"]
        assert item["title"] == "new"


EPISODE = {"content_type": "tvshow_episode", "show_id": "s1", "season_number": 1}
PROGRAMME = {"content_type": "livetv_program", "channel_id": "c1"}


@pytest.mark.parametrize(
    ("of", "name", "group", "others"),
    [
        ("show", "show_title", EPISODE, EPISODE | {"season_number": 2}),
        ("season", "show_title", EPISODE, EPISODE),
        ("channel", "channel_title", PROGRAMME, PROGRAMME),
    ],
    ids=["show", "season", "channel"],
)
async def test_a_group_is_called_what_the_session_says_that_began_last_whatever_becomes_of_others(
    functions: Callable[[str], Function],
    database: Database,
    settings: Settings,
    *,
    of: str,
    name: str,
    group: dict[str, object],
    others: dict[str, object],
) -> None:
    async def shown() -> str:
        path = f"/api/v1/analytics/popular?window=all&of={of}"
        [found] = (await read(functions("api"), path))["data"]
        return found["title"]

    async def called() -> str:
        await functions("aggregate_stats").job("/recent")
        return await shown()

    async def delete(session_id: str) -> None:
        answer = await functions("api").call("DELETE", f"{SESSIONS}/{session_id}")
        assert answer.status_code == 204, answer.text

    old = {"user_id": str(uuid4()), "content_id": "e1", name: "Old"}
    first = await play(functions, 400, **group, **old)
    assert await called() == "Old"
    new = {"content_id": "e9", name: "New"}
    last = str((await start(functions("ingest_session"), **others, **new))["id"])
    assert await called() == "New"
    await play(functions, 300, **group, **old)
    assert await called() == "New"
    await delete(first)
    assert await called() == "New"
    await database.run(
        lambda connection: connection.execute("UPDATE group_statistics SET title = 'Old'")
    )
    await rebuild(database, settings, tell=lambda _: None)
    assert await shown() == "New"
    await tell(functions("ingest_session"), last, **{name: "Newer"})
    assert await called() == "Newer"
    await stop(functions("ingest_session"), last)
    await delete(last)
    assert await called() == "Old"


@pytest.mark.parametrize("said", [{"show_id": "s2"}, {"episode_number": 7}], ids=str)
@pytest.mark.parametrize("by", ["the same", "another"])
async def test_binges_are_others_once_an_episode_moves_whoever_says_so(
    functions: Callable[[str], Function],
    database: Database,
    settings: Settings,
    said: dict[str, object],
    by: str,
) -> None:
    ada = str(uuid4())
    episode = {"content_type": "tvshow_episode", "show_id": "s1", "season_number": 1}

    async def watch(user_id: str, number: int, begins: float, **said: object) -> None:
        known = episode | {"content_id": f"e{number}", "episode_number": number}
        await play(functions, begins, **{"user_id": user_id} | known | said)

    async def found() -> list[tuple[str, int]]:
        page = await read(functions("api"), "/api/v1/analytics/library/watch/binges")
        return [(row["show_id"], row["episodes"]) for row in page["data"]]

    for number in (1, 2, 3):
        await watch(ada, number, 300 - 21 * number)
    await functions("aggregate_stats").job("/recent")
    assert await found() == [("s1", 3)]
    await watch(ada if by == "the same" else str(uuid4()), 3, 100, **said)
    await functions("aggregate_stats").job("/recent")
    assert await found() == []
    await rebuild(database, settings, tell=lambda _: None)
    assert await found() == []


async def test_a_rebuild_takes_binges_away_that_nothing_tells(
    functions: Callable[[str], Function], database: Database, settings: Settings
) -> None:
    await play(functions, 100, content_type="tvshow_episode", show_id="s1")
    await functions("aggregate_stats").job("/recent")
    await database.run(
        lambda connection: connection.execute(
            "INSERT INTO binges SELECT user_id, id, 's0', content_type, NULL, NULL, started_at,"
            " ended_at, 3, 1 FROM session_facts"
        )
    )
    await rebuild(database, settings, tell=lambda _: None)
    page = await read(functions("api"), "/api/v1/analytics/library/watch/binges")
    assert page["data"] == []
