"""Benchmarks that are run alone, each in a PostgreSQL of its own, and where their report goes."""

import argparse
import asyncio
import signal
import sys
import tempfile
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from pathlib import Path

import psycopg

from tests.load.client import LoadError
from tests.load.report import (
    DOCUMENT,
    FIGURES,
    Circumstances,
    Report,
    circumstances,
    say,
    write_figures,
    write_section,
)
from tests.load.service import Place, prepared_place

Measure = Callable[[Place], Awaitable[Report]]


def parser_of(target: str, description: str | None) -> argparse.ArgumentParser:
    """Return a parser of a target's arguments, with the one that they all have: `--output`."""
    parser = argparse.ArgumentParser(prog=f"make {target}", description=description)
    parser.add_argument("--output", type=Path, help="a folder to write to instead of the project")
    return parser


def run_alone(
    target: str,
    arguments: Sequence[str],
    measure: Measure,
    *,
    output: Path | None,
    keep: Path | None = None,
) -> int:
    """Measure in a PostgreSQL that is removed afterwards, or kept in a folder; return the exit code."""
    command = f'make {target} BENCH_ARGS="{" ".join(arguments)}"' if arguments else f"make {target}"
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = keep or Path(name)
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o755)  # started by root, PostgreSQL is another user's, and must reach it
        work = _measure(command, folder, measure, output, keep=keep is not None)
        return run_until_stopped(work, asyncio.run)


def run_until_stopped(
    work: Coroutine[None, None, None], run: Callable[[Coroutine[None, None, None]], None]
) -> int:
    """Run until it is done, fails or is told to stop; return the exit code."""
    try:
        run(_until_done_or_stopped(work))
    except LoadError as error:
        say(f"Error: {error}")
        return 1
    except asyncio.CancelledError:
        say("Stopped.")
        return 1
    return 0


def publish(reports: Sequence[Report], where: Circumstances, output: Path | None) -> None:
    """Write down the latest report, and the figures of all so far; tell who waits."""
    latest = reports[-1]
    write_figures(reports, output or FIGURES)
    write_section(latest, where, DOCUMENT if output is None else output / DOCUMENT.name)
    sys.stdout.write(f"\n{latest.title}\n\n{latest.body}\n\n")


def version_of(place: Place) -> str:
    """Return which PostgreSQL serves a place."""
    with psycopg.connect(place.url) as connection:
        row = connection.execute("SHOW server_version").fetchone()
    return str(row[0]) if row else "unknown"


async def _measure(
    command: str, folder: Path, measure: Measure, output: Path | None, *, keep: bool
) -> None:
    async with prepared_place(folder, keep=keep) as place:
        where = circumstances(command, version_of(place))
        report = await measure(place)
    publish([report], where, output)


async def _until_done_or_stopped(run: Coroutine[None, None, None]) -> None:
    work = asyncio.create_task(run)
    loop = asyncio.get_running_loop()
    for sign in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(sign, work.cancel)
    await work
