"""Events of sessions that share a key, in PostgreSQL: each finds its own, reading no more for it."""

from collections.abc import AsyncGenerator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from psycopg import AsyncConnection
from psycopg.rows import DictRow, dict_row

from shared.clock import utc_now
from shared.domain.session import EventKind, SessionEvent
from shared.errors import AppError
from shared.geoip.lookup import PlaceFinder
from shared.services.ingest import Arrival, Ingest, Outcome, record_arrivals
from shared.services.own_addresses import OwnAddresses
from shared.settings import Settings

ADA = UUID("0198c0de-0000-7000-8000-000000000001")
KEY = ("revenge", "a1")
NOW = utc_now().replace(microsecond=0)  # what came late is judged by this, however long tests run
BEGAN = NOW - timedelta(minutes=4)
START, PROGRESS, STOP = EventKind.START, EventKind.PROGRESS, EventKind.STOP


def at(seconds: float) -> datetime:
    return BEGAN + timedelta(seconds=seconds)


class Overheard(AsyncConnection[DictRow]):
    """A connection that keeps count of what it is asked."""

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        self.asked: list[str] = []

    async def execute(self, query: Any, *given: Any, **more: Any) -> Any:
        self.asked.append(str(query).strip())
        return await super().execute(query, *given, **more)


class Producer:
    """Tells of sessions under one key, and hears what became of that."""

    def __init__(self, connection: Overheard, settings: Settings) -> None:
        self.connection = connection
        finder = PlaceFinder(city=None, asn=None, anonymous=None)
        self._ingest = Ingest(finder, settings, OwnAddresses(settings))

    async def tells(
        self,
        kind: EventKind,
        seconds: float,
        item: str | None = None,
        began: float | None = None,
        session_id: UUID | None = None,
        *,
        is_whole: bool = True,
    ) -> Outcome:
        whole = {"content_type": "movie"} if is_whole else {}
        event = SessionEvent(
            kind=kind,
            at=at(seconds),
            started_at=None if began is None else at(began),
            attributes={} if item is None else {"content_id": item} | whole,
        )
        by_key = session_id is None
        arrival = Arrival(event, session_id, KEY if by_key else None, ADA if by_key else None)
        self.connection.asked.clear()
        [outcome] = await record_arrivals(self.connection, [arrival], self._ingest, NOW)
        assert not isinstance(outcome, AppError), outcome
        return outcome


@pytest.fixture
async def producer(settings: Settings) -> AsyncGenerator[Producer]:
    url = settings.revenge_database_url.get_secret_value()
    async with await Overheard.connect(url, row_factory=dict_row, autocommit=True) as opened:
        assert isinstance(opened, Overheard)
        yield Producer(opened, settings)


async def test_a_stop_that_says_which_run_it_ends_ends_that_run_of_the_same_item(
    producer: Producer,
) -> None:
    first = await producer.tells(START, 0, "a", began=0)
    second = await producer.tells(START, 100, "a", began=100)
    stopped = await producer.tells(STOP, 105, "a", began=0)
    assert first.session.id == stopped.session.id != second.session.id
    assert not stopped.created


async def test_the_id_of_a_former_session_still_names_it(producer: Producer) -> None:
    first = await producer.tells(START, 0, "a")
    await producer.tells(START, 100, "b")
    stopped = await producer.tells(STOP, 90, session_id=first.session.id)
    assert (stopped.session.id, stopped.session.stopped_at) == (first.session.id, at(90))


async def test_a_late_stop_by_id_parts_two_runs_and_both_are_stored(producer: Producer) -> None:
    first = await producer.tells(START, 0, "a")
    again = await producer.tells(START, 100, "a")
    assert again.session.id == first.session.id
    await producer.tells(STOP, 90, session_id=first.session.id)
    beat = await producer.tells(PROGRESS, 160, session_id=first.session.id)
    assert (beat.session.started_at, beat.session.last_seen_at) == (at(100), at(160))
    by_key = await producer.tells(PROGRESS, 170)
    assert by_key.session.id == beat.session.id != first.session.id


async def test_a_heartbeat_by_id_reads_and_writes_once(producer: Producer) -> None:
    started = await producer.tells(START, 0, "a")
    await producer.tells(PROGRESS, 60, session_id=started.session.id)
    assert len(producer.connection.asked) == 2


async def test_former_sessions_are_read_only_if_an_event_may_be_of_one(producer: Producer) -> None:
    await producer.tells(START, 0, "a", began=0)
    await producer.tells(START, 100, "b", began=100)
    await producer.tells(STOP, 90, "a", began=0)
    assert any("ANY (k.former)" in asked for asked in producer.connection.asked)
    for said in ((PROGRESS, 110, None), (PROGRESS, 120, "b"), (STOP, 130, None)):
        await producer.tells(*said)
        assert not any("ANY (k.former)" in asked for asked in producer.connection.asked)


async def test_a_session_whose_item_was_put_right_stays_one_whatever_comes_late(
    producer: Producer,
) -> None:
    first = await producer.tells(START, 0, "a")
    session_id = first.session.id
    await producer.tells(PROGRESS, 60, "b", session_id=session_id, is_whole=False)
    late = await producer.tells(PROGRESS, 30, session_id=session_id)
    assert (late.session.id, late.session.attributes["content_id"]) == (session_id, "b")
    assert (await producer.tells(STOP, 90, "b")).session.id == session_id


async def test_the_next_item_may_be_told_of_by_the_id_of_the_one_before(producer: Producer) -> None:
    first = await producer.tells(START, 0, "a")
    following = await producer.tells(PROGRESS, 100, "b", session_id=first.session.id)
    assert following.created
    assert following.session.id != first.session.id
    assert (await producer.tells(PROGRESS, 160)).session.id == following.session.id
