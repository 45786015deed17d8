"""Secrets at rest: channel settings are kept encrypted (Fernet: AES-128-CBC with HMAC-SHA256)."""

import json
from collections.abc import Mapping
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from pydantic import SecretStr

from shared.errors import UnavailableError


class Vault:
    """Encrypts with the newest of the configured keys and decrypts with any."""

    def __init__(self, keys: SecretStr | None) -> None:
        texts = [] if keys is None else keys.get_secret_value().split(",")
        self._keys = [Fernet(text.strip()) for text in texts if text.strip()]

    def seal(self, values: Mapping[str, Any]) -> bytes:
        """Encrypt a mapping.

        Raises:
            UnavailableError: no key is configured.
        """
        return self._cipher().encrypt(json.dumps(values).encode())

    def unseal(self, sealed: bytes) -> dict[str, Any]:
        """Decrypt what ``seal`` gave.

        Raises:
            UnavailableError: no configured key fits.
        """
        try:
            values: dict[str, Any] = json.loads(self._cipher().decrypt(sealed))
        except InvalidToken as error:
            raise UnavailableError(
                "A stored secret does not open with REVENGE_ENCRYPTION_KEY: the key has changed."
                " Put the former key behind the new one, separated by a comma.",
                code="encryption_key_changed",
            ) from error
        return values

    def _cipher(self) -> MultiFernet:
        if not self._keys:
            raise UnavailableError(
                "Secrets cannot be kept: set REVENGE_ENCRYPTION_KEY.",
                code="encryption_key_missing",
            )
        return MultiFernet(self._keys)
