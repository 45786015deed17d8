"""Long lists: a page read, counted if that is asked for, and shown, in one way for all of them."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from functions.api.persons import of_persons
from shared.http.context import Context
from shared.http.pages import BY_SCORE, BY_TIME, Cursor, page_info
from shared.schemas.pages import Page, PageParameters
from shared.store.database import Connection

View = TypeVar("View")
Row = Mapping[str, Any]
Rows = Callable[[Connection, dict[str, object]], Awaitable[Sequence[Row]]]
Count = Callable[[Connection, dict[str, object]], Awaitable[int]]


@dataclass(frozen=True, slots=True)
class Order:
    """How a list is sorted.

    Attributes:
        cursor: writes and reads where a page ended.
        columns: of a row, that say so.
        parameters: of the statement, that take it.
    """

    cursor: Cursor[Any]
    columns: tuple[str, str]
    parameters: tuple[str, str]

    def position(self, wanted: PageParameters) -> dict[str, object]:
        """Return the parameters of where to go on from; none on the first page."""
        after = self.cursor.read(wanted)
        return {} if after is None else dict(zip(self.parameters, after, strict=True))

    def end(self, row: Row) -> str:
        """Return the cursor of a row."""
        return self.cursor.write(tuple(row[column] for column in self.columns))


def latest_first(column: str) -> Order:
    """Return the order by an instant, ``column``, then id."""
    return Order(BY_TIME, (column, "id"), ("after_at", "after_id"))


BY_POINTS = Order(BY_SCORE, ("score", "user_id"), ("after_score", "after_id"))
"""By points, then person."""


async def page_of(
    context: Context,
    wanted: PageParameters,
    order: Order,
    *,
    rows: Rows,
    count: Count,
    view: Callable[[Row], View],
    also: Mapping[str, object] | None = None,
    most_counted: int | None = None,
) -> Page[View]:
    """Return the page of a list that is wanted.

    Args:
        context: whose database is asked.
        wanted: filters, and which page.
        order: of the list.
        rows: reads one row more than the page holds.
        count: counts what the filters let through; called only if that is wanted.
        view: shows a row.
        also: filters that the caller did not give.
        most_counted: how far ``count`` counts; one more than that says that there are more.
    """
    window = {"limit": wanted.limit + 1, "offset": wanted.offset, **order.position(wanted)}

    async def read(connection: Connection) -> tuple[Sequence[Row], int | None]:
        meant = await of_persons(connection, wanted)
        filters = {**meant.filters(), **(also or {})}
        found = await rows(connection, filters | window)
        return found, await count(connection, filters) if wanted.total else None

    # Each statement sees what is there by then, in a transaction or not: to begin and to end one would
    # be asked of PostgreSQL for nothing.
    found, total = await context.database.run_freely(read)
    return Page(
        data=[view(row) for row in found[: wanted.limit]],
        page=page_info(found, wanted, end=order.end, total=total, most_counted=most_counted),
    )
