"""What a trusted entry silences: the findings that a timeline gives without it and not with it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from shared.domain.case import Case
from shared.domain.finding import Finding
from shared.domain.rules.rule import Rule, detect
from shared.domain.timeline import Timeline
from shared.domain.trusted import TrustedEntry, with_trust


@dataclass(frozen=True, slots=True)
class Silenced:
    """What of a case would not stand.

    Attributes:
        findings: those of the case that would not be found, by the instant they became true.
        vanishes: these are all that it holds.
    """

    findings: tuple[Finding, ...]
    vanishes: bool


def silenced(
    timeline: Timeline,
    rules: Collection[Rule],
    entry: TrustedEntry,
    now: datetime,
    live_rules: Collection[Rule] = (),
) -> dict[UUID, tuple[Finding, ...]]:
    """Return the findings that would not be made if the entry were in force, by rule.

    Args:
        timeline: a person's, with what is trusted already.
        rules: those to be evaluated.
        entry: what might be trusted too.
        now: where open segments end; aware.
        live_rules: the rules in force, see ``detect``.
    """
    trusting = with_trust(timeline, [entry], now)
    if trusting == timeline:
        return {}
    lost: dict[UUID, tuple[Finding, ...]] = {}
    for rule in rules:
        left = {finding.identity for finding in detect(rule, trusting, now, live_rules).findings}
        found = detect(rule, timeline, now, live_rules).findings
        lost[rule.id] = tuple(finding for finding in found if finding.identity not in left)
    return lost


def silenced_of_case(
    case: Case, rule_id: UUID, lost: Mapping[UUID, tuple[Finding, ...]]
) -> Silenced | None:
    """Return what of a case would not stand; None if all of it would.

    A finding that cannot be made again, because its sessions are gone, stands.
    """
    own = [f for f in lost.get(rule_id, ()) if f.identity in case.finding_identities]
    if not own:
        return None
    return Silenced(tuple(own), case.finding_identities <= {f.identity for f in own})
