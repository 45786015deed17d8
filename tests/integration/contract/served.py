"""The public functions behind the gateway, each a process of its own, as `make run` has them."""

import os
import socket
import subprocess
import time
from collections.abc import Generator, Mapping
from contextlib import ExitStack, contextmanager
from http import HTTPStatus

import httpx

from infra.local.config import ROOT
from infra.local.ports import ReservedPort
from infra.local.processes import Program
from infra.local.programs import Programs
from infra.openapi import PUBLIC_FUNCTIONS

START_SECONDS = 120
STOP_SECONDS = 30


@contextmanager
def served(given: Mapping[str, str]) -> Generator[str]:
    """Serve the public functions with some settings; yield the gateway's URL."""
    with ExitStack() as stack:
        ports = {name: stack.enter_context(reserved()) for name in PUBLIC_FUNCTIONS}
        listener = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        programs = Programs(bare_environment() | dict(given), ports, ROOT / "functions")
        for name in PUBLIC_FUNCTIONS:
            stack.enter_context(running(programs.function(name)))
        stack.enter_context(running(programs.gateway(listener.fileno())))
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        for path in ("/health/live", "/api/v1/analytics/webhooks"):
            wait_until_answered(url + path)
        yield url


@contextmanager
def reserved() -> Generator[int]:
    port = ReservedPort()
    try:
        yield port.number
    finally:
        port.release()


@contextmanager
def running(program: Program) -> Generator[None]:
    with subprocess.Popen(  # noqa: S603  (our own program)
        program.command,
        cwd=program.folder,
        env=program.environment,
        pass_fds=program.descriptors,
        stdout=subprocess.DEVNULL,
    ) as process:
        try:
            yield
        finally:
            process.terminate()
            process.wait(STOP_SECONDS)


def bare_environment() -> dict[str, str]:
    ours = ("ANALYTICS_", "REVENGE_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return kept | {"PYTHONPATH": str(ROOT)}


def wait_until_answered(url: str) -> None:
    """Wait until a function answers, whatever it says; the gateway says 502 until then."""
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        try:
            if httpx.get(url).status_code != HTTPStatus.BAD_GATEWAY:
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.1)
    raise TimeoutError(url)
