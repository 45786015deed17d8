"""A session that was deleted stays so: whatever is told of it again, in whichever order."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from shared.clock import utc_now
from shared.domain.session import EventKind, Session, SessionEvent
from shared.errors import AppError
from shared.geoip.lookup import PlaceFinder
from shared.services.ingest import Arrival, Ingest, record_arrivals
from shared.services.own_addresses import OwnAddresses
from shared.services.sessions import delete_session, find_session
from shared.settings import Settings
from shared.store import sessions
from shared.store.database import Connection, Database

ADA = UUID("0198c0de-0000-7000-8000-000000000001")
RUN = timedelta(minutes=10)
AHEAD = timedelta(minutes=30)

Told = list[list[SessionEvent]]


def runs(began: datetime, items: str, *, dated: bool, offset: timedelta) -> Told:
    """Return what is told of runs of items, one as the other ends; undated, a minute later."""
    step = RUN if dated else RUN + timedelta(minutes=1)

    def event(kind: EventKind, number: int, minutes: int) -> SessionEvent:
        start = began + number * step + offset
        return SessionEvent(
            kind,
            start + timedelta(minutes=minutes),
            started_at=start if dated else None,
            attributes={"content_id": items[number], "content_type": "movie"},
        )

    told = ((EventKind.START, 0), (EventKind.PROGRESS, 4), (EventKind.STOP, 10))
    return [[event(kind, n, minutes) for kind, minutes in told] for n in range(len(items))]


class Producer:
    """Tells of sessions under one key."""

    def __init__(self, connection: Connection, settings: Settings) -> None:
        finder = PlaceFinder(city=None, asn=None, anonymous=None)
        self._connection = connection
        self._ingest = Ingest(finder, settings, OwnAddresses(settings))
        self.key = ("revenge", uuid4().hex)

    async def tells(self, event: SessionEvent, now: datetime) -> Session | AppError:
        arrival = Arrival(event, key=self.key, user_id=ADA)
        [outcome] = await record_arrivals(self._connection, [arrival], self._ingest, now)
        return outcome if isinstance(outcome, AppError) else outcome.session

    async def plays(self, run: list[SessionEvent], offset: timedelta) -> Session:
        """Tell of a run as it goes on."""
        session = None
        for event in run:
            session = await self.tells(event, event.at - offset)
        assert isinstance(session, Session), session
        return session

    async def kept(self) -> set[UUID]:
        cursor = await self._connection.execute(
            "SELECT id FROM analytics_sessions WHERE session_key = %s", [self.key[1]]
        )
        return {row["id"] for row in await cursor.fetchall()}


@hypothesis_settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    items=st.sampled_from(["a", "ab", "aab", "aba"]),
    dated=st.booleans(),
    offset=st.sampled_from([timedelta(), AHEAD]),
    data=st.data(),
)
async def test_no_late_event_brings_a_deleted_session_back(
    database: Database,
    settings: Settings,
    *,
    items: str,
    dated: bool,
    offset: timedelta,
    data: st.DataObject,
) -> None:
    now = utc_now().replace(microsecond=0)
    told = runs(now - timedelta(hours=1), items, dated=dated, offset=offset)
    chosen = data.draw(st.sets(st.integers(0, len(items) - 1), min_size=1))
    late = data.draw(st.permutations([event for number in chosen for event in told[number]]))

    async def work(connection: Connection) -> None:
        producer = Producer(connection, settings)
        ids = [(await producer.plays(run, offset)).id for run in told]
        for number in chosen:
            session = await find_session(connection, ids[number])
            await delete_session(connection, session, utc_now())
        left = {ids[number] for number in range(len(items)) if number not in chosen}
        for event in late:
            refused = await producer.tells(event, now)
            assert isinstance(refused, AppError), event
            assert refused.code == "session_deleted"
        assert await producer.kept() == left
        following = await producer.tells(
            SessionEvent(
                EventKind.START,
                now + offset + timedelta(seconds=1),
                attributes={"content_id": items[-1], "content_type": "movie"},
            ),
            now,
        )
        assert isinstance(following, Session), following
        assert following.id not in ids

    await database.run(work)


async def test_the_session_before_a_deleted_one_is_its_keys_again(
    database: Database, settings: Settings
) -> None:
    first, second = runs(
        utc_now().replace(microsecond=0) - 2 * RUN, "ab", dated=True, offset=timedelta()
    )

    async def work(connection: Connection) -> None:
        producer = Producer(connection, settings)
        before = await producer.plays(first, timedelta())
        after = await producer.plays(second, timedelta())
        await delete_session(connection, after, utc_now())
        current = (await sessions.load_by_keys(connection, [producer.key]))[producer.key]
        assert (current.record.session.id, current.former) == (before.id, ())
        again = await producer.tells(first[-1], utc_now())
        assert isinstance(again, Session)
        assert again.id == before.id

    await database.run(work)
