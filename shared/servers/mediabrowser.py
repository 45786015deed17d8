"""What Jellyfin and Emby share: the API both have from MediaBrowser, and its shapes."""

import contextlib
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any, ClassVar
from urllib.parse import quote

from shared.domain.library import ItemPage, Library, LibraryKind, Membership, Reading
from shared.domain.servers import (
    Account,
    HistoryPage,
    Identity,
    LiveSession,
    ServerError,
    ServerKind,
    ServerProblem,
)
from shared.domain.session import State
from shared.servers.connection import Parameters, ServerConnection
from shared.servers.emby_items import describe, run_key
from shared.servers.emby_streams import read_live_streams
from shared.servers.items import is_theme, our_id
from shared.servers.mediabrowser_library import (
    read_account,
    read_collection,
    read_item,
    read_library,
    read_members,
    read_viewing,
)
from shared.servers.values import (
    Object,
    flag,
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

_ITEM_TYPES = (
    "Movie,Series,Season,Episode,MusicArtist,MusicAlbum,Audio,Video,MusicVideo,Photo,Book,"
    "AudioBook,BoxSet"
)
_FIELDS = "ProviderIds,DateCreated,Genres,MediaSources,OriginalTitle,ParentId,Path,ProductionYear"

# A library of collections is read twice: for what they are, then for what is in each.
_MEMBERS = 1
_LISTS: Mapping[LibraryKind, int] = MappingProxyType(
    {LibraryKind.LIVE_TV: 0, LibraryKind.COLLECTIONS: 2}
)
_COLLECTIONS_AT_ONCE = 20
_MOST_MEMBERS = 20_000

HEADER = "Playback"
SHOWN_MS = 10_000
"""What a message is headed with, and how long a player shows it."""


class MediaBrowserServer(ABC):
    """A server of either kind; what differs stands in the classes made from it."""

    kind: ClassVar[ServerKind]
    prefix: ClassVar[str] = ""

    def __init__(self, connection: ServerConnection) -> None:
        self._connection = connection

    async def close(self) -> None:
        """Close every connection."""
        await self._connection.close()

    @abstractmethod
    def is_of_kind(self, said: Object) -> bool:
        """Say whether what a server says of itself is of this kind."""

    async def identify(self) -> Identity:
        """Return who the server is; this also tries the token.

        Raises:
            ServerError: it does not answer, or as none of its kind would.
        """
        try:
            said = (await self._connection.get(f"{self.prefix}/System/Info")).object
        except ServerError as error:
            if error.problem is ServerProblem.NOT_FOUND:
                raise self._wrong_kind() from error
            raise
        server_id = hex_id(said.get("Id"))
        if server_id is None or not self.is_of_kind(said):
            raise self._wrong_kind()
        return Identity(server_id, text(said.get("ServerName")), text(said.get("Version")))

    async def sessions(self, server_id: str) -> list[LiveSession]:
        """Return what plays now: for each person of a player an entry of their own.

        Raises:
            ServerError: see ``ServerConnection.get``.
        """
        answer = await self._connection.get(f"{self.prefix}/Sessions")
        if not isinstance(answer.content, list):
            raise self._wrong_kind()
        at = answer.at or datetime.now(UTC)
        return [live for entry in answer.objects for live in _live(entry, server_id, at)]

    async def end(self, server_session_id: str, message: str) -> None:
        """Have a session's player show a message, and stop what it plays.

        Not every player can show one; that is no reason to go on playing.

        Raises:
            ServerError: it was not taken.
        """
        path = f"{self.prefix}/Sessions/{quote(server_session_id, safe='')}"
        with contextlib.suppress(ServerError):
            await self.show(f"{path}/Message", message)
        await self._connection.tell("POST", f"{path}/Playing/Stop")

    @abstractmethod
    async def show(self, path: str, message: str) -> None:
        """Have a player show a message."""

    async def libraries(self, server_id: str) -> list[Library]:
        """Return the server's libraries.

        Raises:
            ServerError: see ``ServerConnection.get``.
        """
        answer = await self._connection.get(f"{self.prefix}/Library/MediaFolders")
        read = (read_library(entry, server_id) for entry in parts(answer.object, "Items"))
        return [library for library in read if library is not None]

    def lists(self, library: Library) -> int:
        """Return how many lists a library has: all its items are in one.

        What is in collections is another: items do not tell which they are in.
        """
        return _LISTS.get(library.kind, 1)

    async def items(
        self, library: Library, reading: Reading, size: int, changed_since: datetime | None
    ) -> ItemPage:
        """Return a page of a library's items, in an order that additions do not disturb.

        Raises:
            ServerError: see ``ServerConnection.get``.
        """
        is_members = reading.part == _MEMBERS
        asked: dict[str, str | int] = {
            "ParentId": library.original_id,
            "IncludeItemTypes": _ITEM_TYPES,
            "SortBy": "DateCreated,SortName",
            **_page(reading.start, min(size, _COLLECTIONS_AT_ONCE) if is_members else size),
        }
        if changed_since is not None:
            asked["MinDateLastSaved"] = _iso(changed_since)
        entries, total = await self._entries(asked)
        if is_members:
            memberships = await self._memberships(entries, library.server_id, size)
            return ItemPage((), len(entries), total, tuple(memberships))
        items = (read_item(entry, library.server_id) for entry in entries)
        return ItemPage(tuple(item for item in items if item is not None), len(entries), total)

    async def _memberships(
        self, entries: Sequence[Object], server_id: str, size: int
    ) -> list[Membership]:
        """Return what is in each of some collections; one that is gone by now is left out."""
        found: list[Membership] = []
        for original, name in filter(None, map(read_collection, entries)):
            try:
                members = await self._members(original, server_id, size)
            except ServerError as error:
                if error.problem is not ServerProblem.NOT_FOUND:
                    raise
            else:
                found.append(Membership(name, tuple(dict.fromkeys(members))))
        return found

    async def _members(self, collection: str, server_id: str, size: int) -> list[str]:
        """Return what is in a collection, page by page; of an endless one the first."""
        members: list[str] = []
        for start in range(0, _MOST_MEMBERS, size):
            asked = _page(start, size) | {"ParentId": collection, "Recursive": "false"}
            entries, total = await self._entries(asked | {"Fields": "", "SortBy": "DateCreated"})
            members.extend(read_members(entries, server_id))
            if len(entries) < size or start + size == total:
                break
        return members

    async def _entries(self, asked: Parameters) -> tuple[Sequence[Object], int | None]:
        """Return the items asked for, and how many there are in all, if the server says."""
        said = (await self._connection.get(f"{self.prefix}/Items", asked)).object
        return list(parts(said, "Items")), whole(said.get("TotalRecordCount"), 0, 2**31)

    async def accounts(self) -> list[Account]:
        """Return the accounts of the server.

        Raises:
            ServerError: see ``ServerConnection.get``.
        """
        answer = await self._connection.get(f"{self.prefix}/Users")
        read = (read_account(entry) for entry in answer.objects)
        return [account for account in read if account is not None]

    async def history(self, server_id: str, account_id: str, start: int, size: int) -> HistoryPage:
        """Return a page of what the server remembers of a person, newest first.

        It remembers only when each item was last played.

        Raises:
            ServerError: see ``ServerConnection.get``.
        """
        asked: dict[str, str | int] = {
            "UserId": account_id,
            "Filters": "IsPlayed",
            "IncludeItemTypes": "Movie,Episode,Audio,Video,MusicVideo",
            "SortBy": "DatePlayed",
            **_page(start, size),
            "SortOrder": "Descending",
            "EnableUserData": "true",
        }
        entries, _ = await self._entries(asked)
        read = (read_viewing(entry, server_id, account_id) for entry in entries)
        return HistoryPage(tuple(v for v in read if v is not None), len(entries))

    def _wrong_kind(self) -> ServerError:
        return ServerError(
            ServerProblem.WRONG_KIND, f"What answers there is no {self.kind.title()} server."
        )


def _page(start: int, size: int) -> dict[str, str | int]:
    return {
        "Recursive": "true",
        "Fields": _FIELDS,
        "SortOrder": "Ascending",
        "StartIndex": start,
        "Limit": size,
        "EnableTotalRecordCount": "true",
        "EnableUserData": "false",
        "EnableImages": "false",
    }


def _live(entry: Object, server: str, at: datetime) -> Iterator[LiveSession]:
    """Yield what a session plays, once for each person before it; nothing if it plays nothing."""
    item = part(entry, "NowPlayingItem")
    item_id = hex_id(item.get("Id"))
    if item_id is None or is_theme(item.get("ExtraType")):
        return
    playing = part(entry, "PlayState")
    attributes = _attributes(entry, item, server, item_id)
    for person in (entry, *parts(entry, "AdditionalUsers")):
        user = hex_id(person.get("UserId"))
        if user is None:
            continue
        key = run_key(entry, user, item_id)
        yield LiveSession(
            key=key,
            player=key.removesuffix(f":{item_id}"),
            account_id=user,
            account_name=text(person.get("UserName")),
            item_id=item_id,
            state=State.PAUSED if flag(playing.get("IsPaused")) else State.PLAYING,
            position=ticks(playing.get("PositionTicks")),
            address=text(entry.get("RemoteEndPoint")),
            said_local=None,
            home_address=None,
            server_session_id=identifier(entry.get("Id")),
            silent_for=_silence(entry, at),
            attributes=attributes,
        )


def _silence(entry: Object, at: datetime) -> timedelta | None:
    """Return how long the server has heard nothing of the player."""
    heard = [instant(entry.get(name)) for name in ("LastPlaybackCheckIn", "LastActivityDate")]
    latest = max((seen for seen in heard if seen is not None), default=None)
    return None if latest is None else max(timedelta(), at - latest)


def _attributes(entry: Object, item: Object, server: str, item_id: str) -> dict[str, Any]:
    return {
        **known(
            server_id=server,
            content_id=our_id(server, "item", item_id),
            source_content_id=item_id,
            device_id=identifier(entry.get("DeviceId")),
            device_name=text(entry.get("DeviceName")),
            device_type=text(entry.get("DeviceType")),
            client_name=text(entry.get("Client")),
            client_version=text(entry.get("ApplicationVersion")),
        ),
        **describe(item, server),
        **read_live_streams(entry),
    }


def _iso(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
