"""The webhooks that servers send of their players."""

import json
from datetime import datetime
from typing import Any, Literal

from shared.domain.servers import ServerKind
from tests.servers.machine import Machine
from tests.servers.mediabrowser import item, seven_digits
from tests.servers.plex import metadata
from tests.servers.world import Player

Event = Literal["start", "pause", "resume", "stop"]

_PLEX = {"start": "play", "pause": "pause", "resume": "resume", "stop": "stop"}
_JELLYFIN = {"start": "Start", "pause": "Progress", "resume": "Progress", "stop": "Stop"}
_EMBY = {"start": "start", "pause": "pause", "resume": "unpause", "stop": "stop"}
_TICKS = 10_000_000


def body(machine: Machine, player: Player, event: Event, at: datetime, **more: Any) -> bytes:
    """Return what a server of the machine's kind sends."""
    make = {ServerKind.PLEX: plex, ServerKind.JELLYFIN: jellyfin, ServerKind.EMBY: emby}
    return json.dumps(make[machine.kind](machine, player, event, at) | more).encode()


def plex(machine: Machine, player: Player, event: Event, _: datetime) -> dict[str, Any]:
    said = metadata(player.work) | {"viewOffset": player.seconds * 1000}
    said.pop("Media", None)
    return {
        "event": f"media.{_PLEX[event]}", "user": True, "owner": True,
        "Account": {"id": int(player.viewer.id), "title": player.viewer.name},
        "Server": {"title": machine.name, "uuid": machine.server_id},
        "Player": {
            "local": player.is_local, "publicAddress": player.address,
            "title": f"{player.viewer.name}'s TV", "uuid": player.device,
        },
        "Metadata": said,
    }  # fmt: skip


def jellyfin(machine: Machine, player: Player, event: Event, at: datetime) -> dict[str, Any]:
    work, told = player.work, item(player.work)
    said: dict[str, Any] = {
        "ServerId": machine.server_id, "ServerName": machine.name,
        "NotificationType": f"Playback{_JELLYFIN[event]}", "UtcTimestamp": seven_digits(at),
        "UserId": player.viewer.id, "NotificationUsername": player.viewer.name,
        "ItemId": work.id, "ItemType": told["Type"], "Name": work.title.replace('"', '\\"'),
        "RunTimeTicks": work.seconds * _TICKS, "PlaybackPositionTicks": player.seconds * _TICKS,
        "IsPaused": player.state == "paused", "DeviceId": player.device, "Id": player.session,
        "DeviceName": f"{player.viewer.name}'s TV", "ClientName": "Android TV",
        "RemoteEndPoint": player.address, "PlayMethod": "DirectPlay",
    }  # fmt: skip
    if work.parent is not None:
        said |= {"SeriesId": told.get("SeriesId"), "SeasonNumber": 1, "EpisodeNumber": work.number}
    return said


def emby(machine: Machine, player: Player, event: Event, at: datetime) -> dict[str, Any]:
    return {
        "Title": "somebody does something", "Date": seven_digits(at),
        "Event": f"playback.{_EMBY[event]}",
        "User": {"Name": player.viewer.name, "Id": player.viewer.id},
        "Item": item(player.work),
        "Server": {"Name": machine.name, "Id": machine.server_id, "Version": "4.8.10.0"},
        "Session": {
            "RemoteEndPoint": f"{player.address}:51332", "Client": "Android TV",
            "DeviceName": f"{player.viewer.name}'s TV", "DeviceId": player.device,
            "ApplicationVersion": "0.18.2", "Id": player.session,
        },
        "PlaybackInfo": {"PositionTicks": player.seconds * _TICKS, "PlaylistLength": 1},
    }  # fmt: skip
