"""How a household was used: days, hours, devices, and what was watched."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from shared.domain.households.grouping import Visit
from shared.domain.households.household import DeviceUse, Presence

_SATURDAY = 5
_OFFICE = range(7, 19)
_PARTS = ("night", "morning", "afternoon", "evening")
_HOURS_OF_A_PART = 6


def presence(found: Sequence[Visit], plays: Mapping[UUID, UUID], zone: ZoneInfo) -> Presence:
    """Return how a household was used; there is at least one visit.

    A span of playing belongs to the hour of its middle: nobody watches for so long that it
    mattered.
    """
    parts: dict[str, timedelta] = defaultdict(timedelta)
    office, weekend = timedelta(), timedelta()
    for visit in found:
        for span in visit.spans:
            end = span.end_or(visit.end)
            middle = (span.start + (end - span.start) / 2).astimezone(zone)
            played = end - span.start
            parts[_PARTS[middle.hour // _HOURS_OF_A_PART]] += played
            is_weekend = middle.weekday() >= _SATURDAY
            weekend += played * is_weekend
            office += played * (not is_weekend and middle.hour in _OFFICE)
    return Presence(
        days=frozenset[date]().union(*(visit.days for visit in found)),
        played=sum((visit.played for visit in found), timedelta()),
        office=office,
        weekend=weekend,
        parts=parts,
        devices=_devices(found),
        plays=frozenset(
            plays[id_] for visit in found if (id_ := visit.segment.session_id) in plays
        ),
        first_at=min(visit.start for visit in found),
        last_at=max(visit.end for visit in found),
    )


def _devices(found: Sequence[Visit]) -> dict[str, DeviceUse]:
    names: dict[str, str | None] = {}
    days: dict[str, set[date]] = defaultdict(set)
    played: dict[str, timedelta] = defaultdict(timedelta)
    for visit in found:
        device_id = (visit.segment.device_id or "").strip()
        if device_id:
            names[device_id] = visit.segment.device_name or names.get(device_id)
            days[device_id] |= visit.days
            played[device_id] += visit.played
    return {
        device_id: DeviceUse(device_id, names[device_id], frozenset(days[device_id]), time)
        for device_id, time in sorted(played.items())
    }


def spells(days: frozenset[date], gap: timedelta) -> list[tuple[date, date]]:
    """Return the stays that days make up: first and last day, at most ``gap`` between two days."""
    found: list[tuple[date, date]] = []
    for day in sorted(days):
        if found and day - found[-1][1] <= gap:
            found[-1] = (found[-1][0], day)
        else:
            found.append((day, day))
    return found


def days_known(first: datetime, now: datetime, zone: ZoneInfo) -> int:
    """Return how many days of the zone lie between two instants, both counted."""
    return (now.astimezone(zone).date() - first.astimezone(zone).date()).days + 1
