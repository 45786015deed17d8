"""Plex Media Server over its API (X-Plex-Token; JSON where asked for, else XML)."""

from collections import OrderedDict
from collections.abc import AsyncGenerator, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any

from shared.domain.library import ItemPage, Library, LibraryKind, Reading
from shared.domain.network import NetworkClass, classify, parse_address
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
from shared.servers.items import our_id
from shared.servers.plex_events import PlayerChanges
from shared.servers.plex_items import describe, is_pre_roll, item_id, run_key
from shared.servers.plex_library import read_item, read_library, read_viewing
from shared.servers.plex_streams import read_live_streams
from shared.servers.values import (
    NOTHING,
    Object,
    first,
    flag,
    identifier,
    known,
    milliseconds,
    part,
    parts,
    text,
    whole,
)

# The lists of a library by their types: films; shows, seasons, episodes; artists, albums, tracks;
# photos; and each library's collections.
_COLLECTIONS = 18
_LISTS: Mapping[LibraryKind, tuple[int, ...]] = MappingProxyType(
    {
        LibraryKind.MOVIES: (1, _COLLECTIONS),
        LibraryKind.SHOWS: (2, 3, 4, _COLLECTIONS),
        LibraryKind.MUSIC: (8, 9, 10, _COLLECTIONS),
        LibraryKind.PHOTOS: (13,),
    }
)
_STATES: Mapping[str, State] = MappingProxyType(
    {"playing": State.PLAYING, "paused": State.PAUSED, "buffering": State.BUFFERING}
)
_REMEMBERED_SOURCES = 500
_EVENTS = "/:/eventsource/notifications"
_PLAYING = "playing"


class PlexServer:
    """A Plex server."""

    kind = ServerKind.PLEX

    def __init__(self, connection: ServerConnection) -> None:
        self._connection = connection
        # What a session that is transcoded leaves untold, by item.
        self._sources: OrderedDict[str, Object] = OrderedDict()

    async def close(self) -> None:
        """Close every connection."""
        await self._connection.close()

    async def identify(self) -> Identity:
        """Return who the server is; this also tries the token.

        Raises:
            ServerError: it does not answer, or as no Plex server would.
        """
        server_id = await self._server_id()
        said = await self._container("/")
        return Identity(server_id, text(said.get("friendlyName")), text(said.get("version")))

    async def sessions(self, server_id: str) -> list[LiveSession]:
        """Return what plays now.

        Raises:
            ServerError: see ``ServerConnection.get``.
        """
        entries = list(parts(await self._container("/status/sessions"), "Metadata"))
        found = [await self._live(entry, server_id) for entry in entries]
        return [live for live in found if live is not None]

    async def events(self, silence_seconds: float) -> AsyncGenerator[bool]:
        """Yield with each thing that the server says by itself: whether what plays may have changed.

        So it may when the server begins to be heard, since nobody told of what was before.

        Raises:
            ServerError: it is not, or no more, heard.
        """
        changes = PlayerChanges()
        async with self._connection.events(_EVENTS, silence_seconds) as heard:
            yield True
            async for event in heard:
                yield event.event == _PLAYING and changes.are_told_by(event.data)

    async def end(self, server_session_id: str, message: str) -> None:
        """End a session; its player shows the message.

        Raises:
            ServerError: it was not taken.
        """
        asked = {"sessionId": server_session_id, "reason": message}
        await self._connection.tell("GET", "/status/sessions/terminate", asked)

    async def libraries(self, server_id: str) -> list[Library]:
        """Return the server's libraries.

        Raises:
            ServerError: see ``ServerConnection.get``.
        """
        said = await self._container("/library/sections")
        read = (read_library(entry, server_id) for entry in parts(said, "Directory"))
        return [library for library in read if library is not None]

    def lists(self, library: Library) -> int:
        """Return how many lists a library has, one after the other."""
        return len(_LISTS.get(library.kind, ()))

    async def items(
        self, library: Library, reading: Reading, size: int, changed_since: datetime | None
    ) -> ItemPage:
        """Return a page of one of a library's lists, in an order that additions do not disturb.

        Raises:
            ServerError: see ``ServerConnection.get``.
        """
        kind = _LISTS[library.kind][reading.part]
        asked: dict[str, str | int] = {
            "type": kind,
            "sort": "addedAt:asc",
            "includeGuids": 1,
            "includeCollections": 0,
            "X-Plex-Container-Start": reading.start,
            "X-Plex-Container-Size": size,
        }
        if changed_since is not None:
            asked["updatedAt>>"] = int(changed_since.timestamp())
        said = await self._container(f"/library/sections/{library.original_id}/all", asked)
        entries = list(parts(said, "Metadata"))
        items = (read_item(entry, library.server_id) for entry in entries)
        total = whole(said.get("totalSize"), 0, 2**31)
        return ItemPage(tuple(item for item in items if item is not None), len(entries), total)

    async def accounts(self) -> list[Account]:
        """Return the accounts that may use the server. Account 0 is nobody.

        Raises:
            ServerError: see ``ServerConnection.get``.
        """
        said = await self._container("/accounts")
        return [
            Account(account, text(entry.get("name")), avatar=text(entry.get("thumb")))
            for entry in parts(said, "Account")
            if (account := identifier(entry.get("id"))) not in (None, "0")
        ]

    async def history(self, server_id: str, account_id: str, start: int, size: int) -> HistoryPage:
        """Return a page of what the server remembers of a person, newest first.

        Raises:
            ServerError: see ``ServerConnection.get``.
        """
        said = await self._container(
            "/status/sessions/history/all",
            {
                "accountID": account_id,
                "sort": "viewedAt:desc",
                "X-Plex-Container-Start": start,
                "X-Plex-Container-Size": size,
            },
        )
        entries = list(parts(said, "Metadata"))
        read = (read_viewing(entry, server_id) for entry in entries)
        return HistoryPage(tuple(v for v in read if v is not None), len(entries))

    async def _server_id(self) -> str:
        """Return the server's id, which it tells everybody: so the kind is known before a token."""
        try:
            said = await self._container("/identity")
        except ServerError as error:
            if error.problem is ServerProblem.NOT_FOUND:
                raise _wrong_kind() from error
            raise
        server_id = identifier(said.get("machineIdentifier"))
        if server_id is None:
            raise _wrong_kind()
        return server_id

    async def _container(self, path: str, parameters: Parameters | None = None) -> Object:
        answer = await self._connection.get(path, parameters)
        if "MediaContainer" not in answer.object:
            raise _wrong_kind()
        return part(answer.object, "MediaContainer")

    async def _live(self, entry: Object, server_id: str) -> LiveSession | None:
        """Return an entry of the list; ``None`` if nobody chose it, or it says not what it is."""
        player, session = part(entry, "Player"), part(entry, "Session")
        account, item = identifier(part(entry, "User").get("id")), item_id(entry)
        if is_pre_roll(entry) or account is None or item is None:
            return None
        device = identifier(player.get("machineIdentifier"))
        return LiveSession(
            key=run_key(account, device, item),
            player=f"{account}:{device}",
            account_id=account,
            account_name=text(part(entry, "User").get("title")),
            item_id=item,
            state=_STATES.get((text(player.get("state")) or "").lower(), State.PLAYING),
            position=milliseconds(entry.get("viewOffset")),
            address=text(player.get("remotePublicAddress")) or text(player.get("address")),
            said_local=flag(player.get("local")),
            home_address=_home_address(player),
            server_session_id=identifier(session.get("id")),
            silent_for=None,
            attributes=_attributes(entry, player, server_id, item)
            | read_live_streams(entry, player, await self._source(entry)),
        )

    async def _source(self, entry: Object) -> Object:
        """Return the item's own metadata while the session tells of what is delivered only."""
        key = identifier(entry.get("ratingKey"))
        if not part(entry, "TranscodeSession") or key is None or not key.isdecimal():
            return NOTHING
        if key not in self._sources:
            try:
                said = await self._container(f"/library/metadata/{key}")
            except ServerError:
                return NOTHING
            self._sources[key] = first(parts(said, "Metadata"))
            if len(self._sources) > _REMEMBERED_SOURCES:
                self._sources.popitem(last=False)
        return self._sources[key]


def _home_address(player: Object) -> str | None:
    """Return where the home is on the internet, as a player in it shows.

    The server's word is not enough: whoever names all the world as its LAN has every player called
    local. So the player must be reached at an address that only a LAN has.
    """
    reached_at = parse_address(text(player.get("address")))
    is_inside = flag(player.get("local")) and classify(reached_at) is NetworkClass.LOCAL
    return text(player.get("remotePublicAddress")) if is_inside else None


def _attributes(entry: Object, player: Object, server: str, item: str) -> dict[str, Any]:
    return {
        **known(
            server_id=server,
            library_id=our_id(server, "library", text(entry.get("librarySectionID"))),
            library_name=text(entry.get("librarySectionTitle")),
            content_id=our_id(server, "item", item),
            source_content_id=item,
            device_id=identifier(player.get("machineIdentifier")),
            device_name=text(player.get("title")),
            device_type=text(player.get("device")),
            client_name=text(player.get("product")),
            client_version=text(player.get("version")),
            platform=text(player.get("platform")),
            platform_version=text(player.get("platformVersion")),
            product=text(player.get("product")),
        ),
        **describe(entry, server),
    }


def _wrong_kind() -> ServerError:
    return ServerError(ServerProblem.WRONG_KIND, "What answers there is no Plex server.")
