"""Tell a process from another that got its number later, and end it."""

import os
import signal
import subprocess
import time
from pathlib import Path

_POLL_SECONDS = 0.05


def start_mark(pid: int) -> str | None:
    """Return a text that only this process of this boot has; None when it does not run."""
    stat = Path(f"/proc/{pid}/stat")
    if not Path("/proc/self/stat").exists():
        return _start_mark_by_ps(pid)
    try:
        text = stat.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    fields = text.rpartition(")")[2].split()  # the name before it may hold spaces
    state, start_ticks = fields[0], fields[19]  # proc_pid_stat(5), fields 3 and 22
    if state in "ZX":
        return None
    boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    return f"{boot}:{start_ticks}"


def _start_mark_by_ps(pid: int) -> str | None:
    arguments = ["/bin/ps", "-o", "lstart=", "-p", str(pid)]
    answer = subprocess.run(arguments, capture_output=True, text=True, check=False)  # noqa: S603
    return answer.stdout.strip() or None


def is_running(pid: int, mark: str) -> bool:
    """Whether that very process still runs."""
    return start_mark(pid) == mark


def signal_group(pid: int, signal_number: int) -> bool:
    """Signal a process group by its leader's number; False when none is left."""
    try:
        os.killpg(pid, signal_number)
    except (ProcessLookupError, PermissionError):  # macOS says EPERM of a group of zombies
        return False
    return True


def wait_until_gone(pid: int, mark: str, seconds: float) -> bool:
    """Wait for the end of a process that is not our child."""
    deadline = time.monotonic() + seconds
    while is_running(pid, mark):
        if time.monotonic() > deadline:
            return False
        time.sleep(_POLL_SECONDS)
    return True


def end_process(pid: int, mark: str, *, first: int, grace_seconds: float) -> None:
    """End a process that is not our child: by the first signal, or surely after the grace."""
    if not is_running(pid, mark):
        return
    os.kill(pid, first)
    if not wait_until_gone(pid, mark, grace_seconds):
        os.kill(pid, signal.SIGKILL)
        wait_until_gone(pid, mark, grace_seconds)


def end_left_group(pid: int, mark: str, grace_seconds: float) -> None:
    """End what is left of a process group: its leader, and workers that outlived it.

    While any of a group lives no other process gets its leader's number, so a number that no
    process has still names that group.
    """
    end_process(pid, mark, first=signal.SIGTERM, grace_seconds=grace_seconds)
    if start_mark(pid) is None:
        signal_group(pid, signal.SIGKILL)
