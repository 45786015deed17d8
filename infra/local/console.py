"""What the person at the terminal sees: few lines, and a moving one while something takes long."""

import contextlib
import time
from collections.abc import Generator

from rich.console import Console as RichConsole

from infra.local.log_files import last_lines
from infra.local.problem import LaunchError


class Console:
    """Prints whole lines; nothing it cannot print ever stops the stack."""

    def __init__(self) -> None:
        self._rich = RichConsole(soft_wrap=True, highlight=False, markup=False, emoji=False)

    def say(self, line: str) -> None:
        """Print one line."""
        with contextlib.suppress(OSError):  # nobody listens any more
            self._rich.print(line)

    def fail(self, error: LaunchError) -> None:
        """Print what is wrong, below the last lines of the log that explains it."""
        if error.log is not None:
            for line in last_lines(error.log):
                self.say(f"  | {line}")
            self.say(f"  (from {error.log})")
        self.say(f"Error: {error.message}")

    @contextlib.contextmanager
    def step(self, label: str) -> Generator[None]:
        """Show that a step is going on; once done, say so if it took over a second."""
        started = time.monotonic()
        status = self._rich.status(label)
        with contextlib.suppress(OSError):
            status.start()
        try:
            yield
        finally:
            with contextlib.suppress(OSError):
                status.stop()
        seconds = time.monotonic() - started
        if seconds >= 1:
            self.say(f"{label} ... {seconds:.0f} s")
