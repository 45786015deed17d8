"""Remote control of players, as Jellyfin and Emby have it in common.

A player is a session of the server, whether it plays something or not. It is found by its id where
the stream is known by one, else by its device, and only while it plays the stream's item: a player
that went on to something else is left alone.
"""

import contextlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, cast
from urllib.parse import quote

from functions.notify.controls.direct import Server, is_missing, mapping, objects, text
from shared.domain.delivery import DeliveryError
from shared.domain.order import ImpossibleError, Order, Stream, Taken

HEADER = "Playback"
SHOWN_MS = 10_000
_FOUND = 200
_HEX_DIGITS = 32
# A longer device id, as some browsers have, is not kept whole.
_SHORTENED = 200

ShowMessage = Callable[[Server, str, str], Awaitable[None]]


async def end(server: Server, sessions: str, order: Order, show_message: ShowMessage) -> Taken:
    """Show why, and stop what a stream's player plays. That a message arrives is not insisted on.

    Args:
        server: whose player it is.
        sessions: the path of its sessions.
        order: what is to be ended.
        show_message: has a player show something.

    Raises:
        ImpossibleError: this is not about a stream, or the token may not end it.
        DeliveryError: it was not taken.
    """
    if order.stream is None:
        raise ImpossibleError(f"{server.product} is asked to end streams alone.")
    listed = await server.get(sessions)
    if not isinstance(listed, list):
        raise server.misunderstood()
    player = find(objects(cast("object", listed)), order.stream)
    if player is None:
        return Taken(_FOUND, is_gone=True)
    path = f"{sessions}/{quote(text(player.get('Id')), safe='')}"
    with contextlib.suppress(DeliveryError):
        await show_message(server, f"{path}/Message", order.message)
    answer = await server.ask("POST", f"{path}/Playing/Stop")
    if is_missing(answer):
        return Taken(answer.status, is_gone=True)
    return Taken(server.insist(answer))


async def identify(server: Server, path: str, kind: str) -> str:
    """Return the source of a server's sessions.

    Raises:
        DeliveryError: it does not answer as one.
    """
    server_id = plain_id(mapping(await server.get(path)).get("Id"))
    if not server_id:
        raise server.misunderstood()
    return f"{kind}:{server_id}"


def find(players: Sequence[Mapping[str, Any]], stream: Stream) -> Mapping[str, Any] | None:
    """Return the player of a stream: the same session or device, with the stream's item.

    Without a device by which it could be told, the account's only player with that item.
    """
    item = plain_id(stream.content_id)
    playing = [p for p in players if plain_id(mapping(p.get("NowPlayingItem")).get("Id")) == item]
    run = stream.session_key.partition(":")[0]
    for player in playing:
        if run == f"s-{plain_id(player.get('Id'))}":
            return player
    for player in playing:
        if stream.device_id and text(player.get("DeviceId")) == stream.device_id:
            return player
    if stream.device_id and len(stream.device_id) < _SHORTENED:
        return None
    account = plain_id(stream.account_id)
    own = [player for player in playing if plain_id(player.get("UserId")) == account]
    return own[0] if len(own) == 1 and account else None


def plain_id(value: object) -> str:
    """Return an id without dashes and in small letters, where it is a long hexadecimal one."""
    whole = text(value)
    bare = whole.replace("-", "").lower()
    is_hex = len(bare) == _HEX_DIGITS and all(digit in "0123456789abcdef" for digit in bare)
    return bare if is_hex else whole
