"""Backtests: what a rule would have made of a person's past. Nothing comes of it.

The findings of a whole timeline are folded, in the order in which they became true, by the
``merge`` that folds them in life. Nobody judges a would-be case, so it stays open: a person has at
most one of a rule, and people are told of it when it opens and when it grows by a behaviour.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from shared.domain.case import MERGE_HOURS, Case, merge
from shared.domain.finding import Finding
from shared.domain.rules.inactivity import Inactivity
from shared.domain.rules.rule import Rule, detect, look_back, memory
from shared.domain.timeline import Interval, Person, Segment, Timeline


@dataclass(frozen=True, slots=True)
class Span:
    """The past that is looked at: findings that became true from start on, known at the end."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class WouldBe:
    """A case that a rule would have opened.

    Attributes:
        case: as it would be at the end of the span.
        findings: what is in it, in the order in which it became true; never empty.
        alerts: when people would have been told, the opening first.
    """

    case: Case
    findings: tuple[Finding, ...]
    alerts: tuple[datetime, ...]


def backtest(
    rule: Rule,
    timeline: Timeline,
    span: Span,
    live_rules: Collection[Rule] = (),
    *,
    merge_hours: float = MERGE_HOURS,
) -> WouldBe | None:
    """Return the case that the rule would have opened; None if there would be none.

    Args:
        rule: saved or not, enabled or not.
        timeline: one person's segments, at least as far back before the span as ``reach`` says.
        span: see there.
        live_rules: the rules that would be in force beside it, see ``detect``.
        merge_hours: see ``merge``.
    """
    findings = [
        finding
        for finding in _findings(rule, as_of(timeline, span.end), span.end, live_rules)
        if span.start <= finding.at <= span.end
    ]
    return fold(findings, merge_hours=merge_hours) if findings else None


def reach(rule: Rule) -> timedelta:
    """Return how far before a span a timeline must reach for its first instant to be judged."""
    if isinstance(rule.config, Inactivity):
        return timedelta(days=rule.config.inactive_days)
    return look_back(rule) + memory(rule)


def as_of(timeline: Timeline, instant: datetime) -> Timeline:
    """Return what was known at an instant: what went on then was open."""
    if _was_over(timeline, instant):
        return timeline
    kept = (
        segment if segment.ended_at and segment.ended_at <= instant else _open_at(segment, instant)
        for segment in timeline.segments
        if segment.started_at <= instant
    )
    return replace(timeline, person=_person_at(timeline.person, instant), segments=tuple(kept))


def _was_over(timeline: Timeline, instant: datetime) -> bool:
    """Say whether nothing in a timeline is later than an instant."""
    last_active_at = timeline.person.last_active_at
    return (last_active_at is None or last_active_at <= instant) and all(
        segment.ended_at is not None and segment.ended_at <= instant
        for segment in timeline.segments
    )


def _open_at(segment: Segment, instant: datetime) -> Segment:
    pauses = tuple(
        pause if pause.end and pause.end <= instant else Interval(pause.start, None)
        for pause in segment.pauses
        if pause.start <= instant
    )
    return replace(segment, ended_at=None, pauses=pauses)


def _person_at(person: Person, instant: datetime) -> Person:
    """Return the person as known then; a last activity after the instant says nothing of it."""
    if person.last_active_at is None or person.last_active_at <= instant:
        return person
    return replace(person, last_active_at=person.first_seen_at)


def _findings(
    rule: Rule, timeline: Timeline, end: datetime, live_rules: Collection[Rule]
) -> list[Finding]:
    """Return all findings by the instant at which they became true."""
    found = list(detect(rule, timeline, end, live_rules).findings)
    if isinstance(rule.config, Inactivity):
        days = timedelta(days=rule.config.inactive_days)
        found = [*_past_dormancies(rule, timeline, days), *found]
    return found


def _past_dormancies(rule: Rule, timeline: Timeline, days: timedelta) -> Iterator[Finding]:
    """Yield dormancies that are over: the rule itself sees only one that goes on.

    Each is what the rule found just before the activity that ended it.
    """
    quiet_since: datetime | None = None
    for segment in timeline.segments:
        start = segment.started_at
        if quiet_since is not None and start - quiet_since >= days:
            before = as_of(timeline, start - timedelta.resolution)
            yield from detect(rule, before, start).findings
        quiet_since = max(quiet_since or start, segment.end_or(start))


def fold(findings: Sequence[Finding], *, merge_hours: float) -> WouldBe:
    """Return the case that findings make, of which there is at least one, by when they were true.

    People are told of it at most once in ``merge_hours``.

    Raises:
        AssertionError: there are none.
    """
    case: Case | None = None
    alerts: list[datetime] = []
    for lot in _lots(findings):
        outcome = merge(case, lot, history=(), now=lot[0].at, merge_hours=merge_hours)
        case = outcome.case
        alerts += [outcome.notify_at] if outcome.notify_at else []
    if case is None:
        raise AssertionError("findings that nothing silences make a case")
    return WouldBe(case, tuple(findings), tuple(alerts))


def _lots(findings: Iterable[Finding]) -> Iterator[list[Finding]]:
    """Cut findings where a behaviour is new: only there is anything to tell.

    Merging lots is merging one by one, but for the time it takes.
    """
    known: set[str] = set()
    lot: list[Finding] = []
    for finding in findings:
        if finding.behaviour_key not in known and lot:
            yield lot
            lot = []
        known.add(finding.behaviour_key)
        lot.append(finding)
    if lot:
        yield lot
