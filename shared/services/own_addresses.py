"""The media servers' own public addresses: those the settings name, and those they are seen at."""

import math
import time
from collections.abc import Callable, Collection

from shared.domain.network import Address, NetworkClass, classify, parse_address
from shared.settings import Settings
from shared.store import server_states
from shared.store.database import Connection, Database

# How long a worker goes without an address that was just found: the price of not asking each time.
REMEMBERED_SECONDS = 60.0


class OwnAddresses:
    """Tells which public addresses count as local, and remembers what was found for a minute.

    Args:
        settings: which addresses are named; these count always.
        monotonic: seconds on a clock that never goes back.
    """

    def __init__(self, settings: Settings, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._named = frozenset(settings.analytics_own_addresses)
        self._monotonic = monotonic
        self._known = self._named
        self._read_at = -math.inf

    async def read(self, connection: Connection) -> Collection[Address]:
        """Return the addresses; asks the database once a minute."""
        if not self._is_fresh:
            found = map(parse_address, await server_states.list_public_addresses(connection))
            self._known = self._named | {
                address
                for address in found
                if address is not None and classify(address) is NetworkClass.PUBLIC
            }
            self._read_at = self._monotonic()
        return self._known

    async def current(self, database: Database) -> Collection[Address]:
        """Return the addresses where no connection is at hand; takes one only to ask.

        Raises:
            UnavailableError: the database is away, or stayed too busy.
        """
        return self._known if self._is_fresh else await database.run_freely(self.read)

    @property
    def _is_fresh(self) -> bool:
        return self._monotonic() - self._read_at < REMEMBERED_SECONDS
