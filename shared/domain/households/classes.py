"""What a household is to a person, and the reasons in words.

The thresholds are few and plain, so that a reason can name them. Where the evidence does not
reach, the answer is ``unknown``: nobody is a stranger for an evening's sake.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from shared.domain.households.household import Bond, HouseholdClass, Presence, weeks
from shared.domain.households.presence import spells

HOME_DAYS, HOME_SPAN = 5, 7
"""Days of presence, and from the first to the last, before a house is taken for a home."""

WORK_DAYS, WORK_SHARE = 4, 0.85
"""Days, and the part of the time on working days between 7 and 19, that make a workplace."""

TRIP_DAYS, TRIP_LENGTH, TRIP_GAP = 6, timedelta(days=31), timedelta(days=4)
"""Days that short trips amount to; the longest single trip; the time between two stays."""

STRANGER_DAYS, STRANGER_SPAN = 5, 14
"""Days of presence, and from the first to the last, before anybody is a stranger."""

EVIDENCE_DAYS, EVIDENCE_WEEKS, EVIDENCE_SHARE = 3, 2, 0.15
"""Days on which a stranger and another household did what one person cannot; the calendar weeks
they lie in; the part that they are of the days of the one of the two that was used less."""

OWN_SHARE = 0.5
"""Of a stranger's time, the part on devices of its own."""

_TWO = 2
_MOSTLY = 0.6
_FEW = 1 / 3


class Opinion(NamedTuple):
    """A class, and why."""

    household_class: HouseholdClass
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What a class is made from.

    Attributes:
        bond: to the home; None where no home is known.
        in_doubt: one of the two is known as a LAN alone, and nothing says where that is, so that
            both may be one house.
        home_days: days on which the home was in use.
    """

    presence: Presence
    bond: Bond | None
    in_doubt: bool
    home_days: frozenset[date]


def can_be_home(presence: Presence) -> bool:
    """Say whether a house was used for long enough to be taken for a home."""
    return len(presence.days) >= HOME_DAYS and presence.span_days >= HOME_SPAN


def opinion(evidence: Evidence) -> Opinion:
    """Return what a house that is not the home is.

    1. Without a home, nothing is known of any house.
    2. A **workplace** is known by its hours, whoever watches at home meanwhile.
    3. A **stranger** has devices of its own and has, again and again, done what one person cannot.
    4. Of the rest, what devices tie to the home, or what was in use while the home was not, is
       the person's own: **travelling** if it was short, a **second home** if it was not.
    """
    presence, bond = evidence.presence, evidence.bond
    if bond is None:
        return Opinion(HouseholdClass.UNKNOWN, "Too little is known to say where home is.")
    if _is_work(presence):
        return Opinion(
            HouseholdClass.WORK, "Used on working days between 7 and 19, as a workplace is."
        )
    if _is_stranger(presence, bond, evidence.home_days):
        return _doubtful() if evidence.in_doubt else Opinion(HouseholdClass.STRANGER, _apart(bond))
    if bond.family or _is_alone(presence, bond):
        return _own(presence, bond, evidence.home_days)
    return Opinion(HouseholdClass.UNKNOWN, _undecided(bond))


def _own(presence: Presence, bond: Bond, home_days: frozenset[date]) -> Opinion:
    """Return what a house of the person's own is."""
    if _is_trip(presence):
        return Opinion(HouseholdClass.TRAVELLING, _trip(presence))
    if _follows(presence.days, home_days):
        return Opinion(HouseholdClass.SECOND_HOME, "One follows the other: somebody moved house.")
    return Opinion(HouseholdClass.SECOND_HOME, _returning(presence, bond))


def seen(presence: Presence, known_days: int) -> str:
    """Return "Seen on 61 of 90 days, mostly in the evening."."""
    part, most = max(presence.parts.items(), key=lambda item: (item[1], item[0]))
    habits = ""
    if presence.weekend >= _MOSTLY * presence.played:
        habits = ", mostly at weekends"
    elif most >= _MOSTLY * presence.played:
        habits = f", mostly {'at' if part == 'night' else 'in the'} {part}"
    return f"Seen on {len(presence.days)} of {counted(known_days, 'day')}{habits}."


def devices(presence: Presence, bond: Bond | None) -> str:
    """Return "All 3 devices are also used at home.", or how many there are."""
    every = len(presence.devices)
    if not every:
        return "No device there says which it is."
    if bond is None:
        return f"{counted(every, 'device')} in use there."
    shared = len(bond.shared_devices)
    if every == 1:
        return f"Its one device {'is also used' if shared else 'was never seen'} at home."
    if shared == every:
        return f"{'Both' if every == _TWO else f'All {every}'} devices are also used at home."
    if shared:
        return f"{shared} of {every} devices {'is' if shared == 1 else 'are'} also used at home."
    return f"None of its {every} devices was ever seen at home."


def counted(count: int, thing: str) -> str:
    """Return "1 day" or "3 days"."""
    return f"{count} {thing}" if count == 1 else f"{count:,} {thing}s"


def _is_work(presence: Presence) -> bool:
    regular = len(presence.days) >= WORK_DAYS and presence.weeks >= EVIDENCE_WEEKS
    return regular and presence.office >= WORK_SHARE * presence.played


def _is_stranger(presence: Presence, bond: Bond, home_days: frozenset[date]) -> bool:
    evidence, least_used = bond.evidence_days, min(len(presence.days), len(home_days))
    return (
        not bond.family
        and len(presence.days) >= STRANGER_DAYS
        and presence.span_days >= STRANGER_SPAN
        and bond.own_share >= OWN_SHARE
        and len(evidence) >= max(EVIDENCE_DAYS, EVIDENCE_SHARE * least_used)
        and weeks(evidence) >= EVIDENCE_WEEKS
    )


def _is_alone(presence: Presence, bond: Bond) -> bool:
    """Say whether the home was silent whenever it was in use, but for the days of a journey."""
    return not bond.apart_days and len(bond.distant_days) <= max(2, _FEW * len(presence.days))


def _is_trip(presence: Presence) -> bool:
    stays = spells(presence.days, TRIP_GAP)
    first, last = stays[0]
    return len(presence.days) <= TRIP_DAYS or (len(stays) == 1 and last - first <= TRIP_LENGTH)


def _follows(days: frozenset[date], home: frozenset[date]) -> bool:
    return max(days) < min(home) or max(home) < min(days)


def _trip(presence: Presence) -> str:
    stays = spells(presence.days, TRIP_GAP)
    return "A short stay." if len(stays) == 1 else f"{len(stays)} short stays."


def _returning(presence: Presence, bond: Bond) -> str:
    if bond.shared_plays:
        return (
            f"{counted(bond.shared_plays, 'title')} begun in one of the two went on in the other."
        )
    if bond.family:
        return f"The same people come back to it: {counted(presence.weeks, 'week')} so far."
    return "Nobody watched at home while it was in use."


def _apart(bond: Bond) -> str:
    parts: list[str] = []
    if bond.apart_days:
        days = counted(len(bond.apart_days), "day")
        parts.append(f"on {days} it played at the same time as another household of this account")
    if bond.distant_days:
        days = counted(len(bond.distant_days), "day")
        parts.append(
            f"on {days} both it and the home, {bond.distance_km:,.0f} km away, were in use"
        )
    text = ", and ".join(parts)
    return f"{text[0].upper()}{text[1:]}."


def _undecided(bond: Bond) -> str:
    days = counted(len(bond.evidence_days), "day")
    return f"It and another household were both in use on {days}: too little to say more."


def _doubtful() -> Opinion:
    return Opinion(
        HouseholdClass.UNKNOWN,
        "One of the two is the media server's own network, and nothing says where that is: both may"
        " be one house. Your word would tell.",
    )
