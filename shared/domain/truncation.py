"""Truncating addresses: what is left tells the neighbourhood, and networks apart, and no more.

Of an address stays the first of its /24 (IPv4) or /48 (IPv6). A network's key becomes that prefix with
a keyed hash of the key: the same network keeps one key, two of a neighbourhood keep two, and nobody
without the hashes' key can try out which address it was.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from ipaddress import IPv4Address, ip_network
from typing import Any, cast

from shared.domain.naming import pattern_of
from shared.domain.network import parse_address

IPV4_PREFIX = 24
IPV6_PREFIX = 48
MARK = "~"
"""Stands in truncated keys, and in no other."""

_TOKEN_LETTERS = 16

Digest = Callable[[str, str], bytes]
"""Hashes a kind and a text."""


def truncated_address(text: str) -> str:
    """Return the first address of the neighbourhood of an address, or of a network's key.

    "81.2.69.160" gives "81.2.69.0"; what is no address stays.
    """
    prefix = _prefix(text)
    return text if prefix is None else prefix.partition("/")[0]


def is_truncated(key: str) -> bool:
    """Say whether a network's key is truncated: it names no network that could be trusted."""
    return MARK in key


def truncated_key(key: str, digest: Digest) -> str:
    """Return a truncated network key; one that is truncated already, or no address, stays."""
    prefix = None if is_truncated(key) else _prefix(key)
    if prefix is None:
        return key
    return f"{prefix}{MARK}{digest('network', key).hex()[:_TOKEN_LETTERS]}"


def truncated_evidence(evidence: Any, digest: Digest) -> Any:  # noqa: ANN401  (any JSON value)
    """Return evidence with the addresses of its networks truncated wherever they stand."""
    renamed: dict[str, str] = {}
    for network in _networks(evidence):
        key, address = network.get("key"), network.get("address")
        if isinstance(address, str):
            renamed[address] = truncated_address(address)
        if isinstance(key, str):
            renamed[key] = truncated_key(key, digest)
    return _renamed(evidence, {old: new for old, new in renamed.items() if old != new})


def _renamed(evidence: Any, renamed: Mapping[str, str]) -> Any:  # noqa: ANN401  (any JSON value)
    if not renamed:
        return evidence
    text = json.dumps(evidence, ensure_ascii=False)
    return json.loads(re.sub(pattern_of(renamed), lambda found: renamed[found[0]], text))


def _networks(value: object) -> Iterator[Mapping[str, Any]]:
    """Yield every network that stands anywhere in evidence."""
    if isinstance(value, Mapping):
        named = cast("Mapping[str, object]", value)
        if isinstance(named.get("network"), Mapping):
            yield cast("Mapping[str, Any]", named["network"])
        for item in named.values():
            yield from _networks(item)
    elif isinstance(value, list):
        for item in cast("list[object]", value):
            yield from _networks(item)


def _prefix(text: str) -> str | None:
    address = parse_address(text.partition("/")[0])
    if address is None:
        return None
    length = IPV4_PREFIX if isinstance(address, IPv4Address) else IPV6_PREFIX
    return str(ip_network(f"{address}/{length}", strict=False))
