"""What a killed run left of its PostgreSQL server: end it, and forget its number."""

import signal
import subprocess
from pathlib import Path

from infra.local.process_identity import end_process, start_mark

_GRACE_SECONDS = 30


def end_left_server(data: Path) -> None:
    """End the server of a run that was killed, and forget a number that another process got.

    PostgreSQL would refuse to start beside any living process of that number.
    """
    pid_file = data / "postmaster.pid"
    try:
        pid = int(pid_file.read_text(encoding="utf-8").split("\n", 1)[0])
    except (OSError, ValueError):
        return
    if _works_in(pid, data) and (mark := start_mark(pid)):
        end_process(pid, mark, first=signal.SIGINT, grace_seconds=_GRACE_SECONDS)
    pid_file.unlink(missing_ok=True)


def _works_in(pid: int, data: Path) -> bool:
    """Whether a process is this cluster's server: a server's working folder is its data."""
    if Path("/proc/self").exists():
        try:
            return Path(f"/proc/{pid}/cwd").readlink() == data.resolve()
        except OSError:
            return False
    command = ["/bin/ps", "-o", "command=", "-p", str(pid)]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    return str(data) in answer.stdout
