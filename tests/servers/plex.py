"""A Plex server as its API speaks: containers, numbers and strings mixed, no key when empty."""

import asyncio
import contextlib
import json
from collections.abc import Mapping
from typing import Any

from aiohttp import web

from shared.domain.servers import ServerKind
from tests.servers.machine import Machine
from tests.servers.world import Player, Shelf, Work

_TYPES = {1: "movie", 2: "show", 3: "season", 4: "episode", 8: "artist", 9: "album", 10: "track"}
_SECTIONS = {"movie": "movie", "show": "show", "artist": "artist"}


EVENTS = "/:/eventsource/notifications"


class PlexMachine(Machine):
    kind = ServerKind.PLEX

    def __init__(self, server_id: str, name: str) -> None:
        super().__init__(server_id, name)
        self.hearers = dict[web.StreamResponse, web.Request]()
        """Who hears what the server says by itself."""
        self.is_heard = asyncio.Event()
        self.silences: int | None = None
        """With what status nobody is let hear it, if so."""

    async def say(self, raw: str | bytes) -> None:
        """Say something to all who hear, as it is."""
        for hearer in list(self.hearers):
            with contextlib.suppress(ConnectionError):
                await hearer.write(raw.encode() if isinstance(raw, str) else raw)

    async def tell(self, session_key: str, state: str) -> None:
        """Tell what a player does."""
        told = {"sessionKey": session_key, "ratingKey": "20461", "state": state, "viewOffset": 0}
        await self.say(event("playing", {"PlaySessionStateNotification": told}))

    def hang_up(self) -> None:
        """Break off what is heard."""
        for request in self.hearers.values():
            assert request.transport is not None
            request.transport.close()

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        if request.path != EVENTS or not self.knows(request.headers):
            return await super()._handle(request)
        self.asked.append(request.path_qs)
        if self.silences is not None:
            return web.Response(status=self.silences)
        hearer = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await hearer.prepare(request)
        self.hearers[hearer] = request
        try:
            self.is_heard.set()
            await asyncio.sleep(3_600)
        finally:
            del self.hearers[hearer]
        return hearer

    def knows(self, headers: Mapping[str, str]) -> bool:
        return headers.get("X-Plex-Token") == self.token

    def answer(self, path: str, query: Mapping[str, str]) -> Any:
        match path.strip("/").split("/"):
            case ["" | "identity"]:
                said: dict[str, Any] = {
                    "size": 25, "friendlyName": self.name, "machineIdentifier": self.server_id,
                    "version": "1.41.3.9314-a0bfb8370", "myPlexUsername": "ada@example.org",
                }  # fmt: skip
            case ["status", "sessions"]:
                said = listed([entry(player, self.shelves) for player in self.players])
            case ["status", "sessions", "terminate"]:
                said = self.end(query["sessionId"])
            case ["library", "sections"]:
                said = {"size": len(self.shelves), "Directory": [section(s) for s in self.shelves]}
            case ["library", "sections", key, "all"]:
                said = self._page(key, query)
            case ["library", "metadata", key]:
                found = [w for shelf in self.shelves for w in shelf.works if w.id == key]
                said = listed([metadata(work, streams=True) for work in found])
            case ["status", "sessions", "history", "all"]:
                said = self._history(query)
            case ["accounts"]:
                people = [{"id": int(v.id), "name": v.name, "thumb": ""} for v in self.viewers]
                said = {"size": len(people) + 1, "Account": [{"id": 0, "name": ""}, *people]}
            case _:
                return None
        return {"MediaContainer": said}

    def _history(self, query: Mapping[str, str]) -> dict[str, Any]:
        """Return what an account saw; its entries hold no duration."""
        found = [m for m in self.memories if m.viewer.id == query["accountID"]]
        found.sort(key=lambda memory: memory.at, reverse=True)
        start, size = int(query["X-Plex-Container-Start"]), int(query["X-Plex-Container-Size"])
        return listed(
            [
                {
                    "historyKey": "/status/sessions/history/1", "ratingKey": m.work.id,
                    "librarySectionID": "1", "title": m.work.title, "type": m.work.kind,
                    "viewedAt": int(m.at.timestamp()), "accountID": int(m.viewer.id), "deviceID": 3,
                }
                for m in found[start : start + size]
            ]
        )  # fmt: skip

    def _page(self, key: str, query: Mapping[str, str]) -> dict[str, Any]:
        kind = _TYPES.get(int(query["type"]))
        since = int(query.get("updatedAt>>", 0))
        shelf = next(shelf for shelf in self.shelves if shelf.id == key)
        found = [w for w in shelf.works if w.kind == kind and w.changed_at > since]
        start, size = int(query["X-Plex-Container-Start"]), int(query["X-Plex-Container-Size"])
        page = found[start : start + size]
        return listed([metadata(work) for work in page]) | {
            "totalSize": len(found), "offset": start,
        }  # fmt: skip


def event(name: str, said: object) -> str:
    """Return an event as it is sent."""
    return f"event: {name}\ndata: {json.dumps(said)}\n\n"


def listed(entries: list[dict[str, Any]]) -> dict[str, Any]:
    return {"size": len(entries)} | ({"Metadata": entries} if entries else {})


def section(shelf: Shelf) -> dict[str, Any]:
    return {
        "key": shelf.id, "type": _SECTIONS[shelf.kind], "title": shelf.name,
        "uuid": "0a1b", "updatedAt": 1_700_000_000, "Location": [{"id": 1, "path": "/media"}],
    }  # fmt: skip


def metadata(work: Work, *, streams: bool = False) -> dict[str, Any]:
    said: dict[str, Any] = {
        "ratingKey": work.id, "key": f"/library/metadata/{work.id}", "type": work.kind,
        "guid": f"plex://{work.kind}/{work.id}", "title": work.title,
        "addedAt": work.added_at, "updatedAt": work.changed_at,
    }  # fmt: skip
    if work.seconds:
        said["duration"] = work.seconds * 1000
    if work.parent is not None:
        said |= {"parentRatingKey": work.parent.id, "parentTitle": work.parent.title}
        said |= {"index": work.number, "parentIndex": work.parent.number}
        if work.parent.parent is not None:
            top = work.parent.parent
            said |= {"grandparentRatingKey": top.id, "grandparentTitle": top.title}
    if work.kind == "movie":
        said |= {"year": 1998, "Guid": [{"id": "imdb://tt0120815"}, {"id": "tmdb://857"}]}
    if work.tags:
        said["Collection"] = [{"tag": tag} for tag in work.tags]
    if work.genres:
        said["Genre"] = [{"tag": genre} for genre in work.genres]
    if work.path is not None:
        said["Media"] = [media(work, streams=streams)]
    return said


def media(work: Work, *, streams: bool) -> dict[str, Any]:
    part: dict[str, Any] = {
        "id": int(work.id) + 70_000, "key": "/library/parts/1/file.mkv", "file": work.path,
        "size": work.size, "duration": str(work.seconds * 1000), "container": "mkv",
    }  # fmt: skip
    if streams:
        part["Stream"] = [
            {"streamType": 1, "codec": "hevc", "bitDepth": 10, "colorTrc": "smpte2084", "frameRate": 23.976},
            {"streamType": 2, "codec": "truehd", "channels": 8, "languageCode": "eng", "selected": True},
            {"streamType": 3, "codec": "pgs", "languageCode": "ger", "selected": "1"},
        ]  # fmt: skip
    return {
        "id": int(work.id) + 60_000, "duration": work.seconds * 1000, "bitrate": 41_250,
        "width": 3840, "height": 1608, "audioChannels": 8, "audioCodec": "truehd",
        "videoCodec": "hevc", "videoResolution": "4k", "container": "mkv",
        "videoFrameRate": "24p", "videoProfile": "main 10", "Part": [part],
    }  # fmt: skip


def entry(player: Player, shelves: list[Shelf]) -> dict[str, Any]:
    """Return an entry of /status/sessions; ``session`` "" is a provider's track without one."""
    work, shelf = player.work, next((s for s in shelves if player.work in s.works), None)
    said: dict[str, Any] = metadata(work, streams=not player.transcodes) | {
        "sessionKey": str(7 + len(player.device) % 5), "viewOffset": player.seconds * 1000,
        "duration": str(work.seconds * 1000),
        "User": {"id": player.viewer.id, "thumb": "", "title": player.viewer.name},
        "Player": {
            "address": "192.168.1.20" if player.is_local else player.address,
            "remotePublicAddress": player.address, "machineIdentifier": player.device,
            "product": "Plex for Android (TV)", "platform": "Android", "platformVersion": "12",
            "device": "BRAVIA", "title": f"{player.viewer.name}'s TV", "version": "10.26.0",
            "state": player.state, "local": player.is_local, "relayed": False, "secure": True,
            "userID": int(player.viewer.id),
        },
    }  # fmt: skip
    if shelf is not None:
        said |= {"librarySectionID": shelf.id, "librarySectionTitle": shelf.name}
    if player.session:
        location = "lan" if player.is_local else "wan"
        said["Session"] = {"id": player.session, "bandwidth": 22_500, "location": location}
    if player.transcodes:
        said["Media"] = [{
            "id": "1", "videoProfile": "high", "bitrate": 8_000, "width": 1920, "height": 804,
            "container": "mp4", "videoCodec": "h264", "audioCodec": "aac", "selected": True,
            "protocol": "dash", "Part": [{"id": "2", "decision": "transcode", "selected": True}],
        }]  # fmt: skip
        said["TranscodeSession"] = {
            "key": "/transcode/sessions/x1", "throttled": True, "complete": False, "speed": 3.4,
            "videoDecision": "transcode", "audioDecision": "copy", "protocol": "dash",
            "container": "mp4", "videoCodec": "h264", "audioCodec": "truehd", "audioChannels": 8,
            "sourceVideoCodec": "hevc", "sourceAudioCodec": "truehd", "width": 1920, "height": 804,
            "transcodeHwRequested": True, "transcodeHwFullPipeline": True,
        }  # fmt: skip
    return said | player.more
