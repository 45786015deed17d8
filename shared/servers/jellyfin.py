"""Jellyfin over its API (an API key in the Authorization header)."""

from typing import ClassVar

from shared.domain.servers import ServerKind
from shared.servers.mediabrowser import HEADER, SHOWN_MS, MediaBrowserServer
from shared.servers.values import Object, text


class JellyfinServer(MediaBrowserServer):
    """A Jellyfin server."""

    kind: ClassVar[ServerKind] = ServerKind.JELLYFIN

    def is_of_kind(self, said: Object) -> bool:
        """Say whether the server calls its product Jellyfin, which Emby does not."""
        return "jellyfin" in (text(said.get("ProductName")) or "").lower()

    async def show(self, path: str, message: str) -> None:
        """Have a player show a message, which is given as a body.

        Raises:
            ServerError: it was not taken.
        """
        said = {"Header": HEADER, "Text": message, "TimeoutMs": SHOWN_MS}
        await self._connection.tell("POST", path, content=said)
