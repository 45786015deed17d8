"""Scans of libraries: when one is due, how far it is, and whether what it found is to be believed."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

FULL_EVERY = timedelta(days=1)
DELTA_EVERY = timedelta(minutes=15)

# A delta asks for what changed since this long before the last scan began: clocks differ, and
# servers write things down some time after they happened.
OVERLAP = timedelta(minutes=10)

# A scan that has not got on for this long is begun anew: the lists have moved on. One that gets on is
# gone on with, however slow its server is.
STALE = timedelta(hours=6)

# A full scan that finds less than this share of what was there is not believed at once: a disk may
# be away. It is believed when as many in a row have found as little.
LEAST_SHARE = 0.5
FEW_ITEMS = 20
SUSPICIONS = 3


class ScanKind(StrEnum):
    """How much a scan reads."""

    FULL = "full"
    DELTA = "delta"


class ScanState(StrEnum):
    """What became of a scan.

    A ``suspicious`` one is done, but what it did not find counts for nothing; an ``abandoned`` one
    broke off.
    """

    RUNNING = "running"
    DONE = "done"
    SUSPICIOUS = "suspicious"
    ABANDONED = "abandoned"


@dataclass(frozen=True, slots=True)
class Tally:
    """What a scan did so far, in items."""

    read: int = 0
    changed: int = 0
    missing: int = 0
    gone: int = 0


def is_suspicious(found: int, present: int) -> bool:
    """Say whether a full scan found so little that something else is likelier than deletions.

    Args:
        found: items that the scan found.
        present: items that were known, or are by now.
    """
    if found == 0:
        return present > 0
    return present >= FEW_ITEMS and found < LEAST_SHARE * present


def is_believed(found: int, present: int, suspicions: int) -> bool:
    """Say whether what a full scan did not find counts as missing.

    Args:
        found: items that the scan found.
        present: items that were known, or are by now.
        suspicions: how many scans in a row before it were not believed.
    """
    return not is_suspicious(found, present) or suspicions + 1 >= SUSPICIONS


def due(
    last_full_at: datetime | None, last_scan_at: datetime | None, now: datetime
) -> ScanKind | None:
    """Say which scan of a library is due: a full one at first and daily, and changes in between."""
    if last_full_at is None or now - last_full_at >= FULL_EVERY:
        return ScanKind.FULL
    if last_scan_at is None or now - last_scan_at >= DELTA_EVERY:
        return ScanKind.DELTA
    return None
