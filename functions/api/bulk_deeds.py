"""What can be done to many: each kind does to one what its own endpoint does to one."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from uuid import UUID

from functions.api.acts import Act
from functions.api.bulk import Done, UndoableDeed
from functions.api.judging import judge_violation
from shared.domain.bulk import BulkKind
from shared.domain.case import JUDGED_FROM, CaseState
from shared.domain.permissions import Permission
from shared.domain.trust import HIGHEST
from shared.errors import ConflictError
from shared.schemas.filters import RuleChoice
from shared.services.actions import end_stream, find_action
from shared.services.judgement import Judged, find_case
from shared.services.rules import switch_rule
from shared.services.session_lists import list_sessions
from shared.services.sessions import delete_session, find_session
from shared.services.trust import reset_score, show_trust, take_reset_back
from shared.settings import Settings
from shared.store import cases, rules, trust
from shared.store.database import Connection

PERMISSIONS: Mapping[BulkKind, Permission] = MappingProxyType(
    {
        BulkKind.ACKNOWLEDGE: Permission.VIOLATIONS_MANAGE,
        BulkKind.DISMISS: Permission.VIOLATIONS_MANAGE,
        BulkKind.REOPEN: Permission.VIOLATIONS_MANAGE,
        BulkKind.RESET_TRUST: Permission.TRUST_MANAGE,
        BulkKind.DELETE_SESSIONS: Permission.SESSIONS_DELETE,
        BulkKind.TERMINATE: Permission.SESSIONS_TERMINATE,
        BulkKind.ENABLE_RULES: Permission.RULES_MANAGE,
        BulkKind.DISABLE_RULES: Permission.RULES_MANAGE,
    }
)

_VERDICTS: Mapping[BulkKind, CaseState] = MappingProxyType(
    {
        BulkKind.ACKNOWLEDGE: CaseState.ACKNOWLEDGED,
        BulkKind.DISMISS: CaseState.DISMISSED,
        BulkKind.REOPEN: CaseState.OPEN,
    }
)


@dataclass(frozen=True, slots=True)
class Judging:
    """Violations brought to a state."""

    kind: BulkKind
    settings: Settings

    @property
    def _verdict(self) -> CaseState:
        return _VERDICTS[self.kind]

    async def choose(self, connection: Connection, filters: Mapping[str, object]) -> list[UUID]:
        """Return cases in a state from which they come to this one."""
        states = sorted(JUDGED_FROM[self._verdict])
        rows = await cases.list_rows(connection, {**filters, "states": states})
        return [row["id"] for row in rows]

    async def do(self, deed: Act, item_id: UUID) -> Done:
        """Judge a case."""
        before = await find_case(deed.connection, item_id)
        judged = await judge_violation(deed, item_id, self._verdict, self.settings)
        return _judged(judged, before["state"])

    async def undo(self, deed: Act, item_id: UUID, before: str) -> Done:
        """Bring a case back to where it was, unless somebody judged it otherwise since."""
        present, wanted = await find_case(deed.connection, item_id), CaseState(before)
        if present["state"] not in {self._verdict, wanted}:
            raise _changed_since("violation")
        if CaseState(present["state"]) not in {*JUDGED_FROM[wanted], wanted}:
            await judge_violation(deed, item_id, CaseState.OPEN, self.settings)
        return _judged(await judge_violation(deed, item_id, wanted, self.settings), before)


@dataclass(frozen=True, slots=True)
class ResettingTrust:
    """Scores set back to 100."""

    settings: Settings
    reason: str = ""
    kind: BulkKind = BulkKind.RESET_TRUST

    async def choose(self, connection: Connection, filters: Mapping[str, object]) -> list[UUID]:
        """Return people whose score is not 100."""
        rows = await trust.list_rows(connection, {"max_score": HIGHEST - 1, **filters})
        return [row["user_id"] for row in rows if row["score"] < HIGHEST]

    async def do(self, deed: Act, item_id: UUID) -> Done:
        """Set a score to 100, if it is not."""
        present = await show_trust(deed.connection, item_id)
        if present.score == HIGHEST:
            return Done(changed=False, state=str(HIGHEST), user_id=item_id)
        reset = await reset_score(
            deed.connection, item_id, self.settings, reason=self.reason, now=deed.now
        )
        await deed.note("trust.reset", item_id, reason=self.reason, score_before=reset.before)
        return Done(changed=True, state=str(HIGHEST), before=str(reset.entry_id), user_id=item_id)

    async def undo(self, deed: Act, item_id: UUID, before: str) -> Done:
        """Let a score be what it would be without the reset."""
        fallen = await take_reset_back(
            deed.connection, item_id, UUID(before), self.settings, deed.now
        )
        if fallen is not None:
            await deed.note("trust.reset_undone", item_id)
        present = await show_trust(deed.connection, item_id)
        return Done(
            changed=fallen is not None,
            state=str(present.score),
            user_id=item_id,
            deliveries=() if fallen is None else fallen.deliveries,
        )


@dataclass(frozen=True, slots=True)
class DeletingSessions:
    """Records of ended sessions deleted, for good."""

    adult: bool
    now: datetime
    kind: BulkKind = BulkKind.DELETE_SESSIONS

    async def choose(self, connection: Connection, filters: Mapping[str, object]) -> list[UUID]:
        """Return sessions that have ended."""
        also = {"active": False, "adult": self.adult}
        return await _sessions(connection, {**filters, **also}, self.now)

    async def do(self, deed: Act, item_id: UUID) -> Done:
        """Delete the record of a session, if it has ended."""
        session = await find_session(deed.connection, item_id)
        if session.is_active:
            raise ConflictError(
                "This session goes on: have it terminated first.", code="session_active"
            )
        await delete_session(deed.connection, session, deed.now)
        await deed.note("session.delete", item_id)
        return Done(changed=True, state="deleted", user_id=session.user_id, looked_at=True)


@dataclass(frozen=True, slots=True)
class EndingStreams:
    """Streams ended by their media servers."""

    adult: bool
    now: datetime
    message: str | None
    kind: BulkKind = BulkKind.TERMINATE

    async def choose(self, connection: Connection, filters: Mapping[str, object]) -> list[UUID]:
        """Return sessions that go on."""
        also = {"active": True, "adult": self.adult}
        return await _sessions(connection, {**filters, **also}, self.now)

    async def do(self, deed: Act, item_id: UUID) -> Done:
        """Ask for a stream to be ended."""
        action_id = await end_stream(
            deed.connection,
            item_id,
            message=self.message,
            actor=deed.caller.name,
            now=deed.now,
        )
        row = await find_action(deed.connection, action_id)
        await deed.note("session.terminate", item_id, message=self.message)
        return Done(changed=True, state=row["state"], user_id=row["user_id"], actions=(action_id,))


@dataclass(frozen=True, slots=True)
class SwitchingRules:
    """Rules enabled or disabled."""

    kind: BulkKind
    settings: Settings

    @property
    def _enabled(self) -> bool:
        return self.kind is BulkKind.ENABLE_RULES

    async def choose(self, connection: Connection, filters: Mapping[str, object]) -> list[UUID]:
        """Return rules that are not so."""
        wanted = {name: filters[name] for name in RuleChoice.model_fields.keys() & filters.keys()}
        return [
            row["id"]
            for row in await rules.list_rules(connection)
            if row["enabled"] is not self._enabled
            and all(row[name] == value for name, value in wanted.items())
        ]

    async def do(self, deed: Act, item_id: UUID) -> Done:
        """Enable or disable a rule, if it is not so."""
        return await self._switch(deed, item_id, enabled=self._enabled)

    async def undo(self, deed: Act, item_id: UUID, before: str) -> Done:
        """Bring a rule back to what it was."""
        return await self._switch(deed, item_id, enabled=before == "enabled")

    async def _switch(self, deed: Act, rule_id: UUID, *, enabled: bool) -> Done:
        _, changed = await switch_rule(
            deed.connection,
            rule_id,
            deed.now,
            enabled=enabled,
            retention_days=self.settings.analytics_retention_days,
        )
        if changed:
            await deed.note("rule.change", rule_id, enabled=enabled)
        before = not enabled if changed else enabled
        return Done(changed=changed, state=_switched(enabled), before=_switched(before))


def undoable(kind: BulkKind, settings: Settings) -> UndoableDeed:
    """Return what takes back what was done."""
    if kind in _VERDICTS:
        return Judging(kind, settings)
    if kind is BulkKind.RESET_TRUST:
        return ResettingTrust(settings)
    return SwitchingRules(kind, settings)


async def _sessions(
    connection: Connection, filters: Mapping[str, object], now: datetime
) -> list[UUID]:
    return [row["id"] for row in await list_sessions(connection, filters, now)]


def _judged(judged: Judged, before: str) -> Done:
    return Done(
        changed=judged.changed,
        state=judged.row["state"],
        before=before,
        user_id=judged.row["user_id"],
        deliveries=judged.deliveries,
        actions=judged.actions,
        looked_at=judged.looked_at,
    )


def _switched(enabled: bool) -> str:  # noqa: FBT001  (a value, no switch)
    return "enabled" if enabled else "disabled"


def _changed_since(what: str) -> ConflictError:
    return ConflictError(f"This {what} was changed otherwise since.", code="changed_since")
