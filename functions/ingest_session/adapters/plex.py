"""Plex: the media server's webhooks, and those that imitate their shape.

There is no progress event, no session id and no time: a session is an account on a player with an
item, and things happen when they arrive. The unofficial Jellyfin plugin sends this shape too: it is
known by an account that is a GUID and an item without a ratingKey, and gives durations in units of
0.1 ms. Only a body of exactly that shape is corrected.
"""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from functions.ingest_session.adapters.playback import Playback, Reading, lacking
from shared.domain.session import EventKind
from shared.servers.items import our_id
from shared.servers.plex_items import describe, is_pre_roll, item_id, run_key
from shared.servers.plex_streams import read_streams
from shared.servers.values import Object, flag, identifier, known, milliseconds, part, text

_KINDS: Mapping[str, EventKind] = MappingProxyType(
    {
        "media.play": EventKind.START,
        "playback.started": EventKind.START,
        "media.resume": EventKind.RESUME,
        "media.pause": EventKind.PAUSE,
        "media.stop": EventKind.STOP,
        "media.scrobble": EventKind.PROGRESS,
    }
)
_GUID = re.compile(r"[0-9a-fA-F]{8}-?(?:[0-9a-fA-F]{4}-?){3}[0-9a-fA-F]{12}")


def read(said: Object, default_server_id: str) -> Reading:
    """Return what a webhook tells.

    A scrobble also comes when somebody marks an item as watched, and its position is stale: it is
    a sign of life of a session that is known, and begins none.
    """
    event = text(said.get("event")) or ""
    metadata = part(said, "Metadata")
    if event not in _KINDS or is_pre_roll(metadata):
        return Reading(event)
    account, item = identifier(part(said, "Account").get("id")), item_id(metadata)
    if account is None or item is None:
        return lacking(event, {"account": account, "item": item}, "is it a Plex webhook?")
    server = identifier(part(said, "Server").get("uuid")) or default_server_id
    return Reading(event, (_playback(said, _KINDS[event], server, account, item),))


def _playback(said: Object, kind: EventKind, server: str, account: str, item: str) -> Playback:
    player = part(said, "Player")
    tells = kind is not EventKind.PROGRESS
    position = milliseconds(part(said, "Metadata").get("viewOffset"))
    return Playback(
        kind=kind,
        server_id=server,
        session_key=run_key(account, identifier(player.get("uuid")), item),
        account_id=account,
        account_name=text(part(said, "Account").get("title")),
        at=None,
        state=None,
        position=position if tells else None,
        address=text(player.get("publicAddress")),
        said_local=None if _is_imitation(said) else flag(player.get("local")),
        attributes=_attributes(said, server, item) if tells else {},
    )


def _is_imitation(said: Object) -> bool:
    account = text(part(said, "Account").get("id")) or ""
    return bool(_GUID.fullmatch(account)) and "ratingKey" not in part(said, "Metadata")


def _attributes(said: Object, server: str, item: str) -> dict[str, Any]:
    metadata, player = part(said, "Metadata"), part(said, "Player")
    section = text(metadata.get("librarySectionID"))
    return {
        "reports_progress": False,
        **known(
            server_id=server,
            server_name=text(part(said, "Server").get("title")),
            library_id=our_id(server, "library", section),
            library_name=text(metadata.get("librarySectionTitle")),
            content_id=our_id(server, "item", item),
            source_content_id=item,
            device_id=identifier(player.get("uuid")),
            device_name=text(player.get("title")),
            client_name=text(player.get("product")),
            client_version=text(player.get("version")),
            platform=text(player.get("platform")),
            platform_version=text(player.get("platformVersion")),
            product=text(player.get("product")),
        ),
        **describe(metadata, server, imitation=_is_imitation(said)),
        **read_streams(metadata, player),
    }
