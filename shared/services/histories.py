"""Histories: many people's pasts gone through by rules, looking only at whom they may concern."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from shared.domain.backtest import Span, WouldBe, backtest, reach
from shared.domain.case import MERGE_HOURS
from shared.domain.narrowing import asks_for_rhythm, handover_of, may_find
from shared.domain.rules.rule import Rule
from shared.domain.timeline import Timeline
from shared.services.timelines import Known, load_people, timelines_of
from shared.store import sessions
from shared.store.database import Connection

LOT = 250
"""People read at once: some 25,000 sessions, and 50 MB, where each has a hundred."""


@dataclass(frozen=True, slots=True)
class Trial:
    """What is tried: rules on a span of the past, beside the rules in force.

    People would be told of a case at most once in ``merge_hours``.
    """

    rules: Sequence[Rule]
    span: Span
    live_rules: Sequence[Rule] = ()
    merge_hours: float = MERGE_HOURS

    @property
    def since(self) -> datetime:
        """Return how far back people's timelines must reach."""
        return self.span.start - max(reach(rule) for rule in self.rules)


@dataclass(frozen=True, slots=True)
class Tried:
    """A case that a rule would have opened, with the timeline it was found in."""

    rule: Rule
    timeline: Timeline
    would_be: WouldBe


async def try_on(connection: Connection, user_ids: Sequence[UUID], trial: Trial) -> list[Tried]:
    """Return the cases that the rules would have opened of these people, by person.

    1. Read what is known of each without their sessions.
    2. Leave out whom a rule cannot find anything of.
    3. Read the sessions of the others, and let the rules look at them.
    """
    known = await load_people(connection, user_ids)
    concerned = await narrow(connection, known, trial)
    timelines = await timelines_of(
        connection,
        {user_id: known[user_id] for user_id in concerned},
        since=trial.since,
        now=trial.span.end,
    )
    return [
        Tried(rule, timelines[user_id], would_be)
        for user_id, rules in concerned.items()
        for rule in rules
        if (would_be := _tried(rule, timelines[user_id], trial))
    ]


def _tried(rule: Rule, timeline: Timeline, trial: Trial) -> WouldBe | None:
    return backtest(rule, timeline, trial.span, trial.live_rules, merge_hours=trial.merge_hours)


async def narrow(
    connection: Connection, known: Mapping[UUID, Known], trial: Trial
) -> dict[UUID, list[Rule]]:
    """Return the people whom rules may find something of, each with these rules."""
    rhythms = {}
    if any(asks_for_rhythm(rule) for rule in trial.rules):
        handover = handover_of(trial.rules)
        rhythms = await sessions.list_rhythms(connection, list(known), handover=handover)
    concerned: dict[UUID, list[Rule]] = {}
    for user_id, one in known.items():
        outline = one.outline(rhythms.get(user_id))
        rules = [rule for rule in trial.rules if may_find(rule, outline, trial.span.end)]
        if rules:
            concerned[user_id] = rules
    return concerned
