"""What a reverse proxy changes in the headers of a request and of its answer (RFC 9110 7.6)."""

from collections.abc import Iterable
from ipaddress import ip_address

from multidict import CIMultiDict

_HOP_BY_HOP = frozenset(
    {
        "connection",
        "keep-alive",
        "proxy-authenticate",
        "proxy-authorization",
        "proxy-connection",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
        "expect",  # answered by the gateway itself
    }
)

Headers = CIMultiDict[str]


def end_to_end(headers: Iterable[tuple[str, str]]) -> Headers:
    """Return the headers that are meant for the other end, repeated ones included."""
    given = list(headers)
    named = {
        token.strip().lower()
        for name, value in given
        if name.lower() == "connection"
        for token in value.split(",")
    }
    dropped = _HOP_BY_HOP | named
    return CIMultiDict((name, value) for name, value in given if name.lower() not in dropped)


def forwarded(headers: Iterable[tuple[str, str]], *, peer: str, scheme: str, host: str) -> Headers:
    """Return a request's headers for the function behind the gateway.

    The peer is appended to X-Forwarded-For, so that hops can be counted from the trusted end.
    Protocol and host are kept only as told by a proxy on this machine (one that ends TLS).
    """
    passed = end_to_end(headers)
    before = ", ".join(passed.popall("X-Forwarded-For", []))
    passed["X-Forwarded-For"] = f"{before}, {peer}" if before else peer
    told = _is_loopback(peer)
    for name, value in (("X-Forwarded-Proto", scheme), ("X-Forwarded-Host", host)):
        if not told or name not in passed:
            passed[name] = value
    return passed


def _is_loopback(peer: str) -> bool:
    try:
        return ip_address(peer).is_loopback
    except ValueError:
        return False
