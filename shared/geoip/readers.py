"""Databases that are replaced under a running service: opened lazily, swapped when they change."""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address
from pathlib import Path
from typing import Generic, TypeVar

from shared.geoip.snapshots import (
    UNUSABLE_FILE_ERRORS,
    Purpose,
    Record,
    Snapshot,
    open_snapshot,
)

RECHECK_SECONDS = 1.0
"""How long a changed file may go unnoticed; between checks a lookup makes no system call."""

CACHED_ANSWERS = 8192
"""Answers kept per release, about 4 MB; a household asks for the same few addresses all day."""

_logger = logging.getLogger(__name__)

_Signature = tuple[int, int, int]
_Answer = TypeVar("_Answer")


class DatabaseStatus(StrEnum):
    """Whether a database answers, and if not, why."""

    READY = "ready"
    MISSING = "missing"
    CORRUPT = "corrupt"


@dataclass(frozen=True, slots=True)
class DatabaseState:
    """What readiness tells of one database file.

    Attributes:
        path: where the file is expected.
        status: ``ready`` if lookups are answered, even from a release whose file is gone or was
            replaced by a damaged one; ``missing`` before the first; ``corrupt`` if there is a file
            and it cannot be used.
        database_type: of the release that answers, for example "GeoLite2-City".
        built_at: when that release was built.
        error: a sentence on what is wrong with the file as it is now; None if nothing is.
    """

    path: Path
    status: DatabaseStatus
    database_type: str | None = None
    built_at: datetime | None = None
    error: str | None = None


class _Release(Generic[_Answer]):
    """An open file and the answers drawn from it, which go when it goes."""

    def __init__(self, snapshot: Snapshot, parse: Callable[[Record], _Answer | None]) -> None:
        def answer(address: IPv4Address | IPv6Address) -> _Answer | None:
            record = snapshot.record(address)
            return parse(record) if record else None

        self.snapshot = snapshot
        self.answer = lru_cache(CACHED_ANSWERS)(answer)


class HotReader(Generic[_Answer]):
    """One ``.mmdb`` file, which may be absent, damaged or replaced at any moment.

    A new release is put in place only after it opened and answered some lookups; until then, and
    whenever the file is gone or damaged, the former one answers. No method raises. Any number of
    threads may share an instance.

    Args:
        path: where the file is, or will be.
        purpose: what it is asked for; a database plainly for another is refused.
        parse: makes an answer of a record, or None if it says nothing; must not raise.
        monotonic: seconds on a clock that never goes back.
    """

    def __init__(
        self,
        path: Path,
        purpose: Purpose,
        parse: Callable[[Record], _Answer | None],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._path = path
        self._purpose = purpose
        self._parse = parse
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._check_at = float("-inf")
        self._tried: _Signature | None = None
        self._release: _Release[_Answer] | None = None
        self._status = DatabaseStatus.MISSING
        self._error: str | None = None

    @property
    def ip_version(self) -> int | None:
        """4 or 6 as the file says of itself; None where there is none to open."""
        release = self._fresh()
        return release.snapshot.ip_version if release else None

    def get(self, address: IPv4Address | IPv6Address) -> _Answer | None:
        """Return what the file says of an address; None if that is nothing or it has no file."""
        release = self._fresh()
        if release is None:
            return None
        try:
            return release.answer(address)
        except UNUSABLE_FILE_ERRORS as error:
            self._report(f"{self._path} is damaged at one address at least: {error}")
            return None

    def state(self) -> DatabaseState:
        """Return what is known now, after a check of the file if one is due."""
        release = self._fresh()
        snapshot = release.snapshot if release else None
        return DatabaseState(
            path=self._path,
            status=DatabaseStatus.READY if snapshot else self._status,
            database_type=snapshot.database_type if snapshot else None,
            built_at=snapshot.built_at if snapshot else None,
            error=self._error,
        )

    def _fresh(self) -> _Release[_Answer] | None:
        """Return the release in use, after a check of the file where a second has passed.

        One thread checks, the others go on with the release at hand. Only where there has been
        no check at all do they wait, so that the first requests after a start are placed too.
        """
        is_first = self._check_at == float("-inf")
        if self._monotonic() >= self._check_at and self._lock.acquire(blocking=is_first):
            try:
                if self._monotonic() >= self._check_at:
                    self._recheck()
                    self._check_at = self._monotonic() + RECHECK_SECONDS
            finally:
                self._lock.release()
        return self._release

    def _recheck(self) -> None:
        try:
            signature = _signature(self._path)
        except (OSError, ValueError) as error:  # ValueError: the path holds a null character
            self._tried = None  # the same file, back from a rename or a mount, is opened again
            self._fail(DatabaseStatus.MISSING, f"{self._path} cannot be found: {error}")
            return
        if signature == self._tried:
            return
        self._tried = signature
        self._swap()

    def _swap(self) -> None:
        try:
            snapshot = open_snapshot(self._path, self._purpose)
        except (OSError, *UNUSABLE_FILE_ERRORS) as error:
            self._fail(DatabaseStatus.CORRUPT, f"{self._path} cannot be used: {error}")
            return
        # The former reader is left to the garbage collector: another thread may be inside it.
        self._release, self._error = _Release(snapshot, self._parse), None
        _logger.info("opened %s (%s)", self._path, snapshot.database_type)

    def _fail(self, status: DatabaseStatus, error: str) -> None:
        self._status = status
        self._report(error)

    def _report(self, error: str) -> None:
        """Keep the error for readiness; log it once, not at every lookup or check."""
        if error != self._error:
            _logger.warning("%s", error)
        self._error = error


def _signature(path: Path) -> _Signature:
    """Return what changes with a file's content: inode, modification time (ns) and bytes."""
    status = path.stat()
    return status.st_ino, status.st_mtime_ns, status.st_size
