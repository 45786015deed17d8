"""Emby: the server's own webhooks (Premiere).

There is no progress event. Session ids are ephemeral, but the device's is stable; the title is a
sentence in the server's language and is never read.
"""

from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType
from typing import Any

from functions.ingest_session.adapters.playback import Playback, Reading, lacking
from shared.domain.session import EventKind, State
from shared.servers.emby_items import describe, run_key
from shared.servers.emby_streams import read_streams
from shared.servers.items import is_theme, our_id
from shared.servers.values import (
    Object,
    flag,
    hex_id,
    identifier,
    instant,
    known,
    part,
    text,
    ticks,
)

_KINDS: Mapping[str, EventKind] = MappingProxyType(
    {
        "playback.start": EventKind.START,
        "playback.pause": EventKind.PAUSE,
        "playback.unpause": EventKind.RESUME,
        "playback.stop": EventKind.STOP,
        "playback.scrobble": EventKind.PROGRESS,
    }
)
_REMEDY = "choose users in the notification's settings (docs/sources/emby.md)"


def read(said: Object, default_server_id: str) -> Reading:
    """Return what a notification tells. A scrobble is a sign of life of a known session only."""
    event = text(said.get("Event")) or ""
    item = part(said, "Item")
    if event not in _KINDS or is_theme(item.get("ExtraType")):
        return Reading(event)
    user, item_id = hex_id(part(said, "User").get("Id")), identifier(item.get("Id"))
    if user is None or item_id is None:
        return lacking(event, {"user": user, "item": item_id}, _REMEDY)
    server = hex_id(part(said, "Server").get("Id")) or hex_id(item.get("ServerId"))
    server = server or default_server_id
    return Reading(event, (_playback(said, _KINDS[event], server, user, item_id),))


def _playback(said: Object, kind: EventKind, server: str, user: str, item_id: str) -> Playback:
    session = part(said, "Session")
    tells = kind is not EventKind.PROGRESS
    return Playback(
        kind=kind,
        server_id=server,
        session_key=run_key(session, user, item_id),
        account_id=user,
        account_name=text(part(said, "User").get("Name")),
        at=instant(said.get("Date")),
        state=_state(session) if kind is EventKind.START else None,
        position=_position(said) if tells else None,
        address=text(session.get("RemoteEndPoint")),
        said_local=None,
        attributes=_attributes(said, server, item_id) if tells else {},
    )


def _state(session: Object) -> State | None:
    """Return whether a player begins paused, which some do."""
    return State.PAUSED if flag(part(session, "PlayState").get("IsPaused")) else None


def _position(said: Object) -> timedelta | None:
    """Return the position; the session's own may be the next item's already."""
    told = ticks(part(said, "PlaybackInfo").get("PositionTicks"))
    if told is None:
        told = ticks(part(part(said, "Session"), "PlayState").get("PositionTicks"))
    return told


def _attributes(said: Object, server: str, item_id: str) -> dict[str, Any]:
    session, item = part(said, "Session"), part(said, "Item")
    return {
        "reports_progress": False,
        **known(
            server_id=server,
            server_name=text(part(said, "Server").get("Name")),
            content_id=our_id(server, "item", item_id),
            source_content_id=item_id,
            device_id=identifier(session.get("DeviceId")),
            device_name=text(session.get("DeviceName")),
            device_type=text(session.get("DeviceType")),
            client_name=text(session.get("Client")),
            client_version=text(session.get("ApplicationVersion")),
            completed=flag(part(said, "PlaybackInfo").get("PlayedToCompletion")),
        ),
        **describe(item, server),
        **read_streams(said),
    }
