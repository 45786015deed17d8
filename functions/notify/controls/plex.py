"""Plex: a stream is found among the live ones, and ended by the id that only these show."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from functions.notify.controls.direct import Server, is_missing, mapping, objects, text
from shared.domain.action_state import ActionKind
from shared.domain.order import ImpossibleError, Order, Stream, Taken
from shared.schemas.media_servers import PlexConfig

_FOUND = 200


async def carry_out(config: Mapping[str, Any], order: Order, /) -> Taken:
    """End a stream. What is not among the live ones has ended.

    Raises:
        ImpossibleError: Plex cannot end such a stream, or the token may not.
        DeliveryError: it was not taken.
    """
    if order.stream is None or order.kind is not ActionKind.TERMINATE_STREAM:
        raise ImpossibleError("Plex can end streams, and suspends no accounts.")
    server = _server(config)
    listed = await _container(server, "/status/sessions")
    entry = find(objects(listed.get("Metadata")), order.stream)
    if entry is None:
        return Taken(_FOUND, is_gone=True)
    live_id = text(mapping(entry.get("Session")).get("id"))
    if not live_id:
        raise ImpossibleError(
            "Plex shows no session of this stream, as of those of some players, and so cannot end"
            " it."
        )
    answer = await server.ask(
        "GET", "/status/sessions/terminate", sessionId=live_id, reason=order.message
    )
    if is_missing(answer):
        return Taken(answer.status, is_gone=True)
    return Taken(server.insist(answer))


async def check(config: Mapping[str, Any], /) -> str | None:
    """Return the source of the server's sessions, if it answers and takes the token.

    Raises:
        DeliveryError: it does not.
    """
    server = _server(config)
    machine = text((await _container(server, "/identity")).get("machineIdentifier"))
    if not machine:
        raise server.misunderstood()
    await _container(server, "/status/sessions")
    return f"plex:{machine}"


def find(live: Sequence[Mapping[str, Any]], stream: Stream) -> Mapping[str, Any] | None:
    """Return the live entry of a stream: its item on its player.

    Without a player that fits, the account's only stream of that item.
    """
    same_item = [entry for entry in live if stream.content_id in _items(entry)]
    for entry in same_item:
        player = text(mapping(entry.get("Player")).get("machineIdentifier"))
        if player and player == stream.device_id:
            return entry
    if stream.device_id:
        return None
    own = [e for e in same_item if text(mapping(e.get("User")).get("id")) == stream.account_id]
    return own[0] if len(own) == 1 else None


async def _container(server: Server, path: str) -> Mapping[str, Any]:
    """Return what every answer of Plex's is wrapped in; it may be empty, and is always there."""
    container = mapping(await server.get(path)).get("MediaContainer")
    if not isinstance(container, dict):
        raise server.misunderstood()
    return mapping(cast("object", container))


def _items(entry: Mapping[str, Any]) -> set[str]:
    """Return what names the item; a live one is named by its key."""
    return {text(entry.get(name)) for name in ("ratingKey", "key")} - {""}


def _server(config: Mapping[str, Any]) -> Server:
    settings = PlexConfig.model_validate(config)
    token = "" if settings.token is None else settings.token.get_secret_value()
    return Server("Plex", settings.url, {"X-Plex-Token": token}, settings.allow_private_network)
