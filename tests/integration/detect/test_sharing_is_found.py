"""From events over HTTP to cases: the whole way through ingest_session and detect_sharing."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from shared.store import cases
from shared.store.database import Database
from tests.conftest import Function
from tests.places import LINKOPING, LONDON


def start(user_id: str, device: str, address: str, at: datetime) -> dict[str, Any]:
    return {
        "event": "start",
        "source": "revenge",
        "session_key": uuid4().hex,
        "user_id": user_id,
        "content_type": "movie",
        "content_id": "m1",
        "device_id": device,
        "ip_address": address,
        "event_at": at.isoformat(),
        "started_at": at.isoformat(),
    }


async def play(ingest: Function, *events: dict[str, Any]) -> None:
    answer = await ingest.call(
        "POST", "/api/v1/analytics/sessions/batch", json={"events": list(events)}
    )
    assert answer.status_code == 200, answer.text


async def cases_of(database: Database, user_id: str) -> list[Any]:
    return await database.run(
        lambda connection: cases.list_rows(connection, {"user_id": user_id, "limit": 50})
    )


async def test_two_cities_in_ten_minutes_open_one_case(
    ingest: Function, detect: Function, database: Database
) -> None:
    user_id, now = str(uuid4()), datetime.now(UTC)
    first = start(user_id, "tv", LONDON, now - timedelta(minutes=30))
    stop = first | {"event": "stop", "event_at": (now - timedelta(minutes=10)).isoformat()}
    await play(ingest, first, stop, start(user_id, "phone", LINKOPING, now))
    answer = await detect.job("/sweep")
    assert answer.json() == {"users": 1, "opened": 1, "grown": 0, "failed": 0}
    [case] = await cases_of(database, user_id)
    assert case["rule_type"] == "impossible_travel"
    assert "London" in case["details"]["sentence"]
    assert "Linköping" in case["details"]["sentence"]


async def test_a_phone_that_lives_at_home_may_play_elsewhere_while_the_television_plays_there(
    ingest: Function, detect: Function, database: Database
) -> None:
    traveller, friend = str(uuid4()), str(uuid4())
    now = datetime.now(UTC)
    last_week = now - timedelta(days=5)
    for user_id, where in ((traveller, LONDON), (friend, LINKOPING)):
        begun = start(user_id, "phone", where, last_week)
        ended = {"event": "stop", "event_at": (last_week + timedelta(hours=1)).isoformat()}
        await play(
            ingest,
            begun,
            begun | ended,
            start(user_id, "tv", LONDON, now - timedelta(minutes=5)),
            start(user_id, "phone", LINKOPING, now - timedelta(minutes=4)),
        )
    assert (await detect.job("/sweep")).json()["opened"] == 1
    assert await cases_of(database, traveller) == []
    assert len(await cases_of(database, friend)) == 1


async def test_detecting_twice_and_at_once_changes_nothing(
    ingest: Function, detect: Function, database: Database
) -> None:
    user_id, now = str(uuid4()), datetime.now(UTC)
    await play(
        ingest,
        start(user_id, "tv", LONDON, now - timedelta(minutes=5)),
        start(user_id, "phone", LINKOPING, now - timedelta(minutes=4)),
    )
    await asyncio.gather(*(detect.job("/sweep") for _ in range(4)))
    before = await cases_of(database, user_id)
    await detect.job(f"/users/{user_id}")
    assert await cases_of(database, user_id) == before
    assert [case["rule_type"] for case in before] == ["simultaneous_locations"]


async def test_an_overlap_that_is_not_ripe_is_looked_at_again_the_moment_it_will_be(
    ingest: Function, detect: Function, database: Database
) -> None:
    user_id, now = str(uuid4()), datetime.now(UTC)
    overlap_began = now - timedelta(seconds=50)
    await play(
        ingest,
        start(user_id, "tv", LONDON, now - timedelta(minutes=5)),
        start(user_id, "phone", LINKOPING, overlap_began),
    )
    assert (await detect.job("/sweep")).json()["opened"] == 0
    ripe_at = overlap_began + timedelta(seconds=60)
    while datetime.now(UTC) < ripe_at:
        assert await cases_of(database, user_id) == []
        await asyncio.sleep(0.2)
    assert (await detect.job("/sweep")).json()["opened"] == 1
    [case] = await cases_of(database, user_id)
    assert case["rule_type"] == "simultaneous_locations"
