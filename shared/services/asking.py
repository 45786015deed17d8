"""Asking for what rules and thresholds do: rows, written in the detecting transaction."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from shared.domain.action import (
    SuspendAccount,
    Target,
    TerminateStream,
    live_streams,
    streams_to_end,
)
from shared.domain.action_state import ActionKind
from shared.domain.finding import Finding
from shared.domain.timeline import Timeline
from shared.domain.trust import Threshold
from shared.schemas.actions import actions_payload
from shared.services.rules import ActiveRule
from shared.settings import Settings
from shared.store import actions as store
from shared.store import outbox
from shared.store.actions import Wanted
from shared.store.database import Connection

AWAITING = "action.awaiting_approval"


@dataclass(frozen=True, slots=True)
class Asked:
    """Actions that were asked for just now, and alerts of those that wait for approval.

    Attributes:
        due: when each action is to be carried out, of those that need nobody's approval.
        deliveries: the alerts' deliveries.
    """

    due: tuple[tuple[UUID, datetime], ...] = ()
    deliveries: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True)
class CaseAtHand:
    """A case that was just opened, or has just grown, and whose it is."""

    case_id: UUID
    timeline: Timeline
    settings: Settings
    now: datetime

    def ending(self, session_id: UUID, config: TerminateStream, requested_by: str) -> Wanted:
        """Return the action that ends a stream, once per case."""
        return Wanted(
            user_id=self.timeline.person.user_id,
            kind=ActionKind.TERMINATE_STREAM,
            occasion=f"terminate_stream:{self.case_id}:{session_id}",
            requested_by=requested_by,
            session_id=session_id,
            case_id=self.case_id,
            message=config.message,
            needs_approval=config.require_approval,
            due_at=self.now + timedelta(seconds=config.delay_seconds),
        )

    def suspension(self, config: SuspendAccount, requested_by: str) -> Wanted:
        """Return the action that suspends the account, once per case."""
        return Wanted(
            user_id=self.timeline.person.user_id,
            kind=ActionKind.SUSPEND_ACCOUNT,
            occasion=f"suspend_account:{self.case_id}",
            requested_by=requested_by,
            case_id=self.case_id,
            message=config.message,
            needs_approval=config.require_approval,
            due_at=self.now,
        )


async def ask_for_findings(
    connection: Connection, case: CaseAtHand, entry: ActiveRule, fresh: Sequence[Finding]
) -> Asked:
    """Ask for what a rule does about findings that are new to a case.

    A stream is ended once per case, however many findings it is in, and an account suspended once.
    """
    wanted = [
        replace(each, rule_id=entry.rule.id, finding_identity=finding.identity)
        for finding in fresh
        for each in _about(finding, case, entry)
    ]
    return await _ask(connection, wanted, case)


async def ask_for_thresholds(
    connection: Connection, case: CaseAtHand, fired: Sequence[Threshold]
) -> Asked:
    """Ask for what thresholds do that a person's trust fell to, because of a case."""
    approval = case.settings.analytics_trust_require_approval
    ending = TerminateStream(target=Target.ALL, require_approval=approval)
    suspension = SuspendAccount(require_approval=approval)
    wanted: list[Wanted] = []
    if Threshold.TERMINATE in fired:
        wanted += [
            replace(case.ending(session_id, ending, "trust"), threshold=Threshold.TERMINATE)
            for session_id in live_streams(case.timeline)
        ]
    if Threshold.SUSPEND in fired:
        wanted.append(replace(case.suspension(suspension, "trust"), threshold=Threshold.SUSPEND))
    return await _ask(connection, wanted, case)


def _about(finding: Finding, about: CaseAtHand, entry: ActiveRule) -> list[Wanted]:
    """Return what a rule does about one finding."""
    wanted: list[Wanted] = []
    seen = entry.rule.scope.narrow(about.timeline)
    requested_by = f"rule:{entry.rule.name}"
    for config in entry.actions:
        match config:
            case TerminateStream(target=target):
                streams = streams_to_end(target, finding, seen)
                wanted += [about.ending(each, config, requested_by) for each in streams]
            case SuspendAccount():
                wanted.append(about.suspension(config, requested_by))
            case _:
                pass
    return wanted


async def _ask(connection: Connection, wanted: Sequence[Wanted], case: CaseAtHand) -> Asked:
    due: list[tuple[UUID, datetime]] = []
    waiting: list[UUID] = []
    for each in wanted:
        action_id = await store.add(connection, each, now=case.now)
        if action_id is not None and each.needs_approval:
            waiting.append(action_id)
        elif action_id is not None:
            due.append((action_id, each.due_at))
    if not waiting:
        return Asked(tuple(due))
    rows = [await store.find_row(connection, action_id) for action_id in waiting]
    deliveries = await outbox.write_event(
        connection,
        kind=AWAITING,
        payload=actions_payload(
            [row for row in rows if row], public_url=case.settings.analytics_public_url
        ),
        user_id=case.timeline.person.user_id,
        now=case.now,
    )
    return Asked(tuple(due), tuple(deliveries))
