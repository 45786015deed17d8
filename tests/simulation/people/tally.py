"""What the judgements of many people add up to: a table for each rule, and one for each kind."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from shared.domain.rules.rule import RuleType
from tests.load.report import Report, Spread, table
from tests.simulation.people.judging import Judged
from tests.simulation.people.population import KINDS
from tests.simulation.people.spans import DAYS, LEAD

MONTHS = (DAYS - LEAD) / 30
Alerts = Callable[[Judged], Mapping[RuleType, int]]


def ours(person: Judged) -> Mapping[RuleType, int]:
    """Return how often we told of a person, by rule."""
    return person.ours


def plain(person: Judged) -> Mapping[RuleType, int]:
    """Return how often the plain rules told of a person."""
    return person.plain


@dataclass(frozen=True, slots=True)
class Quality:
    """How good one side is at one rule, or at all of them.

    Attributes:
        precision: of the people told of, the share who did what was said of them.
        recall: of the people who did what a rule can see, the share told of.
        false_alerts: per 1,000 people who did not do it, in a month.
    """

    precision: float
    recall: float
    false_alerts: float


def quality(people: Sequence[Judged], rules: Sequence[RuleType], alerts: Alerts) -> Quality:
    """Return how good one side is at some rules together; each pair of person and rule counts."""
    pairs = [(person, rule) for person in people for rule in rules]
    told = [(person, rule) for person, rule in pairs if alerts(person)[rule]]
    right = sum(rule in person.truth.did for person, rule in told)
    visible = [(person, rule) for person, rule in pairs if rule in person.truth.visible]
    seen = sum(bool(alerts(person)[rule]) for person, rule in visible)
    wrong = sum(alerts(person)[rule] for person, rule in told if rule not in person.truth.did)
    honest = sum(not person.truth.did & set(rules) for person in people)
    return Quality(
        precision=right / len(told) if told else 1.0,
        recall=seen / len(visible) if visible else 1.0,
        false_alerts=1_000 * wrong / honest / MONTHS if honest else 0.0,
    )


def compose(by_seed: Mapping[int, Sequence[Judged]]) -> Report:
    """Make the report of what was simulated."""
    everybody = [person for people in by_seed.values() for person in people]
    seeds = ", ".join(map(str, by_seed))
    body = (
        f"{len(everybody):,} people, {sum(p.sessions for p in everybody):,} sessions, seeds {seeds};"
        " the parameters were set on seed 1. Ours are the six first rules as they are"
        " seeded, with two denied countries. The median of the seeds (least-greatest).\n\n"
        f"{_by_rule(by_seed)}\n\n"
        "*Precision*: of the people somebody was told of, the share who did it. *Recall*: of the"
        " people who did what the rule can see, the share who were found. *False alerts*: a month,"
        " per 1,000 people who did not do it; one message each. *All* counts each person under"
        " each rule.\n\n"
        f"{_by_kind(everybody)}\n\n"
        "*Told of*: the share of the kind about whom there was any alert, right or wrong."
    )
    return Report("detection", "detection", "How good it is", body, _figures(by_seed))


def _sides() -> tuple[tuple[str, Alerts], ...]:
    return (("ours", ours), ("plain", plain))


def _groups() -> dict[str, list[RuleType]]:
    return {**{rule.value: [rule] for rule in RuleType}, "all": list(RuleType)}


def _spreads(
    by_seed: Mapping[int, Sequence[Judged]], rules: Sequence[RuleType], alerts: Alerts
) -> dict[str, Spread]:
    found = [quality(people, rules, alerts) for people in by_seed.values()]
    return {
        name: Spread(tuple(getattr(each, name) for each in found)) for name in Quality.__slots__
    }


def _by_rule(by_seed: Mapping[int, Sequence[Judged]]) -> str:
    everybody = [person for people in by_seed.values() for person in people]
    rows: list[list[str]] = []
    for name, rules in _groups().items():
        visible = sum(rule in person.truth.visible for person in everybody for rule in rules)
        row = [f"`{name}`" if name != "all" else "all", f"{visible:,}"]
        for _, alerts in _sides():
            spreads = _spreads(by_seed, rules, alerts)
            row += [
                spreads["precision"].text(3),
                spreads["recall"].text(3),
                spreads["false_alerts"].text(2),
            ]
        rows.append(row)
    figures = ("precision", "recall", "false alerts")
    head = ["rule", "who it can see", *figures, *(f"plain: {name}" for name in figures)]
    return table(head, rows)


def _by_kind(everybody: Sequence[Judged]) -> str:
    rows: list[list[str]] = []
    for kind in KINDS:
        people = [person for person in everybody if person.kind == kind.name]
        if people:
            row = [kind.name, f"{len(people):,}"]
            for _, alerts in _sides():
                told = sum(any(alerts(person).values()) for person in people)
                wrong = sum(
                    count
                    for person in people
                    for rule, count in alerts(person).items()
                    if rule not in person.truth.did
                )
                row += [f"{100 * told / len(people):.1f} %", f"{wrong:,}"]
            rows.append(row)
    head = ["kind of person", "people", "told of", "false alerts", "plain: told of", "false alerts"]
    return table(head, rows)


def _figures(by_seed: Mapping[int, Sequence[Judged]]) -> dict[str, float]:
    """Return the medians, and of the goals the worst seed, by name."""
    figures: dict[str, float] = {"people": float(sum(map(len, by_seed.values())))}
    for name, rules in _groups().items():
        for side, alerts in _sides():
            spreads = _spreads(by_seed, rules, alerts)
            figures |= {
                f"{side}_{name}_precision_ratio": spreads["precision"].median,
                f"{side}_{name}_recall_ratio": spreads["recall"].median,
                f"{side}_{name}_false_alerts_per_1000_a_month": spreads["false_alerts"].median,
            }
    return figures
