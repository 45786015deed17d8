"""Identifiers: UUIDv7 for what we make, UUIDv5 for what others named (RFC 9562)."""

import hashlib
import secrets
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid5

# The namespace of every derived id: an arbitrary constant that must never change.
NAMESPACE = UUID("b4c1bd37-8e0f-5a55-9a3c-1f6f9f1b7f0d")

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_RANDOM_BITS = 74


def new_id(at: datetime) -> UUID:
    """Return a UUIDv7 of this instant, precise to the millisecond, with 74 random bits."""
    return _uuid7(at, secrets.randbits(_RANDOM_BITS))


def lowest_id(at: datetime) -> UUID:
    """Return the least UUIDv7 of this instant: the edge of a partition."""
    return UUID(int=_milliseconds(at) << 80)


def sibling_id(of: UUID, at: datetime) -> UUID:
    """Return a UUIDv7 of an instant that is always the same for this id and instant."""
    digest = hashlib.sha256(of.bytes + at.isoformat().encode()).digest()
    return _uuid7(at, int.from_bytes(digest) >> (256 - _RANDOM_BITS))


def derived_id(server_id: str, kind: str, original: str) -> UUID:
    """Return our id for something another system named.

    A person's that is a UUID already is kept. Anything else is only unique on its server: two Plex
    owners are both account 1, and Jellyfin's UUIDs of libraries and items are hashes of paths and
    names, which are alike on many servers. A UUID is one, however it is written.
    """
    try:
        known = UUID(original)
    except ValueError:
        return _named(server_id, kind, original)
    return known if kind == "user" else _named(server_id, kind, known.hex)


def _named(server_id: str, kind: str, original: str) -> UUID:
    return uuid5(NAMESPACE, f"{server_id}\x1f{kind}\x1f{original}")


def _uuid7(at: datetime, random_bits: int) -> UUID:
    high, low = random_bits >> 62, random_bits & ((1 << 62) - 1)
    return UUID(int=_milliseconds(at) << 80 | 0x7 << 76 | high << 64 | 0x2 << 62 | low)


def _milliseconds(at: datetime) -> int:
    """Return milliseconds since 1970, which is the time that a UUIDv7 carries."""
    return (at - _EPOCH) // _MILLISECOND
