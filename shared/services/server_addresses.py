"""Where a media server is, from what is kept of it encrypted."""

from typing import Protocol

from shared.domain.servers import ServerAddress, ServerKind, base_url
from shared.services.vault import Vault


class Sealed(Protocol):
    """A row of a media server."""

    @property
    def kind(self) -> str:
        """Whose software it is."""
        ...

    @property
    def config(self) -> bytes:
        """Its address and token, encrypted."""
        ...


def server_address(server: Sealed, vault: Vault) -> ServerAddress:
    """Return where a server is, and the token for it.

    Raises:
        ServerError: what is kept is no address.
        UnavailableError: it cannot be decrypted.
    """
    config = vault.unseal(server.config)
    return ServerAddress(
        kind=ServerKind(server.kind),
        base_url=base_url(config["url"]),
        token=config["token"],
        verify_tls=not config.get("allow_any_certificate", False),
        allow_private_network=config.get("allow_private_network", False),
    )
