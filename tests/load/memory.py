"""Memory of the whole `make run`, and how long it takes to start."""

import asyncio
import contextlib
import json
import signal
import sys
import time
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from infra.local.config import ROOT
from infra.local.postgres import EmbeddedPostgres
from infra.local.programs import FUNCTIONS
from tests.load.client import LoadError
from tests.load.report import Report, say, table
from tests.load.service import bare_environment
from tests.load.usage import family, pss_mebibytes

_START_SECONDS = 90
_STOP_SECONDS = 30
_READY = b"Stop "  # begins the last of the three lines that the launcher prints


@dataclass(frozen=True, slots=True)
class Plan:
    """How long to wait before measuring."""

    settle_seconds: float = 10


@dataclass(frozen=True, slots=True)
class Component:
    """A part of the stack: its processes and their memory."""

    processes: int
    pss_mib: float


async def measure_memory(folder: Path, plan: Plan) -> Report:
    """Start a stack in an empty folder, look at it, stop it, and start it once more."""
    data_dir = folder / "data"
    environment = bare_environment(folder) | {"DATA_DIR": str(data_dir), "PORT": "0"}
    try:
        say("memory: starting the whole stack in an empty folder")
        async with _launched(environment) as (pid, first_seconds):
            say(f"memory: ready after {first_seconds:.1f} s; letting it settle")
            await asyncio.sleep(plan.settle_seconds)
            components = _components(pid, data_dir)
        async with _launched(environment) as (_, later_seconds):
            say(f"memory: ready after {later_seconds:.1f} s the second time")
    finally:
        EmbeddedPostgres(data_dir).destroy()
    return compose(components, first_seconds, later_seconds)


@asynccontextmanager
async def _launched(environment: Mapping[str, str]) -> AsyncGenerator[tuple[int, float]]:
    """Run the launcher; give its number and the seconds until it said that all is ready."""
    began = time.perf_counter()
    launcher = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "infra.local", "--leashed"),  # ends with us, however we end
        cwd=ROOT,
        env=environment,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        start_new_session=True,
    )
    try:
        await _wait_until_ready(launcher)
        yield launcher.pid, time.perf_counter() - began
    finally:
        await _stop(launcher)


async def _wait_until_ready(launcher: asyncio.subprocess.Process) -> None:
    said: list[bytes] = []
    if launcher.stdout is None:
        raise LoadError("the launcher has no output")
    async with asyncio.timeout(_START_SECONDS):
        async for line in launcher.stdout:
            said.append(line)
            if line.startswith(_READY):
                return
    raise LoadError(f"the stack did not start:\n{b''.join(said).decode()}")


async def _stop(launcher: asyncio.subprocess.Process) -> None:
    """Ask it to stop everything; a launcher that is killed takes its processes along."""
    for sign in (signal.SIGTERM, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError):
            launcher.send_signal(sign)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_STOP_SECONDS):
                await launcher.wait()
                return


def _components(launcher: int, data_dir: Path) -> dict[str, Component]:
    """Return the parts by name; the launcher's own memory is counted without its children's."""
    record = json.loads((data_dir / "run.json").read_text(encoding="utf-8"))
    pids = {name: family(record[name]["pid"]) for name in ("gateway", "scheduler", *FUNCTIONS)} | {
        "PostgreSQL": family(_postmaster(data_dir)),
        "launcher": [launcher],
    }
    return {name: Component(len(some), pss_mebibytes(some)) for name, some in pids.items()}


def _postmaster(data_dir: Path) -> int:
    record = json.loads((data_dir / "postgres.json").read_text(encoding="utf-8"))
    pid_file = data_dir / record["data"] / "postmaster.pid"
    return int(pid_file.read_text(encoding="utf-8").split("\n", 1)[0])


def compose(
    components: Mapping[str, Component], first_seconds: float, later_seconds: float
) -> Report:
    """Make the report of what was measured."""
    total = Component(
        sum(part.processes for part in components.values()),
        sum(part.pss_mib for part in components.values()),
    )
    parts = sorted(components.items(), key=lambda item: -item[1].pss_mib)
    rows = [
        [name, f"{part.processes}", f"{part.pss_mib:.0f}"]
        for name, part in (*parts, ("**all**", total))
    ]
    body = (
        "The stack as `make run` starts it, idle: proportional set size (what processes share is"
        " counted once), with tiny place databases.\n\n"
        + table(["part", "processes", "memory (MiB)"], rows)
        + f"\n\nReady to be used **{first_seconds:.1f} s** after the first start, which makes the"
        f" database (the virtual environment is there already), and {later_seconds:.1f} s after a"
        " later one."
    )
    figures = {f"{_figure(name)}_pss_mib": part.pss_mib for name, part in components.items()}
    return Report(
        name="memory",
        file="memory",
        title="Memory and start of `make run`",
        body=body,
        figures=figures
        | {
            "total_pss_mib": total.pss_mib,
            "processes": total.processes,
            "first_start_seconds": first_seconds,
            "later_start_seconds": later_seconds,
        },
    )


def _figure(name: str) -> str:
    return name.lower()
