"""Rankings as files: what was found at once is told lot by lot."""

from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from typing import Any, TypeVar

from shared.http.context import Context
from shared.store.database import Connection

Row = Mapping[str, Any]
Tell = Callable[[Connection, str], Awaitable[Sequence[Row]]]
View = TypeVar("View")


async def tell_each(
    context: Context, lots: Sequence[str], tell: Tell, view: Callable[[Row], View]
) -> AsyncGenerator[list[View]]:
    """Yield the rows of each lot; no connection is held between them."""

    async def told(lot: str) -> Sequence[Row]:
        return await context.database.run_freely(lambda connection: tell(connection, lot))

    for lot in lots:
        yield [view(row) for row in await told(lot)]


async def tell_all(connection: Connection, lots: Sequence[str], tell: Tell) -> list[Row]:
    """Return the rows of a few lots."""
    return [row for lot in lots for row in await tell(connection, lot)]
