"""Detecting account sharing: a person's timeline, all rules, and what follows from the findings.

Everything that follows (case, ledger, outbox) is written in the transaction that takes the
person's dirty mark away, so that detecting twice, or twice at once, changes nothing.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from uuid import UUID

from shared.domain import case as cases
from shared.domain.action import Warn
from shared.domain.case import Case, CaseState, Outcome, Verdict
from shared.domain.finding import Detection, Finding
from shared.domain.identifiers import new_id
from shared.domain.rules.rule import Rule, RuleMode, detect, look_back, memory
from shared.domain.timeline import Timeline
from shared.domain.trust import penalty
from shared.services import rules, trust
from shared.services.asking import (
    Asked,
    CaseAtHand,
    ask_for_findings,
    ask_for_thresholds,
)
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

    ``deliveries`` and ``actions`` are to be nudged after COMMIT, each action for its moment; at
    ``due_at`` the person is to be looked at again.
    """

    opened: int = 0
    grown: int = 0
    deliveries: list[UUID] = field(default_factory=list[UUID])
    actions: list[tuple[UUID, datetime]] = field(default_factory=list[tuple[UUID, datetime]])
    due_at: datetime | None = None

    def note(self, asked: Asked) -> None:
        """Take in what was asked for."""
        self.actions += asked.due
        self.deliveries += asked.deliveries


@dataclass(frozen=True, slots=True)
class Evaluated:
    """What a rule in force finds of a person, with no effect."""

    rule: Rule
    timeline: Timeline
    detection: Detection


@dataclass(frozen=True, slots=True)
class _Look:
    """One look at one person: what everything it leads to is written with."""

    connection: Connection
    timeline: Timeline
    settings: Settings
    now: datetime
    known: Sequence[StoredCase]
    detected: Detected

    @property
    def user_id(self) -> UUID:
        """Whom it is about."""
        return self.timeline.person.user_id

    def at(self, case_id: UUID) -> CaseAtHand:
        """Return a case of theirs, for asking what is to be done about it."""
        return CaseAtHand(case_id, self.timeline, self.settings, self.now)


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
    look = _Look(connection, timeline, settings, now, known, detected)
    live = [entry.rule for entry in active]
    due: list[datetime | None] = []
    for entry in active:
        detection = await _detect(
            connection, entry.rule, within(timeline, entry.rule, now), live, now
        )
        await _merge(look, entry, detection)
        due.append(detection.due_at)
    detected.deliveries += await tell(connection, user_id, settings, now)
    due.append(await store.next_message(connection, user_id))
    detected.due_at = min((moment for moment in due if moment), default=None)
    if detected.due_at is not None:
        await dirty.mark_users(connection, [user_id], due_at=detected.due_at, now=now)
    return detected


async def evaluate(
    connection: Connection, user_id: UUID, rule_id: UUID, *, asked_at: datetime, now: datetime
) -> Evaluated | None:
    """Return what a rule finds of a person now, as far back as it looked at an earlier instant.

    ``None`` unless the rule is in force, and live.
    """
    active = await rules.list_active(connection)
    live = [entry.rule for entry in active]
    rule = next((rule for rule in live if rule.id == rule_id), None)
    if rule is None or rule.mode is not RuleMode.LIVE:
        return None
    since = asked_at - look_back(rule)
    timeline = await load_timeline(connection, user_id, since=since, now=now)
    if timeline is None:
        return None
    found = await _detect(connection, rule, timeline, live, now)
    return Evaluated(rule, timeline, found)


async def _detect(
    connection: Connection, rule: Rule, timeline: Timeline, live: Collection[Rule], now: datetime
) -> Detection:
    """Return what a rule finds, and read the past that could excuse it only if it finds anything."""
    found = detect(rule, timeline, now, live)
    if not found.findings or not memory(rule):
        return found
    since = now - look_back(rule) - memory(rule)
    known = await load_timeline(connection, timeline.person.user_id, since=since, now=now)
    return detect(rule, timeline, now, live, known.segments if known else ())


def within(timeline: Timeline, rule: Rule, now: datetime) -> Timeline:
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
        await _open(look, entry, outcome, message_at)
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
        if outcome.case.id is not None:
            await _act(look, entry, outcome.case.id, outcome.fresh)


async def _open(
    look: _Look, entry: ActiveRule, outcome: Outcome, message_at: datetime | None
) -> None:
    """Open a case; a live rule's costs trust, and has consequences."""
    if outcome.case is None:
        raise AssertionError("what opens a case has one")
    rule, case_id = entry.rule, new_id(look.now)
    details = cases.details(rule, outcome.evidence)
    await store.add(
        look.connection,
        case_id,
        user_id=look.user_id,
        rule=rule,
        case=outcome.case,
        details=details,
        notify_due_at=message_at,
        now=look.now,
    )
    if rule.mode is not RuleMode.LIVE:
        return
    await _act(look, entry, case_id, outcome.fresh)
    cost = penalty(rule.severity, case_id=case_id, at=look.now, reason=str(details["sentence"]))
    fallen = await trust.charge(look.connection, look.user_id, cost, look.settings, look.now)
    look.detected.deliveries += fallen.deliveries
    asked = await ask_for_thresholds(look.connection, look.at(case_id), fallen.thresholds)
    look.detected.note(asked)


async def _act(look: _Look, entry: ActiveRule, case_id: UUID, fresh: Sequence[Finding]) -> None:
    """Ask for what a live rule does about what is new in a case."""
    if entry.rule.mode is RuleMode.LIVE:
        asked = await ask_for_findings(look.connection, look.at(case_id), entry, fresh)
        look.detected.note(asked)


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
    warns = any(isinstance(action, Warn) for action in entry.actions)
    return entry.rule.mode is RuleMode.LIVE and warns
