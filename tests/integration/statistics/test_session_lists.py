"""Lists of sessions: whatever was played, every page of them equals a part of all that is listed."""

from datetime import timedelta
from operator import attrgetter
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.domain.session import SessionOrder
from shared.services.session_lists import count_sessions, list_sessions
from tests.integration.statistics.histories import NIGHTS, Visit, visits
from tests.integration.statistics.test_play_lists import let_through
from tests.integration.statistics.test_rollups import NOW, Database, History


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    played=st.lists(visits, max_size=8),
    filters=st.sampled_from([{}, {"stream_type": "transcode"}, {"library_id": "films"}]),
    limit=st.integers(1, 4),
    gathered=st.booleans(),
    order=st.sampled_from(SessionOrder),
)
async def test_an_offset_leads_where_a_walk_does_and_all_are_counted(
    connection: Database,
    *,
    played: list[Visit],
    filters: dict[str, Any],
    limit: int,
    gathered: bool,
    order: SessionOrder,
) -> None:
    async with connection.transaction(force_rollback=True):
        history = History(connection, NIGHTS[0], "UTC")
        for visit in played:
            await history.play(visit)
        listed = [
            record.session
            for record in history.records.values()
            if let_through(record.session, filters)
        ]
        listed.sort(key=attrgetter("started_at", "id"), reverse=order is SessionOrder.NEWEST)
        for skipped in range(len(listed) + 2):
            page = {"offset": skipped, "limit": limit, "sort": order, "gathered": gathered}
            rows = await list_sessions(connection, {**filters, **page}, NOW)
            wanted = [session.id for session in listed[skipped : skipped + limit]]
            assert [row["id"] for row in rows] == wanted
        for active in (None, True, False):
            wanted = [one for one in listed if active in (None, one.stopped_at is None)]
            found = await count_sessions(connection, {**filters, "active": active}, NOW)
            assert found == len(wanted)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    played=st.lists(visits, min_size=1, max_size=8),
    search=st.sampled_from(["film", "a film", "1999", "FILM (1999)", "nothing"]),
    is_counted=st.booleans(),
)
async def test_sessions_of_a_name_are_the_same_however_many_items_are_called_so(
    connection: Database, *, played: list[Visit], search: str, is_counted: bool
) -> None:
    async with connection.transaction(force_rollback=True):
        history = History(connection, NIGHTS[0], "UTC")
        for visit in played:
            await history.play(visit)
        if is_counted:
            await history.count()
        first = min(record.session.started_at for record in history.records.values())
        now = NOW if is_counted else first + timedelta(hours=1)
        filters = {"search": search, "limit": 100, "adult": True}
        bounds = ((10, 10), (0, 10), (0, 0))
        few, some, many = [
            [row["id"] for row in await list_sessions(connection, filters, now, few=few, many=many)]
            for few, many in bounds
        ]
        assert few == some == many
        titles = [
            str(row["title"]).lower()
            for row in await list_sessions(connection, {"limit": 100, "adult": True}, now)
        ]
        if not is_counted and any(search.lower() in title for title in titles):
            assert few
