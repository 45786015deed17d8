"""Ports: the one that people open, and those of the functions."""

import errno
import socket
import sys

from infra.local.problem import LaunchError

_BACKLOG = 1024


def listen(host: str, port: int) -> socket.socket:
    """Take the port that people open, before anything else is started.

    Raises:
        LaunchError: it is taken, or may not be used.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(_BACKLOG)
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            message = f"PORT {port} is taken: choose another, such as `make run PORT={port + 1}`."
        else:
            message = f"PORT {port} on {host} cannot be used ({error.strerror})."
        raise LaunchError(message) from error
    return listener


class ReservedPort:
    """A free loopback port that stays ours until a child of ours listens on it.

    Bound but not listening, with SO_REUSEADDR: on Linux the child, which sets that too, may
    bind it, while nobody is ever given it who asks for any free port. Two stacks that start side
    by side so never get the same. Elsewhere it cannot be held, only chosen.
    """

    def __init__(self) -> None:
        self._socket = socket.socket()
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._socket.bind(("127.0.0.1", 0))
        self.number: int = self._socket.getsockname()[1]
        if sys.platform != "linux":
            self._socket.close()

    def release(self) -> None:
        """Give the port back."""
        self._socket.close()
