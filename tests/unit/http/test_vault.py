"""Secrets at rest."""

import pytest
from cryptography.fernet import Fernet
from pydantic import SecretStr

from shared.errors import UnavailableError
from shared.services.vault import Vault

OLD, NEW = (Fernet.generate_key().decode() for _ in range(2))


def vault(*keys: str) -> Vault:
    return Vault(SecretStr(",".join(keys)))


def test_what_was_sealed_opens_again_and_does_not_show() -> None:
    sealed = vault(OLD).seal({"secret": "whsec_x"})
    assert b"whsec_x" not in sealed
    assert vault(OLD).unseal(sealed) == {"secret": "whsec_x"}


def test_a_former_key_behind_the_new_one_still_opens() -> None:
    sealed = vault(OLD).seal({"a": 1})
    assert vault(NEW, OLD).unseal(sealed) == {"a": 1}
    with pytest.raises(UnavailableError, match="key has changed"):
        vault(NEW).unseal(sealed)


def test_without_a_key_nothing_is_kept() -> None:
    with pytest.raises(UnavailableError, match="REVENGE_ENCRYPTION_KEY"):
        Vault(None).seal({})
