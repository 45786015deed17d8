"""Rollups in the database: what sessions count for, and the sums that are kept of it.

A mark names a person and an item: what one did with the other is a closed world, since plays are
chains of sessions of one person and item. So counting a mark anew costs as many rows as that
person has sessions of that item, however long the history is.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from psycopg import errors

from shared.domain.media import MOST_KBPS
from shared.domain.merging import Move
from shared.domain.offsets import offsets_of
from shared.domain.statistics.engagement import ABANDONED_BELOW, SAMPLED_BELOW
from shared.domain.statistics.histogram import BIN_RATIO
from shared.store.database import Connection, one
from shared.store.queries import json_text, load
from shared.store.zones import clock_of

_SQL = load("rollups")

# What facts are told apart by, and the most that one says.
_BOUNDS = {
    "bin_ratio": BIN_RATIO,
    "most_kbps": MOST_KBPS,
    "abandoned_below": ABANDONED_BELOW,
    "sampled_below": SAMPLED_BELOW,
}

# What is added up anew, each from facts or from what is added up before it.
_SUMS = (
    ("forget_quarter_hours", "sum_quarter_hours"),
    ("forget_week_hours", "sum_week_hours"),
    ("forget_clock", "sum_clock"),
    ("forget_streams", "sum_streams"),
    ("forget_engagement", "sum_engagement"),
    ("forget_days", "sum_days"),
    ("forget_spans", "sum_spans"),
    ("forget_played_days", "sum_played_days"),
    ("forget_people", "sum_people"),
    ("forget_months", "sum_months"),
    ("forget_players", "sum_players"),
    ("forget_groups", "sum_groups"),
    ("forget_rewatches", "sum_rewatches"),
)

# Of these, what tells people apart, and what counts how many did something.
_SUMS_OF_PEOPLE = (
    ("forget_days", "sum_days"),
    ("forget_spans", "sum_spans"),
    ("forget_people", "sum_people"),
    ("forget_players", "sum_players"),
    ("forget_rewatches", "sum_rewatches"),
)
_COUNTS_OF_PEOPLE = ("count_active_days", "count_players", "count_group_players")

Item = tuple[UUID, str]
"""A person and the id of an item."""


@dataclass(frozen=True, slots=True)
class Lot:
    """What was taken to be counted.

    Attributes:
        items: people's items, each person's together.
        are_all: whether nothing else waits that can be counted now, but what is of people who were
            left out.
    """

    items: list[Item]
    are_all: bool


@dataclass(frozen=True, slots=True)
class Waiting:
    """How much is to be counted anew.

    Attributes:
        items: people's items.
        quarters: quarter hours of concurrency.
        sums: kinds of sums that are of no use as they are: all of them, or none.
    """

    items: int
    quarters: int
    sums: int


async def mark_items(connection: Connection, items: Iterable[Item], *, now: datetime) -> None:
    """Ask for what people did with items to be counted anew."""
    rows = _rows(items)
    if rows:
        await connection.execute(_SQL["mark_items"], {"items": json_text(rows), "now": now})


async def mark_active(connection: Connection, *, now: datetime) -> None:
    """Ask for what is being watched to be counted anew."""
    await connection.execute(_SQL["mark_active"], {"now": now})


async def mark_people(
    connection: Connection, *, after: UUID, limit: int, now: datetime
) -> tuple[UUID | None, int]:
    """Ask for all kept sessions of some people to be counted anew.

    Args:
        connection: in a transaction.
        after: those people whose ids come next.
        limit: how many people.
        now: when this is asked.

    Returns:
        The last of them, None if there are no more, and how many marks that makes.
    """
    await connection.execute(_SQL["take_time"])
    values = {"after": after, "limit": limit, "now": now}
    row = one(await (await connection.execute(_SQL["mark_people"], values)).fetchone())
    return row["last"], row["marks"]


async def mark_without_library(
    connection: Connection, content_ids: Collection[str], *, now: datetime
) -> None:
    """Ask for what people did with items to be counted anew where its library is not known."""
    await connection.execute(
        _SQL["mark_without_library"], {"content_ids": list(content_ids), "now": now}
    )


async def mark_person(connection: Connection, user_id: UUID, *, limit: int, now: datetime) -> None:
    """Ask for what a person did with some items to be counted anew."""
    await connection.execute(_SQL["mark_person"], {"user_id": user_id, "limit": limit, "now": now})


async def take_items(connection: Connection, *, limit: int, without: Collection[UUID] = ()) -> Lot:
    """Take marks of the people away who have the oldest: all of them, or of one as many as may be.

    Args:
        connection: in a transaction.
        limit: how many at most.
        without: people whose marks stay.
    """
    # Unprepared, as all that depends on how much waits: of millions of marks, a plan that was made as
    # there was one compares each with each.
    cursor = await connection.execute(
        _SQL["take_items"], {"limit": limit, "without": list(without)}, prepare=False
    )
    rows = await cursor.fetchall()
    items = [(row["user_id"], row["content_id"]) for row in rows]
    return Lot(items, are_all=all(row["are_all"] for row in rows))


async def put_off_item(connection: Connection, item: Item, *, until: datetime) -> None:
    """Note what could not be counted: it is marked again then, if nothing else does so before."""
    user_id, content_id = item
    await connection.execute(
        _SQL["put_off_item"], {"user_id": user_id, "content_id": content_id, "until": until}
    )


async def mark_put_off(connection: Connection, *, now: datetime) -> None:
    """Ask for what was put off until now to be counted anew."""
    await connection.execute(_SQL["mark_put_off"], {"now": now})


async def take_items_of(connection: Connection, user_id: UUID, *, limit: int) -> list[Item]:
    """Take some of a person's marks away; return them."""
    cursor = await connection.execute(
        _SQL["take_items_of"], {"user_id": user_id, "limit": limit}, prepare=False
    )
    return [(row["user_id"], row["content_id"]) for row in await cursor.fetchall()]


async def roll_up(
    connection: Connection,
    items: Collection[Item],
    *,
    zone: ZoneInfo,
    carries: bool = True,
    forgets: bool = False,
) -> None:
    """Count anew what people did with items, and carry the difference into every sum.

    Args:
        connection: in a transaction.
        items: each person and item once.
        zone: whose days are counted.
        carries: if not, only facts are written, and what items are called; sums are then those of no
            zone, until they are added up anew, as groups are called anew. Facts come first: who adds up
            holds them, so that what is noted after that is forgotten here.
        forgets: whether the facts go, too, that stayed as retention dropped their sessions.
    """
    await connection.execute(_SQL["take_room"])
    # Unprepared: a plan for few items is a bad one for many, and the other way round.
    keys = {
        "user_ids": [user_id for user_id, _ in items],
        "content_ids": [content_id for _, content_id in items],
    }
    cursor = await connection.execute(
        _SQL["roll_up"],
        {**keys, **_BOUNDS, **_days_of(zone), "carries": carries, "forgets": forgets},
        prepare=False,
    )
    works = [row["work_id"] for row in await cursor.fetchall()]
    # A statement of its own, which sees what others counted of the same items until these were held.
    await connection.execute(_SQL["describe_items"], keys, prepare=False)
    if carries:
        await connection.execute(_SQL["describe_groups"], {"works": works}, prepare=False)
        await connection.execute(_SQL["find_rewatches"], keys, prepare=False)
    else:
        await forget_zone(connection)


async def sum_up(
    connection: Connection, *, zone: ZoneInfo, done: Callable[[], None] = lambda: None
) -> None:
    """Add up all facts anew, and mark all that is found in them; nobody changes a fact meanwhile.

    Args:
        connection: in a transaction.
        zone: whose days are counted.
        done: is called as each kind of sums is added up.
    """
    await connection.execute(_SQL["take_time"])
    await connection.execute(_SQL["take_room"])
    await connection.execute(_SQL["hold_facts"])
    known = {**_BOUNDS, **_days_of(zone), "zone": zone.key, "users": None}
    await connection.execute(_SQL["note_rates"], known)
    for forget, add_up in _SUMS:
        await connection.execute(_SQL[forget], known)
        await connection.execute(_SQL[add_up], known)
        done()
    await connection.execute(_SQL["sum_items"])
    await connection.execute(_SQL["describe_groups"], {"works": None}, prepare=False)
    done()
    await connection.execute(_SQL["mark_all_days"])
    await connection.execute(_SQL["mark_binges"])
    await connection.execute(_SQL["mark_quarters"])
    await connection.execute(_SQL["note_zone"], known)


async def are_facts_held(connection: Connection) -> bool:
    """Say whether somebody lets nobody change facts: who would count then waits with all that it has.

    Nothing is held afterwards: who marks before the facts are held, as a merge does, would wait for
    whoever kept these and wants marks.

    Args:
        connection: in a transaction.
    """
    try:
        async with connection.transaction(force_rollback=True):
            await connection.execute(_SQL["try_facts"])
    except errors.LockNotAvailable:
        return True
    return False


async def read_zone(connection: Connection) -> str | None:
    """Return the zone whose days sums are kept in; None if they are to be added up anew."""
    row = await (await connection.execute(_SQL["read_zone"])).fetchone()
    return None if row is None else str(row["zone"])


async def forget_zone(connection: Connection) -> None:
    """Note that sums are of no use as they are: they are to be added up anew."""
    await connection.execute(_SQL["forget_zone"])


async def move_facts(connection: Connection, move: Move, *, zone: ZoneInfo, now: datetime) -> None:
    """Let an account's facts be another user's, and all sums of people follow.

    The two have the items counted anew, too: plays may go on from one account to the other. Marks
    come before the facts, as where they are counted. Nobody changes a fact meanwhile.
    """
    values = asdict(move) | {"now": now}
    people = {**_days_of(zone), "users": [move.source, move.target]}
    await connection.execute(_SQL["take_time"])
    await connection.execute(_SQL["mark_moving"], values)
    await connection.execute(_SQL["mark_days"], people)
    await connection.execute(_SQL["hold_facts"])
    for count in _COUNTS_OF_PEOPLE:
        await connection.execute(_SQL[count], people | {"sign": -1})
    await connection.execute(_SQL["move_facts"], values)
    for forget, add_up in _SUMS_OF_PEOPLE:
        await connection.execute(_SQL[forget], people)
        await connection.execute(_SQL[add_up], people)
    for count in _COUNTS_OF_PEOPLE:
        await connection.execute(_SQL[count], people | {"sign": 1})


async def take_quarters(connection: Connection, *, within: timedelta) -> list[datetime]:
    """Take marks of quarter hours away: the first that nobody else takes, and those near it.

    Args:
        connection: in a transaction.
        within: how much later than the first the others begin at most.
    """
    cursor = await connection.execute(_SQL["take_quarters"], {"within": within})
    return [row["start"] for row in await cursor.fetchall()]


async def find_peaks(connection: Connection, starts: Collection[datetime]) -> None:
    """Find the peaks of some quarter hours anew, from all that was on in them and between them."""
    await connection.execute(
        _SQL["find_peaks"], {"starts": list(starts), "first": min(starts), "last": max(starts)}
    )


async def count_waiting(connection: Connection) -> Waiting:
    """Return how much is to be counted anew."""
    row = one(await (await connection.execute(_SQL["count_waiting"])).fetchone())
    return Waiting(row["items"], row["quarters"], 0 if row["are_summed"] else len(_SUMS) + 1)


async def has_marks(connection: Connection, user_ids: Collection[UUID]) -> bool:
    """Say whether something that some people did is still to be counted."""
    cursor = await connection.execute(
        _SQL["has_marks"], {"user_ids": list(user_ids)}, prepare=False
    )
    return bool(one(await cursor.fetchone())["waits"])


async def has_waiting(connection: Connection, *, low: UUID, high: UUID) -> bool:
    """Say whether sessions of these ids, from low to before high, are still to be counted."""
    cursor = await connection.execute(_SQL["has_waiting"], {"low": low, "high": high})
    return bool(one(await cursor.fetchone())["waits"])


def _days_of(zone: ZoneInfo) -> Mapping[str, object]:
    return clock_of(offsets_of(zone))


def _rows(items: Iterable[Item]) -> list[dict[str, object]]:
    return [{"user_id": user_id, "content_id": content_id} for user_id, content_id in items]
