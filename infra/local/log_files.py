"""The logs in DATA_DIR: appended to, never without limit, and read from their end."""

import contextlib
from pathlib import Path
from typing import BinaryIO

_LARGEST = 5 * 1024 * 1024


def open_log(path: Path) -> BinaryIO:
    """Open a log for appending; what grew too large is kept once, as `.log.1`."""
    with contextlib.suppress(FileNotFoundError):
        if path.stat().st_size > _LARGEST:
            path.replace(path.with_suffix(".log.1"))
    return path.open("ab")


def last_lines(log: Path, count: int = 15) -> list[str]:
    """Return the last lines that hold anything; none if the log cannot be read."""
    try:
        text = log.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return []
    return [line for line in text.splitlines() if line.strip()][-count:]
