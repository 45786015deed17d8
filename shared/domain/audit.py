"""The audit log as a chain: each entry vouches for all that came before it.

1. What an entry says of people (actor, subject, details) is sealed: SHA-256 over a salt of its own
   and that content as canonical JSON.
2. Its digest is SHA-256 over its id, time, action and seal, as canonical JSON.
3. Its hash is SHA-256 over the hash of the entry before and that digest; before the first entry
   there are 32 zero bytes.

Erasing a person takes content and salt away. The seal, which tells nothing without the salt, stays,
and with it the chain.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

SALT_BYTES = 16
BEFORE_ALL = bytes(32)


@dataclass(frozen=True, slots=True)
class Content:
    """What an entry says of people."""

    actor: str
    subject: str
    details: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of the chain as it is kept.

    Attributes:
        number: 1 for the first.
        salt: None if a person was erased from the content.
    """

    number: int
    id: UUID
    at: datetime
    action: str
    content: Content
    salt: bytes | None
    seal: bytes
    hash: bytes


@dataclass(frozen=True, slots=True)
class Link:
    """Where a chain stands: its latest entry's number and hash."""

    number: int = 0
    hash: bytes = BEFORE_ALL


class BrokenChainError(Exception):
    """An entry is not as it was written; the message says how."""


def sealed(salt: bytes, content: Content) -> bytes:
    """Return the seal of what an entry says of people."""
    said = [content.actor, content.subject, content.details]
    return hashlib.sha256(salt + _canonical(said)).digest()


def digest(entry_id: UUID, at: datetime, action: str, seal: bytes) -> bytes:
    """Return what an entry adds to the chain."""
    said = [str(entry_id), at.astimezone(UTC).isoformat(), action, seal.hex()]
    return hashlib.sha256(_canonical(said)).digest()


def follow(link: Link, entry: Entry) -> Link:
    """Return where the chain stands after an entry.

    Raises:
        BrokenChainError: it is not the entry that was written after ``link``.
    """
    if entry.number != link.number + 1:
        raise BrokenChainError(f"Entry {link.number + 1} is missing.")
    if entry.salt is not None and sealed(entry.salt, entry.content) != entry.seal:
        raise BrokenChainError("Its actor, subject or details were changed.")
    added = digest(entry.id, entry.at, entry.action, entry.seal)
    if hashlib.sha256(link.hash + added).digest() != entry.hash:
        raise BrokenChainError("Its id, time, action, seal or place in the chain was changed.")
    return Link(entry.number, entry.hash)


def storable(details: Mapping[str, object]) -> dict[str, Any]:
    """Return details as PostgreSQL's jsonb gives them back; what JSON has no form for as text.

    A float without a fraction becomes an integer, which is what jsonb may make of it.
    """
    return json.loads(json.dumps(details, default=str), parse_float=_number)


def _number(text: str) -> int | float:
    number = float(text)
    return int(number) if number.is_integer() else number


def _canonical(value: object) -> bytes:
    """Write JSON in one way: keys sorted, no spaces, UTF-8."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return text.encode()
