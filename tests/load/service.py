"""The product under load: a durable PostgreSQL of its own and the real ingest function."""

import asyncio
import os
import socket
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import psycopg
from cryptography.fernet import Fernet

from infra.local.config import ROOT
from infra.local.health import wait_until_live
from infra.local.ports import ReservedPort
from infra.local.postgres import EmbeddedPostgres
from infra.local.private_files import write_private
from infra.local.processes import Process
from infra.local.programs import Programs
from shared.domain.keys import new_api_key
from shared.services.prepare import prepare
from shared.settings import Settings, read_settings
from tests.load.report import say
from tests.load.sharing import shared_out
from tests.load.usage import cpu_seconds, family
from tests.places import write_cities, write_systems

WORKERS = 2
KEPT_DAYS = 800
"""More than a benchmark makes: what is kept loses nothing when it is started again."""

_SECRET = "a-secret-of-the-benchmark-0123456789-0123456789"


@dataclass(frozen=True, slots=True)
class Place:
    """A database that is prepared, and how to serve it."""

    settings: Settings
    superuser_url: str
    key: str
    environment: Mapping[str, str]
    postgres_pid: Callable[[], int]
    logs: Path

    @property
    def url(self) -> str:
        """Where the product's role finds its database."""
        return self.settings.revenge_database_url.get_secret_value()

    def postgres_cpu(self) -> float:
        """Return the seconds of CPU that PostgreSQL has used, ended backends included."""
        return cpu_seconds(family(self.postgres_pid()))


@dataclass(frozen=True, slots=True)
class Function:
    """The function, serving."""

    port: int
    pid: int

    def connections(self, count: int) -> list[socket.socket]:
        """Return open connections, shared out among the workers."""
        workers = [pid for pid in family(self.pid) if pid != self.pid]
        return shared_out(self.port, workers, count)

    def cpu(self) -> float:
        """Return the seconds of CPU that its master and its workers have used."""
        return cpu_seconds(family(self.pid))


def bare_environment(folder: Path) -> dict[str, str]:
    """Return our environment without any setting, and with places that need no fetching."""
    config = folder / "config.yaml"
    config.touch()
    ours = ("ANALYTICS_", "REVENGE_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return kept | {
        "ANALYTICS_CONFIG_PATH": str(config),
        "ANALYTICS_GEOIP_DB_PATH": str(write_cities(folder / "city.mmdb")),
        "ANALYTICS_GEOIP_ASN_DB_PATH": str(write_systems(folder / "asn.mmdb")),
    }


@asynccontextmanager
async def prepared_place(folder: Path, *, keep: bool = False) -> AsyncGenerator[Place]:
    """Start a PostgreSQL that loses nothing and prepare it; remove it afterwards, or keep it.

    One that was kept is started again, with the keys that it knows.
    """
    server = EmbeddedPostgres(folder)
    try:
        say("PostgreSQL: making a cluster")
        url = server.start()
        key = _kept(folder / "admin.key", new_api_key())
        environment = bare_environment(folder) | {
            "REVENGE_DATABASE_URL": url,
            "ANALYTICS_CALLER_AUTH": "hmac",
            "ANALYTICS_CALLER_SECRET": _SECRET,
            "ANALYTICS_LIMIT_REQUESTS_PER_MINUTE": "0",
            "ANALYTICS_BOOTSTRAP_API_KEY": key,
            "REVENGE_ENCRYPTION_KEY": _kept(folder / "seal.key", Fernet.generate_key().decode()),
            "PYTHONPATH": str(ROOT),
        }
        if keep:
            environment["ANALYTICS_RETENTION_DAYS"] = str(KEPT_DAYS)
        settings = read_settings(environment, "")
        await prepare(settings)
        _check_durable(server.superuser_dsn)
        pid = _postmaster_pid(server.superuser_dsn)
        yield Place(settings, server.superuser_dsn, key, environment, lambda: pid, folder)
    finally:
        if keep:
            server.stop()
        else:
            server.destroy()


@asynccontextmanager
async def served(
    place: Place, workers: int = WORKERS, name: str = "ingest_session"
) -> AsyncGenerator[Function]:
    """Serve a function as its container does, with some workers; end it afterwards."""
    async with AsyncExitStack() as stack:
        port = ReservedPort()
        stack.callback(port.release)
        programs = Programs(place.environment, {name: port.number}, ROOT / "functions")
        program = programs.function(name)
        program = replace(program, environment={**program.environment, "WORKERS": str(workers)})
        process = Process(program, logs=place.logs, record=_forget, say=say)
        stack.push_async_callback(_stop, process)
        await process.keep_running()
        await wait_until_live(process, port.number)
        if process.pid is None:
            raise RuntimeError("the function ended at once")
        yield Function(port.number, process.pid)


def _kept(file: Path, new: str) -> str:
    """Return the key in a file: the one that the database of a folder knows, or a new one."""
    if not file.exists():
        write_private(file, new)
    return file.read_text(encoding="utf-8").strip()


def _forget(_name: str, _pid: int) -> None:
    """Keep no record: a benchmark that is killed takes its processes along."""


async def _stop(process: Process) -> None:
    await process.stop(8, asyncio.Event())


def _check_durable(url: str) -> None:
    """Refuse to measure a server that may lose what it acknowledged."""
    with psycopg.connect(url) as connection:
        for name in ("fsync", "synchronous_commit", "full_page_writes"):
            row = connection.execute("SELECT current_setting(%s)", (name,)).fetchone()
            if row != ("on",):
                raise RuntimeError(f"{name} is not on")


def _postmaster_pid(url: str) -> int:
    with psycopg.connect(url) as connection:
        text = connection.execute("SELECT pg_read_file('postmaster.pid')").fetchone()
    if text is None:
        raise RuntimeError("PostgreSQL has no number")
    return int(str(text[0]).split("\n", 1)[0])
