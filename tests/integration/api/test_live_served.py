"""The live stream as a container serves it: it ends with the server, which waits for no stream."""

import os
import subprocess
import time
from collections.abc import Generator
from pathlib import Path

import httpx
import pytest

from infra.local.config import ROOT
from infra.local.ports import ReservedPort
from infra.local.programs import Programs
from tests.conftest import ADMIN_KEY, environment
from tests.integration.api.listener import LIVE

START_SECONDS = 60
# Gunicorn kills a worker that has not ended after 30 s.
STOP_SECONDS = 15


@pytest.fixture
def server(
    database_url: str, places: tuple[Path, Path]
) -> Generator[tuple[str, subprocess.Popen[bytes]]]:
    """Serve api in a process of its own."""
    port = ReservedPort()
    ours = ("ANALYTICS_", "REVENGE_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    given = {**kept, **environment(database_url, places), "PYTHONPATH": str(ROOT)}
    program = Programs(given, {"api": port.number}, ROOT / "functions").function("api")
    with subprocess.Popen(  # noqa: S603  (our own program)
        program.command, cwd=program.folder, env=program.environment
    ) as process:
        try:
            url = f"http://127.0.0.1:{port.number}"
            wait_until_live(url)
            yield url, process
        finally:
            process.kill()
            port.release()


def wait_until_live(url: str) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        try:
            if httpx.get(f"{url}/health/live").is_success:
                return
        except httpx.HTTPError:
            time.sleep(0.1)
    raise TimeoutError(url)


def test_a_stream_ends_whole_when_the_server_is_told_to_stop(
    server: tuple[str, subprocess.Popen[bytes]],
) -> None:
    url, process = server
    headers = {"Authorization": f"Bearer {ADMIN_KEY}"}
    with httpx.stream("GET", url + LIVE, headers=headers, timeout=START_SECONDS) as answer:
        assert answer.status_code == 200
        lines = answer.iter_lines()
        while next(lines) != "event: snapshot":
            pass
        process.terminate()
        began = time.monotonic()
        rest = list(lines)  # raises if the answer is cut off
        assert time.monotonic() - began < STOP_SECONDS
        assert not any(line.startswith("event:") for line in rest)
    assert process.wait(STOP_SECONDS) == 0
