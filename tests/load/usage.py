"""What processes use, as Linux tells it in /proc (proc_pid_stat(5), proc_pid_smaps(5))."""

import os
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

_PROC = Path("/proc")
_TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")


def family(pid: int) -> list[int]:
    """Return a process and all its descendants."""
    children: defaultdict[int, list[int]] = defaultdict(list)
    for folder in _PROC.iterdir():
        if folder.name.isdecimal() and (fields := _stat(int(folder.name))) is not None:
            children[int(fields[1])].append(int(folder.name))
    found = [pid]
    for member in found:  # grows while it is walked
        found.extend(children[member])
    return found


def cpu_seconds(pids: Iterable[int]) -> float:
    """Return the CPU time of processes and of those of their children that have ended."""
    ticks = 0
    for pid in pids:
        if (fields := _stat(pid)) is not None:
            ticks += sum(int(field) for field in fields[11:15])
    return ticks / _TICKS_PER_SECOND


def pss_mebibytes(pids: Iterable[int]) -> float:
    """Return the memory of processes, what several share counted in proportion."""
    return sum(_pss_kibibytes(pid) for pid in pids) / 1024


def _stat(pid: int) -> list[str] | None:
    """Return the fields from the third, the state, on; None if there is no such process."""
    try:
        text = (_PROC / str(pid) / "stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    return text.rpartition(")")[2].split()  # the name before it may hold spaces


def _pss_kibibytes(pid: int) -> int:
    try:
        text = (_PROC / str(pid) / "smaps_rollup").read_text(encoding="ascii")
    except OSError:
        return 0
    return sum(int(line.split()[1]) for line in text.splitlines() if line.startswith("Pss:"))
