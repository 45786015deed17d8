"""The whole stack as `make run` starts it, with place databases of the tests' own."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Generator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from mmdb_writer import MMDBWriter
from netaddr import IPSet
from playwright.sync_api import Browser, Page, expect, sync_playwright

from infra.local.config import ROOT
from infra.local.postgres import EmbeddedPostgres
from tests.e2e.walking import settle
from tests.unit.demo.places import KNOWN

_STOP_SECONDS = 30
_LONGEST_MS = 20_000

CHROMIUM = next(
    (
        path
        for name in ("chromium", "chromium-browser")
        if (path := Path("/usr/bin", name)).exists()
    ),
    Path("chromium-is-not-installed"),
)
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@dataclass(frozen=True, slots=True)
class Stack:
    """A stack that runs.

    Attributes:
        environment: what another program needs to find it, as in a second shell.
    """

    process: subprocess.Popen[str]
    url: str
    data_dir: Path
    environment: Mapping[str, str]

    @property
    def key(self) -> str:
        return (self.data_dir / "admin.key").read_text(encoding="ascii").strip()

    def stop(self) -> int:
        """Press Ctrl-C and return the exit code."""
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(_STOP_SECONDS)


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Generator[Stack]:
    """Run one stack for all tests that need none of their own and leave nobody playing."""
    yield from running_alone(tmp_path_factory)


@pytest.fixture(scope="module")
def browser() -> Generator[Browser]:
    expect.set_options(timeout=_LONGEST_MS)
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield opened
        opened.close()


@pytest.fixture
def page(browser: Browser, stack: Stack) -> Generator[Page]:
    """Open a page on which an error in the console, or a request elsewhere, fails the test."""
    opened = browser.new_page()
    troubles: list[str] = []
    opened.on("console", lambda m: troubles.append(m.text) if m.type == "error" else None)
    opened.on("pageerror", lambda error: troubles.append(str(error)))
    opened.on(
        "request",
        lambda r: (
            None if r.url.startswith((stack.url, "data:", "blob:")) else troubles.append(r.url)
        ),
    )
    yield opened
    opened.close()
    assert troubles == []


@pytest.fixture
def signed_in(page: Page, stack: Stack) -> Page:
    sign_in(page, stack)
    page.get_by_role("heading", name="Now").wait_for()
    return page


def sign_in(page: Page, stack: Stack, key: str | None = None) -> None:
    """Sign in with a key, the administrator's if none is given."""
    page.goto(stack.url)
    page.get_by_label("API key").fill(key or stack.key)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("navigation").first.wait_for()


def sign_out(page: Page) -> None:
    """Sign out once nothing is asked any more: what is on its way then would be refused."""
    settle(page)
    page.get_by_role("button", name="Sign out").click()
    page.get_by_label("API key").wait_for()


def running_alone(factory: pytest.TempPathFactory) -> Generator[Stack]:
    """Start a stack in a folder of its own that knows places, and leave nothing of it behind."""
    folder = factory.mktemp("stack")
    yield from running(folder, write_places(folder))


def running(folder: Path, places: Mapping[str, str]) -> Generator[Stack]:
    """Start a stack with its state in a folder, and leave nothing of it behind."""
    data_dir, port = folder / "data", free_port()
    environment = {
        **own_environment(folder),
        **places,
        "DATA_DIR": str(data_dir),
        "PORT": str(port),
    }
    with (
        (folder / "errors").open("w", encoding="utf-8") as errors,
        subprocess.Popen(
            [sys.executable, "-m", "infra.local", "--leashed"],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        ) as process,
    ):
        try:
            wait_until_started(process, folder / "errors")
            yield Stack(process, f"http://127.0.0.1:{port}", data_dir, environment)
        finally:
            process.send_signal(signal.SIGTERM)  # nothing happens to one that has ended
            process.communicate(timeout=_STOP_SECONDS)
            EmbeddedPostgres(data_dir).destroy()


def wait_until_started(process: subprocess.Popen[str], errors: Path) -> None:
    """Return once the three lines of a started stack were printed."""
    assert process.stdout is not None
    lines: list[str] = []
    for line in process.stdout:
        lines.append(line)
        if line.startswith("Stop"):
            return
    raise AssertionError("".join(lines) + errors.read_text(encoding="utf-8"))


def own_environment(folder: Path) -> dict[str, str]:
    """Return the environment without settings, which are the developer's and not the test's."""
    config = folder / "config.yaml"
    config.touch()
    ours = ("ANALYTICS_", "REVENGE_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return kept | {"ANALYTICS_CONFIG_PATH": str(config)}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def write_places(folder: Path) -> dict[str, str]:
    """Write a city and an ASN database of the demo's networks; return the settings for them."""
    cities: dict[str, dict[str, Any]] = {}
    systems: dict[str, dict[str, Any]] = {}
    for network, ((country, region, city, latitude, longitude), asn) in KNOWN.items():
        cities[network] = {
            "country_code": country,
            "state1": region,
            "city": city,
            "latitude": latitude,
            "longitude": longitude,
        }
        systems[network] = {
            "autonomous_system_number": asn,
            "autonomous_system_organization": f"Network {asn}",
        }
    return {
        "ANALYTICS_GEOIP_DB_PATH": write(folder / "city.mmdb", "DBIP-City-Lite", cities),
        "ANALYTICS_GEOIP_ASN_DB_PATH": write(folder / "asn.mmdb", "DBIP-ASN-Lite", systems),
    }


def write(path: Path, database_type: str, records: Mapping[str, dict[str, Any]]) -> str:
    writer = MMDBWriter(ip_version=6, ipv4_compatible=True, database_type=database_type)
    for network, record in records.items():
        writer.insert_network(IPSet([network]), record)
    writer.to_db_file(str(path))
    return str(path)
