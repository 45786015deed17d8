"""Run the whole stack on this machine: `make run`, or `python -m infra.local`."""

import asyncio
import os
import signal
import sys

from infra.local.config import read_config
from infra.local.console import Console
from infra.local.launcher import launch
from infra.local.leash import end_with_parent
from infra.local.problem import LaunchError


def main(arguments: list[str]) -> int:
    """Run until stopped; return the exit code. `--leashed`: end when the caller (make) ends."""
    console = Console()
    try:
        if "--leashed" in arguments:
            end_with_parent(os.getppid(), signal.SIGTERM)
        asyncio.run(launch(read_config(), console))
    except LaunchError as error:
        console.fail(error)
        return 1
    except OSError as error:  # a full disk, a file of another user's
        console.fail(LaunchError(f"{error}."))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
