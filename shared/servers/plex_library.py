"""Plex's libraries, items, files and history."""

from collections.abc import Mapping
from datetime import UTC, datetime
from types import MappingProxyType

from shared.domain.library import MOST_BYTES, Item, Library, LibraryKind, MediaFile
from shared.domain.servers import HistoryEntry
from shared.servers.items import our_id
from shared.servers.library_items import file_of, item_of
from shared.servers.plex_items import describe
from shared.servers.plex_streams import AUDIO, SUBTITLE, languages, read_file
from shared.servers.values import (
    Object,
    duration_ms,
    identifier,
    known,
    milliseconds,
    parts,
    text,
    whole,
)

_LIBRARY_KINDS: Mapping[str, LibraryKind] = MappingProxyType(
    {
        "movie": LibraryKind.MOVIES,
        "show": LibraryKind.SHOWS,
        "artist": LibraryKind.MUSIC,
        "photo": LibraryKind.PHOTOS,
    }
)

_LATEST_SECOND = 253_402_300_799


def read_library(entry: Object, server_id: str) -> Library | None:
    """Return a library; ``None`` if it is of no kind that has items."""
    key = identifier(entry.get("key"))
    kind = _LIBRARY_KINDS.get(text(entry.get("type")) or "")
    ours = our_id(server_id, "library", key)
    if key is None or ours is None or kind is None or not key.isdecimal():
        return None
    return Library(ours, server_id, key, text(entry.get("title")) or key, kind)


def read_item(entry: Object, server: str) -> Item | None:
    """Return an item of a list; ``None`` if it names none."""
    key = identifier(entry.get("ratingKey"))
    if key is None:
        return None
    parents = {
        "season": ("parentRatingKey", None),
        "episode": ("grandparentRatingKey", None),
        "album": (None, "parentRatingKey"),
        "track": (None, "grandparentRatingKey"),
    }
    kind = text(entry.get("type")) or ""
    show, artist = parents.get(kind, (None, None))
    described = describe(entry, server) | known(
        show_id=our_id(server, "item", identifier(entry.get(show))) if show else None,
        artist_id=our_id(server, "item", identifier(entry.get(artist))) if artist else None,
        parent_id=our_id(server, "item", identifier(entry.get("parentRatingKey"))),
    )
    if kind == "season":
        described |= known(
            season_number=whole(entry.get("index"), 0, 100_000),
            show_title=text(entry.get("parentTitle")),
        )
    if kind == "album":
        described |= known(artist=text(entry.get("parentTitle")), album=text(entry.get("title")))
    return item_of(
        server,
        key,
        kind,
        described,
        added_at=_second(entry.get("addedAt")),
        genres=_tags(entry, "Genre"),
        collections=_tags(entry, "Collection"),
        files=tuple(_files(entry)),
    )


def _tags(entry: Object, name: str) -> tuple[str, ...]:
    tags = (text(tag.get("tag")) for tag in parts(entry, name))
    return tuple(dict.fromkeys(tag for tag in tags if tag))


def _files(entry: Object) -> list[MediaFile]:
    """Return the parts of all versions; a part has the streams of its version."""
    files: list[MediaFile] = []
    for version in parts(entry, "Media"):
        described = read_file(version)
        for piece in parts(version, "Part"):
            part_id = identifier(piece.get("id"))
            if part_id is None:
                continue
            length = milliseconds(piece.get("duration")) or milliseconds(version.get("duration"))
            files.append(
                file_of(
                    part_id,
                    described,
                    path=text(piece.get("file")),
                    size_bytes=whole(piece.get("size"), 0, MOST_BYTES),
                    duration_ms=duration_ms(length),
                    audio_languages=languages(version, AUDIO),
                    subtitle_languages=languages(version, SUBTITLE),
                )
            )
    return files


def read_viewing(entry: Object, server: str) -> HistoryEntry | None:
    """Return an entry of the history; ``None`` if it does not say who, what and when."""
    account, item = identifier(entry.get("accountID")), identifier(entry.get("ratingKey"))
    at, ours = _second(entry.get("viewedAt")), our_id(server, "item", item)
    if account is None or item is None or at is None or ours is None:
        return None
    names = known(
        server_id=server,
        content_id=ours,
        source_content_id=item,
        library_id=our_id(server, "library", text(entry.get("librarySectionID"))),
    )
    return HistoryEntry(account, item, at, is_end=True, attributes=describe(entry, server) | names)


def _second(value: object) -> datetime | None:
    seconds = whole(value, 1, _LATEST_SECOND)
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
