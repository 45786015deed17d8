"""DATA_DIR belongs to one run at a time; what a killed run left in it is ended first."""

import fcntl
import json
import os
from pathlib import Path
from typing import IO, Self, TypedDict, cast

from infra.local.private_files import write_private
from infra.local.problem import LaunchError
from infra.local.process_identity import end_left_group, start_mark

_GRACE_SECONDS = 5


class _Process(TypedDict):
    pid: int
    mark: str


class DataDir:
    """The folder of one stack, held as long as the context lasts.

    `run.json` in it records the processes of the run, each with a mark that tells it from a
    later process of the same number.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.logs = path / "logs"
        self._record = path / "run.json"
        self._processes: dict[str, _Process] = {}
        self._lock: IO[str] | None = None

    def __enter__(self) -> Self:
        try:
            self.logs.mkdir(parents=True, exist_ok=True)
            self._take()
        except OSError as error:
            reason = f"{error.strerror or error}: {error.filename or self.path}"
            raise LaunchError(f"DATA_DIR cannot be used ({reason}); choose another.") from error
        self._end_left_processes()
        return self

    def __exit__(self, *_: object) -> None:
        self._record.unlink(missing_ok=True)
        if self._lock is not None:
            self._lock.close()

    def record(self, name: str, pid: int) -> None:
        """Keep a process in mind, in case this run is killed."""
        if (mark := start_mark(pid)) is not None:
            self._processes[name] = {"pid": pid, "mark": mark}
            write_private(self._record, json.dumps(self._processes))

    def _take(self) -> None:
        # The kernel frees the lock with its holder, however that ends.
        lock = (self.path / "lock").open("a+", encoding="ascii")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            holder = lock.read().strip()
            lock.close()
            raise LaunchError(
                f"DATA_DIR {self.path} is in use by a running stack (process {holder}): "
                "stop that one, or choose another DATA_DIR."
            ) from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        self._lock = lock

    def _end_left_processes(self) -> None:
        try:
            left = cast("dict[str, _Process]", json.loads(self._record.read_text("utf-8")))
        except (OSError, ValueError):
            return
        for process in left.values():
            end_left_group(process["pid"], process["mark"], _GRACE_SECONDS)
        self._record.unlink()
