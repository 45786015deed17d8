"""Keyed hashes: the same for the same, and nothing without the key."""

import hashlib

import pytest
from cryptography.fernet import Fernet
from pydantic import SecretStr

from shared.errors import UnavailableError
from shared.services.fingerprints import fingerprints, required_fingerprints

OLD, NEW = (Fernet.generate_key().decode() for _ in range(2))
ADDRESS = "81.2.69.160"


def digest(keys: str, kind: str = "network") -> bytes:
    return required_fingerprints(SecretStr(keys)).digest(kind, ADDRESS)


def test_one_thing_has_one_hash_and_kinds_are_told_apart() -> None:
    assert digest(NEW) == digest(NEW)
    assert digest(NEW) != digest(NEW, "device")
    assert len(digest(NEW)) == 32


def test_a_hash_cannot_be_had_without_the_key() -> None:
    assert digest(NEW) != digest(OLD)
    assert digest(NEW) not in {
        hashlib.sha256(text.encode()).digest() for text in (ADDRESS, f"network\x00{ADDRESS}")
    }


def test_the_newest_key_counts_and_its_name_tells_when_it_changed() -> None:
    assert digest(f"{NEW},{OLD}") == digest(NEW)
    names = {required_fingerprints(SecretStr(key)).key_name for key in (NEW, f"{NEW},{OLD}", OLD)}
    assert len(names) == 2


def test_without_a_key_there_are_none_and_who_needs_them_is_told() -> None:
    assert fingerprints(None) is None
    with pytest.raises(UnavailableError, match="REVENGE_ENCRYPTION_KEY"):
        required_fingerprints(None)
