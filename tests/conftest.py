"""What all tests share: an embedded PostgreSQL, and the functions as the framework serves them."""

import asyncio
import os
import shutil
import sys
import tempfile
from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import AsyncExitStack
from functools import cache
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import hypothesis
import psycopg
import pytest
from functions_framework import aio
from psycopg import AsyncConnection, sql
from psycopg.rows import DictRow, dict_row
from starlette.applications import Starlette
from testcontainers.community.postgres import PostgresContainer

from infra.local.postgres import EmbeddedPostgres
from shared import settings as settings_module
from shared.domain.keys import new_api_key
from shared.http.service import Service
from shared.services.prepare import prepare
from shared.settings import Settings, read_settings
from shared.store.database import Database
from shared.tasks.caller import caller_token
from tests.places import write_cities, write_systems

ROOT = Path(__file__).parents[1]
CALLER_SECRET = "a-secret-that-only-tests-know-of-0123456789"
ENCRYPTION_KEY = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="
ADMIN_KEY = new_api_key()
MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of our own is made in it
ROOM = 4 * 1024**3
FOLDER = "-revenge-tests-"

# How long an example takes says how busy the machine is, and nothing of what is tested.
hypothesis.settings.register_profile(
    "tests", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("tests")

# The framework leaves its parameters untyped.
create_asgi_app: Callable[[str, str], Starlette] = vars(aio)["create_asgi_app"]


@pytest.fixture(scope="session")
def data_dir() -> Generator[Path]:
    """Make a folder for a PostgreSQL, in memory where the machine has room for it there.

    Every test has a database of its own: on a disk, making and dropping it is half of a test.
    """
    in_memory = MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOM
    parent = MEMORY if in_memory else Path(tempfile.gettempdir())
    remove_left_behind(parent)
    with tempfile.TemporaryDirectory(f"{FOLDER}{os.getpid()}", dir=parent) as name:
        folder = Path(name)
        folder.chmod(0o755)  # started by root, PostgreSQL runs as another user
        yield folder


def remove_left_behind(parent: Path) -> None:
    """Remove the folders of tests that were killed: nobody else gives their memory back."""
    for left in parent.glob(f"*{FOLDER}*"):
        if not Path("/proc", left.name.rpartition("-")[2]).exists():
            shutil.rmtree(left, ignore_errors=True)


@pytest.fixture(scope="session")
def server_url(data_dir: Path) -> Generator[str]:
    """Run one PostgreSQL for the tests of this process: embedded, or in a container if asked."""
    if os.environ.get("TEST_DATABASE") == "container":
        with PostgresContainer("postgres:18", driver=None) as container:
            yield container.get_connection_url()
        return
    server = EmbeddedPostgres(data_dir, durable=False)
    yield server.start()
    server.destroy()


@pytest.fixture(scope="session")
def places(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Write a city and an ASN database of a few networks; return their paths."""
    folder = tmp_path_factory.mktemp("places")
    return write_cities(folder / "city.mmdb"), write_systems(folder / "asn.mmdb")


def environment(url: str, places: tuple[Path, Path] | None = None) -> dict[str, str]:
    known = {}
    if places is not None:
        known = {
            "ANALYTICS_GEOIP_DB_PATH": str(places[0]),
            "ANALYTICS_GEOIP_ASN_DB_PATH": str(places[1]),
        }
    return known | {
        "REVENGE_DATABASE_URL": url,
        "REVENGE_ENCRYPTION_KEY": ENCRYPTION_KEY,
        "ANALYTICS_CALLER_AUTH": "hmac",
        "ANALYTICS_CALLER_SECRET": CALLER_SECRET,
        "ANALYTICS_BOOTSTRAP_API_KEY": ADMIN_KEY,
        "ANALYTICS_LOG_LEVEL": "WARNING",
    }


@pytest.fixture(scope="session")
def template(server_url: str) -> str:
    """Name a database that is prepared, for others to be made from."""
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute("CREATE DATABASE prepared")
    url = database_named(server_url, "prepared")
    asyncio.run(prepare(read_settings(environment(url), "")))
    return "prepared"


@pytest.fixture
def database_url(server_url: str, template: str) -> Generator[str]:
    """Make a fresh, prepared database for one test and remove it afterwards."""
    name = f"test_{uuid4().hex}"
    clone(server_url, template, name)
    yield database_named(server_url, name)
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture(scope="session")
def common_url(server_url: str, template: str) -> str:
    """Make a prepared database for all tests whose transactions are rolled back."""
    clone(server_url, template, "common")
    return database_named(server_url, "common")


@pytest.fixture
async def connection(common_url: str) -> AsyncGenerator[AsyncConnection[DictRow]]:
    """Open a transaction that is rolled back after the test: the fast way to a database."""
    async with await AsyncConnection[DictRow].connect(common_url, row_factory=dict_row) as opened:
        yield opened
        await opened.rollback()


@pytest.fixture(scope="module")
def loop() -> Generator[asyncio.Runner]:
    """Run the examples of a property one after the other in one event loop."""
    with asyncio.Runner() as runner:
        yield runner


@pytest.fixture
def settings(database_url: str, places: tuple[Path, Path]) -> Settings:
    return read_settings(environment(database_url, places), "")


@pytest.fixture
async def database(settings: Settings) -> AsyncGenerator[Database]:
    opened = Database(settings)
    await opened.open()
    yield opened
    await opened.close()


class Function:
    """One of the six functions, served by the functions framework, as a client sees it."""

    def __init__(self, name: str, client: httpx.AsyncClient) -> None:
        self.name = name
        self.client = client
        self.key = ADMIN_KEY

    async def call(self, method: str, path: str, **options: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.key}"} | options.pop("headers", {})
        return await self.client.request(method, path, headers=headers, **options)

    async def job(self, path: str, **headers: str) -> httpx.Response:
        token = caller_token(self.name, CALLER_SECRET)
        return await self.call("POST", path, headers={"Authorization": f"Bearer {token}"} | headers)


@pytest.fixture
async def functions(
    database_url: str, places: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> AsyncGenerator[Callable[[str], Function]]:
    """Give access to functions by name, all on the test's own database."""
    for name in list(os.environ):
        if name.startswith(("ANALYTICS_", "REVENGE_")):
            monkeypatch.delenv(name)
    for name, value in environment(database_url, places).items():
        monkeypatch.setenv(name, value)
    settings_module.settings.cache_clear()
    clients: dict[str, Function] = {}
    async with AsyncExitStack() as stack:

        def function(name: str) -> Function:
            if name not in clients:
                app, service = load(name)
                transport = httpx.ASGITransport(app=app)
                client = httpx.AsyncClient(transport=transport, base_url="http://test")
                stack.push_async_callback(client.aclose)
                stack.push_async_callback(service.close)
                clients[name] = Function(name, client)
            return clients[name]

        yield function
    settings_module.settings.cache_clear()


@cache
def load(name: str) -> tuple[Starlette, Service]:
    """Load a function, once a process: to make its routes takes longer than most tests.

    All that it knows of settings, it learns anew with the first request after it was closed.
    """
    app = create_asgi_app(name, str(ROOT / "functions" / name / "main.py"))
    return app, vars(sys.modules["main"])["_service"]


def clone(server_url: str, template: str, name: str) -> None:
    """Make a database from another: copied as files, which takes half as long as through the WAL."""
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy").format(
                sql.Identifier(name), sql.Identifier(template)
            )
        )


def database_named(url: str, name: str) -> str:
    return url.rpartition("/")[0] + "/" + name
