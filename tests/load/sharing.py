"""Connections shared out evenly among the workers of one server.

Workers accept from one queue, and the first to wake may take many: left to chance, one worker
can get all connections while the other sleeps. In production a load balancer shares out.
"""

import socket
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from tests.load.client import LoadError

_TRIES = 400
_ANSWER_SECONDS = 10
_GREETING = b"GET /health/live HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n"


def shared_out(port: int, workers: Sequence[int], count: int) -> list[socket.socket]:
    """Return open connections, as many at each worker.

    Raises:
        LoadError: a worker never accepts.
    """
    share = -(-count // len(workers))
    held: Counter[int] = Counter()
    kept: list[socket.socket] = []
    for _ in range(_TRIES):
        if len(kept) == count:
            return kept
        connection = _greeted(port)
        owner = _owner(connection, port, workers)
        if owner is None or held[owner] >= share:
            connection.close()
            continue
        held[owner] += 1
        connection.setblocking(False)  # noqa: FBT003 - the standard library's signature
        kept.append(connection)
    for connection in kept:
        connection.close()
    raise LoadError(f"the connections could not be shared out: {dict(held)}")


def _greeted(port: int) -> socket.socket:
    """Return a connection that a worker has accepted, for it has answered."""
    connection = socket.create_connection(("127.0.0.1", port), timeout=_ANSWER_SECONDS)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    connection.sendall(_GREETING)
    answer = b""
    while b'"ok"}' not in answer:
        part = connection.recv(4096)
        if not part:
            raise LoadError("the server hung up")
        answer += part
    return connection


def _owner(connection: socket.socket, port: int, workers: Sequence[int]) -> int | None:
    """Return which worker holds the other end."""
    inode = _inode(port, connection.getsockname()[1])
    for worker in workers:
        for descriptor in Path(f"/proc/{worker}/fd").iterdir():
            try:
                if str(descriptor.readlink()) == f"socket:[{inode}]":
                    return worker
            except OSError:
                continue
    return None


def _inode(local: int, remote: int) -> str | None:
    """Find a loopback connection's socket by its two ports, as proc_net(5) lists them."""
    ends = [f"0100007F:{port:04X}" for port in (local, remote)]
    for line in Path("/proc/net/tcp").read_text(encoding="ascii").splitlines()[1:]:
        fields = line.split()
        if fields[1:3] == ends:
            return fields[9]
    return None
