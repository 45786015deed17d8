"""A list that is walked by cursor neither skips nor repeats, whatever is added meanwhile."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from shared.domain.identifiers import new_id
from shared.domain.record import open_record
from shared.domain.session import EventKind, Session, SessionEvent, SessionOrder
from shared.store import people, sessions
from shared.store.database import Connection, Database
from shared.store.people import Sighting
from tests.conftest import Function
from tests.integration.api.scenes import SESSIONS, read

# Few instants for many sessions, so that most share theirs with others.
MINUTES = st.lists(st.integers(0, 3), max_size=12)


async def add(database: Database, user_id: UUID, minutes: Sequence[int]) -> set[str]:
    base = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) - timedelta(hours=2)
    records = [
        open_record(
            Session(new_id(at), user_id, "test", uuid4().hex, at, at, at),
            SessionEvent(
                EventKind.START, at, attributes={"content_type": "movie", "content_id": "m"}
            ),
        )
        for at in (base + timedelta(minutes=minute) for minute in minutes)
    ]

    async def work(connection: Connection) -> None:
        await people.note(connection, [Sighting(user_id, base)])
        await sessions.insert(connection, records)

    await database.run(work)
    return {str(record.session.id) for record in records}


@hypothesis_settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    before=MINUTES,
    limit=st.integers(1, 5),
    meanwhile=st.lists(MINUTES, max_size=4),
    sort=st.sampled_from(SessionOrder),
)
async def test_a_walk_sees_all_there_was_and_nothing_twice(
    api: Function,
    database: Database,
    *,
    before: list[int],
    limit: int,
    meanwhile: list[list[int]],
    sort: SessionOrder,
) -> None:
    user_id = uuid4()
    known = await add(database, user_id, before)
    seen: list[str] = []
    starts: list[str] = []
    asked: dict[str, object] = {"user_id": str(user_id), "limit": limit, "sort": sort}
    for _ in range(100):
        page = await read(api, SESSIONS, params=asked)
        seen += [session["id"] for session in page["data"]]
        starts += [session["started_at"] for session in page["data"]]
        assert len(page["data"]) <= limit
        if page["page"]["next_cursor"] is None:
            break
        asked["cursor"] = page["page"]["next_cursor"]
        if meanwhile:
            await add(database, user_id, meanwhile.pop())
    else:
        raise AssertionError("the walk does not end")
    assert len(seen) == len(set(seen))
    assert known <= set(seen)
    assert starts == sorted(starts, reverse=sort is SessionOrder.NEWEST)


async def test_an_offset_skips_by_number(api: Function, database: Database) -> None:
    user_id = uuid4()
    await add(database, user_id, [0, 1, 2, 3])
    everything = await read(api, SESSIONS, params={"user_id": str(user_id)})
    skipped = await read(api, SESSIONS, params={"user_id": str(user_id), "offset": 3})
    assert skipped["data"] == everything["data"][3:]
