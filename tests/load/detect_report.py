"""What `make bench-detect-speed` found, in tables and figures."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from tests.load.past import DAYS, Past
from tests.load.report import Report, Spread, table

PROCESSES = 2
DIRTY = 1_000


@dataclass(frozen=True, slots=True)
class Backtested:
    """What a backtest of all rules over the past of some people took."""

    sessions: int
    bare_seconds: float
    seconds: float
    memory: float
    cpu: float
    postgres_cpu: float
    cases: Counter[str]

    @property
    def ratio(self) -> float:
        """Return the time beside that of the bare query."""
        return self.seconds / self.bare_seconds


@dataclass(frozen=True, slots=True)
class Swept:
    """Seconds that a sweep took, and PostgreSQL to read the same people's rows."""

    read_all: float
    read_recent: float
    sweep: float


def compose(past: Past, swept: Sequence[Swept], points: Sequence[Backtested]) -> Report:
    """Write the tables, and the figures by name."""
    whole = points[-1]
    sweep, read_all, read_recent = (
        Spread(tuple(getattr(one, name) for one in swept))
        for name in ("sweep", "read_all", "read_recent")
    )
    found = ", ".join(f"{count:,} {name}" for name, count in sorted(whole.cases.items()))
    body = f"""\
{past.sessions:,} sessions of {past.people:,} people over {DAYS} days (`tests/load/past.py` says how
they live), durable PostgreSQL, all six rules as they are seeded. Backtests run in {PROCESSES}
processes; the bare query is impossible travel as one would write it by hand (`lag` and haversine),
with the parallel workers that PostgreSQL gives it.

{_backtest_table(points)}

The whole history takes **{whole.ratio:.2f} times** the bare query, for all six rules, at
{whole.memory:,.0f} MiB for both processes; {whole.cpu:,.1f} s of CPU in Python and
{whole.postgres_cpu:,.1f} s in PostgreSQL. It would open {found or "no case"}.

{_sweep_table(sweep, read_all, read_recent)}

The sweep takes **{sweep.median / read_all.median:.2f} times** what PostgreSQL needs to read all
rows of these people, and {sweep.median / read_recent.median:.1f} times what it needs for those of the
past two days, which is as far as the rules look back."""
    figures = {
        "sessions": past.sessions,
        "bare_seconds": whole.bare_seconds,
        "backtest_seconds": whole.seconds,
        "backtest_ratio": whole.ratio,
        "backtest_memory_mebibytes": whole.memory,
        "sweep_seconds": sweep.median,
        "sweep_read_all_seconds": read_all.median,
        "sweep_read_recent_seconds": read_recent.median,
        "sweep_ratio": sweep.median / read_all.median,
    }
    for point in points:
        rate = point.seconds / point.sessions * 1e6
        figures[f"backtest_{point.sessions}_seconds_per_million"] = rate
    return Report("detect-speed", "detect-speed", "Detection: the speed", body, figures)


def _backtest_table(points: Sequence[Backtested]) -> str:
    return table(
        [
            "backtest of all rules",
            "bare query (s)",
            "six rules (s)",
            "ratio",
            "s per million",
            "MiB",
        ],
        [
            [
                f"{point.sessions:,} sessions",
                f"{point.bare_seconds:,.2f}",
                f"{point.seconds:,.2f}",
                f"{point.ratio:.2f}",
                f"{point.seconds / point.sessions * 1e6:.2f}",
                f"{point.memory:,.0f}",
            ]
            for point in points
        ],
    )


def _sweep_table(sweep: Spread, read_all: Spread, read_recent: Spread) -> str:
    return table(
        [f"{DIRTY:,} people", "seconds"],
        [
            ["PostgreSQL reads all of their rows", read_all.text(3)],
            ["PostgreSQL reads those of two days", read_recent.text(3)],
            ["a sweep: reading, six rules, cases, ledger, outbox", sweep.text(3)],
        ],
    )
