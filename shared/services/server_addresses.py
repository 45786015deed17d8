"""Where a media server is, from what is kept of it."""

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from shared.domain.servers import ServerAddress, ServerError, ServerKind, ServerProblem, base_url
from shared.schemas.media_servers import DirectConfig


def server_address(kind: str, config: Mapping[str, Any]) -> ServerAddress:
    """Return where a server is, and the token for it.

    Args:
        kind: whose software it is.
        config: its settings, decrypted.

    Raises:
        ServerError: it has no address, or one that would not be accepted today.
    """
    try:
        settings = DirectConfig.model_validate({**config, "kind": kind})
    except ValidationError as error:
        reason = error.errors(include_url=False, include_input=False)[0]["msg"]
        raise ServerError(
            ServerProblem.ADDRESS, f"Its settings are to be given anew: {reason}."
        ) from None
    return ServerAddress(
        ServerKind(kind),
        base_url(settings.url.get_secret_value()),
        "" if settings.token is None else settings.token.get_secret_value(),
        verify_tls=settings.verify_tls,
        allow_private_network=settings.allow_private_network,
    )
