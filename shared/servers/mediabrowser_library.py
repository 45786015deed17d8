"""Libraries, items, files, accounts and history of Jellyfin and Emby."""

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import cast

from shared.domain.library import MOST_BYTES, Item, Library, LibraryKind, MediaFile
from shared.domain.servers import Account, HistoryEntry
from shared.servers.emby_items import describe
from shared.servers.emby_streams import languages, read_file
from shared.servers.items import our_id
from shared.servers.library_items import file_of, item_of
from shared.servers.values import (
    Object,
    duration_ms,
    hex_id,
    identifier,
    instant,
    known,
    part,
    parts,
    text,
    ticks,
    whole,
)

_LIBRARY_KINDS: Mapping[str, LibraryKind] = MappingProxyType(
    {
        "movies": LibraryKind.MOVIES,
        "tvshows": LibraryKind.SHOWS,
        "music": LibraryKind.MUSIC,
        "photos": LibraryKind.PHOTOS,
        "homevideos": LibraryKind.MIXED,
        "musicvideos": LibraryKind.MIXED,
        "books": LibraryKind.BOOKS,
        "audiobooks": LibraryKind.BOOKS,
        "livetv": LibraryKind.LIVE_TV,
        "boxsets": LibraryKind.COLLECTIONS,
    }
)
_SUBTITLE, _AUDIO = "Subtitle", "Audio"
_VIRTUAL = "virtual"
_COLLECTION = "BoxSet"

# What is looked at, not played, has no media sources, only a path.
_UNSOURCED = frozenset({"Photo", "Book"})


def read_library(entry: Object, server_id: str) -> Library | None:
    """Return a library; ``None`` if it names none."""
    original = hex_id(entry.get("Id"))
    ours = our_id(server_id, "library", original)
    if original is None or ours is None:
        return None
    kind = _LIBRARY_KINDS.get((text(entry.get("CollectionType")) or "").lower(), LibraryKind.MIXED)
    return Library(ours, server_id, original, text(entry.get("Name")) or original, kind)


def read_item(entry: Object, server: str) -> Item | None:
    """Return an item; ``None`` for what is only known to exist, such as a missing episode."""
    item_id = hex_id(entry.get("Id"))
    virtual = (text(entry.get("LocationType")) or "").lower() == _VIRTUAL
    if item_id is None or virtual:
        return None
    kind = text(entry.get("Type")) or ""
    artist = next(iter(_artists(entry)), None)
    parents = {"Episode": "SeasonId", "Season": "SeriesId", "Audio": "AlbumId"}
    described = describe(entry, server) | known(
        artist_id=our_id(server, "item", artist),
        parent_id=our_id(server, "item", hex_id(entry.get(parents.get(kind, "")))),
    )
    if kind == "Season":
        described |= known(season_number=whole(entry.get("IndexNumber"), 0, 100_000))
    if kind == "MusicAlbum":
        described |= known(artist=text(entry.get("AlbumArtist")), album=text(entry.get("Name")))
    return item_of(
        server,
        item_id,
        kind,
        described,
        added_at=instant(entry.get("DateCreated")),
        genres=_genres(entry),
        collections=None,
        files=tuple(_files(entry)),
    )


def read_collection(entry: Object) -> tuple[str, str] | None:
    """Return what the server calls a collection, and its name; ``None`` if it is none."""
    original, name = hex_id(entry.get("Id")), text(entry.get("Name"))
    if original is None or name is None or text(entry.get("Type")) != _COLLECTION:
        return None
    return original, name


def read_members(entries: Iterable[Object], server: str) -> Iterator[str]:
    """Yield our ids of what is in a collection."""
    for entry in entries:
        if member := our_id(server, "item", hex_id(entry.get("Id"))):
            yield member


def _genres(entry: Object) -> tuple[str, ...]:
    told = entry.get("Genres")
    named = (text(name) for name in cast("list[object]", told if isinstance(told, list) else []))
    return tuple(dict.fromkeys(name for name in named if name))


def _artists(entry: Object) -> Iterator[str]:
    for artist in parts(entry, "AlbumArtists"):
        if artist_id := hex_id(artist.get("Id")):
            yield artist_id


def _files(entry: Object) -> Iterator[MediaFile]:
    """Yield the versions of an item. A source without a path and a size is no file."""
    is_source = text(entry.get("Type")) in _UNSOURCED and not entry.get("MediaSources")
    for source in (entry,) if is_source else parts(entry, "MediaSources"):
        source_id = identifier(source.get("Id"))
        size = whole(source.get("Size"), 0, MOST_BYTES)
        path = text(source.get("Path"))
        if source_id is None or (size is None and path is None):
            continue
        yield file_of(
            source_id,
            read_file(source),
            path=path,
            size_bytes=size,
            duration_ms=duration_ms(ticks(source.get("RunTimeTicks"))),
            audio_languages=languages(source, _AUDIO),
            subtitle_languages=languages(source, _SUBTITLE),
        )


def read_account(entry: Object) -> Account | None:
    """Return an account; ``None`` if it names none."""
    account = hex_id(entry.get("Id"))
    if account is None:
        return None
    tag = text(entry.get("PrimaryImageTag"))
    connected = text(entry.get("ConnectUserName")) or ""
    return Account(
        account,
        text(entry.get("Name")),
        email=connected if "@" in connected else None,
        avatar=f"/Users/{account}/Images/Primary?tag={tag}" if tag else None,
    )


def read_viewing(entry: Object, server: str, account: str) -> HistoryEntry | None:
    """Return when a person last played an item; ``None`` if the server does not say."""
    item = hex_id(entry.get("Id"))
    at = instant(part(entry, "UserData").get("LastPlayedDate"))
    ours = our_id(server, "item", item)
    if item is None or at is None or ours is None:
        return None
    names = known(server_id=server, content_id=ours, source_content_id=item)
    return HistoryEntry(account, item, at, is_end=False, attributes=describe(entry, server) | names)
