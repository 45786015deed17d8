"""Trust: a ledger per person, and the score that its fold gives.

The score is never stored as a truth of its own: dismissing a case voids its entries, and the
fold of what is left is the score.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import StrEnum
from functools import reduce
from types import MappingProxyType
from uuid import UUID

HIGHEST, LOWEST = 100, 0

SEVERITY_COST: Mapping[int, int] = MappingProxyType({1: 30, 2: 20, 3: 10, 4: 5, 5: 2})
"""Points that a case costs, by severity (1 is the gravest)."""

REARM_MARGIN = 10
"""Points above a threshold at which it is armed again."""

_DAY = timedelta(days=1)


class Threshold(StrEnum):
    """What falling to a score does."""

    WARN = "warn"
    TERMINATE = "terminate"
    SUSPEND = "suspend"


class EntryKind(StrEnum):
    """Why an entry is in the ledger."""

    VIOLATION = "violation"
    RECOVERY = "recovery"
    RESET = "reset"
    ADJUSTMENT = "adjustment"


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """One change of a person's trust.

    Attributes:
        delta: points, negative for a violation. A reset sets the score to 100 whatever it was,
            and its delta, which the fold does not read, is for people.
        at: when it took effect; aware.
        void: taken back, because its case was dismissed; skipped in the fold.
    """

    delta: int
    reason: str
    case_id: UUID | None
    at: datetime
    void: bool = False
    kind: EntryKind = EntryKind.VIOLATION


@dataclass(frozen=True, slots=True)
class Crossing:
    """Thresholds that a change of score fires, the highest first, and those armed after it."""

    fired: tuple[Threshold, ...]
    armed: frozenset[Threshold]


def penalty(severity: int, *, case_id: UUID | None, at: datetime, reason: str) -> LedgerEntry:
    """Return the entry that a new case of this severity, 1 to 5, makes."""
    return LedgerEntry(-SEVERITY_COST[severity], reason, case_id, at)


def reset(before: int, *, at: datetime, reason: str) -> LedgerEntry:
    """Return the entry that sets a score back to 100."""
    return LedgerEntry(HIGHEST - before, reason, None, at, kind=EntryKind.RESET)


def score(entries: Iterable[LedgerEntry]) -> int:
    """Return the score, 0 to 100: the fold of what is not void, by time, clamped at each step."""
    return reduce(_after, _in_force(entries), HIGHEST)


def thresholds_crossed(
    before: int, after: int, armed: Collection[Threshold], thresholds: Mapping[Threshold, int]
) -> Crossing:
    """Return which thresholds fire when the score moves from ``before`` to ``after``.

    A threshold fires once on the way down, at or below its value, and is armed again when the
    score is 10 points above it, or full.

    Args:
        before: score before the change.
        after: score after it.
        armed: the thresholds that may fire.
        thresholds: value of each threshold in use.
    """
    falling = after < before
    fired = [name for name, value in thresholds.items() if falling and after <= value]
    fired = sorted((name for name in fired if name in armed), key=lambda name: -thresholds[name])
    rearmed = {
        name for name, value in thresholds.items() if after >= min(HIGHEST, value + REARM_MARGIN)
    }
    return Crossing(tuple(fired), frozenset((set(armed) - set(fired)) | rearmed))


def recovery_due(
    entries: Sequence[LedgerEntry], now: datetime, zone: tzinfo = UTC
) -> tuple[LedgerEntry, ...]:
    """Return the recoveries that are owed: one point for each clean day not yet recovered.

    A clean day is over, has no violation that counts, and ended below 100. Entries already made
    are seen, so that a second run on the same day owes nothing, and days on which no job ran
    are made up for. A recovery takes effect at the end of its day.

    Args:
        entries: the whole ledger of one person.
        now: aware.
        zone: whose midnight ends a day.
    """
    by_day: dict[date, list[LedgerEntry]] = {}
    for entry in _in_force(entries):
        by_day.setdefault(_day(entry, zone), []).append(entry)
    owed: list[LedgerEntry] = []
    value, day = HIGHEST, min(by_day, default=date.max)
    while day < now.astimezone(zone).date():
        today = by_day.get(day, [])
        value = reduce(_after, today, value)
        busy = {EntryKind.VIOLATION, EntryKind.RECOVERY} & {entry.kind for entry in today}
        day += _DAY
        if value < HIGHEST and not busy:
            midnight = datetime.combine(day, time(), zone).astimezone(UTC)
            owed.append(LedgerEntry(1, "clean day", None, midnight, kind=EntryKind.RECOVERY))
            value = _after(value, owed[-1])
    return tuple(owed)


def _in_force(entries: Iterable[LedgerEntry]) -> list[LedgerEntry]:
    return sorted((entry for entry in entries if not entry.void), key=lambda entry: entry.at)


def _after(value: int, entry: LedgerEntry) -> int:
    if entry.kind is EntryKind.RESET:
        return HIGHEST
    return max(LOWEST, min(HIGHEST, value + entry.delta))


def _day(entry: LedgerEntry, zone: tzinfo) -> date:
    """Return the day an entry belongs to; a recovery belongs to the day that ends with it."""
    ends_day = entry.kind is EntryKind.RECOVERY
    at = entry.at - timedelta(microseconds=1) if ends_day else entry.at
    return at.astimezone(zone).date()
