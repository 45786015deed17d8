"""pgbench, PostgreSQL's own load generator, from the embedded PostgreSQL's programs."""

import asyncio
import re
import resource
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from infra.local.postgres_home import account_for, programs_folder
from tests.load.client import LoadError

_RATE = re.compile(r"^tps = ([0-9.]+)", re.MULTILINE)
_DONE = re.compile(r"^number of transactions actually processed: (\d+)", re.MULTILINE)
_FAILED = re.compile(r"^number of failed transactions: (\d+)", re.MULTILINE)
_SAMPLED = 0.1
_THREADS = 2


@dataclass(frozen=True, slots=True)
class Floor:
    """What a run of pgbench did."""

    rate: float
    transactions: int
    latencies: list[float]  # seconds, in order of size, of a tenth of the transactions
    client_cpu: float


async def run_pgbench(
    url: str,
    script: str,
    variables: Mapping[str, str],
    *,
    folder: Path,
    clients: int,
    seconds: float,
) -> Floor:
    """Run a script with prepared statements for a while.

    Raises:
        LoadError: pgbench failed, or a transaction did.
    """
    program = programs_folder(account_for(None)) / "pgbench"
    file = folder / "floor.sql"
    file.write_text(script, encoding="utf-8")
    defined = [f"--define={name}={value}" for name, value in variables.items()]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    child = await asyncio.create_subprocess_exec(
        *(str(program), "--no-vacuum", "--protocol=prepared", f"--file={file}"),
        *(f"--client={clients}", f"--jobs={_THREADS}", f"--time={max(1, round(seconds))}"),
        *("--log", f"--log-prefix={folder / 'pgbench'}", f"--sampling-rate={_SAMPLED}"),
        *defined,
        url,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        out, err = await child.communicate()
    finally:
        if child.returncode is None:
            child.kill()
            await child.wait()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    text = out.decode()
    rate, done, failed = _RATE.search(text), _DONE.search(text), _FAILED.search(text)
    if child.returncode or not rate or not done or (failed and failed[1] != "0"):
        raise LoadError(f"pgbench failed: {text}{err.decode()}")
    return Floor(
        rate=float(rate[1]),
        transactions=int(done[1]),
        latencies=_read_logs(folder),
        client_cpu=after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime,
    )


def _read_logs(folder: Path) -> list[float]:
    """Read and remove the logs: the third field of each line is microseconds."""
    latencies: list[float] = []
    for log in folder.glob("pgbench.*"):
        lines = log.read_text(encoding="ascii").splitlines()
        latencies.extend(int(line.split()[2]) / 1e6 for line in lines)
        log.unlink()
    return sorted(latencies)
