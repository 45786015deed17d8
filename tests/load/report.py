"""Where benchmarks leave their figures: a table for people and a flat map for programs.

docs/benchmarks.md has a section per benchmark between two markers, rewritten in place;
build/bench/<file>.json maps each figure's name to its number.
"""

import json
import math
import os
import platform
import statistics
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOCUMENT = ROOT / "docs" / "benchmarks.md"
FIGURES = ROOT / "build" / "bench"
_PACKAGES = ("functions-framework", "gunicorn", "uvicorn", "fastapi", "pydantic", "psycopg")
_INTRODUCTION = """\
# Benchmarks

Each section is written by the command it names, which measures floor and product side by side in
one run: the ratios hold on any machine, the rates only on the one named. Nothing here is a timed
test. The same figures are in `build/bench/*.json` after a run.
"""


@dataclass(frozen=True, slots=True)
class Spread:
    """What rounds of one measurement gave."""

    rounds: tuple[float, ...]

    @property
    def median(self) -> float:
        """The figure to quote."""
        return statistics.median(self.rounds)

    def text(self, digits: int = 0) -> str:
        """Return the median with the least and the greatest, if there is more than one."""
        middle = f"{self.median:,.{digits}f}"
        if len(self.rounds) == 1:
            return middle
        return f"{middle} ({min(self.rounds):,.{digits}f}-{max(self.rounds):,.{digits}f})"


@dataclass(frozen=True, slots=True)
class Report:
    """What one benchmark found.

    Args:
        name: Of the section's markers.
        file: Where its figures go, without the suffix; several reports may share one.
        title: Of the section.
        body: The section's tables, in Markdown.
        figures: By name; the name ends in the unit.
    """

    name: str
    file: str
    title: str
    body: str
    figures: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Circumstances:
    """Where and how a benchmark ran: what its rates depend on."""

    command: str
    at: datetime
    machine: str
    versions: str
    load: str

    def text(self) -> str:
        """Return them as Markdown."""
        return (
            f"{self.at:%Y-%m-%d %H:%M} UTC, `{self.command}`  \n"
            f"Machine: {self.machine}; {self.load}  \n"
            f"Versions: {self.versions}"
        )


def circumstances(command: str, postgres: str | None = None) -> Circumstances:
    """Look at the machine; ``postgres`` is the server's version, if one is part of it."""
    gibibytes = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    packages = [f"{name} {_version(name)}" for name in _PACKAGES]
    served = [f"PostgreSQL {postgres}", *packages] if postgres else []
    one, five, _ = os.getloadavg()
    return Circumstances(
        command=command,
        at=datetime.now(UTC),
        machine=f"{cores} cores ({_processor()}), {gibibytes:.0f} GiB, {_system()}",
        versions=", ".join([f"Python {platform.python_version()}", *served]),
        load=f"load average when it began {one:.1f} (1 min), {five:.1f} (5 min)",
    )


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a Markdown table; all columns but the first are numbers.

    Raises:
        ValueError: a row is longer or shorter than the head.
    """
    if any(len(row) != len(head) for row in rows):
        raise ValueError("a row has not as many cells as the head")
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def write_section(report: Report, where: Circumstances, document: Path = DOCUMENT) -> None:
    """Write a report into the document, in place of the last one of its name."""
    text = document.read_text(encoding="utf-8") if document.exists() else _INTRODUCTION
    section = f"## {report.title}\n\n{where.text()}\n\n{report.body.strip()}"
    document.parent.mkdir(parents=True, exist_ok=True)
    document.write_text(with_section(text, report.name, section), encoding="utf-8")


def write_figures(reports: Sequence[Report], folder: Path = FIGURES) -> None:
    """Write the figures of one run: a flat map per file, each name beginning with its report's.

    Raises:
        ValueError: a figure is no finite number.
    """
    files: dict[str, dict[str, float]] = {}
    for report in reports:
        named = {f"{report.name}_{name}": figure for name, figure in report.figures.items()}
        if wrong := [name for name, figure in named.items() if not math.isfinite(figure)]:
            raise ValueError(f"no finite number: {', '.join(wrong)}")
        files.setdefault(report.file, {}).update(named)
    folder.mkdir(parents=True, exist_ok=True)
    for file, figures in files.items():
        text = json.dumps(figures, indent=2, sort_keys=True) + "\n"
        (folder / f"{file}.json").write_text(text, encoding="utf-8")


def with_section(text: str, name: str, section: str) -> str:
    """Return the text with the section between its markers; at the end if it had none."""
    begin, end = f"<!-- bench:{name} -->", f"<!-- /bench:{name} -->"
    marked = f"{begin}\n{section.strip()}\n{end}"
    before, found, rest = text.partition(begin)
    if not found:
        return f"{text.rstrip()}\n\n{marked}\n"
    _, ended, after = rest.partition(end)
    if not ended:
        raise ValueError(f"the section {name} has no end")
    return f"{before}{marked}{after}"


def say(line: str) -> None:
    """Tell the person at the terminal how far it is."""
    sys.stderr.write(f"{datetime.now(UTC):%H:%M:%S} {line}\n")


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "absent"


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    named = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return named[0] if named else platform.machine()


def _system() -> str:
    try:
        name = platform.freedesktop_os_release()["PRETTY_NAME"]
    except (OSError, KeyError):
        name = platform.system()
    return f"{name}, kernel {platform.release()}"
