"""Which items are one and the same work, on whatever server and under whatever id."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from shared.domain.library import EPISODE, PHOTO, TRACK, Item

PROVIDERS = ("imdb", "tmdb", "tvdb", "musicbrainz")


@dataclass(frozen=True, slots=True)
class Keys:
    """What items of one work have in common.

    Attributes:
        told: one for each provider that knows the item: one in common is enough.
        title: of type, title and so on; for items that no provider knows.
    """

    told: tuple[str, ...]
    title: str | None


def keys(item: Item) -> Keys:
    """Return by what an item is recognised.

    An episode's carry its numbers, since some servers give it the id of its show; without these, what
    it is called, or nothing that another has.
    """
    numbers: tuple[object, ...] = ()
    if item.content_type == EPISODE:
        numbers = (item.season_number, item.episode_number)
        if None in numbers:
            numbers += (normalised(item.title or "") or item.id,)
    ids = ((provider, getattr(item, f"{provider}_id")) for provider in PROVIDERS)
    told = tuple(
        _key(item.content_type, provider, known.lower(), *numbers)
        for provider, known in ids
        if known
    )
    return Keys(told, _title_key(item))


def normalised(title: str) -> str:
    """Return a title without case, accents, spaces and punctuation."""
    plain = unicodedata.normalize("NFKD", title.casefold())
    return "".join(letter for letter in plain if letter.isalnum())


def _title_key(item: Item) -> str | None:
    if item.content_type == PHOTO:
        # Cameras count from one again.
        return None
    if item.content_type == EPISODE:
        if item.season_number is None or item.episode_number is None:
            return None
        names, numbers = (item.show_title,), (item.season_number, item.episode_number)
    elif item.content_type == TRACK:
        names, numbers = (item.artist, item.album, item.title), ()
    else:
        names, numbers = (item.title,), (item.year,)
    plain = [normalised(name or "") for name in names]
    return _key(item.content_type, *plain, *numbers) if all(plain) else None


def _key(*parts: object) -> str:
    return "|".join("" if part is None else str(part) for part in parts)


@dataclass(frozen=True, slots=True)
class Entry:
    """An item as it is compared with others."""

    id: str
    keys: Keys


def works(entries: Iterable[Entry]) -> list[frozenset[str]]:
    """Group items into works. The definition; ``find_works`` in ``standings.sql`` does the same.

    1. Items that have an id of a provider in common are one work, as are those that a third links.
    2. Items that no provider knows are one work if their titles agree, and the same as those that
       one is known of by that title, if this is one work only.
    """
    known = list(entries)
    told: list[tuple[set[str], set[str], set[str]]] = []
    for entry in known:
        if not entry.keys.told:
            continue
        ids, names, titles = {entry.id}, set(entry.keys.told), {entry.keys.title or ""}
        for other in [work for work in told if work[1] & names]:
            told.remove(other)
            ids, names, titles = ids | other[0], names | other[1], titles | other[2]
        told.append((ids, names, titles))
    untold: dict[str, set[str]] = {}
    for entry in known:
        if entry.keys.told:
            continue
        title = entry.keys.title
        owners = [work for work in told if title is not None and title in work[2]]
        if len(owners) == 1:
            owners[0][0].add(entry.id)
        else:
            untold.setdefault(title or f"only {entry.id}", set()).add(entry.id)
    return [frozenset(ids) for ids, _, _ in told] + [frozenset(ids) for ids in untold.values()]
