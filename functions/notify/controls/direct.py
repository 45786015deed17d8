"""Plex, Jellyfin and Emby: a stream is found in the server's own list, and ended by what that says.

The list names a run as the server's webhooks do. What is not in it has ended, also if its player
went on to something else.
"""

from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

from shared.domain.delivery import DeliveryError
from shared.domain.order import ImpossibleError, Order, Taken
from shared.domain.servers import LiveSession, ServerError, ServerKind, ServerProblem
from shared.servers.clients import MediaServer, open_server
from shared.servers.plex_items import known_keys
from shared.services.control import Control
from shared.services.server_addresses import server_address


def control(kind: ServerKind) -> Control:
    """Return how servers of a kind are asked."""
    return Control(partial(carry_out, kind), partial(check, kind))


async def carry_out(kind: ServerKind, config: Mapping[str, Any], order: Order, /) -> Taken:
    """End a stream.

    Raises:
        ImpossibleError: it is not about a stream, or the server will never end it.
        DeliveryError: it was not taken.
    """
    if order.stream is None:
        raise ImpossibleError(f"{kind.title()} is asked to end streams alone.")
    _, _, server_id = order.stream.source.partition(":")
    async with _asking(kind, config) as server:
        listed = await server.sessions(server_id)
        live = _find(kind, listed, order.stream.session_key)
        if live is None:
            return Taken(is_gone=True)
        if live.server_session_id is None:
            raise ImpossibleError(
                f"{kind.title()} names no session of this stream, as of those of some players,"
                " and so cannot end it."
            )
        try:
            await server.end(live.server_session_id, order.message)
        except ServerError as error:
            if error.problem is ServerProblem.NOT_FOUND:
                return Taken(is_gone=True)
            raise
    return Taken()


def _find(kind: ServerKind, listed: Sequence[LiveSession], key: str) -> LiveSession | None:
    """Return a run from a server's list: a player plays one item for one person."""
    keys = known_keys(key) if kind is ServerKind.PLEX else (key,)
    return next((one for name in keys for one in listed if one.key == name), None)


async def check(kind: ServerKind, config: Mapping[str, Any], /) -> str | None:
    """Return the source of a server's sessions, if it answers and takes the token.

    Raises:
        DeliveryError: it does not.
    """
    async with _asking(kind, config) as server:
        return f"{kind}:{(await server.identify()).server_id}"


@asynccontextmanager
async def _asking(kind: ServerKind, config: Mapping[str, Any]) -> AsyncGenerator[MediaServer]:
    """Open a server; what goes wrong with it is told as a failure to deliver."""
    try:
        server = open_server(server_address(kind, config))
        try:
            yield server
        finally:
            await server.close()
    except ServerError as error:
        if error.is_lasting:
            raise ImpossibleError(error.sentence) from error
        raise DeliveryError(error.sentence) from error
