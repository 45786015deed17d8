"""Keyed hashes of devices and networks: the same things have the same hash, and no more is told.

A plain hash of an IPv4 address is undone in seconds by hashing all four billion. HMAC-SHA-256
(RFC 2104) is not, without the key; that one is derived from the newest REVENGE_ENCRYPTION_KEY by
HKDF (RFC 5869), so that neither key gives the other away.
"""

import base64
import hmac

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from pydantic import SecretStr

from shared.errors import UnavailableError

_KEY_BYTES = 32
_PURPOSE = b"revenge-analytics linked accounts"
_NAME_BYTES = 8


class Fingerprints:
    """Hashes with a key of its own. A new encryption key makes new hashes: all are made anew."""

    def __init__(self, key: bytes) -> None:
        derived = HKDF(SHA256(), _KEY_BYTES, salt=None, info=_PURPOSE)
        self._key = derived.derive(key)

    @property
    def key_name(self) -> bytes:
        """Name the key without giving it away, to tell hashes of another from these."""
        return hmac.digest(self._key, b"", "sha256")[:_NAME_BYTES]

    def digest(self, kind: str, text: str) -> bytes:
        """Return 32 bytes; a device and a network of one text have different ones."""
        return hmac.digest(self._key, f"{kind}\x00{text}".encode(), "sha256")


def fingerprints(keys: SecretStr | None) -> Fingerprints | None:
    """Return what hashes with the newest of the configured keys; None if there is none."""
    newest = "" if keys is None else keys.get_secret_value().split(",")[0].strip()
    return Fingerprints(base64.urlsafe_b64decode(newest)) if newest else None


def required_fingerprints(keys: SecretStr | None) -> Fingerprints:
    """Return what hashes with the newest of the configured keys.

    Raises:
        UnavailableError: there is none.
    """
    found = fingerprints(keys)
    if found is None:
        raise UnavailableError(
            "Accounts are compared by keyed hashes: set REVENGE_ENCRYPTION_KEY.",
            code="encryption_key_missing",
        )
    return found
