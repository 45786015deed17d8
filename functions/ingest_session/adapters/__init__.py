"""Media-server adapters: one file each, all of the same shape.

To add one: a module with ``read`` as below, its line in ``ADAPTERS``, its kind in
``shared.schemas.sources`` and a migration of the table's check, payloads with their expected rows
under ``tests/payloads``, and a page in ``docs/sources``.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Protocol

from functions.ingest_session.adapters import emby, jellyfin, plex
from functions.ingest_session.adapters.playback import Reading
from shared.servers.values import Object


class Adapter(Protocol):
    """Reads what one kind of media server says."""

    def __call__(self, said: Object, default_server_id: str) -> Reading:
        """Return what the object tells. Never raises, whatever it holds.

        Args:
            said: a JSON object as it came.
            default_server_id: stands for the server where the object does not name it.
        """
        ...


ADAPTERS: Mapping[str, Adapter] = MappingProxyType(
    {"plex": plex.read, "jellyfin": jellyfin.read, "emby": emby.read}
)
