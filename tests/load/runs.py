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

Measure = Callable[[Place, argparse.Namespace], Awaitable[Report]]


def parser_of(
    target: str, description: str | None, *, keeps: bool = False
) -> argparse.ArgumentParser:
    """Return a parser of a target's arguments, with those that they share.

    All have `--output`; those that ask much of what takes long to make have `--keep`.
    """
    parser = argparse.ArgumentParser(prog=f"make {target}", description=description)
    parser.set_defaults(keep=None)
    parser.add_argument("--output", type=Path, help="a folder to write to instead of the project")
    if keeps:
        parser.add_argument("--keep", type=Path, help="a folder for PostgreSQL, to ask again later")
    return parser


def run_alone(parser: argparse.ArgumentParser, arguments: Sequence[str], measure: Measure) -> int:
    """Measure what the arguments say, in a PostgreSQL that is removed afterwards, unless kept.

    Returns the exit code.
    """
    given = parser.parse_args(arguments)
    command = f'{parser.prog} BENCH_ARGS="{" ".join(arguments)}"' if arguments else parser.prog
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder: Path = given.keep or Path(name)
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o755)  # started by root, PostgreSQL is another user's, and must reach it
        return run_until_stopped(_measure(command, folder, measure, given), asyncio.run)


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


async def _measure(command: str, folder: Path, measure: Measure, given: argparse.Namespace) -> None:
    async with prepared_place(folder, keep=given.keep is not None) as place:
        where = circumstances(command, version_of(place))
        report = await measure(place, given)
    publish([report], where, given.output)


async def _until_done_or_stopped(run: Coroutine[None, None, None]) -> None:
    work = asyncio.create_task(run)
    loop = asyncio.get_running_loop()
    for sign in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(sign, work.cancel)
    await work
