"""Libraries in the database, and the scans that fill them."""

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.rows import DictRow

from shared.domain.identifiers import new_id
from shared.domain.library import Item, Library, LibraryKind, Reading
from shared.domain.scans import ScanKind, ScanState, Tally
from shared.domain.works import keys
from shared.store import holdings
from shared.store.database import Connection, one
from shared.store.queries import json_text, load

_SQL = load("libraries")

_GONE = "The library is gone."


@dataclass(frozen=True, slots=True)
class KnownLibrary:
    """A library with when scans of it began that came to their end."""

    library: Library
    last_full_at: datetime | None
    last_scan_at: datetime | None


@dataclass(frozen=True, slots=True)
class Scan:
    """A scan that goes on.

    Attributes:
        token: proves that the library is ours to scan.
        reading: how far it is.
        page: how many items its server manages at once, if fewer than are asked for at first.
    """

    id: UUID
    library_id: str
    token: int
    kind: ScanKind
    changed_since: datetime | None
    reading: Reading
    page: int | None
    started_at: datetime


@dataclass(frozen=True, slots=True)
class Found:
    """What a full scan found, what is there, and how often in a row too little was found."""

    found: int
    present: int
    suspicions: int


async def list_libraries(connection: Connection, *, adult: bool) -> list[DictRow]:
    """Return all libraries with what is in them and their latest scan.

    Args:
        connection: to read from.
        adult: whether adult content counts.
    """
    cursor = await connection.execute(_SQL["list_libraries"], {"adult": adult})
    return await cursor.fetchall()


async def list_ids(connection: Connection) -> dict[str, str]:
    """Return the ids of all libraries, each with that of its server."""
    cursor = await connection.execute(_SQL["list_ids"])
    return {row["id"]: row["server_id"] for row in await cursor.fetchall()}


async def note_libraries(
    connection: Connection,
    media_server_id: UUID,
    listed: Sequence[Library],
    *,
    missing_since: datetime,
    now: datetime,
) -> None:
    """Note which libraries a server lists; those missing since before an instant are gone.

    A list without any is not believed: a server that just started has none for a while.
    """
    if not listed:
        return
    rows = [asdict(library) | {"media_server_id": media_server_id} for library in listed]
    await connection.execute(_SQL["upsert_libraries"], {"rows": json_text(rows), "now": now})
    ids = [library.id for library in listed]
    await _miss_libraries(
        connection, media_server_id, listed=ids, missing_since=missing_since, now=now
    )


async def end_libraries(connection: Connection, media_server_id: UUID, *, now: datetime) -> None:
    """End all libraries of a server; what was in them is ended when they are counted anew."""
    await _miss_libraries(connection, media_server_id, listed=(), missing_since=now, now=now)


async def bury_items(connection: Connection, library_ids: Sequence[str]) -> None:
    """End what is in those of some libraries that are gone."""
    await connection.execute(_SQL["bury_items"], {"ids": list(library_ids)})


async def add_library(
    connection: Connection, library: Library, *, said: Collection[str], now: datetime
) -> None:
    """Note a library that a playback service tells of by itself.

    Args:
        connection: in a transaction.
        library: as it is if it is new.
        said: which of ``server_id``, ``name`` and ``kind`` are to be so if it is known already.
        now: the present.
    """
    values = {"server_id": library.server_id, "name": library.name, "kind": library.kind}
    told = {f"said_{name}": value if name in said else None for name, value in values.items()}
    await connection.execute(_SQL["add_library"], values | told | {"id": library.id, "now": now})


async def list_of_server(connection: Connection, media_server_id: UUID) -> list[KnownLibrary]:
    """Return the libraries of a server, those scanned longest ago first; collections last.

    Those that were not listed come after all others, the one that was tried longest ago first.
    """
    cursor = await connection.execute(_SQL["list_of_server"], {"media_server_id": media_server_id})
    return [
        KnownLibrary(
            Library(
                row["id"],
                row["server_id"],
                row["original_id"],
                row["name"],
                LibraryKind(row["kind"]),
            ),
            row["last_full_at"],
            row["last_scan_at"],
        )
        for row in await cursor.fetchall()
    ]


async def claim(
    connection: Connection, library_id: str, *, now: datetime, lease_until: datetime
) -> int | None:
    """Claim a library to scan it; ``None`` if somebody else does."""
    cursor = await connection.execute(
        _SQL["claim"], {"id": library_id, "now": now, "lease_until": lease_until}
    )
    row = await cursor.fetchone()
    return None if row is None else row["lease_token"]


async def renew(
    connection: Connection, library_id: str, token: int, *, lease_until: datetime
) -> bool:
    """Stay the one who scans a library; ``False`` if somebody else does by now."""
    values = {"id": library_id, "token": token, "lease_until": lease_until}
    return (await connection.execute(_SQL["renew"], values)).rowcount == 1


async def abandon_scans(
    connection: Connection, library_id: str, *, before: datetime, problem: str, now: datetime
) -> None:
    """Give up the scan that goes on, if it has not got on since an instant; forget what it found."""
    await connection.execute(
        _SQL["abandon_scans"],
        {"id": library_id, "before": before, "problem": problem, "now": now},
    )
    await connection.execute(_SQL["forget_sightings"], {"id": library_id})


async def find_running(connection: Connection, library_id: str, token: int) -> Scan | None:
    """Return the scan of a library that goes on, if one does."""
    row = await (await connection.execute(_SQL["find_running"], {"id": library_id})).fetchone()
    return None if row is None else _scan(row, token)


async def add_scan(
    connection: Connection,
    library_id: str,
    token: int,
    kind: ScanKind,
    *,
    changed_since: datetime | None,
    now: datetime,
) -> Scan:
    """Begin a scan."""
    cursor = await connection.execute(
        _SQL["add_scan"],
        {
            "scan_id": new_id(now),
            "id": library_id,
            "kind": kind,
            "changed_since": changed_since,
            "now": now,
        },
    )
    return _scan(one(await cursor.fetchone()), token)


async def write_items(
    connection: Connection, scan: Scan, items: Sequence[Item], *, now: datetime
) -> int:
    """Write items with their files; return how many are new or changed."""
    by_id = {item.id: item for item in items}
    if not by_id:
        return 0
    rows = [_row(item) for item in by_id.values()]
    cursor = await connection.execute(
        _SQL["write_items"],
        {
            "library_id": scan.library_id,
            "rows": json_text(rows),
            "tells_collections": any(item.collections is not None for item in by_id.values()),
            "now": now,
        },
    )
    changed = [row["id"] for row in await cursor.fetchall()]
    await _write_files(connection, scan.library_id, [by_id[item_id] for item_id in changed])
    if scan.kind is ScanKind.FULL:
        await connection.execute(
            _SQL["add_sightings"], {"scan_id": scan.id, "item_ids": list(by_id)}
        )
    return len(changed)


async def move_scan(
    connection: Connection,
    scan: Scan,
    reading: Reading,
    tally: Tally,
    *,
    total: int | None,
    now: datetime,
) -> bool:
    """Note how far a scan is, and what it did since; ``False`` if it goes on no more."""
    values = {
        "scan_id": scan.id,
        "part": reading.part,
        "start": reading.start,
        "total": total,
        "read": tally.read,
        "changed": tally.changed,
        "now": now,
    }
    return (await connection.execute(_SQL["move_scan"], values)).rowcount == 1


async def note_page(connection: Connection, scan: Scan, page: int, *, now: datetime) -> None:
    """Note how many items a scan's server manages at once."""
    await connection.execute(_SQL["note_page"], {"scan_id": scan.id, "page": page, "now": now})


async def note_problem(connection: Connection, scan: Scan, problem: str, *, now: datetime) -> None:
    """Note what a scan ran into."""
    await connection.execute(
        _SQL["note_problem"], {"scan_id": scan.id, "problem": problem, "now": now}
    )


async def count_found(connection: Connection, scan: Scan) -> Found:
    """Return what a full scan found, beside what is there."""
    cursor = await connection.execute(
        _SQL["count_found"], {"scan_id": scan.id, "id": scan.library_id}
    )
    return Found(**one(await cursor.fetchone()))


async def miss_items(connection: Connection, scan: Scan, *, now: datetime) -> Tally:
    """Mark what a full scan did not find; return how many are missing, and how many gone."""
    cursor = await connection.execute(
        _SQL["miss_items"], {"scan_id": scan.id, "id": scan.library_id, "now": now}
    )
    row = one(await cursor.fetchone())
    return Tally(missing=row["missing"], gone=row["gone"])


async def finish_scan(
    connection: Connection,
    scan: Scan,
    state: ScanState,
    tally: Tally,
    *,
    problem: str | None,
    is_few: bool,
    now: datetime,
) -> Tally | None:
    """Close a scan and note when its library was scanned.

    Args:
        connection: in a transaction.
        scan: as it goes on.
        state: what becomes of it.
        tally: what it did not find.
        problem: what speaks against it.
        is_few: whether it found suspiciously little.
        now: the present.

    Returns:
        All that it did; ``None`` if it went on no more.
    """
    cursor = await connection.execute(
        _SQL["finish_scan"],
        {
            "scan_id": scan.id,
            "state": state,
            "missing": tally.missing,
            "gone": tally.gone,
            "problem": problem,
            "now": now,
        },
    )
    row = await cursor.fetchone()
    if row is None:
        return None
    await connection.execute(
        _SQL["note_scanned"],
        {
            "id": scan.library_id,
            "started_at": scan.started_at,
            "full": scan.kind is ScanKind.FULL,
            "few": is_few,
        },
    )
    await connection.execute(_SQL["forget_sightings"], {"id": scan.library_id})
    return Tally(**row)


async def _miss_libraries(
    connection: Connection,
    media_server_id: UUID,
    *,
    listed: Sequence[str],
    missing_since: datetime,
    now: datetime,
) -> None:
    """Note which libraries of a server are missing, and end those that are since an instant."""
    values = {"media_server_id": media_server_id, "now": now}
    await connection.execute(_SQL["miss_libraries"], values | {"listed": list(listed)})
    await connection.execute(
        _SQL["bury_libraries"], values | {"missing_since": missing_since, "problem": _GONE}
    )
    await holdings.mark_buried(connection, media_server_id, now=now)


async def _write_files(connection: Connection, library_id: str, items: Sequence[Item]) -> None:
    if not items:
        return
    await connection.execute(
        _SQL["remove_files"], {"library_id": library_id, "item_ids": [item.id for item in items]}
    )
    rows = [
        asdict(file) | {"library_id": library_id, "item_id": item.id}
        for item in items
        for file in item.files
    ]
    if rows:
        await connection.execute(_SQL["add_files"], {"rows": json_text(rows)})


def _row(item: Item) -> dict[str, Any]:
    said = json_text(item)
    row = asdict(item)
    del row["files"]
    known = keys(item)
    return row | {
        "digest": hashlib.blake2b(said.encode(), digest_size=16).hexdigest(),
        "provider_keys": known.told,
        "title_key": known.title,
    }


def _scan(row: DictRow, token: int) -> Scan:
    return Scan(
        id=row["id"],
        library_id=row["library_id"],
        token=token,
        kind=ScanKind(row["kind"]),
        changed_since=row["changed_since"],
        reading=Reading(row["part"], row["start"]),
        page=row["page"],
        started_at=row["started_at"],
    )
