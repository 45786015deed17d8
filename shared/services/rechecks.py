"""Looking again, just before an action is carried out, at whether it is still called for."""

from datetime import datetime

from shared.domain.action import devices_playing
from shared.domain.action_state import ActionKind, Sight
from shared.domain.case import CaseState
from shared.domain.rules.concurrent_streams import ConcurrentStreams
from shared.services.actions import has_ended, opposite_of
from shared.services.detection import Evaluated, evaluate
from shared.services.timelines import load_timeline
from shared.services.trust import falls_to
from shared.settings import Settings
from shared.store import actions as store
from shared.store import cases
from shared.store.action_claims import Claimed
from shared.store.database import Connection


async def look(
    connection: Connection, claimed: Claimed, settings: Settings, now: datetime
) -> Sight:
    """Return what is true at this moment of what an action is about."""
    if await has_ended(connection, claimed.user_id, claimed.session_id):
        return Sight(ended=True)
    obstacle = await _obstacle(connection, claimed, settings, now)
    opposite = opposite_of(claimed.progress.kind)
    must_wait = opposite is not None and await store.is_in_flight(
        connection, claimed.user_id, opposite, now=now
    )
    return Sight(obstacle=obstacle, must_wait=must_wait)


async def _obstacle(
    connection: Connection, claimed: Claimed, settings: Settings, now: datetime
) -> str | None:
    """Return why an action is no longer called for; what a person asked for always is."""
    if claimed.case_id is None:
        return None
    if claimed.progress.kind is ActionKind.UNSUSPEND_ACCOUNT:
        since = await store.suspended_at(connection, claimed.user_id, any_reason=False)
        return "Something else keeps the account suspended." if since else None
    state = await _state_of_case(connection, claimed)
    if state is not CaseState.OPEN:
        return f"The violation was {state.value}." if state else "The violation is gone."
    present = await load_timeline(connection, claimed.user_id, since=now, now=now)
    if present is None or present.person.trusted:
        return "The person is trusted by now."
    if claimed.threshold is not None:
        low = await falls_to(connection, claimed.user_id, claimed.threshold, settings)
        return None if low else "Trust has come back, or the threshold was changed."
    return await _obstacle_of_rule(connection, claimed, now)


async def _state_of_case(connection: Connection, claimed: Claimed) -> CaseState | None:
    row = await cases.find_row(connection, claimed.case_id) if claimed.case_id else None
    return None if row is None else CaseState(row["state"])


async def _obstacle_of_rule(connection: Connection, claimed: Claimed, now: datetime) -> str | None:
    if claimed.rule_id is None:
        return None
    evaluated = await evaluate(
        connection, claimed.user_id, claimed.rule_id, asked_at=claimed.asked_at, now=now
    )
    if evaluated is None:
        return "The rule is no longer in force."
    finding = next(
        (f for f in evaluated.detection.findings if f.identity == claimed.finding_identity), None
    )
    if finding is None:
        return "Looked at again, what was found is not there any more."
    limit = finding.facts.get("limit")
    if claimed.session_id and isinstance(limit, int) and _is_within(evaluated, limit):
        return "No more streams are playing by now than are allowed."
    return None


def _is_within(evaluated: Evaluated, limit: int) -> bool:
    """Say whether a person who had too many streams has few enough at this moment."""
    config = evaluated.rule.config
    if not isinstance(config, ConcurrentStreams):
        return False
    seen = evaluated.rule.scope.narrow(evaluated.timeline)
    return devices_playing(seen, count_paused=config.count_paused) <= limit
