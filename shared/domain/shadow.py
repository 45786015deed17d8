"""Shadow accounts: what a rule in shadow would have done in a week, had it been live."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from shared.domain.backtest import Span, fold
from shared.domain.case import MERGE_HOURS
from shared.domain.finding import Finding
from shared.domain.trust import SEVERITY_COST

WEEK = timedelta(weeks=1)


@dataclass(frozen=True, slots=True)
class ShadowCase:
    """A case of a rule in shadow: when it opened, and the findings that it holds."""

    user_id: UUID
    opened_at: datetime
    findings: Sequence[Finding]


@dataclass(frozen=True, slots=True)
class Account:
    """What would have come of a rule in a week.

    Attributes:
        users: people of whom it found something.
        cases: opened; each of the rule's actions would have been taken for each.
        findings: all that became true.
        alerts: messages that people would have got, of openings and of what grew.
        trust_lost: points, of all people together.
    """

    users: int
    cases: int
    findings: int
    alerts: int
    trust_lost: int


def week_of(instant: datetime) -> Span:
    """Return the week, from Monday to Monday in UTC, that an instant lies in."""
    return week_from(instant.astimezone(UTC).date())


def week_from(day: date) -> Span:
    """Return the week that a day of UTC lies in."""
    start = datetime.combine(day - timedelta(days=day.weekday()), time(), UTC)
    return Span(start, start + WEEK)


def account(
    cases: Sequence[ShadowCase], severity: int, week: Span, *, merge_hours: float = MERGE_HOURS
) -> Account:
    """Return the account of one rule.

    Args:
        cases: of this rule, at least those with findings in the week.
        severity: of the rule, 1 to 5.
        week: the end is not in it.
        merge_hours: the least time between two messages about a case.
    """
    findings = [
        (case.user_id, finding)
        for case in cases
        for finding in case.findings
        if week.start <= finding.at < week.end
    ]
    opened = sum(week.start <= case.opened_at < week.end for case in cases)
    alerts = [
        at
        for case in cases
        if case.findings
        for at in fold(case.findings, merge_hours=merge_hours).alerts
    ]
    return Account(
        users=len({user_id for user_id, _ in findings}),
        cases=opened,
        findings=len(findings),
        alerts=sum(week.start <= at < week.end for at in alerts),
        trust_lost=opened * SEVERITY_COST[severity],
    )
