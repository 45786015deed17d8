"""How much memory the machine has, and what of it PostgreSQL is given."""

import os
from collections.abc import Mapping
from pathlib import Path

# What a container may take, of cgroup v2; "max" where nothing limits it.
_LIMIT = Path("/sys/fs/cgroup/memory.max")
_SHARE = 8
_LEAST = 128
_MEBIBYTE = 2**20


def machine_memory(limit: Path = _LIMIT) -> int:
    """Return the bytes of memory that the machine has, or that its container may take.

    Args:
        limit: the file that says what the container may take, if there is one.
    """
    installed = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    try:
        allowed = limit.read_text(encoding="ascii").strip()
    except OSError:
        return installed
    return min(installed, int(allowed)) if allowed.isdigit() else installed


def postgres_memory(memory: int) -> Mapping[str, str]:
    """Return the settings of PostgreSQL that depend on the machine's memory.

    An eighth is its own: half of what its manual advises where nothing else runs, since here a
    media server may. It takes it only as there is data to fill it with. Another three eighths it
    may hope to find in the system's cache of files.

    Args:
        memory: bytes.
    """
    own = max(_LEAST, memory // _SHARE // _MEBIBYTE)
    return {"shared_buffers": f"{own}MB", "effective_cache_size": f"{4 * own}MB"}
