"""A look at the database: cheap while nothing changes, and it misses nothing that does.

No watermark: whoever commits late would be skipped for ever. What goes on is compared whole, by its
versions, and only what is new or other is read in full.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from functions.api.live.scene import (
    Happening,
    Scene,
    ShownSession,
    ShownStatistics,
    changed,
    happenings,
    session_shown,
    statistics_shown,
    violation_shown,
)
from shared.schemas.active import active_summary
from shared.store import live as store
from shared.store.database import Connection
from shared.store.session_lists import count_active

# More at once than this are counted, and the latest of them told.
MAX_FOLLOWED = 2000
VIOLATIONS_SINCE = timedelta(hours=1)
MAX_VIOLATIONS = 200


async def look(
    connection: Connection, before: Scene, now: datetime
) -> tuple[Scene, list[Happening]]:
    """Return what goes on, and what happened since the look before."""
    versions = await store.list_versions(connection, limit=MAX_FOLLOWED)
    cases = await store.list_case_states(
        connection, since=now - VIOLATIONS_SINCE, limit=MAX_VIOLATIONS
    )
    is_same = versions == before.versions and before.statistics is not None
    if is_same and cases == before.cases:
        return before, []
    sessions, ended = await _sessions(connection, before, versions)
    statistics = before.statistics if is_same else await _statistics(connection)
    violations = {key: shown for key, shown in before.violations.items() if key in cases}
    for row in await store.list_cases(connection, changed(before.cases, cases)):
        violations[row["id"]] = violation_shown(row)
    after = Scene(versions, sessions, cases, violations, statistics)
    return after, happenings(before, after, ended)


async def _sessions(
    connection: Connection, before: Scene, versions: Mapping[UUID, int]
) -> tuple[dict[UUID, ShownSession], dict[UUID, ShownSession]]:
    """Return the sessions that go on, and those that went on before and do not any more."""
    gone = before.sessions.keys() - versions.keys()
    rows = await store.list_sessions(connection, {*changed(before.versions, versions), *gone})
    read = {row["id"]: session_shown(row) for row in rows}
    # One that is followed no more, as too many are newer, has not ended.
    goes_on = {row["id"] for row in rows if row["stopped_at"] is None}
    ended = {key: read.get(key, before.sessions[key]) for key in gone - goes_on}
    known = {**before.sessions, **read}
    return {key: known[key] for key in versions if key in known}, ended


async def _statistics(connection: Connection) -> ShownStatistics:
    return statistics_shown(
        active_summary(await count_active(connection, adult=True)),
        active_summary(await count_active(connection, adult=False)),
    )
