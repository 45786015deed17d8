"""Items and files of a library from the columns in which sessions describe them."""

from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime
from types import MappingProxyType
from typing import Any

from shared.domain import library
from shared.domain.identifiers import derived_id
from shared.domain.library import Item, MediaFile

# What holds others is not played itself, so that sessions have no word for it.
_HOLDERS: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(("show", "series"), library.SHOW),
        "season": library.SEASON,
        **dict.fromkeys(("artist", "musicartist"), library.ARTIST),
        **dict.fromkeys(("album", "musicalbum"), library.ALBUM),
        **dict.fromkeys(("collection", "boxset"), library.COLLECTION),
    }
)
_ITEM_FIELDS = frozenset(field.name for field in fields(Item))
_FILE_FIELDS = frozenset(field.name for field in fields(MediaFile))


def item_of(
    server: str,
    original_id: str,
    kind: str,
    described: Mapping[str, Any],
    *,
    added_at: datetime | None,
    genres: tuple[str, ...],
    collections: tuple[str, ...] | None,
    files: tuple[MediaFile, ...],
) -> Item:
    """Return an item.

    Args:
        server: the server's id.
        original_id: what the server calls the item.
        kind: the server's word for what it is.
        described: columns of sessions; what an item has no field for is left out.
        added_at: when it came.
        genres: in the words of the server.
        collections: names of those it is in, if the server says so here.
        files: what is on disk of it.
    """
    told = {name: value for name, value in described.items() if name in _ITEM_FIELDS}
    told["content_type"] = _HOLDERS.get(kind.lower(), described["content_type"])
    told.setdefault("title", None)
    return Item(
        **told,
        id=str(derived_id(server, "item", original_id)),
        original_id=original_id,
        added_at=added_at,
        genres=genres,
        collections=collections,
        files=files,
    )


def file_of(file_id: str, described: Mapping[str, Any], **told: Any) -> MediaFile:  # noqa: ANN401
    """Return a file: what is told of it, and what is described in the columns of sessions."""
    values = {name: value for name, value in described.items() if name in _FILE_FIELDS}
    return MediaFile(id=file_id, **(values | told))
