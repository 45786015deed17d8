"""Cases: what findings of one rule and one person add up to.

A violation is a case, and at most one is open per rule and person. What is found again changes
nothing; more of the same joins; what an operator has judged stays judged for a while.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Literal, cast
from uuid import UUID

from shared.domain.finding import Fact, Finding, evidence, jsonable
from shared.domain.rules.rule import Rule

SCHEMA_VERSION = 1
_KEPT = 100
"""Findings whose evidence a case keeps: the first, and the latest of the others."""


class CaseState(StrEnum):
    """What an operator has made of a case. A case that is reopened is open."""

    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    DISMISSED = "dismissed"


JUDGED_FROM: Mapping[CaseState, frozenset[CaseState]] = MappingProxyType(
    {
        CaseState.OPEN: frozenset({CaseState.ACKNOWLEDGED, CaseState.DISMISSED}),
        CaseState.ACKNOWLEDGED: frozenset({CaseState.OPEN}),
        CaseState.DISMISSED: frozenset({CaseState.OPEN, CaseState.ACKNOWLEDGED}),
    }
)
"""From which states a case comes to each: what was right may later turn out a false alarm."""


class Verdict(StrEnum):
    """What findings mean for the cases of a rule and person."""

    NOTHING = "nothing"
    OPEN = "open"
    GROW = "grow"
    JOIN = "join"


def _no_details() -> dict[str, Fact]:
    return {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A violation.

    Attributes:
        id: None until it is stored.
        behaviour_keys: every behaviour seen in it.
        finding_identities: every finding in it, however many its details still show.
        occurrences: number of findings.
        first_seen_at: when its first finding became true.
        last_seen_at: latest instant at which one of its findings was known to be true.
        last_notified_at: when its latest message is due or was; None if there was none.
        closed_at: when it was acknowledged or dismissed; None while open.
        details: see ``details``.
    """

    id: UUID | None = None
    state: CaseState = CaseState.OPEN
    behaviour_keys: frozenset[str] = frozenset()
    finding_identities: frozenset[str] = frozenset()
    occurrences: int = 0
    first_seen_at: datetime
    last_seen_at: datetime
    last_notified_at: datetime | None = None
    closed_at: datetime | None = None
    details: Mapping[str, Fact] = field(default_factory=_no_details)


@dataclass(frozen=True, slots=True)
class Joined:
    """A closed case as it is to be: with more of what was acknowledged, or how it went on.

    Attributes:
        fresh: findings new to it; nobody is told of them.
        evidence: these, and the ones it holds that were found again.
    """

    case: Case
    fresh: tuple[Finding, ...]
    evidence: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What is to be done.

    Attributes:
        verdict: OPEN or GROW for the open case; JOIN if only closed cases took something new.
        case: the open case as it is to be; None if there is none.
        fresh: findings new to it. Penalty and actions belong to OPEN alone.
        evidence: these, and the ones it holds that were found again. Its details are to be made
            with them whatever the verdict, because segments that were open end.
        notify_at: when a message about the open case is due: now, or when the quiet time since
            the last one is over; None if there is nothing to say.
        joined: closed cases that these findings belong to.
    """

    verdict: Verdict
    case: Case | None = None
    fresh: tuple[Finding, ...] = ()
    evidence: tuple[Finding, ...] = ()
    notify_at: datetime | None = None
    joined: tuple[Joined, ...] = ()


MERGE_HOURS = 6.0
"""The least time between two messages about a case, where nobody says another."""


def merge(
    case: Case | None,
    findings: Iterable[Finding],
    *,
    history: Sequence[Case],
    now: datetime,
    merge_hours: float = MERGE_HOURS,
    silence_days: float = 30,
) -> Outcome:
    """Return what findings change; the same findings a second time change nothing.

    1. What a case already holds is that case's, also if it was closed meanwhile.
    2. A behaviour that was dismissed is silent for ``silence_days`` from then.
    3. A behaviour that was acknowledged joins that case silently for ``merge_hours`` from then,
       unless the open case has it too.
    4. All else belongs to the open case, or opens one.

    Args:
        case: the open case of the rule and person, if there is one.
        findings: what the rule finds now.
        history: their closed cases, at least those closed within ``silence_days`` and those
            with findings that a detection can still see.
        now: when messages are due.
        merge_hours: see above; also the least time between two messages about a case.
        silence_days: see above.
    """
    quiet, silence = timedelta(hours=merge_hours), timedelta(days=silence_days)
    by_home: dict[_Home, list[Finding]] = {}
    for finding in {finding.identity: finding for finding in findings}.values():
        home = _home(finding, case, history, quiet, silence)
        by_home.setdefault(home, []).append(finding)
    joined = tuple(
        _joined(closed, by_home[index]) for index, closed in enumerate(history) if index in by_home
    )
    outcome = _opened(case, by_home.get("open", []), now, quiet)
    took_something = outcome.verdict is Verdict.NOTHING and any(other.fresh for other in joined)
    verdict = Verdict.JOIN if took_something else outcome.verdict
    return replace(outcome, verdict=verdict, joined=joined)


def details(
    rule: Rule, findings: Iterable[Finding], *, previous: Mapping[str, Fact] | None = None
) -> dict[str, Fact]:
    """Return a case's evidence as JSON can carry it, readable after its sessions are gone.

    It keeps its first finding and the latest 99 others, each with the rule's configuration as it
    was when it was last detected. The headline is the latest sentence.

    Args:
        rule: the rule as it is now.
        findings: what is new, or known and found again.
        previous: the details so far.
    """
    config = jsonable(asdict(rule.config))
    kept: dict[str, Mapping[str, Fact]] = {}
    for entry in cast("Sequence[Mapping[str, Fact]]", (previous or {}).get("findings", ())):
        kept[str(entry["identity"])] = entry
    for finding in findings:
        kept[finding.identity] = {**evidence(finding), "config": config}
    ordered = sorted(kept.values(), key=lambda entry: (str(entry["at"]), str(entry["identity"])))
    return {
        "schema_version": SCHEMA_VERSION,
        "sentence": ordered[-1]["sentence"] if ordered else None,
        "rule": {
            "id": str(rule.id),
            "name": rule.name,
            "type": rule.type.value,
            "severity": rule.severity,
            "mode": rule.mode.value,
            "config": config,
        },
        "findings": [*ordered[:1], *ordered[1:][-(_KEPT - 1) :]],
    }


_Home = int | Literal["open", "nowhere"]
"""Where a finding belongs: a closed case by its index, the open case (or a new one), or none."""


def _home(
    finding: Finding,
    case: Case | None,
    history: Sequence[Case],
    quiet: timedelta,
    silence: timedelta,
) -> _Home:
    if case and finding.identity in case.finding_identities:
        return "open"
    for index, closed in enumerate(history):
        if finding.identity in closed.finding_identities:
            return index
    same = {i: c for i, c in enumerate(history) if finding.behaviour_key in c.behaviour_keys}
    if any(_within(finding, closed, CaseState.DISMISSED, silence) for closed in same.values()):
        return "nowhere"
    if case and finding.behaviour_key in case.behaviour_keys:
        return "open"
    for index, closed in same.items():
        if _within(finding, closed, CaseState.ACKNOWLEDGED, quiet):
            return index
    return "open"


def _within(finding: Finding, closed: Case, state: CaseState, span: timedelta) -> bool:
    """Say whether the case was closed that way, and the finding is not later by the span."""
    return closed.state is state and finding.at <= (closed.closed_at or closed.last_seen_at) + span


def _opened(case: Case | None, found: list[Finding], now: datetime, quiet: timedelta) -> Outcome:
    """Return what findings change about the open case, or the case they open."""
    if not found:
        return Outcome(Verdict.NOTHING, case)
    blank = Case(first_seen_at=found[0].at, last_seen_at=found[0].last_at)
    grown, fresh = _grown(case or blank, found)
    notify_at = now if case is None else _update_at(case, grown, now, quiet)
    if notify_at:
        grown = replace(grown, last_notified_at=notify_at)
    changed = Verdict.NOTHING if grown == case else Verdict.GROW
    verdict = Verdict.OPEN if case is None else changed
    return Outcome(verdict, grown, fresh, tuple(found), notify_at)


def _joined(closed: Case, found: list[Finding]) -> Joined:
    grown, fresh = _grown(closed, found)
    return Joined(grown, fresh, tuple(found))


def _grown(case: Case, found: list[Finding]) -> tuple[Case, tuple[Finding, ...]]:
    """Return the case with the findings in it, and those of them that are new to it."""
    fresh = tuple(f for f in found if f.identity not in case.finding_identities)
    grown = replace(
        case,
        behaviour_keys=case.behaviour_keys | {finding.behaviour_key for finding in fresh},
        finding_identities=case.finding_identities | {finding.identity for finding in fresh},
        occurrences=case.occurrences + len(fresh),
        first_seen_at=min(case.first_seen_at, *(finding.at for finding in found)),
        last_seen_at=max(case.last_seen_at, *(finding.last_at for finding in found)),
    )
    return grown, fresh


def _update_at(case: Case, grown: Case, now: datetime, quiet: timedelta) -> datetime | None:
    """Return when to tell that a case grew by a behaviour; None if that is no news.

    Within the quiet time the message waits for its end, and takes along what comes meanwhile.
    """
    if grown.behaviour_keys == case.behaviour_keys:
        return None
    if case.last_notified_at is None:
        return now
    if case.last_notified_at > now:
        return None
    return max(now, case.last_notified_at + quiet)
