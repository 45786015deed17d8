"""What a trusted entry would have silenced: shown before it is made, so that it is made knowingly.

The stored timelines of the people concerned are evaluated with the entry and without it. Nothing
is written.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from shared.clock import utc_now
from shared.domain.case import Case
from shared.domain.rules.rule import Rule
from shared.domain.silenced import Silenced, silenced, silenced_of_case
from shared.domain.timeline import Person, Timeline
from shared.domain.trusted import TrustedEntry
from shared.schemas.rules import rule_of
from shared.schemas.trusted import SilencedView, TrustPreview
from shared.services.timelines import load_timeline
from shared.store import cases, rules, trusted
from shared.store.cases import StoredCase
from shared.store.database import Connection, Database

SPAN = timedelta(days=90)
MOST_USERS = 100
TIME_BUDGET = timedelta(seconds=10)
MOST_SENTENCES = 20


@dataclass(frozen=True, slots=True)
class _Question:
    """What is asked of everybody concerned."""

    entry: TrustedEntry
    rules: Sequence[Rule]
    since: datetime
    now: datetime


async def preview(database: Database, entry: TrustedEntry, now: datetime) -> TrustPreview:
    """Return what of the past 90 days' cases would not stand with an entry in force.

    Looked at are at most 100 people and for 10 seconds, those with the latest cases first.
    """
    since, began = now - SPAN, utc_now()

    async def concerned(connection: Connection) -> tuple[list[UUID], _Question]:
        known = [rule_of(row) for row in await rules.list_rules(connection)]
        users = await trusted.list_users_with_cases(
            connection, entry, since=since, limit=MOST_USERS + 1
        )
        return users, _Question(entry, known, since, now)

    users, question = await database.run(concerned)
    found: list[SilencedView] = []
    looked_at = 0
    for user_id in users[:MOST_USERS]:
        if utc_now() - began > TIME_BUDGET:
            break
        found += await _of_user(database, user_id, question)
        looked_at += 1
    return TrustPreview(
        since=since, users=looked_at, is_complete=looked_at == len(users), data=found
    )


async def _of_user(database: Database, user_id: UUID, question: _Question) -> list[SilencedView]:
    """Return what of one person's cases would not stand, the latest case first."""

    async def read(connection: Connection) -> tuple[Timeline | None, list[StoredCase]]:
        return (
            await load_timeline(connection, user_id, since=question.since, now=question.now),
            await cases.list_for_user(connection, user_id, closed_since=question.since),
        )

    timeline, stored = await database.run(read)
    if timeline is None:
        return []
    # Half a second for a person with a thousand sessions: others are served meanwhile.
    return await asyncio.to_thread(_evaluated, timeline, stored, question)


def _evaluated(
    timeline: Timeline, stored: Sequence[StoredCase], question: _Question
) -> list[SilencedView]:
    theirs = {one.rule_id for one in stored}
    lost = silenced(
        timeline,
        [rule for rule in question.rules if rule.id in theirs],
        question.entry,
        question.now,
        [rule for rule in question.rules if rule.enabled],
    )
    touched = [(one.case, silenced_of_case(one.case, one.rule_id, lost)) for one in stored]
    return [_view(timeline.person, case, gone) for case, gone in reversed(touched) if gone]


def _view(person: Person, case: Case, gone: Silenced) -> SilencedView:
    if case.id is None:
        raise AssertionError("a stored case has an id")
    rule = case.details["rule"]
    sentences = [finding.sentence for finding in reversed(gone.findings)]
    return SilencedView.model_validate(
        {
            "id": case.id,
            "user_id": person.user_id,
            "user_name": person.name,
            "rule_name": rule["name"] if isinstance(rule, dict) else None,
            "state": case.state,
            "vanishes": gone.vanishes,
            "occurrences": case.occurrences,
            "silenced": len(gone.findings),
            "sentences": sentences[:MOST_SENTENCES],
        }
    )
