"""Quiet people: marked because something changed, and of whom no rule finds anything.

Nearly everybody is. So a sweep looks at many of them together, in as few statements as at one, and
leaves only the others to be looked at person by person.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from shared.domain.narrowing import may_find
from shared.domain.rules.rule import Rule, detect, look_back
from shared.domain.timeline import Timeline
from shared.services import rules
from shared.services.detection import within
from shared.services.timelines import Known, load_people, timelines_of
from shared.settings import Settings
from shared.store import cases, dirty
from shared.store.database import Connection

LOT = 100
"""Whoever marks one of these meanwhile waits until they were looked at: some 50 ms."""


@dataclass(frozen=True, slots=True)
class Passed:
    """How many were quiet, and who was not."""

    quiet: int
    others: Sequence[UUID] = ()


async def pass_over_quiet(
    connection: Connection, user_ids: Sequence[UUID], settings: Settings, now: datetime
) -> Passed:
    """Take away the marks of quiet people; the others stay marked.

    1. Take all marks away: what changes from now on marks its person again.
    2. Let every rule in force look at everybody of whom it may find anything.
    3. Mark those again of whom something is found, or ripens, or who have an open case.
    """
    taken = await dirty.take_users(connection, user_ids)
    active = [entry.rule for entry in await rules.list_active(connection)]
    if not taken or not active or not settings.analytics_sharing_detection_enabled:
        return Passed(len(taken))
    reach = max(look_back(rule) for rule in active)
    known = await load_people(connection, taken)
    timelines = await timelines_of(connection, known, since=now - reach, now=now)
    others = await cases.list_users_with_open(connection, taken)
    others |= {
        user_id
        for user_id, timeline in timelines.items()
        if user_id not in others and not _is_quiet(known[user_id], timeline, active, now)
    }
    await dirty.mark_users(connection, others, due_at=now, now=now)
    return Passed(len(taken) - len(others), sorted(others))


def _is_quiet(known: Known, timeline: Timeline, active: Sequence[Rule], now: datetime) -> bool:
    outline = known.outline()
    looks = (
        detect(rule, within(timeline, rule, now), now, active)
        for rule in active
        if may_find(rule, outline, now)
    )
    return not any(found.findings or found.due_at for found in looks)
