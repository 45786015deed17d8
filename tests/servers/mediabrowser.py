"""Jellyfin and Emby as their API speaks: one shape, two accents."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from shared.domain.servers import ServerKind
from tests.servers.machine import Machine
from tests.servers.world import Player, Shelf, Viewer, Work

_TYPES = {
    "movie": "Movie", "show": "Series", "season": "Season", "episode": "Episode",
    "artist": "MusicArtist", "album": "MusicAlbum", "track": "Audio", "collection": "BoxSet",
    "photo": "Photo", "book": "Book",
}  # fmt: skip
_SHELVES = {
    "movie": "movies", "show": "tvshows", "artist": "music", "collection": "boxsets",
    "photo": "homevideos", "book": "books",
}  # fmt: skip
_TICKS = 10_000_000


def seven_digits(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%f}7Z"


class MediaBrowserMachine(Machine):
    prefix = ""
    product = ""

    def answer(self, path: str, query: Mapping[str, str]) -> Any:
        answers: dict[str, Callable[[], Any]] = {
            "/System/Info": self._info,
            "/Sessions": self._sessions,
            "/Library/MediaFolders": lambda: {"Items": [folder(shelf) for shelf in self.shelves]},
            "/Users": lambda: [account(viewer) for viewer in self.viewers],
            "/Items": lambda: self._page(query),
        }
        match path.removeprefix(self.prefix).strip("/").split("/"):
            case ["Sessions", _, "Message"]:
                return {}
            case ["Sessions", session, "Playing", "Stop"]:
                return self.end(session)
            case _:
                pass
        answer = answers.get(path.removeprefix(self.prefix))
        return answer() if answer and path.startswith(self.prefix) else None

    def _info(self) -> dict[str, Any]:
        said = {"Id": self.server_id, "ServerName": self.name, "Version": "10.10.7"}
        return said | ({"ProductName": self.product} if self.product else {})

    def _sessions(self) -> list[dict[str, Any]]:
        idle = {"Id": "f" * 32, "UserName": "idle", "UserId": "1" * 32, "Client": "Web"}
        api = {"Id": "e" * 32, "UserId": "0" * 32, "NowPlayingItem": {"Id": "9", "Name": "x"}}
        return [idle, api, *(self.session(player) for player in self.players)]

    def session(self, player: Player) -> dict[str, Any]:
        at = datetime.now(UTC) - timedelta(seconds=player.silent_seconds)
        said: dict[str, Any] = {
            "Id": player.session, "UserId": player.viewer.id, "UserName": player.viewer.name,
            "Client": "Android TV", "DeviceName": f"{player.viewer.name}'s TV",
            "DeviceId": player.device, "ApplicationVersion": "0.18.2",
            "RemoteEndPoint": self.endpoint(player), "LastActivityDate": seven_digits(at),
            "LastPlaybackCheckIn": seven_digits(at),
            "NowPlayingItem": item(player.work) | {"MediaStreams": streams(player.work)},
            "PlayState": {
                "PositionTicks": player.seconds * _TICKS, "IsPaused": player.state == "paused",
                "PlayMethod": "Transcode" if player.transcodes else "DirectPlay",
                "AudioStreamIndex": 2, "SubtitleStreamIndex": -1,
            },
        }  # fmt: skip
        if player.transcodes:
            said["TranscodingInfo"] = {
                "AudioCodec": "aac", "VideoCodec": "h264", "Container": "ts", "Bitrate": 8_000_000,
                "IsVideoDirect": False, "IsAudioDirect": True, "Width": 1920, "Height": 804,
                "TranscodeReasons": ["VideoCodecNotSupported"],
            }  # fmt: skip
        return said | player.more

    def endpoint(self, player: Player) -> str:
        return player.address

    def _history(self, query: Mapping[str, str]) -> dict[str, Any]:
        found = [m for m in self.memories if m.viewer.id == query["UserId"]]
        found.sort(key=lambda memory: memory.at, reverse=True)
        start, size = int(query["StartIndex"]), int(query["Limit"])
        played = ((m, {"PlayCount": 1, "LastPlayedDate": seven_digits(m.at)}) for m in found)
        entries = [item(m.work) | {"UserData": data} for m, data in played]
        return {"Items": entries[start : start + size], "TotalRecordCount": len(found)}

    def _page(self, query: Mapping[str, str]) -> dict[str, Any] | None:
        if "UserId" in query:
            return self._history(query)
        if query["Recursive"] == "false":
            return self._collection(query)
        shelf = next(shelf for shelf in self.shelves if shelf.id == query["ParentId"])
        since = query.get("MinDateLastSaved")
        after = datetime.fromisoformat(since).timestamp() if since else 0
        found = [work for work in shelf.works if work.changed_at > after]
        start, size = int(query["StartIndex"]), int(query["Limit"])
        return {
            "Items": [
                item(work) | sources(work, query["Fields"]) for work in found[start : start + size]
            ],
            "TotalRecordCount": len(found), "StartIndex": start,
        }  # fmt: skip

    def _collection(self, query: Mapping[str, str]) -> dict[str, Any] | None:
        """Return what is in a collection: all that carries its name."""
        if query["ParentId"] in self.gone:
            return None
        works = [work for shelf in self.shelves for work in shelf.works]
        [name] = [work.title for work in works if work.id == query["ParentId"]]
        found = [work for work in works if name in work.tags]
        start, size = int(query["StartIndex"]), int(query["Limit"])
        page = [{"Id": w.id, "Name": w.title} for w in found[start : start + size]]
        return {"Items": page, "TotalRecordCount": len(found), "StartIndex": start}


class JellyfinMachine(MediaBrowserMachine):
    kind = ServerKind.JELLYFIN
    product = "Jellyfin Server"

    def knows(self, headers: Mapping[str, str]) -> bool:
        return headers.get("Authorization") == f'MediaBrowser Token="{self.token}"'


class EmbyMachine(MediaBrowserMachine):
    kind = ServerKind.EMBY
    prefix = "/emby"

    def knows(self, headers: Mapping[str, str]) -> bool:
        return headers.get("X-Emby-Token") == self.token

    def endpoint(self, player: Player) -> str:
        return f"{player.address}:51332"


def account(viewer: Viewer) -> dict[str, Any]:
    return {
        "Id": viewer.id, "Name": viewer.name, "PrimaryImageTag": "a1",
        "ConnectUserName": viewer.email, "Policy": {"IsDisabled": False},
    }  # fmt: skip


def folder(shelf: Shelf) -> dict[str, Any]:
    return {
        "Id": shelf.id, "Name": shelf.name, "CollectionType": _SHELVES[shelf.kind],
        "Type": "CollectionFolder",
    }  # fmt: skip


def item(work: Work) -> dict[str, Any]:
    said: dict[str, Any] = {
        "Id": work.id, "Name": work.title, "Type": _TYPES[work.kind],
        "DateCreated": seven_digits(datetime.fromtimestamp(work.added_at, UTC)),
    }  # fmt: skip
    if work.genres:
        said["Genres"] = list(work.genres)
    if work.seconds:
        said["RunTimeTicks"] = work.seconds * _TICKS
    if work.kind == "movie":
        said |= {"ProductionYear": 1998, "ProviderIds": {"Imdb": "tt0120815", "Tmdb": "857"}}
    if work.kind == "season" and work.parent:
        said |= {"SeriesId": work.parent.id, "SeriesName": work.parent.title, "IndexNumber": 1}
    if work.kind == "episode" and work.parent:
        said |= {
            "SeasonId": work.parent.id, "SeriesId": work.top.id, "SeriesName": work.top.title,
            "ParentIndexNumber": work.parent.number, "IndexNumber": work.number,
        }  # fmt: skip
    if work.kind in ("album", "track"):
        said |= {
            "AlbumArtist": work.top.title, "Artists": [work.top.title],
            "AlbumArtists": [{"Id": work.top.id, "Name": work.top.title}],
        }  # fmt: skip
    if work.kind == "track" and work.parent:
        said |= {"AlbumId": work.parent.id, "Album": work.parent.title}
    return said


def sources(work: Work, fields: str) -> dict[str, Any]:
    """Return where a work is; what is not played, such as a photo or a folder, has but a path."""
    if work.path is None:
        return {}
    said = {"Path": work.path} if "Path" in fields.split(",") else {}
    if not work.is_playable:
        return said | {"Container": work.path.rpartition(".")[2]}
    source = {
        "Id": f"{work.id}a", "Path": work.path, "Container": "mkv", "Size": work.size,
        "Bitrate": 41_250_000, "RunTimeTicks": work.seconds * _TICKS,
        "MediaStreams": streams(work),
    }  # fmt: skip
    return said | {"MediaSources": [source]}


def streams(work: Work) -> list[dict[str, Any]]:
    sounds = [
        {"Type": "Audio", "Index": 1, "Codec": "eac3", "Channels": 6, "Language": "ger"},
        {"Type": "Audio", "Index": 2, "Codec": "truehd", "Channels": 8, "Language": "eng", "IsDefault": True},
    ]  # fmt: skip
    if work.kind == "track":
        return sounds[1:]
    return [
        {"Type": "Video", "Index": 0, "Codec": "hevc", "Width": 3840, "Height": 1608, "BitDepth": 10,
         "VideoRange": "HDR", "VideoRangeType": "HDR10", "AverageFrameRate": 23.976, "Profile": "Main 10"},
        *sounds,
        {"Type": "Subtitle", "Index": 3, "Codec": "PGSSUB", "Language": "ger"},
    ]  # fmt: skip
