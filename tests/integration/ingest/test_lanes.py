"""Events of many callers share transactions, and share nothing else: neither errors nor fates."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from shared.clock import utc_now
from shared.domain.session import EventKind, SessionEvent
from shared.errors import InvalidInputError, TooBusyError, UnavailableError
from shared.geoip.lookup import PlaceFinder
from shared.services.ingest import Arrival, Outcome
from shared.services.ingest_writes import Ingest
from shared.services.lanes import LANES, Lanes
from shared.services.own_addresses import OwnAddresses
from shared.settings import Settings
from shared.store.database import Database
from tests.conftest import Function
from tests.integration.ingest.test_native_events import START

SESSIONS = "/api/v1/analytics/sessions"


def start(key: str = "", title: str = "A film") -> Arrival:
    attributes = {"content_type": "movie", "content_id": "m1", "title": title}
    event = SessionEvent(EventKind.START, utc_now().replace(microsecond=0), attributes=attributes)
    return Arrival(event, key=("revenge", key or uuid4().hex), user_id=uuid4())


def lanes_of(database: Database, settings: Settings) -> Lanes:
    finder = PlaceFinder(city=None, asn=None, anonymous=None)
    return Lanes(database, Ingest(finder, settings, OwnAddresses(settings)), utc_now)


@pytest.fixture
def lanes(database: Database, settings: Settings) -> Lanes:
    return lanes_of(database, settings)


@asynccontextmanager
async def nobody_can_write(url: str) -> AsyncGenerator[None]:
    async with await psycopg.AsyncConnection.connect(url) as connection:
        await connection.execute("LOCK analytics_sessions IN ACCESS EXCLUSIVE MODE")
        yield


async def count(database: Database, expression: str) -> Any:
    query = {
        "sessions": "SELECT count(*) AS found FROM analytics_sessions",
        "transactions": "SELECT count(DISTINCT xmin::text) AS found FROM analytics_sessions",
    }[expression]

    async def work(connection: Any) -> Any:
        return (await (await connection.execute(query)).fetchone())["found"]

    return await database.run(work)


async def test_events_that_arrive_together_are_stored_in_few_transactions(
    lanes: Lanes, database: Database
) -> None:
    answers = await asyncio.gather(*(lanes.record([start()]) for _ in range(100)))
    assert all(isinstance(outcome, Outcome) and outcome.created for [outcome] in answers)
    assert await count(database, "sessions") == 100
    assert await count(database, "transactions") <= 4


async def test_each_caller_gets_the_answers_to_its_own_events(lanes: Lanes) -> None:
    sent = [[start() for _ in range(number)] for number in (1, 3, 0, 200, 2)]
    answered = await asyncio.gather(*(lanes.record(arrivals) for arrivals in sent))
    for arrivals, outcomes in zip(sent, answered, strict=True):
        keys = [o.session.session_key for o in outcomes if isinstance(o, Outcome)]
        assert keys == [a.key[1] for a in arrivals if a.key]


async def test_an_event_that_cannot_be_stored_spoils_no_other(
    lanes: Lanes, database: Database
) -> None:
    bad = start(title="a\x00b")
    answers = await asyncio.gather(
        *(lanes.record([arrival]) for arrival in (start(), bad, start(), start())),
        return_exceptions=True,
    )
    assert isinstance(answers[1], InvalidInputError)
    assert sum(isinstance(answer, list) for answer in answers) == 3
    assert await count(database, "sessions") == 3


async def test_a_caller_that_goes_away_takes_nobody_along(
    lanes: Lanes, database: Database, database_url: str
) -> None:
    async with nobody_can_write(database_url):
        calls = [asyncio.create_task(lanes.record([start()])) for _ in range(5)]
        await asyncio.sleep(0.05)
        calls[0].cancel()
        calls[4].cancel()
        await asyncio.sleep(0)
    done = await asyncio.gather(*calls, return_exceptions=True)
    assert [isinstance(answer, list) for answer in done] == [False, True, True, True, False]
    await lanes.close()
    assert await count(database, "sessions") == 5


async def test_more_than_the_queue_takes_are_turned_away_at_once(
    database: Database, settings: Settings, database_url: str
) -> None:
    lanes = lanes_of(database, settings.model_copy(update={"analytics_database_queue_size": 3}))
    async with nobody_can_write(database_url):
        calls: list[asyncio.Task[Any]] = []
        for _ in range(LANES + 3):
            calls.append(asyncio.create_task(lanes.record([start()])))
            await asyncio.sleep(0.01)
        with pytest.raises(TooBusyError) as refused:
            await lanes.record([start()])
        assert refused.value.headers() == {"Retry-After": "1"}
    assert all(isinstance(outcome, Outcome) for [outcome] in await asyncio.gather(*calls))


async def test_without_a_database_everybody_is_told_so(lanes: Lanes, database: Database) -> None:
    await database.close()
    calls = (lanes.record([start()]) for _ in range(100))
    answers = await asyncio.gather(*calls, return_exceptions=True)
    assert {type(answer) for answer in answers} == {UnavailableError}


async def test_closing_waits_for_what_was_taken_in(lanes: Lanes, database: Database) -> None:
    calls = [asyncio.create_task(lanes.record([start()])) for _ in range(150)]
    await asyncio.sleep(0)
    await lanes.close()
    assert all(call.done() for call in calls)
    assert await count(database, "sessions") == 150


async def test_heartbeats_of_one_session_sent_at_once_are_all_in_it(
    functions: Callable[[str], Function],
) -> None:
    ingest, now = functions("ingest_session"), datetime.now(UTC)
    session = (await ingest.call("POST", SESSIONS, json=START)).json()
    beats = [
        {"event_at": now.isoformat(), "sequence": number, "progress_seconds": number}
        for number in range(1, 60)
    ]
    path = f"{SESSIONS}/{session['id']}"
    answers = await asyncio.gather(*(ingest.call("PUT", path, json=beat) for beat in beats))
    assert {answer.status_code for answer in answers} == {200}, [a.text for a in answers]
