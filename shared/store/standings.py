"""How items of libraries stand, worked out in the database. See docs/statistics.md."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from shared.domain.duplicates import Copy, Duplicate, File
from shared.domain.library import HOLDERS
from shared.store.database import Connection, one
from shared.store.queries import json_text, load

_SQL = load("standings")

# Chains of items that each share an id with the next are short; a longer one ends at another time.
_MOST_PASSES = 20


@dataclass(frozen=True, slots=True)
class Candidate:
    """The files of a work of which there is more than one."""

    work_id: str
    files: Sequence[File]


async def last_run(connection: Connection) -> datetime | None:
    """Return when standings were last worked out."""
    return one(await (await connection.execute(_SQL["last_run"])).fetchone())["ran_at"]


async def find_works(connection: Connection) -> None:
    """Find out which items are one work, and keep others from doing so until the transaction ends.

    What that is: ``shared.domain.works.works``.
    """
    for statement in ("hold", "take_time"):
        await connection.execute(_SQL[statement])
    await connection.execute(_SQL["list_entries"], {"holders": list(HOLDERS)})
    for statement in ("list_keys", "analyze_entries"):
        await connection.execute(_SQL[statement])
    for _ in range(_MOST_PASSES):
        if (await connection.execute(_SQL["join_works"])).rowcount == 0:
            break
    for statement in ("join_titles", "write_works", "drop_entries", "analyze_works"):
        await connection.execute(_SQL[statement])


async def write_standings(connection: Connection, *, stale_before: datetime, now: datetime) -> int:
    """Write how each item stands, and what that adds up to; return of how many that changed.

    Args:
        connection: in a transaction.
        stale_before: what was played after it is not stale.
        now: the present.
    """
    await connection.execute(_SQL["note_run"], {"now": now})
    changed = (await connection.execute(_SQL["write_standings"])).rowcount
    for statement in ("analyze_standings", "forget_sums", "add_sums", "forget_shows", "add_shows"):
        await connection.execute(_SQL[statement], {"stale_before": stale_before})
    return changed


async def write_orphans(connection: Connection) -> None:
    """Note which files have no item any more."""
    for statement in ("forget_orphans", "add_orphans"):
        await connection.execute(_SQL[statement])


async def begin_duplicates(connection: Connection) -> None:
    """List works of which there is more than one file, and forget what was found before."""
    for statement in (
        "list_candidates",
        "index_candidates",
        "analyze_candidates",
        "forget_duplicates",
    ):
        await connection.execute(_SQL[statement])


async def list_candidates(connection: Connection, *, after: str, limit: int) -> list[Candidate]:
    """Return the next works of which there is more than one file."""
    cursor = await connection.execute(
        _SQL["list_candidates_after"], {"after": after, "limit": limit}
    )
    rows = await cursor.fetchall()
    return [
        Candidate(work_id, [_file(row) for row in of_work])
        for work_id, of_work in groupby(rows, key=lambda row: row["work_id"])
    ]


async def add_duplicates(
    connection: Connection, found: Iterable[tuple[str, Sequence[Duplicate]]]
) -> None:
    """Note what there is more of than needed, by work."""
    rows = [row for work_id, duplicates in found for row in _rows(work_id, duplicates)]
    if rows:
        await connection.execute(_SQL["add_duplicates"], {"rows": json_text(rows)})


async def end_duplicates(connection: Connection) -> None:
    """Let go of the list."""
    await connection.execute(_SQL["drop_candidates"])


def _file(row: Mapping[str, object]) -> File:
    return File(**{name: row[name] for name in File.__dataclass_fields__})  # pyright: ignore[reportArgumentType]


def _rows(work_id: str, duplicates: Sequence[Duplicate]) -> Iterator[dict[str, object]]:
    for number, duplicate in enumerate(duplicates):
        best = duplicate.copies[0].files[0]
        files = [file for copy in duplicate.copies for file in copy.files]
        yield {
            "id": f"{work_id}:{number}",
            "work_id": work_id,
            "library_id": best.library_id,
            "item_id": best.item_id,
            "libraries": sorted({file.library_id for file in files}),
            "confidence": duplicate.confidence,
            "size_bytes": duplicate.size_bytes,
            "reclaimable_bytes": duplicate.reclaimable_bytes,
            "copies": [_copy(copy) for copy in duplicate.copies],
        }


def _copy(copy: Copy) -> dict[str, object]:
    first = copy.files[0]
    return {
        "library_id": first.library_id,
        "item_id": first.item_id,
        "paths": [file.path for file in copy.files],
        "size_bytes": copy.size_bytes,
        "duration_ms": copy.duration_ms,
        "resolution": first.resolution,
        "dynamic_range": first.dynamic_range,
        "bitrate_kbps": first.bitrate_kbps,
    }
