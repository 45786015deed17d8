"""What rules in shadow would have done: accounts by week, and an event when a week is over."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from shared.domain.backtest import Span
from shared.domain.finding import Finding
from shared.domain.rules.rule import RuleMode
from shared.domain.shadow import WEEK, ShadowCase, account, week_of
from shared.schemas.shadow import ShadowAccountView
from shared.services import rules
from shared.settings import Settings
from shared.store import cases, jobs, outbox
from shared.store import rules as rule_store
from shared.store.database import Connection

Row = Mapping[str, Any]

TOLD = "rules.shadow_account"


async def accounts(
    connection: Connection,
    settings: Settings,
    *,
    weeks: int,
    now: datetime,
    rule_id: UUID | None = None,
) -> list[ShadowAccountView]:
    """Return the accounts of all rules in shadow, or of one rule, the present week first.

    Raises:
        NotFoundError: there is no such rule.
    """
    present = week_of(now)
    spans = [Span(present.start - WEEK * n, present.end - WEEK * n) for n in range(weeks)]
    if rule_id is not None:
        wanted = [await rules.find_rule(connection, rule_id)]
    else:
        wanted = await _in_shadow(connection)
    found = await _cases(connection, since=spans[-1].start)
    return [
        _view(rule, found.get(rule["id"], []), week, settings) for week in spans for rule in wanted
    ]


async def tell_last_week(
    connection: Connection, settings: Settings, now: datetime
) -> list[UUID] | None:
    """Write the event about the week that is over, once; return its deliveries.

    Returns:
        ``None`` if it was written already, or no rule in shadow is as old.
    """
    week = week_of(now - WEEK)
    shadow = [row for row in await _in_shadow(connection) if row["created_at"] < week.end]
    if not shadow:
        return None
    claimed = await jobs.claim(connection, TOLD, week.start, lease_until=now + WEEK, now=now)
    if claimed is None:
        return None
    found = await _cases(connection, since=week.start)
    views = [_view(rule, found.get(rule["id"], []), week, settings) for rule in shadow]
    payload = {
        "week": week.start.date().isoformat(),
        "rules": [view.model_dump(mode="json", exclude={"week"}) for view in views],
    }
    deliveries = await outbox.write_event(
        connection, kind=TOLD, payload=payload, user_id=None, now=now
    )
    await jobs.finish(connection, claimed, state="done", now=now)
    return deliveries


async def _in_shadow(connection: Connection) -> list[Row]:
    rows = await rule_store.list_rules(connection)
    return [row for row in rows if row["enabled"] and row["mode"] == RuleMode.SHADOW]


async def _cases(connection: Connection, *, since: datetime) -> dict[UUID, list[ShadowCase]]:
    found: dict[UUID, list[ShadowCase]] = {}
    for row in await cases.list_shadow(connection, seen_since=since):
        findings = [_finding(entry) for entry in row["findings"] or ()]
        case = ShadowCase(row["user_id"], row["opened_at"], findings)
        found.setdefault(row["rule_id"], []).append(case)
    return found


def _finding(entry: Sequence[str]) -> Finding:
    """Return of a finding what an account counts."""
    at, last_at, key, identity = entry
    times = (datetime.fromisoformat(text).astimezone(UTC) for text in (at, last_at))
    return Finding(key, *times, segments=(), facts={}, sentence="", identity=identity)


def _view(
    rule: Row, found: Sequence[ShadowCase], week: Span, settings: Settings
) -> ShadowAccountView:
    hours = settings.analytics_sharing_detection_merge_hours
    return ShadowAccountView(
        rule_id=rule["id"],
        rule_name=rule["name"],
        rule_type=rule["type"],
        week=week.start.date(),
        actions=rule["actions"],
        **asdict(account(found, rule["severity"], week, merge_hours=hours)),
    )
