"""Which items are in which collections, where a server tells that by collection."""

from collections.abc import Iterable

from shared.domain.library import Membership
from shared.store.database import Connection
from shared.store.queries import load

_SQL = load("collections")


async def note_members(
    connection: Connection, library_id: str, memberships: Iterable[Membership]
) -> None:
    """Note what is in collections of a library, and what is no more.

    Items are named that are known by then: so a server's other libraries are read first.
    """
    for membership in memberships:
        values = {
            "library_id": library_id,
            "name": membership.name,
            "item_ids": list(membership.item_ids),
        }
        await connection.execute(_SQL["add_members"], values)
        await connection.execute(_SQL["remove_members"], values)


async def forget_collections(connection: Connection, library_id: str) -> None:
    """Forget the collections that a library's server does not have any more.

    Only of servers that have a library of them; others tell with each item what it is in.
    """
    await connection.execute(_SQL["forget_collections"], {"library_id": library_id})
