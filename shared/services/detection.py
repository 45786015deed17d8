"""Detecting account sharing: a person's timeline, all rules, and what follows from the findings.

Everything that follows (case, ledger, outbox) is written in the transaction that takes the
person's dirty mark away, so that detecting twice, or twice at once, changes nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from uuid import UUID

from shared.domain import case as cases
from shared.domain.case import Case, CaseState, Verdict
from shared.domain.finding import Detection, Finding
from shared.domain.identifiers import new_id
from shared.domain.rules.rule import Rule, RuleMode, detect, look_back
from shared.domain.timeline import Timeline
from shared.services import rules, trust
from shared.services.messages import tell
from shared.services.rules import ActiveRule
from shared.services.timelines import load_timeline
from shared.settings import Settings
from shared.store import cases as store
from shared.store import dirty
from shared.store.cases import StoredCase
from shared.store.database import Connection

SILENCE = timedelta(days=30)


@dataclass(slots=True)
class Detected:
    """What looking at one person led to.

    ``deliveries`` are to be nudged after COMMIT; at ``due_at`` the person is to be looked at
    again.
    """

    opened: int = 0
    grown: int = 0
    deliveries: list[UUID] = field(default_factory=list[UUID])
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class _Look:
    """One look at one person: what everything it leads to is written with."""

    connection: Connection
    user_id: UUID
    settings: Settings
    now: datetime
    known: Sequence[StoredCase]
    detected: Detected


async def detect_for_user(
    connection: Connection, user_id: UUID, settings: Settings, now: datetime
) -> Detected | None:
    """Look at one person, if a mark asks for it; ``None`` if none does.

    1. Take the mark away: what changes from now on marks the person again.
    2. Evaluate every rule in force on the timeline.
    3. Merge what is found with the cases there are, and write what changed.
    4. Tell of the cases whose message is due.
    5. If something is still ripening, or a message waits, mark the person for that moment.
    """
    if not await dirty.take_user(connection, user_id):
        return None
    detected = Detected()
    active = await rules.list_active(connection)
    if not active or not settings.analytics_sharing_detection_enabled:
        return detected
    reach = max(look_back(entry.rule) for entry in active)
    timeline = await load_timeline(connection, user_id, since=now - reach, now=now)
    if timeline is None:
        return detected
    known = await store.list_for_user(connection, user_id, closed_since=now - max(SILENCE, reach))
    look = _Look(connection, user_id, settings, now, known, detected)
    live = [entry.rule for entry in active]
    due: list[datetime | None] = []
    for entry in active:
        detection = detect(entry.rule, _within(timeline, entry.rule, now), now, live)
        await _merge(look, entry, detection)
        due.append(detection.due_at)
    detected.deliveries += await tell(connection, user_id, settings, now)
    due.append(await store.next_message(connection, user_id))
    detected.due_at = min((moment for moment in due if moment), default=None)
    if detected.due_at is not None:
        await dirty.mark_users(connection, [user_id], due_at=detected.due_at, now=now)
    return detected


def _within(timeline: Timeline, rule: Rule, now: datetime) -> Timeline:
    """Return the part of a timeline that a rule looks back on, whatever others need."""
    since = now - look_back(rule)
    kept = (segment for segment in timeline.segments if segment.end_or(now) >= since)
    return replace(timeline, segments=tuple(kept))


async def _merge(look: _Look, entry: ActiveRule, detection: Detection) -> None:
    """Bring what one rule found together with its cases."""
    own = [stored.case for stored in look.known if stored.rule_id == entry.rule.id]
    outcome = cases.merge(
        next((case for case in own if case.state is CaseState.OPEN), None),
        detection.findings,
        history=[case for case in own if case.state is not CaseState.OPEN],
        now=look.now,
        merge_hours=look.settings.analytics_sharing_detection_merge_hours,
        silence_days=SILENCE / timedelta(days=1),
    )
    for joined in outcome.joined:
        await _grow(look, entry.rule, joined.case, joined.evidence, has_more=bool(joined.fresh))
    if outcome.case is None or not outcome.evidence:
        return
    message_at = outcome.notify_at if _is_told(entry) else None
    if outcome.verdict is Verdict.OPEN:
        look.detected.opened += 1
        await _open(look, entry.rule, outcome.case, outcome.evidence, message_at)
    else:
        has_more = outcome.verdict is Verdict.GROW
        look.detected.grown += has_more
        await _grow(
            look,
            entry.rule,
            outcome.case,
            outcome.evidence,
            has_more=has_more,
            message_at=message_at,
        )


async def _open(
    look: _Look,
    rule: Rule,
    case: Case,
    evidence: Sequence[Finding],
    message_at: datetime | None,
) -> None:
    """Open a case; a live rule's costs trust."""
    case_id = new_id(look.now)
    details = cases.details(rule, evidence)
    await store.add(
        look.connection,
        case_id,
        user_id=look.user_id,
        rule=rule,
        case=case,
        details=details,
        notify_due_at=message_at,
        now=look.now,
    )
    if rule.mode is RuleMode.LIVE:
        look.detected.deliveries += await trust.charge(
            look.connection,
            look.user_id,
            severity=rule.severity,
            case_id=case_id,
            reason=str(details["sentence"]),
            now=look.now,
        )


async def _grow(
    look: _Look,
    rule: Rule,
    case: Case,
    evidence: Sequence[Finding],
    *,
    has_more: bool,
    message_at: datetime | None = None,
) -> None:
    """Write a case if it has more in it, or if what it holds is known better: segments end."""
    details = cases.details(rule, evidence, previous=case.details)
    if has_more or details != case.details:
        await store.grow(
            look.connection,
            user_id=look.user_id,
            case=case,
            details=details,
            notify_due_at=message_at,
        )


def _is_told(entry: ActiveRule) -> bool:
    """Say whether people are told of a rule's cases: not in shadow, and only if it is to warn."""
    return entry.rule.mode is RuleMode.LIVE and "warn" in entry.actions
