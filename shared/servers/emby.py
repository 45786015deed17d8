"""Emby over its API, below /emby (an API key in X-Emby-Token)."""

from typing import ClassVar

from shared.domain.servers import ServerKind
from shared.servers.mediabrowser import HEADER, SHOWN_MS, MediaBrowserServer
from shared.servers.values import Object, text


class EmbyServer(MediaBrowserServer):
    """An Emby server."""

    kind: ClassVar[ServerKind] = ServerKind.EMBY
    prefix: ClassVar[str] = "/emby"

    def is_of_kind(self, said: Object) -> bool:
        """Say whether the server is not Jellyfin, which answers below /emby too."""
        return "jellyfin" not in (text(said.get("ProductName")) or "").lower()

    async def show(self, path: str, message: str) -> None:
        """Have a player show a message, which is given as parameters.

        Raises:
            ServerError: it was not taken.
        """
        said = {"Header": HEADER, "Text": message, "TimeoutMs": SHOWN_MS}
        await self._connection.tell("POST", path, said)
