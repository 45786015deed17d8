"""Lists of what was watched: sessions, and plays made of them."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import TypeVar

from functions.api.lists import Row, latest_first, page_of
from functions.api.visibility import insist_on_shown
from shared.domain.permissions import Caller, Permission
from shared.http.context import Context
from shared.schemas.filters import ActiveFilters
from shared.schemas.pages import Page
from shared.store.database import Connection
from shared.store.session_lists import MOST_COUNTED

View = TypeVar("View")


async def page_of_watched(
    context: Context,
    caller: Caller,
    wanted: ActiveFilters,
    *,
    rows: Callable[[Connection, dict[str, object], datetime], Awaitable[Sequence[Row]]],
    count: Callable[[Connection, dict[str, object], datetime], Awaitable[int]],
    view: Callable[[Row], View],
    **also: object,
) -> Page[View]:
    """Return a page of sessions or plays, of those that the caller may see.

    Args:
        context: whose database is asked.
        caller: without `legacy:read` no adult content is listed, and no single address looked for.
        wanted: filters, and which page.
        rows: reads sessions, or plays, as they are at an instant.
        count: counts them.
        view: shows one.
        also: filters that the caller did not give.

    Raises:
        ForbiddenError: the caller is not shown addresses, and looks for one.
    """
    insist_on_shown(wanted.network, caller)
    now = context.now()
    return await page_of(
        context,
        wanted,
        latest_first("started_at"),
        rows=lambda connection, filters: rows(connection, filters, now),
        count=lambda connection, filters: count(connection, filters, now),
        view=view,
        also={**also, "adult": caller.may(Permission.LEGACY_READ)},
        most_counted=MOST_COUNTED,
    )
