"""Clients of media servers: one class per kind, all of the same shape."""

import re
from collections.abc import AsyncGenerator, Callable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Protocol, runtime_checkable

from shared.domain.library import ItemPage, Library, Reading
from shared.domain.servers import (
    Account,
    HistoryPage,
    Identity,
    LiveSession,
    ServerAddress,
    ServerError,
    ServerKind,
    ServerProblem,
)
from shared.servers.connection import (
    MAX_ANSWER_BYTES,
    TIMEOUT_SECONDS,
    Resolve,
    ServerConnection,
    resolve,
)
from shared.servers.emby import EmbyServer
from shared.servers.jellyfin import JellyfinServer
from shared.servers.plex import PlexServer


class MediaServer(Protocol):
    """What every kind of server can be asked. Anything asked may raise ServerError."""

    async def close(self) -> None:
        """Close every connection."""
        ...

    async def identify(self) -> Identity:
        """Return who the server is; this also tries the token."""
        ...

    async def sessions(self, server_id: str) -> list[LiveSession]:
        """Return what plays now."""
        ...

    async def end(self, server_session_id: str, message: str) -> None:
        """End what a session plays, and have its player show why, where it can.

        One that is over raises a ServerError of NOT_FOUND.
        """
        ...

    async def libraries(self, server_id: str) -> list[Library]:
        """Return the server's libraries."""
        ...

    def lists(self, library: Library) -> int:
        """Return how many lists of items a library has, one after the other."""
        ...

    async def items(
        self, library: Library, reading: Reading, size: int, changed_since: datetime | None
    ) -> ItemPage:
        """Return a page of one of a library's lists; of what changed only, if so asked."""
        ...

    async def accounts(self) -> list[Account]:
        """Return the accounts that may use the server."""
        ...

    async def history(self, server_id: str, account_id: str, start: int, size: int) -> HistoryPage:
        """Return a page of what the server remembers of a person, newest first."""
        ...


@runtime_checkable
class TellingServer(Protocol):
    """A server that says by itself when what plays may have changed."""

    def events(self, silence_seconds: float) -> AsyncGenerator[bool]:
        """Yield with each thing that it says whether what plays may have changed.

        Raises:
            ServerError: it is not heard, or has said nothing for so long.
        """
        ...


_TOKEN = re.compile(r"[A-Za-z0-9_.~-]{1,200}")

_SERVERS: Mapping[ServerKind, Callable[[ServerConnection], MediaServer]] = MappingProxyType(
    {
        ServerKind.PLEX: PlexServer,
        ServerKind.JELLYFIN: JellyfinServer,
        ServerKind.EMBY: EmbyServer,
    }
)


def open_server(
    address: ServerAddress,
    *,
    timeout_seconds: float = TIMEOUT_SECONDS,
    max_bytes: int = MAX_ANSWER_BYTES,
    resolve: Resolve = resolve,
) -> MediaServer:
    """Return a client for a server; it connects when it is first asked something.

    Raises:
        ServerError: the token cannot be one.
    """
    connection = ServerConnection(
        address,
        _credentials(address),
        timeout_seconds=timeout_seconds,
        max_bytes=max_bytes,
        resolve=resolve,
    )
    return _SERVERS[address.kind](connection)


def _credentials(address: ServerAddress) -> Mapping[str, str]:
    """Return the headers that hold the token, never the URL, which ends up in logs.

    Raises:
        ServerError: the token is none.
    """
    if not _TOKEN.fullmatch(address.token):
        raise ServerError(
            ServerProblem.TOKEN, "This is no token: it must be of letters, digits, - and _ alone."
        )
    match address.kind:
        case ServerKind.PLEX:
            return {
                "X-Plex-Token": address.token,
                "X-Plex-Client-Identifier": "revenge-analytics",
                "X-Plex-Product": "Revenge Analytics",
            }
        case ServerKind.JELLYFIN:
            return {"Authorization": f'MediaBrowser Token="{address.token}"'}
        case ServerKind.EMBY:
            return {"X-Emby-Token": address.token}
