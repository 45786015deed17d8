"""Jellyfin: a player is shown why, and told to stop."""

import json
from collections.abc import Mapping
from typing import Any

from functions.notify.controls import remote
from functions.notify.controls.direct import Server
from shared.domain.order import Order, Taken
from shared.schemas.media_servers import JellyfinConfig


async def carry_out(config: Mapping[str, Any], order: Order, /) -> Taken:
    """End a stream. What no player plays has ended.

    Raises:
        ImpossibleError: this is not about a stream, or the token may not end it.
        DeliveryError: it was not taken.
    """
    return await remote.end(_server(config), "/Sessions", order, show_message)


async def check(config: Mapping[str, Any], /) -> str | None:
    """Return the source of the server's sessions, if it answers and takes the token.

    Raises:
        DeliveryError: it does not.
    """
    return await remote.identify(_server(config), "/System/Info", "jellyfin")


async def show_message(server: Server, path: str, message: str) -> None:
    """Have a player show a message."""
    said = {"Header": remote.HEADER, "Text": message, "TimeoutMs": remote.SHOWN_MS}
    await server.ask("POST", path, body=json.dumps(said).encode())


def _server(config: Mapping[str, Any]) -> Server:
    settings = JellyfinConfig.model_validate(config)
    token = "" if settings.token is None else settings.token.get_secret_value()
    headers = {"Authorization": f'MediaBrowser Token="{token}"'}
    return Server("Jellyfin", settings.url, headers, settings.allow_private_network)
