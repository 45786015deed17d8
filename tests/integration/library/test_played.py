"""What is played of libraries by sessions that do not tell which: Jellyfin's, Emby's, webhooks'."""

import json
from typing import Any
from uuid import uuid4

import pytest

from shared.store.database import Connection, Database
from tests.conftest import Function
from tests.integration.api.scenes import (
    RULES,
    SESSIONS,
    VIOLATIONS,
    ago,
    read,
    start,
    stop,
    travel,
)
from tests.integration.api.scenes import tell as change

ANALYTICS = "/api/v1/analytics"
SERVER = "attic"

Json = dict[str, Any]


async def hold(ingest: Function, library: str, *items: str, **parameters: str) -> None:
    """Let a library hold films."""
    answer = await ingest.call(
        "POST",
        f"{ANALYTICS}/library/{library}/scans",
        content="\n".join(
            json.dumps(
                {
                    "id": item,
                    "content_type": "movie",
                    "files": [{"id": "1", "path": f"/{item}", "size_bytes": 10**9}],
                }
            )
            for item in items
        ),
        params={"server_id": SERVER} | parameters,
        headers={"Content-Type": "application/x-ndjson"},
    )
    assert answer.status_code == 200, answer.text


async def play(ingest: Function, item: str, **said: object) -> Json:
    """Play an item for 20 minutes on a server that tells no libraries."""
    begun = await start(ingest, **{"content_id": item, "server_id": SERVER} | said)
    await stop(ingest, begun["id"], 10)
    return begun


async def watched(aggregate: Function, api: Function, **asked: object) -> int:
    """Have sessions counted; return how many the statistics of libraries know."""
    assert (await aggregate.job("/recent")).status_code == 200
    seen = await read(api, f"{ANALYTICS}/library/watch", params={"window": "week"} | asked)
    return seen["total"]["sessions"]


async def listed(api: Function, library: str) -> set[str]:
    """Return the items of the sessions that are listed of a library."""
    found = await read(api, SESSIONS, params={"library_id": library})
    return {session["content_id"] for session in found["data"]}


async def library_of(api: Function, session: Json) -> str | None:
    return (await read(api, f"{SESSIONS}/{session['id']}"))["library_id"]


async def test_what_is_played_counts_for_the_library_that_has_it(
    ingest: Function, api: Function, aggregate: Function
) -> None:
    await hold(ingest, "films", "m1")
    await hold(ingest, "shorts", "m2")
    await play(ingest, "m1")
    await start(ingest, content_id="m2", server_id=SERVER)
    assert await listed(api, "films") == {"m1"}
    active = await read(api, f"{SESSIONS}/active")
    assert [session["library_id"] for session in active["data"]] == ["shorts"]
    assert await watched(aggregate, api, libraries="films") == 1
    plays = await read(
        api, f"{ANALYTICS}/stats/plays", params={"window": "week", "by": "library_id"}
    )
    assert {group["key"] for group in plays["data"]} == {"films", "shorts"}
    await aggregate.job("/holdings")
    asked = {"by": "library", "window": "week"}
    roi = await read(api, f"{ANALYTICS}/library/storage/roi", params=asked)
    assert [one["library_id"] for one in roi["data"] if one["watched_seconds"] > 0] == ["films"]


async def test_what_was_played_before_its_library_was_read_counts_for_it_then(
    ingest: Function, api: Function, aggregate: Function
) -> None:
    await play(ingest, "m1")
    await play(ingest, "elsewhere")
    assert await watched(aggregate, api) == 2
    await hold(ingest, "films", "m1")
    assert await watched(aggregate, api, libraries="films") == 1
    assert await watched(aggregate, api) == 2
    assert await listed(api, "films") == {"m1"}


async def test_what_was_played_without_a_library_is_found_by_every_full_scan(
    ingest: Function, api: Function, aggregate: Function, database: Database
) -> None:
    await hold(ingest, "films", "m1")
    await play(ingest, "m1")

    async def forget(connection: Connection) -> None:
        await connection.execute("UPDATE analytics_sessions SET library_id = NULL")
        await connection.execute("DELETE FROM dirty_items")

    await database.run(forget)
    await hold(ingest, "films", "m1")
    assert await watched(aggregate, api, libraries="films") == 1


async def test_a_scan_has_nothing_counted_anew_whose_library_is_known(
    ingest: Function, api: Function, aggregate: Function, database: Database
) -> None:
    await hold(ingest, "films", "m1")
    await play(ingest, "m1")
    await play(ingest, "elsewhere")
    await watched(aggregate, api)
    await hold(ingest, "films", "m1")

    async def marked(connection: Connection) -> list[Any]:
        return await (await connection.execute("SELECT * FROM dirty_items")).fetchall()

    assert await database.run(marked) == []


async def test_a_library_that_is_told_stands(ingest: Function, api: Function) -> None:
    await hold(ingest, "films", "m1")
    assert await library_of(api, await play(ingest, "m1", library_id="own")) == "own"


async def test_a_library_that_has_an_item_comes_before_one_that_had_it(
    ingest: Function, api: Function
) -> None:
    await hold(ingest, "a", "m1", "m2", "m3")
    for _ in range(2):
        await hold(ingest, "a", "m2", "m3")
    assert await library_of(api, await play(ingest, "m1")) == "a"
    await hold(ingest, "c", "m1")
    await hold(ingest, "b", "m1")
    assert await library_of(api, await play(ingest, "m1")) == "b"


async def test_what_is_told_later_leaves_the_library_as_it_is(
    ingest: Function, api: Function
) -> None:
    await hold(ingest, "films", "m1")
    begun = await start(ingest, content_id="m1")
    await hold(ingest, "again", "m1")
    await change(ingest, begun["id"], event_at=ago(20), progress_seconds=600)
    await change(ingest, begun["id"], event_at=ago(19), state="paused")
    # Late, so that all that is known of the session is put together anew.
    await change(ingest, begun["id"], event_at=ago(25), state="paused")
    assert await library_of(api, begun) == "films"


async def test_a_session_that_goes_on_gets_the_library_that_was_read_meanwhile(
    ingest: Function, api: Function
) -> None:
    begun = await start(ingest, content_id="m1")
    await hold(ingest, "films", "m1")
    assert await library_of(api, begun) is None
    await change(ingest, begun["id"], event_at=ago(19), state="paused")
    assert await library_of(api, begun) == "films"


@pytest.mark.parametrize(
    ("said", "library"),
    [({}, "shorts"), ({"library_id": "own"}, "own"), ({"library_id": "films"}, "films")],
)
async def test_a_session_whose_item_is_put_right_is_of_the_library_of_that(
    ingest: Function, api: Function, said: Json, library: str
) -> None:
    await hold(ingest, "films", "m1", "m3")
    await hold(ingest, "shorts", "m2")
    begun = await start(ingest, content_id="m1")
    item = "m3" if library == "films" else "m2"
    await change(ingest, begun["id"], event_at=ago(20), content_id=item, **said)
    assert await library_of(api, begun) == library


async def test_a_rule_of_a_library_sees_what_is_played_of_it(
    ingest: Function, api: Function, detect: Function
) -> None:
    await hold(ingest, "films", "m1")
    for rule in (await read(api, RULES))["data"]:
        limited = {"scope": {"libraries": ["films"]}}
        answer = await api.call("PATCH", f"{RULES}/{rule['id']}", json=limited)
        assert answer.status_code == 200, answer.text
    await travel(ingest, detect, content_id="m1")
    [case] = (await read(api, VIOLATIONS))["data"]
    assert case["rule"]["type"] == "impossible_travel"


async def test_a_server_counts_with_what_is_in_none_of_its_libraries(
    ingest: Function, api: Function, aggregate: Function
) -> None:
    await hold(ingest, "films", "m1")
    user_id = str(uuid4())
    episodes = {"content_type": "tvshow_episode", "show_id": "s", "duration_seconds": 1_200}
    for number in (1, 2, 3):
        began = ago(120 - 20 * number)
        begun = await start(
            ingest,
            user_id=user_id,
            content_id=f"e{number}",
            server_id=SERVER,
            season_number=1,
            episode_number=number,
            started_at=began,
            event_at=began,
            **episodes,
        )
        await stop(ingest, begun["id"], 101 - 20 * number)
    await play(ingest, "m1")
    await play(ingest, "m2", server_id="cellar")
    assert await watched(aggregate, api, servers=SERVER) == 4
    assert await watched(aggregate, api, servers=SERVER, libraries="films") == 1
    asked = {"window": "week", "servers": SERVER}
    seen = await read(api, f"{ANALYTICS}/library/watch", params=asked)
    told = seen["engagement"]
    assert told.pop("rewatched_by") == 0
    assert sum(told.values()) == 4
    assert seen["binges"]["binges"] == 1
    assert sum(hour["sessions"] for hour in seen["hours"]) == 4
    binges = await read(api, f"{ANALYTICS}/library/watch/binges", params=asked)
    assert len(binges["data"]) == 1
