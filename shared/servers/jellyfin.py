"""Jellyfin over its API (an API key in the Authorization header)."""

from typing import ClassVar

from shared.domain.servers import ServerKind
from shared.servers.mediabrowser import MediaBrowserServer
from shared.servers.values import Object, text


class JellyfinServer(MediaBrowserServer):
    """A Jellyfin server."""

    kind: ClassVar[ServerKind] = ServerKind.JELLYFIN

    def is_of_kind(self, said: Object) -> bool:
        """Say whether the server calls its product Jellyfin, which Emby does not."""
        return "jellyfin" in (text(said.get("ProductName")) or "").lower()
