"""Scanning libraries: whoever reads a library's items, from a server or a stream, hands them in here.

A scan holds its library by a lease, and notes after every page how far it is; who is killed leaves
it to whoever comes next. What a full scan does not find is missing, and gone only when the next one
does not find it either: never by a scan that broke off, nor by one that found suspiciously little.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from shared.domain.library import Item, Membership, Reading
from shared.domain.scans import OVERLAP, STALE, ScanKind, ScanState, Tally, is_believed
from shared.store import collections, holdings, libraries, rollups
from shared.store.database import Connection
from shared.store.libraries import Scan

LEASE = timedelta(minutes=2)

_BROKE_OFF = "It broke off, and was begun anew."


class LostLibraryError(Exception):
    """Somebody else scans the library by now, or the scan was given up."""


@dataclass(frozen=True, slots=True)
class Page:
    """Some items of a library, and where they stood.

    Attributes:
        items: those that could be read.
        taken: how many entries these were.
        after: where the reading goes on.
        total: how many entries there are, if that is known.
        memberships: what is in collections.
    """

    items: Sequence[Item]
    taken: int
    after: Reading
    total: int | None = None
    memberships: Sequence[Membership] = ()


@dataclass(frozen=True, slots=True)
class Ended:
    """What became of a scan that read all there was."""

    state: ScanState
    tally: Tally


async def begin(
    connection: Connection,
    library_id: str,
    kind: ScanKind,
    *,
    last_scan_at: datetime | None,
    now: datetime,
    resume: bool = True,
) -> Scan | None:
    """Begin a scan, or go on with the one that goes on; ``None`` if somebody else is at it.

    Args:
        connection: in a transaction.
        library_id: ours.
        kind: what to begin, if nothing goes on.
        last_scan_at: when the last scan that came to its end began; a delta reads what changed.
        now: the present.
        resume: whether a scan that goes on can be gone on with.
    """
    token = await libraries.claim(connection, library_id, now=now, lease_until=now + LEASE)
    if token is None:
        return None
    edge = now - STALE if resume else now + LEASE
    await libraries.abandon_scans(connection, library_id, before=edge, problem=_BROKE_OFF, now=now)
    going_on = await libraries.find_running(connection, library_id, token)
    if going_on is not None:
        return going_on
    since = None
    if kind is ScanKind.DELTA and last_scan_at is not None:
        since = last_scan_at - OVERLAP
    return await libraries.add_scan(
        connection, library_id, token, kind, changed_since=since, now=now
    )


async def take(connection: Connection, scan: Scan, page: Page, *, now: datetime) -> Scan:
    """Write a page of items, and return the scan as it goes on.

    What was played of them before a library was known to have them is counted anew, with it: of all
    that the page has, so that a full scan also finds what was being recorded as the last one passed.

    Raises:
        LostLibraryError: it does not.
    """
    await _stay(connection, scan, now)
    changed = await libraries.write_items(connection, scan, page.items, now=now)
    await collections.note_members(connection, scan.library_id, page.memberships)
    moved = await libraries.move_scan(
        connection,
        scan,
        page.after,
        Tally(read=page.taken, changed=changed),
        total=page.total,
        now=now,
    )
    if not moved:
        raise LostLibraryError
    if changed:
        await holdings.mark(connection, scan.library_id, now=now)
    await rollups.mark_without_library(connection, [item.id for item in page.items], now=now)
    return replace(scan, reading=page.after)


async def shrink(connection: Connection, scan: Scan, page: int, *, now: datetime) -> Scan:
    """Stay at a scan whose server manages no more items at once, and return it as it goes on.

    Raises:
        LostLibraryError: it does not.
    """
    await _stay(connection, scan, now)
    await libraries.note_page(connection, scan, page, now=now)
    return replace(scan, page=page)


async def finish(
    connection: Connection, scan: Scan, *, doubt: str | None = None, now: datetime
) -> Ended:
    """Close a scan that read all there was, and count what it did not find.

    Args:
        connection: in a transaction.
        scan: as it goes on.
        doubt: why what was not found is not to be counted, if it is not.
        now: the present.

    Raises:
        LostLibraryError: it goes on no more.
    """
    await _stay(connection, scan, now)
    tally, few = Tally(), None
    if scan.kind is ScanKind.FULL and doubt is None:
        found = await libraries.count_found(connection, scan)
        if is_believed(found.found, found.present, found.suspicions):
            tally = await libraries.miss_items(connection, scan, now=now)
            await collections.forget_collections(connection, scan.library_id)
        else:
            few = (
                f"Only {found.found} of {found.present} items were found: is a disk away?"
                " Nothing was counted as missing."
            )
    state = ScanState.SUSPICIOUS if doubt or few else ScanState.DONE
    read = await libraries.finish_scan(
        connection, scan, state, tally, problem=doubt or few, is_few=few is not None, now=now
    )
    if read is None:
        raise LostLibraryError
    await holdings.mark(connection, scan.library_id, now=now)
    await libraries.renew(connection, scan.library_id, scan.token, lease_until=now)
    return Ended(state, replace(tally, read=read.read, changed=read.changed))


async def interrupt(
    connection: Connection, scan: Scan, problem: str | None, *, now: datetime
) -> None:
    """Let go of a scan that is to go on later, and say what it ran into."""
    if problem is not None:
        await libraries.note_problem(connection, scan, problem, now=now)
    await libraries.renew(connection, scan.library_id, scan.token, lease_until=now)


async def abandon(connection: Connection, scan: Scan, problem: str, *, now: datetime) -> None:
    """Give a scan up; what it did not find counts for nothing."""
    if await libraries.renew(connection, scan.library_id, scan.token, lease_until=now):
        await libraries.abandon_scans(
            connection, scan.library_id, before=now + LEASE, problem=problem, now=now
        )


async def _stay(connection: Connection, scan: Scan, now: datetime) -> None:
    held = await libraries.renew(connection, scan.library_id, scan.token, lease_until=now + LEASE)
    if not held:
        raise LostLibraryError
