"""Libraries that are told of in one go, and what ought to be known of them."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from shared.domain.library import Item, Library, LibraryKind, Reading
from shared.domain.scans import ScanKind
from shared.services import scans
from shared.services.scans import Page
from shared.store import libraries
from shared.store.database import Connection

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


async def tell(
    connection: Connection, library_id: str, items: Sequence[Item], *, now: datetime = NOW
) -> None:
    """Let a library hold these items and nothing else: what it loses, two must miss."""
    known = Library(
        library_id, f"server of {library_id}", library_id, library_id, LibraryKind.MIXED
    )
    await libraries.add_library(connection, known, said=(), now=now)
    # That nothing is left is believed at the third time only.
    for _ in range(2 if items else 6):
        scan = await scans.begin(
            connection, library_id, ScanKind.FULL, last_scan_at=None, now=now, resume=False
        )
        assert scan is not None
        scan = await scans.take(connection, scan, Page(items, len(items), Reading(1)), now=now)
        await scans.finish(connection, scan, now=now)


def unique(items: Iterable[Item]) -> list[Item]:
    """Return items, of those of one id the last."""
    return list({item.id: item for item in items}.values())
