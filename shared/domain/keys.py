"""API keys: ``rva_``, 30 random characters and their checksum.

The checksum lets a secret scanner, and this service, tell a real key from noise without asking
a database. Only a key's SHA-256 is ever stored: with 178 random bits there is nothing to guess.
"""

import hashlib
import secrets
import string
import zlib

PREFIX = "rva_"
ALPHABET = string.digits + string.ascii_uppercase + string.ascii_lowercase
BODY_LENGTH = 30
CHECKSUM_LENGTH = 6


def new_api_key() -> str:
    """Return a fresh key: 40 characters of which 30 are random."""
    body = "".join(secrets.choice(ALPHABET) for _ in range(BODY_LENGTH))
    return PREFIX + body + _checksum(body)


def is_api_key(text: str) -> bool:
    """Say whether the text has a key's form and its checksum holds."""
    body, checksum = text[len(PREFIX) : -CHECKSUM_LENGTH], text[-CHECKSUM_LENGTH:]
    return (
        text.startswith(PREFIX)
        and len(body) == BODY_LENGTH
        and all(character in ALPHABET for character in body)
        and checksum == _checksum(body)
    )


def key_digest(key: str) -> bytes:
    """Return the 32 bytes under which a key is stored."""
    return hashlib.sha256(key.encode()).digest()


def _checksum(body: str) -> str:
    """Return the body's CRC32 in base 62, most significant digit first."""
    rest = zlib.crc32(body.encode())
    digits = ""
    for _ in range(CHECKSUM_LENGTH):
        rest, digit = divmod(rest, len(ALPHABET))
        digits = ALPHABET[digit] + digits
    return digits
