"""What was watched most: items, and the shows, artists and genres that these are of."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ItemSums:
    """What was watched of an item.

    Attributes:
        genres: of the item; of its album, show or artist where it has none itself.
    """

    content_id: str
    content_type: str
    title: str | None
    show_id: str | None
    show_title: str | None
    artist: str | None
    plays: int
    completed: int
    watched_ms: int
    genres: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Favourite:
    """What was watched of items that have something in common; ``key`` names it."""

    key: str
    title: str | None
    content_type: str
    plays: int
    completed: int
    watched_ms: int


def by_item(items: Iterable[ItemSums]) -> list[Favourite]:
    """Return items, the most watched first, as the other lists."""
    return _ranked((item.content_id, item.title, item) for item in items)


def by_show(items: Iterable[ItemSums]) -> list[Favourite]:
    """Return shows."""
    return _ranked((item.show_id, item.show_title, item) for item in items)


def by_artist(items: Iterable[ItemSums]) -> list[Favourite]:
    """Return artists."""
    return _ranked((item.artist, item.artist, item) for item in items)


def by_genre(items: Iterable[ItemSums]) -> list[Favourite]:
    """Return genres; what has several counts for each of them."""
    return _ranked((genre, genre, item) for item in items for genre in item.genres)


def _ranked(named: Iterable[tuple[str | None, str | None, ItemSums]]) -> list[Favourite]:
    """Add up what has the same key, and put it in order; what has none is left out."""
    found: dict[str, Favourite] = {}
    for key, title, item in named:
        if key is not None:
            found[key] = _with(found.get(key), key, title, item)
    return sorted(_watched(found.values()), key=lambda one: (-one.watched_ms, -one.plays, one.key))


def _with(before: Favourite | None, key: str, title: str | None, item: ItemSums) -> Favourite:
    if before is None:
        return Favourite(key, title, item.content_type, item.plays, item.completed, item.watched_ms)
    return Favourite(
        key,
        max((name for name in (before.title, title) if name is not None), default=None),
        min(before.content_type, item.content_type),
        before.plays + item.plays,
        before.completed + item.completed,
        before.watched_ms + item.watched_ms,
    )


def _watched(found: Iterable[Favourite]) -> Iterator[Favourite]:
    return (one for one in found if one.plays > 0 or one.watched_ms > 0)
