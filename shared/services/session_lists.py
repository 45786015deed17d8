"""Long histories listed: what is asked for is narrowed, first, to what an index finds.

Sessions are walked along in their order until a page is full. What is rare would be looked for
through all of them, so that what tells where it is, is asked before: few people have a device or
have been in a country, and few items are called so. Where these are many, the walk is short.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, cast
from uuid import UUID

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

# What is asked for by one value here is looked for as a list of it, so that the two mean the same.
_OF_LISTS = {"country": "countries", "stream_type": "stream_types"}


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
        filters: what is asked for, each optional: ``sort``, ``search``, ``title``, ``country``,
            ``stream_type`` and the parameters of ``list_page``.
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
    narrowed |= _alone(narrowed)
    if (people := await _concerned(connection, narrowed, few)) is not None:
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


def _alone(filters: Mapping[str, object]) -> dict[str, object]:
    """Return what is said by a list of one, or by one of a list, as the statements want it.

    One person's sessions are read in order from an index; those of a list are not.
    """
    alone: dict[str, object] = {}
    users = cast("Sequence[UUID]", filters.get("users", ()))
    if len(users) == 1 and "user_id" not in filters:
        alone["user_id"] = users[0]
    for name, names in _OF_LISTS.items():
        if (value := filters.get(name)) is not None:
            others = cast("Sequence[str]", filters.get(names, [value]))
            alone[names] = [value] if value in others else []
    return alone


async def _concerned(
    connection: Connection, filters: Mapping[str, object], few: int
) -> list[UUID] | None:
    """Return whom the sessions can be of, if these are few and nobody is named."""
    device_id, groups = filters.get("device_id"), filters.get("groups")
    devices = filters.get("devices") if device_id is None else [device_id]
    countries = filters.get("countries")
    nobody_asked = devices is None and countries is None and groups is None
    if nobody_asked or "user_id" in filters or "users" in filters:
        return None
    people = await store.list_concerned(
        connection, devices=devices, countries=countries, groups=groups, limit=few + 1
    )
    return people if len(people) <= few else None


async def _of_title(connection: Connection, title: str) -> dict[str, object]:
    """Return what an item or a group, as `kind/key`, comes down to."""
    kind, _, key = title.partition("/")
    if kind == TitleKind.ITEM:
        return {"content_id": key}
    return {"works": await list_works(connection, TitleKind(kind), [key])}
