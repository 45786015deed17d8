"""`make bench-detection`: how good the rules are, beside the plain ones that peers use.

    python -m tests.simulation.people.bench [--people N] [--seeds S ...] [--output FOLDER]

Simulates N people for each seed, looks at each with every rule, and writes the table into
docs/detection.md and the figures to build/bench/detection.json. Opens no connection.
"""

import argparse
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from tests.load.report import (
    FIGURES,
    ROOT,
    circumstances,
    say,
    write_figures,
    write_section,
)
from tests.simulation.people.judging import Judged, judge
from tests.simulation.people.tally import compose

DOCUMENT = ROOT / "docs" / "detection.md"
SEEDS = (2, 3, 4)
"""Seed 1 is the one that parameters were set on; it is not among those that are reported."""

PEOPLE = 7_000
_LOT = 50
_PROCESSES = 2


@dataclass(frozen=True, slots=True)
class Plan:
    """How many people to simulate for each seed, and where to write to."""

    people: int
    seeds: tuple[int, ...]
    output: Path | None


def read_plan(arguments: Sequence[str]) -> Plan:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="make bench-detection", description=__doc__)
    parser.add_argument("--people", type=int, default=PEOPLE, help="for each seed")
    parser.add_argument("--seeds", type=int, nargs="+", default=SEEDS)
    parser.add_argument("--output", type=Path, help="a folder to write to instead of the project")
    given = parser.parse_args(arguments)
    return Plan(given.people, tuple(given.seeds), given.output)


def judge_all(seed: int, people: int, pool: ProcessPoolExecutor) -> list[Judged]:
    """Judge the people of one seed, telling how far it is."""
    began, told, judged = time.monotonic(), 0, list[Judged]()
    for one in pool.map(partial(judge, seed), range(people), chunksize=_LOT):
        judged.append(one)
        if len(judged) * 10 // people > told:
            told = len(judged) * 10 // people
            rate = len(judged) / (time.monotonic() - began)
            say(f"seed {seed}: {len(judged):,} of {people:,} people, {rate:,.0f} a second")
    return judged


def main(arguments: Sequence[str]) -> int:
    """Simulate, judge and write down; return the exit code."""
    plan = read_plan(arguments)
    where = circumstances(_command(plan))
    with ProcessPoolExecutor(max_workers=_PROCESSES) as pool:
        by_seed = {seed: judge_all(seed, plan.people, pool) for seed in plan.seeds}
    report = compose(by_seed)
    write_figures([report], plan.output or FIGURES)
    write_section(report, where, DOCUMENT if plan.output is None else plan.output / DOCUMENT.name)
    sys.stdout.write(f"\n{report.title}\n\n{report.body}\n\n")
    return 0


def _command(plan: Plan) -> str:
    """Return how a person would ask for the same people."""
    given = [f"--people {plan.people}"] if plan.people != PEOPLE else []
    if plan.seeds != SEEDS:
        given.append(f"--seeds {' '.join(map(str, plan.seeds))}")
    return (
        f'make bench-detection BENCH_ARGS="{" ".join(given)}"' if given else "make bench-detection"
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
