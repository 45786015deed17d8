"""Connections to recipients: only to addresses that are allowed, and never for too long.

A name is looked up once and the connection goes to an address that was checked: a name that
changes its mind between check and use (DNS rebinding) gains nothing. TLS is left as it is, so
that the certificate must be the name's.
"""

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Sequence
from ipaddress import ip_address
from typing import Self

from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection

from shared.domain.delivery import DeliveryError
from shared.domain.network import Address
from shared.domain.targets import is_metadata_target, is_public_target

# Addresses of one name that are tried before giving up.
_MAX_TRIED = 4

Resolve = Callable[[str, int], Sequence[Address]]


def resolve(host: str, port: int) -> list[Address]:
    """Return the addresses of a host, in the order in which they are to be tried.

    Raises:
        OSError: it has none.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(ip_address(entry[4][0]) for entry in found))


class Connector:
    """Opens the connection of one request, and ends it when its time is up.

    The timeouts of an HTTP client begin anew with each byte; a recipient that sends one now and
    then would hold the request for ever. So a timer shuts the socket down.
    """

    def __init__(
        self, *, allow_private_network: bool, seconds: float, resolve: Resolve = resolve
    ) -> None:
        self._allow_private = allow_private_network
        self._deadline = time.monotonic() + seconds
        self._resolve = resolve
        self._socket: socket.socket | None = None
        self._timer: threading.Timer | None = None

    def __enter__(self) -> Self:
        self._timer = threading.Timer(max(0.0, self._seconds_left()), self._end)
        self._timer.daemon = True
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._end()

    @property
    def is_expired(self) -> bool:
        """Whether the time is up."""
        return self._seconds_left() <= 0

    def open(self, host: str, port: int) -> socket.socket:
        """Connect to a host.

        Raises:
            DeliveryError: it is unknown, out of bounds, or does not answer.
        """
        try:
            addresses = self._resolve(host, port)
        except (OSError, UnicodeError) as error:
            raise DeliveryError(f"The name {host} is unknown.") from error
        harmless = [a for a in addresses if not is_metadata_target(a)]
        if not harmless:
            raise DeliveryError(f"{host} is where a cloud keeps its secrets: it is never called.")
        allowed = [a for a in harmless if self._allow_private or is_public_target(a)]
        if not allowed:
            raise DeliveryError(f"{host} is in a private network, which is not allowed.")
        for address in allowed[:_MAX_TRIED]:
            with contextlib.suppress(OSError):
                return self._connect(address, port)
        raise DeliveryError(f"No connection to {host} could be made.")

    def _connect(self, address: Address, port: int) -> socket.socket:
        if self.is_expired:
            raise TimeoutError
        opened = socket.create_connection((str(address), port), timeout=self._seconds_left())
        opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        # A duplicate, since TLS takes the socket itself over.
        self._socket = opened.dup()
        if self.is_expired:  # the timer may have found nothing to end
            opened.close()
            raise TimeoutError
        return opened

    def _seconds_left(self) -> float:
        return self._deadline - time.monotonic()

    def _end(self) -> None:
        if self._socket is not None:
            with contextlib.suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)
            self._socket.close()


class CheckedAdapter(HTTPAdapter):
    """Carries a request over a connector's connection."""

    def __init__(self, connector: Connector) -> None:
        super().__init__()
        self.poolmanager.pool_classes_by_scheme = _pools(connector)


def _pools(connector: Connector) -> dict[str, type[HTTPConnectionPool]]:
    class Plain(HTTPConnection):
        def _new_conn(self) -> socket.socket:
            return connector.open(self.host, self.port)

    class Secure(HTTPSConnection):
        def _new_conn(self) -> socket.socket:
            return connector.open(self.host, self.port)

    # urllib3 declares a protocol here that its own connections do not meet, and ignores it too.
    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain  # pyright: ignore[reportAssignmentType]

    class SecurePool(HTTPSConnectionPool):
        ConnectionCls = Secure  # pyright: ignore[reportAssignmentType]

    return {"http": PlainPool, "https": SecurePool}
