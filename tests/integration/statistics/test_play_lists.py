"""Lists of plays: whatever was played, they equal a plain chaining of what the filters let through."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.domain.plays import Play, plays
from shared.domain.session import Session, SessionOrder
from shared.services.rollups import roll_up_lot
from shared.services.session_lists import count_plays, list_plays
from tests.integration.statistics.histories import NIGHTS, Visit, visits
from tests.integration.statistics.test_rollups import NOW, Database, History

Told = tuple[UUID, UUID, datetime, datetime | None, int, list[str]]


def let_through(session: Session, filters: dict[str, Any]) -> bool:
    return all(session.attributes.get(name) == value for name, value in filters.items())


def expected(known: Iterable[Play], filters: dict[str, Any]) -> list[Told]:
    """Return what a list should say of plays: the first session, the play, its times, its parts."""
    shown: list[Told] = []
    for play in known:
        parts = [session for session in play.sessions if let_through(session, filters)]
        if parts:
            ended = [session.stopped_at for session in parts if session.stopped_at is not None]
            shown.append(
                (
                    parts[0].id,
                    play.id,
                    parts[0].started_at,
                    max(ended) if len(ended) == len(parts) else None,
                    sum(int(session.watched.total_seconds() * 1000) for session in parts),
                    [str(session.id) for session in parts],
                )
            )
    return sorted(shown, key=lambda one: (one[2], one[0]), reverse=True)


def told(row: Any) -> Told:
    return (
        row["id"],
        row["play_id"] or row["id"],
        row["started_at"],
        row["play_stopped_at"],
        row["play_watched_ms"],
        [part["id"] for part in row["parts"]],
    )


async def walked(connection: Database, filters: dict[str, Any], limit: int) -> list[Told]:
    """Return all plays, read page by page."""
    found: list[Told] = []
    after: dict[str, Any] = {}
    while rows := await list_plays(connection, {**filters, **after, "limit": limit}, NOW):
        found += [told(row) for row in rows]
        after = {"after_at": rows[-1]["started_at"], "after_id": rows[-1]["id"]}
    return found


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    played=st.lists(visits, max_size=8),
    filters=st.sampled_from(
        [{}, {"stream_type": "transcode"}, {"platform": "tvOS"}, {"library_id": "films"}]
    ),
    limit=st.integers(1, 4),
)
async def test_each_play_is_listed_once_with_those_of_its_sessions_that_are_asked_for(
    connection: Database, played: list[Visit], filters: dict[str, Any], limit: int
) -> None:
    async with connection.transaction(force_rollback=True):
        history = History(connection, NIGHTS[0], "UTC")
        for visit in played:
            await history.play(visit)
        await roll_up_lot(connection, history.settings, limit=100)
        known = plays(record.session for record in history.records.values())
        wanted = expected(known, filters)
        assert await walked(connection, filters, limit) == wanted
        assert await count_plays(connection, filters, NOW) == len(wanted)
        for skipped in range(len(wanted) + 2):
            some = {**filters, "limit": limit, "offset": skipped, "gathered": skipped % 2}
            found = [told(row) for row in await list_plays(connection, some, NOW)]
            assert found == wanted[skipped : skipped + limit]
        oldest = {**filters, "limit": 100, "sort": SessionOrder.OLDEST}
        found = [told(row) for row in await list_plays(connection, oldest, NOW)]
        assert found == wanted[::-1]
