"""The one error that the launcher shows to a person instead of a traceback."""

from pathlib import Path


class LaunchError(Exception):
    """Something a person must know or do before the stack can run.

    Args:
        message: One line that says what is wrong and what to do.
        log: The log file whose last lines explain it, if there is one.
    """

    def __init__(self, message: str, *, log: Path | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.log = log
