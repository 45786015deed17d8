"""Accounts that share devices or a home: what each leaves behind, and what two have in common.

A trace is kept as a keyed hash (``shared.services.fingerprints``), so that accounts can be compared
without anybody being able to read what is compared. That two accounts share something is no
violation: a family with an account each does.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import combinations
from uuid import UUID
from zoneinfo import ZoneInfo

from shared.domain.households.bonds import KNOWN_DAYS
from shared.domain.households.classes import counted
from shared.domain.households.grouping import Visit, visits
from shared.domain.households.household import HouseholdClass, Learned, place_name
from shared.domain.households.learning import horizon
from shared.domain.timeline import Timeline

MAX_ACCOUNTS = 20
"""What more accounts than these share is a provider's exit or a shop's display: nobody's."""

_LISTED = 3
_SAME_TIME = timedelta(days=1)


class TraceKind(StrEnum):
    """What a trace is of."""

    DEVICE = "device"
    NETWORK = "network"


class LinkKind(StrEnum):
    """How two accounts belong together."""

    HOUSEHOLD = "household"
    DEVICE = "device"


@dataclass(frozen=True, slots=True)
class Trace:
    """A device, or a home network, of a person.

    Attributes:
        text: the device's id or the network's key: what is hashed.
        label: what to call it: the device's name, the network's city or provider.
        days: on how many days it was used.
    """

    kind: TraceKind
    text: str
    label: str | None
    days: int
    first_seen_at: datetime
    last_seen_at: datetime


@dataclass(frozen=True, slots=True)
class Footprint:
    """A trace as it is kept: hashed, and of one user."""

    user_id: UUID
    kind: TraceKind
    digest: bytes
    label: str | None
    days: int
    first_seen_at: datetime
    last_seen_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """Two accounts and what they share.

    Attributes:
        user_ids: the lesser id first.
        devices: what the devices that both use are called, as far as that is known.
        device_count: how many these are.
        network_count: how many home networks were in use by both at the same time.
        days: the days of the account that used what they share less.
        trusted: an operator says that it is fine.
        reason: in words.
    """

    user_ids: tuple[UUID, UUID]
    kind: LinkKind
    devices: tuple[str, ...]
    device_count: int
    network_count: int
    days: int
    last_seen_at: datetime
    trusted: bool
    reason: str


def traces(timeline: Timeline, learned: Learned, zone: ZoneInfo, now: datetime) -> list[Trace]:
    """Return the devices and home networks of a person that are in regular use.

    What is trusted is left out, and so is a LAN, whose addresses are the same everywhere.
    """
    homes = {
        site
        for one in learned.households
        if one.household_class is HouseholdClass.HOME
        for site in one.sites
    }
    left: dict[tuple[TraceKind, str], list[Visit]] = defaultdict(list)
    for visit in visits(timeline.segments, since=horizon(now, zone), now=now, zone=zone):
        segment = visit.segment
        if segment.trusted:
            continue
        if segment.knows_device:
            left[TraceKind.DEVICE, (segment.device_id or "").strip()].append(visit)
        if visit.site in homes and segment.network.is_public and segment.network.key:
            left[TraceKind.NETWORK, segment.network.key].append(visit)
    found = [_trace(kind, text, of_it) for (kind, text), of_it in sorted(left.items())]
    return [one for one in found if one.kind is TraceKind.NETWORK or one.days >= KNOWN_DAYS]


def links(
    footprints: Iterable[Footprint], trusted_pairs: Collection[frozenset[UUID]]
) -> list[Link]:
    """Return the pairs of accounts that share something, those that share it longest first.

    A home network counts where both were on it at the same time: sooner or later an address is
    given to another customer. A single day in common counts for nothing.
    """
    by_digest: dict[tuple[TraceKind, bytes], list[Footprint]] = defaultdict(list)
    for one in footprints:
        by_digest[one.kind, one.digest].append(one)
    shared: dict[tuple[UUID, UUID], list[_Common]] = defaultdict(list)
    for several in by_digest.values():
        if len(several) > MAX_ACCOUNTS:
            continue
        for a, b in combinations(sorted(several, key=lambda one: one.user_id), 2):
            if a.kind is TraceKind.DEVICE or _at_the_same_time(a, b):
                shared[a.user_id, b.user_id].append((a, b))
    found = [
        _link(pair, common, trusted=frozenset(pair) in trusted_pairs)
        for pair, common in shared.items()
    ]
    return sorted((link for link in found if link), key=lambda link: (-link.days, link.user_ids))


_Common = tuple[Footprint, Footprint]
"""One trace of two users."""


def _trace(kind: TraceKind, text: str, found: Sequence[Visit]) -> Trace:
    last = found[-1].segment
    return Trace(
        kind=kind,
        text=text,
        label=last.device_name if kind is TraceKind.DEVICE else place_name(last.network.place),
        days=len(frozenset[date]().union(*(visit.days for visit in found))),
        first_seen_at=min(visit.start for visit in found),
        last_seen_at=max(visit.end for visit in found),
    )


def _link(pair: tuple[UUID, UUID], common: Sequence[_Common], *, trusted: bool) -> Link | None:
    """Return what ties two accounts; None if it is a network for a single day."""
    devices = [both for both in common if both[0].kind is TraceKind.DEVICE]
    networks = [both for both in common if both[0].kind is TraceKind.NETWORK]
    at_home = sum(min(a.days, b.days) for a, b in networks)
    if at_home < KNOWN_DAYS:
        networks = []
        if not devices:
            return None
    kind = LinkKind.HOUSEHOLD if networks else LinkKind.DEVICE
    names = tuple(sorted({name for a, b in devices if (name := a.label or b.label)}))
    return Link(
        user_ids=pair,
        kind=kind,
        devices=names,
        device_count=len(devices),
        network_count=len(networks),
        days=max(at_home, *(min(a.days, b.days) for a, b in devices), 0),
        last_seen_at=max(min(a.last_seen_at, b.last_seen_at) for a, b in (*devices, *networks)),
        trusted=trusted,
        reason=_reason(kind, len(devices), names),
    )


def _reason(kind: LinkKind, devices: int, names: Sequence[str]) -> str:
    listed = f" ({', '.join(names[:_LISTED])})" if names else ""
    use = f"{counted(devices, 'device')}{listed}"
    if kind is LinkKind.DEVICE:
        return (
            f"Both use {use}, but they are not at home on one network: a second account of one"
            " person, or a device that was handed on."
        )
    too = f" Both use {use}." if devices else ""
    return f"Both are at home on one network, as a family with several accounts is.{too}"


def _at_the_same_time(a: Footprint, b: Footprint) -> bool:
    latest_start = max(a.first_seen_at, b.first_seen_at)
    return latest_start <= min(a.last_seen_at, b.last_seen_at) + _SAME_TIME
