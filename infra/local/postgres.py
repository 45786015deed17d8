"""An embedded PostgreSQL 18 of our own, its data kept below a folder.

    with EmbeddedPostgres(Path(".local")) as dsn:
        ...

The binaries come from PyPI; their Python side is not used (it would change the rights of parent
folders and leave a server behind). The server is a child bound to this process: it shuts down
when the process ends, however it ends.
"""

import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import BinaryIO, TypedDict

from infra.local import leash
from infra.local.log_files import open_log
from infra.local.memory import machine_memory, postgres_memory
from infra.local.postgres_cluster import (
    DATABASE,
    ROLE,
    SUPERUSER,
    change_passwords,
    make_cluster,
)
from infra.local.postgres_home import (
    ENVIRONMENT,
    Account,
    account_for,
    data_folder,
    programs_folder,
)
from infra.local.postgres_left import end_left_server
from infra.local.private_files import write_private
from infra.local.problem import LaunchError

_START_SECONDS = 60
_STOP_SECONDS = 30
_POLL_SECONDS = 0.02
_TRIES = 5


class _Record(TypedDict):
    """What `postgres.json` keeps, so that a later start finds the cluster."""

    data: str  # relative to DATA_DIR where it lies below, so that DATA_DIR may be moved
    port: int
    password: str


class EmbeddedPostgres:
    """One server on a loopback port, with a role and a database named revenge.

    Whoever starts it makes sure that no other living run uses the same folder.

    Args:
        data_dir: Where the cluster's record and log lie, and as a rule the cluster.
        durable: False for tests: faster, and a crash may lose the data.
    """

    def __init__(self, data_dir: Path, *, durable: bool = True) -> None:
        self._data_dir = data_dir.absolute()
        self._record_file = self._data_dir / "postgres.json"
        self._durable = durable
        self._server: subprocess.Popen[bytes] | None = None
        self._record: _Record | None = None
        self.log = self._data_dir / "logs" / "postgres.log"

    def __enter__(self) -> str:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def dsn(self) -> str:
        """How the role that owns the database connects; it may create more databases."""
        return self._dsn(ROLE)

    @property
    def superuser_dsn(self) -> str:
        """How the superuser connects."""
        return self._dsn(SUPERUSER)

    def start(self) -> str:
        """Start the server, make its cluster first if there is none; return the DSN.

        Raises:
            LaunchError: it could not start.
        """
        self.log.parent.mkdir(parents=True, exist_ok=True)
        data, account, programs, record = self._find_or_make_cluster()
        end_left_server(data)
        for _ in range(_TRIES):  # another program may take the free port before the server does
            record["port"] = _free_port(record["port"])
            self._record = record
            write_private(self._record_file, json.dumps(record))
            if self._is_started(data, account, programs):
                return self.dsn
        raise LaunchError("PostgreSQL did not start: no port stayed free.", log=self.log)

    def is_running(self) -> bool:
        """Whether the server that was started has not ended."""
        return self._server is not None and self._server.poll() is None

    def stop(self) -> None:
        """Shut down fast but cleanly: open transactions are rolled back, nothing is lost."""
        server, self._server = self._server, None
        if server is None:
            return
        for sign, seconds in ((signal.SIGINT, _STOP_SECONDS), (signal.SIGQUIT, 5)):
            server.send_signal(sign)
            try:
                server.wait(seconds)
            except subprocess.TimeoutExpired:
                continue
            return
        server.kill()
        server.wait()

    def destroy(self) -> None:
        """Stop the server and remove its cluster, wherever it lies."""
        self.stop()
        if (record := self._read_record()) is not None:
            data = self._data_dir / record["data"]
            end_left_server(data)
            shutil.rmtree(data.parent, ignore_errors=True)
        self._record_file.unlink(missing_ok=True)

    def _dsn(self, role: str) -> str:
        record = self._record or self._read_record()
        if record is None:
            raise LaunchError("PostgreSQL has not been started.")
        secret, port = record["password"], record["port"]
        return f"postgresql://{role}:{secret}@127.0.0.1:{port}/{DATABASE}"

    def _read_record(self) -> _Record | None:
        if not self._record_file.exists():
            return None
        return json.loads(self._record_file.read_text(encoding="utf-8"))

    def _find_or_make_cluster(self) -> tuple[Path, Account, Path, _Record]:
        record = self._read_record()
        data = self._data_dir / (record["data"] if record else "postgres/data")
        account = account_for(data if data.exists() else None)
        programs = programs_folder(account)
        if record and data.exists():
            return data, account, programs, record
        password = secrets.token_hex(24)
        if data.exists():  # the record was lost, and the password with it
            end_left_server(data)
            change_passwords(data, programs=programs, account=account, password=password)
        else:
            data = data_folder(self._data_dir, account, durable=self._durable) / "data"
            make_cluster(
                data,
                programs=programs,
                account=account,
                password=password,
                durable=self._durable,
            )
        near = data.is_relative_to(self._data_dir)
        kept = data.relative_to(self._data_dir) if near else data
        return data, account, programs, _Record(data=str(kept), port=0, password=password)

    def _is_started(self, data: Path, account: Account, programs: Path) -> bool:
        """Spawn and wait for the server's own word; False when its port was taken.

        Raises:
            LaunchError: it ended, or it was too slow.
        """
        with open_log(self.log) as log:
            written = log.tell()
            self._server = self._spawn(data, account, programs, log)
        deadline = time.monotonic() + _START_SECONDS
        while self.is_running():
            if _is_ready(data):
                return True
            if time.monotonic() > deadline:
                self.stop()
                raise LaunchError(f"PostgreSQL took over {_START_SECONDS} s.", log=self.log)
            time.sleep(_POLL_SECONDS)
        if b"could not bind" in self.log.read_bytes()[written:]:
            return False
        raise LaunchError("PostgreSQL ended while it started.", log=self.log)

    def _spawn(
        self, data: Path, account: Account, programs: Path, log: BinaryIO
    ) -> subprocess.Popen[bytes]:
        uid = -1 if account.uid is None else account.uid
        gid = -1 if account.gid is None else account.gid
        port = self._record["port"] if self._record else 0
        bound = [os.getpid(), int(signal.SIGINT), uid, gid]
        settings = postgres_memory(machine_memory())
        program = [str(programs / "postgres"), "-D", str(data), "-p", str(port)]
        program += [f"--{name}={value}" for name, value in settings.items()]
        return subprocess.Popen(  # noqa: S603
            [sys.executable, "-I", "-S", leash.__file__, *map(str, bound), *program],
            cwd="/",
            env=ENVIRONMENT,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )


def _free_port(wanted: int) -> int:
    """Return the wanted loopback port if it is free, else one that is."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", wanted))
        except OSError:
            return _free_port(0)
        return probe.getsockname()[1]


def _is_ready(data: Path) -> bool:
    """Whether the eighth line of postmaster.pid says so, as pg_ctl reads it."""
    try:
        lines = (data / "postmaster.pid").read_text(encoding="utf-8").splitlines()
    except OSError:
        return False
    return len(lines) >= 8 and lines[7].strip() == "ready"  # noqa: PLR2004
