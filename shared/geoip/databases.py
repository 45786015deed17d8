"""The database files of one setting, asked as one database."""

import os
import time
from collections.abc import Callable, Iterator
from ipaddress import IPv4Address, IPv6Address
from pathlib import Path
from typing import Generic, TypeVar

from shared.geoip.readers import DatabaseState, HotReader
from shared.geoip.snapshots import Purpose, Record

_Answer = TypeVar("_Answer")


class DatabaseSet(Generic[_Answer]):
    """One or several files with one purpose; DB-IP, for one, comes as an IPv4 and an IPv6 file.

    Args:
        setting: a path, several joined by ``os.pathsep``, or None for none.
        purpose: what the files are asked for.
        parse: makes an answer of a record, or None if it says nothing; must not raise.
        monotonic: seconds on a clock that never goes back.
    """

    def __init__(
        self,
        setting: str | None,
        purpose: Purpose,
        parse: Callable[[Record], _Answer | None],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._purpose = purpose
        paths = dict.fromkeys(part.strip() for part in (setting or "").split(os.pathsep))
        self._readers = tuple(
            HotReader(Path(path), purpose, parse, monotonic) for path in paths if path
        )

    def get(self, address: IPv4Address | IPv6Address) -> _Answer | None:
        """Return the first answer, of the files made for the address's IP version if they can."""
        for reader in self._by_fitness(address.version):
            answer = reader.get(address)
            if answer is not None:
                return answer
        return None

    def states(self) -> Iterator[tuple[str, DatabaseState]]:
        """Yield a name and the state for each file: "city", then "city-2" and so on."""
        for number, reader in enumerate(self._readers, start=1):
            yield (self._purpose if number == 1 else f"{self._purpose}-{number}"), reader.state()

    def _by_fitness(self, version: int) -> tuple[HotReader[_Answer], ...]:
        if len(self._readers) < 2:  # noqa: PLR2004 - nothing to order, on the hot path
            return self._readers
        return tuple(sorted(self._readers, key=lambda reader: reader.ip_version != version))
