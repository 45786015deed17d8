"""Learning households, a person a transaction, and taking an operator's word for them."""

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from shared.clock import utc_now
from shared.domain.households import HouseholdClass, Knowledge, Learned, horizon, learn
from shared.domain.linked_accounts import Footprint, Link, links, traces
from shared.domain.sharing_score import SharingScore, sharing_score
from shared.domain.timeline import Timeline
from shared.domain.trusted import trusted_pairs
from shared.errors import FieldError, InvalidInputError, NotFoundError
from shared.schemas.households import ContributionView, HouseholdView, household_view
from shared.services.fingerprints import Fingerprints, fingerprints, required_fingerprints
from shared.services.jobs import TIME_BUDGET, Counts
from shared.services.timelines import load_timeline
from shared.services.users import no_such_user
from shared.settings import Settings
from shared.store import households as store
from shared.store import trusted
from shared.store.database import Connection, Database
from shared.store.dirty import NOBODY
from shared.store.households import LearnedRow

FRESH = timedelta(hours=20)
"""What was learned is good for so long, whatever happens; so each day brings it up to date."""

LONG_AGO = timedelta(days=7)
"""After this it is learned anew also of those who did nothing: what is old is forgotten."""

LOT = 500

Row = Mapping[str, Any]

_log = logging.getLogger(__name__)


async def learn_everybody(database: Database, settings: Settings) -> Counts:
    """Learn of everybody whose turn it is, until nobody is left or the time is used up.

    One who cannot be learned of holds nobody else up, and is tried again by the next run.
    """
    counts: Counts = {"users": 0, "failed": 0}
    if not settings.analytics_sharing_detection_enabled:
        return counts
    began = utc_now()
    found = fingerprints(settings.revenge_encryption_key)
    after = NOBODY
    while utc_now() - began < TIME_BUDGET:
        lot = await database.run(
            lambda connection, after=after: store.list_due(
                connection,
                fresh_since=began - FRESH,
                long_ago=began - LONG_AGO,
                trace_key=found and found.key_name,
                after=after,
                limit=LOT,
            )
        )
        if not lot:
            break
        for user_id in lot:
            counts[await _learn_of(database, user_id, settings)] += 1
        after = lot[-1]
    return counts


async def _learn_of(database: Database, user_id: UUID, settings: Settings) -> str:
    """Learn of one person; return what it is to be counted as."""
    try:
        await database.run(
            lambda connection: learn_user(connection, user_id, settings, now=utc_now())
        )
    except Exception:  # noqa: BLE001  (one person must not hold up the others)
        _log.exception("the households of user %s could not be learned", user_id)
        return "failed"
    return "users"


async def learn_user(
    connection: Connection, user_id: UUID, settings: Settings, *, now: datetime
) -> None:
    """Learn a person's households and score anew, and keep them with the person's traces.

    The row is held first, so that an operator's word and the job come one after the other. A
    person who is erased meanwhile is passed over.
    """
    if not await store.lock_learned(connection, user_id):
        return
    since = horizon(now, settings.zone)
    timeline = await load_timeline(connection, user_id, since=since, now=now)
    if timeline is None:
        return
    knowledge = Knowledge(
        zone=settings.zone,
        said=await store.list_words(connection, user_id),
        plays=await store.list_plays(connection, user_id, since=since),
    )
    learned = learn(timeline, knowledge, now)
    today = now.astimezone(settings.zone).date()
    score = sharing_score(learned, trusted=timeline.person.trusted, today=today)
    found = fingerprints(settings.revenge_encryption_key)
    row = _row(learned, score, found and found.key_name)
    await store.write_learned(connection, user_id, row, now=now)
    left = _footprints(timeline, learned, found, settings, now) if found else []
    await store.put_traces(connection, user_id, left)


async def find_learned(connection: Connection, user_id: UUID) -> Row:
    """Return what was learned of a person.

    Raises:
        NotFoundError: there is no such person.
    """
    row = await store.find_learned(connection, user_id)
    if row is None:
        raise no_such_user()
    return row


async def take_word(
    connection: Connection,
    user_id: UUID,
    household_id: str,
    said: HouseholdClass | None,
    settings: Settings,
    *,
    actor: str,
    now: datetime,
) -> HouseholdView:
    """Take an operator's word for what a household is, or back; return what it was before.

    Raises:
        NotFoundError: there is no such person, or no such household of theirs.
        InvalidInputError: it is a network that is nobody's house.
    """
    before = await _find_household(connection, user_id, household_id)
    if before.household_class in (HouseholdClass.MOBILE, HouseholdClass.ANONYMOUS):
        message = "is nothing that a carrier's network or a VPN can be: it is nobody's house"
        raise InvalidInputError(
            "This network is nobody's house.", errors=[FieldError("class", message)]
        )
    await store.lock_learned(connection, user_id)
    if said is None:
        await store.drop_words(connection, user_id, before.sites)
    else:
        await store.put_words(connection, user_id, before.sites, said, actor=actor, now=now)
    await learn_user(connection, user_id, settings, now=now)
    return before


async def list_links(
    connection: Connection, settings: Settings, *, user_id: UUID | None, now: datetime
) -> list[Link]:
    """Return pairs of accounts that share devices or a home, those that share it longest first.

    With a user, only pairs with this one.

    Raises:
        UnavailableError: no key is configured, without which accounts cannot be compared.
    """
    required_fingerprints(settings.revenge_encryption_key)
    pairs = trusted_pairs(await trusted.list_pairs(connection), now)
    if user_id is None:
        return links(await store.list_shared_traces(connection), pairs)
    found = links(await store.list_traces_shared_with(connection, user_id), pairs)
    return [link for link in found if user_id in link.user_ids]


async def _find_household(
    connection: Connection, user_id: UUID, household_id: str
) -> HouseholdView:
    row = await find_learned(connection, user_id)
    for kept in row["households"]:
        if kept["id"] == household_id:
            return HouseholdView.model_validate(kept)
    raise NotFoundError(
        "This person has no such household, or has it no more.", code="household_not_found"
    )


def _row(learned: Learned, score: SharingScore, trace_key: bytes | None) -> LearnedRow:
    classes = [one.household_class for one in learned.households]
    return LearnedRow(
        score=score.score,
        strangers=classes.count(HouseholdClass.STRANGER),
        households=[household_view(one).model_dump(mode="json") for one in learned.households],
        contributions=[
            ContributionView.model_validate(one).model_dump(mode="json")
            for one in score.contributions
        ],
        trace_key=trace_key,
    )


def _footprints(
    timeline: Timeline, learned: Learned, hashes: Fingerprints, settings: Settings, now: datetime
) -> list[Footprint]:
    return [
        Footprint(
            user_id=timeline.person.user_id,
            kind=trace.kind,
            digest=hashes.digest(trace.kind, trace.text),
            label=trace.label,
            days=trace.days,
            first_seen_at=trace.first_seen_at,
            last_seen_at=trace.last_seen_at,
        )
        for trace in traces(timeline, learned, settings.zone, now)
    ]
