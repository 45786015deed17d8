"""Long histories listed: what is asked for is narrowed, first, to what an index finds.

Sessions are walked along in their order until a page is full. What is rare would be looked for
through all of them, so that what tells where it is, is asked before: few people have a device or
have been in a country, and few items are called so. Where these are many, the walk is short.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, cast

from shared.domain.session import SessionOrder, State
from shared.domain.statistics.titles import TitleKind
from shared.store import session_lists as store
from shared.store.database import Connection
from shared.store.queries import patterns
from shared.store.rankings import list_works

Row = Mapping[str, Any]

# Up to so many people, or items, sessions are looked up by them.
FEW = 200

# Up to so many items each session's is looked for among them; of more, for what it is called.
MANY = 20_000

# Up to so many sessions of items are all read for a page, which takes 1 µs to 2 µs of each.
FEW_SESSIONS = 5_000

# By then what began is in the statistics; a job counts it each minute (five in the cloud).
_COUNTED_AFTER = timedelta(hours=1)


async def list_sessions(
    connection: Connection,
    filters: Mapping[str, object],
    now: datetime,
    *,
    few: int = FEW,
    many: int = MANY,
) -> Sequence[Row]:
    """Return sessions with their user's name and pinned place.

    Args:
        connection: to read from.
        filters: what is asked for, each optional: ``sort``, ``search`` and the parameters of
            ``list_page``.
        now: the time.
        few: people, or items, up to whom sessions are looked up by them.
        many: items up to which each session's is looked for among them.
    """
    narrowed = await _narrowed(connection, filters, now, few=few, many=many)
    return await store.list_rows(connection, narrowed, _order(filters))


async def list_plays(
    connection: Connection, filters: Mapping[str, object], now: datetime
) -> Sequence[Row]:
    """Return plays as the first of their sessions that the filters of ``list_sessions`` let through.

    What began within the last minutes is not chained yet, and a play of its own until then.
    """
    narrowed = await _narrowed(connection, filters, now)
    return await store.list_plays(connection, narrowed, _order(filters))


async def count_plays(connection: Connection, filters: Mapping[str, object], now: datetime) -> int:
    """Return how many plays there are, at most one more than ``MOST_COUNTED``."""
    return await store.count_plays(connection, await _narrowed(connection, filters, now))


async def count_sessions(
    connection: Connection, filters: Mapping[str, object], now: datetime
) -> int:
    """Return how many sessions there are, at most one more than ``MOST_COUNTED``."""
    return await store.count_rows(connection, await _narrowed(connection, filters, now))


def _order(filters: Mapping[str, object]) -> SessionOrder:
    return SessionOrder(cast("str", filters.get("sort", SessionOrder.NEWEST)))


async def _narrowed(
    connection: Connection,
    filters: Mapping[str, object],
    now: datetime,
    *,
    few: int = FEW,
    many: int = MANY,
) -> dict[str, object]:
    """Return parameters of the statements, with what few people or items they come down to."""
    narrowed = {name: value for name, value in filters.items() if name not in {"sort", "search"}}
    if narrowed.get("state", State.STOPPED) is not State.STOPPED:
        narrowed.setdefault("active", True)
    device_id, country = narrowed.get("device_id"), narrowed.get("country")
    if "user_id" not in narrowed and (device_id or country):
        people = await store.list_concerned(
            connection, device_id=device_id, country=country, limit=few + 1
        )
        if len(people) <= few:
            narrowed["user_ids"] = people
    if title := narrowed.pop("title", None):
        narrowed |= await _of_title(connection, cast("str", title))
    if search := filters.get("search"):
        words = patterns(cast("str", search))
        counted_until = now - _COUNTED_AFTER
        items = await store.list_items_called(
            connection, words, counted_until=counted_until, limit=many + 1
        )
        if len(items) <= few:
            is_little = sum(items.values()) <= FEW_SESSIONS
            narrowed |= {"content_ids": list(items), "gathered": is_little}
        elif len(items) <= many:
            narrowed["called"] = list(items)
        else:
            narrowed |= {"words": words, "counted_until": counted_until}
    return narrowed


async def _of_title(connection: Connection, title: str) -> dict[str, object]:
    """Return what an item or a group, as `kind/key`, comes down to."""
    kind, _, key = title.partition("/")
    if kind == TitleKind.ITEM:
        return {"content_id": key}
    return {"works": await list_works(connection, TitleKind(kind), [key])}
