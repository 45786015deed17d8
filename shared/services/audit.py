"""Going through the audit log's chain: whether every entry is as it was written."""

from dataclasses import dataclass
from uuid import UUID

from shared.domain.audit import BrokenChainError, Link, follow
from shared.store import audit
from shared.store.database import Database

LOT = 1_000


@dataclass(frozen=True, slots=True)
class Broken:
    """The first entry that is not as it was written.

    Attributes:
        id: None if the entry of this number is not there.
    """

    number: int
    id: UUID | None
    reason: str


@dataclass(frozen=True, slots=True)
class Verification:
    """What going through the chain found.

    Attributes:
        end: the latest entry that holds, with all before it.
        erased: entries without their content, since a person was erased.
        unchained: entries from before there was a chain, of which nothing can be said.
        broken: None if all entries hold.
    """

    end: Link
    erased: int
    unchained: int
    broken: Broken | None


async def verify(database: Database) -> Verification:
    """Go through the chain as it is now, a lot at a time, up to the first entry that is wrong."""
    last = await database.run(audit.find_end)
    unchained = await database.run(audit.count_unchained)
    link, erased = Link(), 0
    while link.number < last.number:
        after = link.number
        entries = await database.run(
            lambda connection, after=after: audit.list_chained(
                connection, after=after, last=last.number, limit=LOT
            )
        )
        if not entries:
            lost = Broken(after + 1, None, f"Entry {after + 1} is missing.")
            return Verification(link, erased, unchained, lost)
        for entry in entries:
            try:
                link = follow(link, entry)
            except BrokenChainError as error:
                is_there = entry.number == link.number + 1
                broken = Broken(link.number + 1, entry.id if is_there else None, str(error))
                return Verification(link, erased, unchained, broken)
            erased += entry.salt is None
    broken = None
    if link != last:
        broken = Broken(last.number, None, "The end of the chain is not that of its entries.")
    return Verification(link, erased, unchained, broken)
