"""One person judged: by our rules and by the plain ones, held against what is true of them."""

from dataclasses import dataclass
from uuid import UUID

from shared.domain.backtest import Span, backtest
from shared.domain.rules import (
    CONFIG_TYPES,
    DEFAULT_SEVERITY,
    GeoRestriction,
    Rule,
    RuleConfig,
    RuleMode,
    RuleType,
)
from shared.domain.timeline import Timeline
from tests.simulation.people.addresses import GeoDatabase
from tests.simulation.people.atlas import DENIED
from tests.simulation.people.peers import violations
from tests.simulation.people.population import individual
from tests.simulation.people.telling import END, JUDGED, tell
from tests.simulation.people.truth import Truth, truth_of


def _rule(number: int, rule_type: RuleType) -> Rule:
    """Return a rule as the first start makes it; only the denied countries are the operator's."""
    config: RuleConfig = CONFIG_TYPES[rule_type]()
    if isinstance(config, GeoRestriction):
        config = GeoRestriction(countries=DENIED)
    return Rule(
        id=UUID(int=number),
        name=rule_type.value,
        type=rule_type,
        config=config,
        severity=DEFAULT_SEVERITY[rule_type],
        mode=RuleMode.LIVE,
    )


RULES = tuple(_rule(number, rule_type) for number, rule_type in enumerate(RuleType))


@dataclass(frozen=True, slots=True)
class Judged:
    """How often a person was told of, by type of rule; and what is true of them."""

    kind: str
    shares: bool
    truth: Truth
    ours: dict[RuleType, int]
    plain: dict[RuleType, int]
    sessions: int


def judge(seed: int, number: int) -> Judged:
    """Live one person's 90 days, look at them, and compare."""
    person = individual(seed, number)
    database = GeoDatabase(seed)
    told = tell(person.life, database)
    ours = {rule.type: alerts(rule, told.timeline) for rule in RULES}
    plain = dict.fromkeys(RuleType, 0)
    for violation in violations(told, database):
        plain[violation.rule] += violation.at >= JUDGED
    return Judged(
        person.kind.name,
        person.kind.shares,
        truth_of(person, database),
        ours,
        plain,
        len(told.sittings),
    )


def alerts(rule: Rule, timeline: Timeline) -> int:
    """Return how many messages a rule sends about a person in 90 days, if nobody judges its case.

    That is the first finding, and each later one that shows another behaviour.
    """
    would_be = backtest(rule, timeline, Span(JUDGED, END), RULES)
    return len(would_be.alerts) if would_be else 0
