"""What is reached by a URL and kept sealed, channels and media servers alike: its secrets."""

from typing import TypeVar

from pydantic import SecretStr, TypeAdapter, ValidationError

from shared.errors import UnavailableError
from shared.schemas.endpoints import Endpoint, SignedEndpoint, new_secret
from shared.services.vault import Vault

Config = TypeVar("Config", bound=Endpoint)


def signed(config: Config) -> tuple[Config, str | None]:
    """Return a config with a signing secret, if it takes one, and the secret if it was made here."""
    if not isinstance(config, SignedEndpoint) or config.secret is not None:
        return config, None
    made = new_secret()
    return _with(config, "secret", made), made


def keeping(config: Config, name: str, sealed: bytes, vault: Vault) -> Config:
    """Return a new config with the secret of a name that there was, if it brings none.

    Raises:
        UnavailableError: no configured key opens what there was.
    """
    if getattr(config, name) is not None:
        return config
    return _with(config, name, vault.unseal(sealed)[name])


def host_and_hint(
    config: TypeAdapter[Config], sealed: bytes, vault: Vault
) -> tuple[str, str] | tuple[None, None]:
    """Open a config for where it leads; a lost key must not hide what it belongs to."""
    try:
        return config.validate_python(vault.unseal(sealed)).host_and_hint()
    except (UnavailableError, ValidationError):
        return None, None


def _with(config: Config, name: str, secret: str) -> Config:
    return config.model_copy(update={name: SecretStr(secret)})
