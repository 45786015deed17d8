"""`make bench`: measure the product and the floor it stands on, and write down what was found.

    python -m tests.load.bench [--quick] [--rounds N] [--seconds S] [PART ...]

`make bench-ingest` measures heartbeats and batches alone. Talks to loopback only, starts its own
PostgreSQL and removes it, takes some ten minutes.
"""

import argparse
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import uvloop

from infra.local.problem import LaunchError
from tests.load import batches, heartbeats, memory, sources
from tests.load.report import (
    Report,
    circumstances,
    say,
)
from tests.load.runs import publish, run_until_stopped, version_of
from tests.load.service import prepared_place

PARTS = ("heartbeats", "batches", "sources", "memory")


@dataclass(frozen=True, slots=True)
class Plan:
    """What to measure, and for how long."""

    parts: tuple[str, ...]
    heartbeats: heartbeats.Plan
    batches: batches.Plan
    sources: sources.Plan
    memory: memory.Plan
    output: Path | None


def read_plan(arguments: Sequence[str]) -> Plan:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(PARTS)}; all")
    parser.add_argument("--quick", action="store_true", help="a smoke run of a few seconds")
    parser.add_argument("--rounds", type=int, default=3, help="of floor and product in turn")
    parser.add_argument("--seconds", type=float, default=10, help="that a round of either takes")
    parser.add_argument("--output", type=Path, help="a folder to write to instead of the project")
    given = parser.parse_args(arguments)
    if unknown := set(given.parts) - set(PARTS):
        parser.error(f"no such part: {', '.join(sorted(unknown))}")
    parts = tuple(part for part in PARTS if part in (given.parts or PARTS))
    if given.quick:
        return Plan(
            parts,
            heartbeats.Plan(rounds=1, seconds=2, warm_up_seconds=1, sessions=1_000),
            batches.Plan(rounds=1, batches=1),
            sources.Plan(servers=3, seconds=5, items=1_000),
            memory.Plan(settle_seconds=1),
            given.output,
        )
    return Plan(
        parts,
        heartbeats.Plan(rounds=given.rounds, seconds=given.seconds),
        batches.Plan(rounds=given.rounds),
        sources.Plan(),
        memory.Plan(),
        given.output,
    )


async def measure(plan: Plan, command: str, folder: Path) -> None:
    """Measure part after part, and write down each as soon as it is done."""
    reports: list[Report] = []
    async with prepared_place(folder) as place:
        where = circumstances(command, version_of(place))
        if "heartbeats" in plan.parts:
            reports.append(await heartbeats.measure_heartbeats(place, plan.heartbeats))
            publish(reports, where, plan.output)
        if "batches" in plan.parts:
            reports.append(await batches.measure_batches(place, plan.batches))
            publish(reports, where, plan.output)
        if "sources" in plan.parts:
            reports.append(await sources.measure_sources(place, plan.sources))
            publish(reports, where, plan.output)
    if "memory" in plan.parts:
        reports.append(await memory.measure_memory(folder, plan.memory))
        publish(reports, where, plan.output)


def _command(arguments: Sequence[str]) -> str:
    """Return how a person would ask for the same."""
    ingest = list(arguments[:2]) == ["heartbeats", "batches"]
    target, rest = ("bench-ingest", arguments[2:]) if ingest else ("bench", arguments)
    return f'make {target} BENCH_ARGS="{" ".join(rest)}"' if rest else f"make {target}"


def main(arguments: Sequence[str]) -> int:
    """Measure; return the exit code."""
    plan = read_plan(arguments)
    command = _command(arguments)
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        folder.chmod(0o755)  # started by root, PostgreSQL is another user's, and must reach it
        try:
            return run_until_stopped(measure(plan, command, folder), uvloop.run)
        except LaunchError as error:
            say(f"Error: {error}")
            return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
