"""The sharing score of a person, 0 to 100: how much speaks for a shared account, in words.

It is a sum of points that anybody can do in the head, no model: points a day, with a limit to
each kind of evidence, so that the limits together are 100. Evidence halves in weight every 30 days
(exponential decay) and is gone after 90. Nothing counts that is explained, and one event, or one
bad week, counts for little however grave it is: see ``POINTS_A_DAY`` and ``POINTS_A_WEEK``.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from shared.domain.households.classes import counted
from shared.domain.households.household import (
    PLACEABLE,
    Bond,
    Household,
    HouseholdClass,
    Learned,
    weeks,
)

HALF_LIFE_DAYS = 30

POINTS_A_DAY, POINTS_A_WEEK = 5, 25
"""The most that a score can be for each day, and for each calendar week, with evidence in it."""

_FAR_KM, _FULL_KM = 100, 500
_HOUSEHOLDS_AT_ONCE = 3


class Kind(StrEnum):
    """What a contribution speaks of."""

    SIMULTANEOUS = "simultaneous"
    SAME_DAY = "same_day"
    DEVICES = "devices"
    DISTANCE = "distance"
    HOUSEHOLDS = "households"
    STREAMS = "streams"
    EXPLAINED = "explained"
    LITTLE_EVIDENCE = "little_evidence"
    TRUSTED = "trusted"


LIMITS = {
    Kind.SIMULTANEOUS: 70,
    Kind.DEVICES: 10,
    Kind.DISTANCE: 10,
    Kind.HOUSEHOLDS: 5,
    Kind.STREAMS: 5,
}
"""The most points of each kind; 100 together. Days apart get what simultaneous ones leave."""

_EXPLAINED = {
    HouseholdClass.HOME: "home too",
    HouseholdClass.SECOND_HOME: "a second home",
    HouseholdClass.WORK: "a workplace",
    HouseholdClass.TRAVELLING: "a journey",
    HouseholdClass.UNKNOWN: "too little is known of it",
}

_Suspects = Sequence[tuple[Household, Bond]]
"""Households that did what the home's circle cannot have done, whatever explains it."""


@dataclass(frozen=True, slots=True)
class Contribution:
    """Points that a score is made of, and what they are for."""

    kind: Kind
    points: int
    text: str


@dataclass(frozen=True, slots=True)
class SharingScore:
    """A score, 0 to 100, and the contributions whose sum it is."""

    score: int
    contributions: tuple[Contribution, ...]


def sharing_score(learned: Learned, *, trusted: bool, today: date) -> SharingScore:
    """Return the score of a person.

    1. Add up what households apart from the home's circle did.
    2. Take off what is explained: a workplace, a place of which too little is known.
    3. Take off what goes beyond what so few days and weeks can show.
    4. A trusted person's score is 0.

    Args:
        learned: the person's households.
        trusted: an operator trusts the person.
        today: evidence ages from its day to this one.
    """
    suspects = [
        (one, one.bond)
        for one in learned.households
        if one.bond and one.bond.evidence_days and one.household_class in PLACEABLE
    ]
    strangers = [
        (one, bond) for one, bond in suspects if one.household_class is HouseholdClass.STRANGER
    ]
    contributions = _evidence(suspects, learned, today)
    total = sum(found.points for found in contributions)
    held = sum(found.points for found in _evidence(strangers, learned, today))
    ceiling = min(held, _ceiling(strangers))
    for kind, points, text in (
        (Kind.EXPLAINED, held - total, _explanation(suspects)),
        (Kind.LITTLE_EVIDENCE, ceiling - held, _few(strangers)),
        (Kind.TRUSTED, -ceiling if trusted else 0, "You trust this person."),
    ):
        if points:
            contributions.append(Contribution(kind, points, text))
    return SharingScore(0 if trusted else ceiling, tuple(contributions))


def weight(day: date, today: date) -> float:
    """Return what evidence of a day is worth today: 1, half of it 30 days later; 0 to 1."""
    return 0.5 ** (max(0, (today - day).days) / HALF_LIFE_DAYS)


def _evidence(suspects: _Suspects, learned: Learned, today: date) -> list[Contribution]:
    """Return what speaks for sharing, each kind within its limit, the weightiest kinds first."""
    if not suspects:
        return []
    return [
        Contribution(kind, points, text)
        for kind, raw, text in (
            _simultaneous(suspects, today),
            _same_day(suspects, today),
            _devices(suspects, today),
            _distance(suspects, today),
            _households(suspects, today),
            _streams(suspects, learned, today),
        )
        if (points := round(min(raw, LIMITS.get(kind, raw))))
    ]


_Raw = tuple[Kind, float, str]


def _simultaneous(suspects: _Suspects, today: date) -> _Raw:
    days = _days(bond.apart_days for _, bond in suspects)
    text = f"Two households played at the same time on {_over(days)}."
    return Kind.SIMULTANEOUS, 5 * _weights(days, today), text


def _same_day(suspects: _Suspects, today: date) -> _Raw:
    at_once = _days(bond.apart_days for _, bond in suspects)
    days = _days(bond.distant_days for _, bond in suspects) - at_once
    text = f"Two households far apart were both in use on {_over(days)}."
    left = LIMITS[Kind.SIMULTANEOUS] - 5 * _weights(at_once, today)
    return Kind.SAME_DAY, max(0.0, min(left, 2 * _weights(days, today))), text


def _devices(suspects: _Suspects, today: date) -> _Raw:
    last_used = {
        device_id: max(one.presence.devices[device_id].days)
        for one, bond in suspects
        for device_id in bond.own_devices
    }
    devices = counted(len(last_used), "device")
    were = "was" if len(last_used) == 1 else "were"
    text = f"{devices} in regular use {were} never seen at home."
    return Kind.DEVICES, 5 * _weights(last_used.values(), today), text


def _distance(suspects: _Suspects, today: date) -> _Raw:
    """Return the points of the farthest: none below 100 km, all of them from 500 km on."""
    found = max(
        (
            (min(1.0, distance / _FULL_KM) * weight(max(bond.evidence_days), today), distance)
            for _, bond in suspects
            if (distance := bond.distance_km or 0) >= _FAR_KM
        ),
        default=(0.0, 0.0),
    )
    text = f"At least {found[1]:,.0f} km lie between two households."
    return Kind.DISTANCE, LIMITS[Kind.DISTANCE] * found[0], text


def _households(suspects: _Suspects, today: date) -> _Raw:
    latest = _latest_of_each_circle(suspects)
    further = sorted((weight(day, today) for day in latest), reverse=True)[1:]
    text = f"{len(latest)} households apart from the home, with nothing that ties them together."
    return Kind.HOUSEHOLDS, 5 * sum(further), text


def _streams(suspects: _Suspects, learned: Learned, today: date) -> _Raw:
    enough = len(_latest_of_each_circle(suspects)) + 1 >= _HOUSEHOLDS_AT_ONCE
    days = learned.at_once.get(_HOUSEHOLDS_AT_ONCE, frozenset()) if enough else frozenset[date]()
    text = f"Three households or more played at once on {_over(days)}."
    return Kind.STREAMS, _weights(days, today), text


def _latest_of_each_circle(suspects: _Suspects) -> list[date]:
    latest: dict[int, date] = {}
    for one, bond in suspects:
        day = max(bond.evidence_days)
        latest[one.circle] = max(day, latest.get(one.circle, day))
    return list(latest.values())


def _ceiling(strangers: _Suspects) -> int:
    """Return the most that so many days and weeks can show."""
    days = _days(bond.evidence_days for _, bond in strangers)
    return min(POINTS_A_DAY * len(days), POINTS_A_WEEK * weeks(days))


def _explanation(suspects: _Suspects) -> str:
    """Return why households are not held against anybody."""
    explained = [
        f"{one.name} ({_EXPLAINED[one.household_class]})"
        for one, _ in suspects
        if one.household_class in _EXPLAINED
    ]
    return f"Not held against anybody: {', '.join(explained)}."


def _few(strangers: _Suspects) -> str:
    days = _days(bond.evidence_days for _, bond in strangers)
    return f"Seen on no more than {_over(days)}: a score grows with time."


def _days(of_each: Iterable[frozenset[date]]) -> frozenset[date]:
    return frozenset[date]().union(*of_each)


def _weights(days: Iterable[date], today: date) -> float:
    return sum(weight(day, today) for day in days)


def _over(days: frozenset[date]) -> str:
    """Return "22 days in 8 weeks"."""
    return f"{counted(len(days), 'day')} in {counted(weeks(days), 'week')}"
