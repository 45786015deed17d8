"""What is told of heartbeats: floor and product beside each other."""

from collections.abc import Sequence
from dataclasses import dataclass

from tests.load.report import Report, Spread, table
from tests.load.service import WORKERS

CONNECTIONS = 16


@dataclass(frozen=True, slots=True)
class Round:
    """One round of either side; CPU in microseconds and WAL in bytes, each per heartbeat."""

    rate: float
    p50_ms: float
    p99_ms: float
    python_cpu: float
    postgres_cpu: float
    client_cpu: float
    client_cores: float
    wal_bytes: float
    hot_share: float
    dead_rows: float


def compose(
    floors: Sequence[Round], products: Sequence[Round], halves: Sequence[Round], *, dead: float
) -> Report:
    """Make the report of what was measured; ``halves`` are paced at half of a product's rate."""
    ratio = Spread(tuple(p.rate / f.rate for f, p in zip(floors, products, strict=True)))
    sides = (("floor", floors), ("product", products), ("half_rate", halves))
    spreads = {
        (side, name): Spread(tuple(getattr(each, name) for each in rounds))
        for side, rounds in sides
        for name in Round.__slots__
    }
    rows = [
        [title, *(spreads[side, name].text(digits) for side, _ in sides)]
        for title, name, digits in _ROWS
    ]
    body = (
        f"{CONNECTIONS} connections, {WORKERS} workers, durable PostgreSQL (fsync,"
        " synchronous_commit); sessions that send a heartbeat every 10 s. Floor: pgbench, the bare"
        " update of the same columns and rows, prepared. Median of"
        f" {len(floors)} rounds, floor, product and product at half of its rate in turn"
        " (least-greatest). At half of its rate, heartbeats come at fixed times, and their latency"
        " counts from these.\n\n"
        + table(["per heartbeat", "floor", "product", "at half of its rate"], rows)
        + f"\n\nThe product reaches **{ratio.text(3)}** of the floor's rate;"
        f" {dead:,.0f} dead rows at the end."
    )
    figures = {
        f"{side}_{figure}": spreads[side, name].median
        for side, _ in sides
        for name, figure in _FIGURES.items()
    }
    return Report(
        name="heartbeats",
        file="ingest",
        title="Ingest: single heartbeats",
        body=body,
        figures=figures | {"product_to_floor_ratio": ratio.median, "dead_rows": dead},
    )


_ROWS = (
    ("rate (1/s)", "rate", 0),
    ("p50 (ms)", "p50_ms", 1),
    ("p99 (ms)", "p99_ms", 1),
    ("CPU of Python (us)", "python_cpu", 0),
    ("CPU of PostgreSQL (us)", "postgres_cpu", 0),
    ("CPU of the load client (us)", "client_cpu", 0),
    ("cores that the client took", "client_cores", 2),
    ("WAL (bytes)", "wal_bytes", 0),
    ("HOT share of updates", "hot_share", 3),
    ("dead rows left", "dead_rows", 3),
)
_FIGURES = {
    "rate": "per_second",
    "p50_ms": "p50_ms",
    "p99_ms": "p99_ms",
    "python_cpu": "python_cpu_us",
    "postgres_cpu": "postgres_cpu_us",
    "client_cpu": "client_cpu_us",
    "client_cores": "client_cores",
    "wal_bytes": "wal_bytes",
    "hot_share": "hot_share",
    "dead_rows": "dead_rows_per_heartbeat",
}
