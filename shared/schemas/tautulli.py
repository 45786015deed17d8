"""The answers of Tautulli's API (v2). Numbers are numbers, ids are ours; empty text is unknown."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal

from pydantic import BaseModel, Field

from shared.domain.library import LibraryKind
from shared.schemas.sessions import shown_address
from shared.schemas.streams import PlayedKind, Row, Stream, full_title, stream_of

_DECISIONS = {"direct": "direct play", "copy": "copy", "transcode": "transcode", None: ""}
_STATES = {"playing", "paused", "buffering"}
_SECTION_TYPES = {
    LibraryKind.MOVIES: "movie",
    LibraryKind.SHOWS: "show",
    LibraryKind.MUSIC: "artist",
    LibraryKind.PHOTOS: "photo",
    LibraryKind.LIVE_TV: "live",
}


class TautulliResponse(BaseModel):
    """What a command came to."""

    result: Literal["success", "error"] = "success"
    message: str | None = None
    data: Any = Field(description="As the command has it.")


class TautulliAnswer(BaseModel):
    """The answer to a command. A problem has the same member, beside its own."""

    response: TautulliResponse


def succeeded(data: object) -> TautulliAnswer:
    """Return the answer of a command that was carried out."""
    return TautulliAnswer(response=TautulliResponse(data=data))


def failed(message: str) -> dict[str, Any]:
    """Return what the answer says of a command that was not."""
    return TautulliResponse(result="error", message=message, data={}).model_dump()


def activity_of(rows: Iterable[Row], counted: Sequence[Row], **shown: bool) -> dict[str, Any]:
    """Return what plays.

    Args:
        rows: of ``list_sessions``, of what goes on.
        counted: rows of ``count_active``.
        shown: as for ``session_of``.
    """

    def streams(decision: str) -> int:
        return sum(row["streams"] for row in counted if row["stream_type"] == decision)

    def kbps(location: str) -> int:
        return sum(row["bandwidth_kbps"] for row in counted if row["location"] == location)

    return {
        "stream_count": sum(row["streams"] for row in counted),
        "stream_count_direct_play": streams("direct_play"),
        "stream_count_direct_stream": streams("direct_stream"),
        "stream_count_transcode": streams("transcode"),
        "total_bandwidth": sum(row["bandwidth_kbps"] for row in counted),
        "lan_bandwidth": kbps("lan"),
        "wan_bandwidth": kbps("wan"),
        "sessions": [session_of(row, **shown) for row in rows],
    }


def session_of(row: Row, *, shows_addresses: bool) -> dict[str, Any]:
    """Return a row of ``list_sessions`` that goes on."""
    stream, said = stream_of(row), row["details"]
    return {
        **_item(row, stream),
        **_player(row, stream, shows_addresses=shows_addresses),
        "session_key": str(row["id"]),
        "session_id": str(row["id"]),
        "state": row["state"] if row["state"] in _STATES else "stopped",
        "view_offset": stream.progress_ms,
        "duration": stream.duration_ms,
        "progress_percent": stream.percent,
        "bandwidth": stream.bitrate_kbps,
        "bitrate": row["bitrate_kbps"] or 0,
        "container": row["container"] or "",
        "video_codec": row["video_codec"] or "",
        "audio_codec": row["audio_codec"] or "",
        "video_resolution": (row["resolution"] or "").removesuffix("p"),
        "video_full_resolution": row["resolution"] or "",
        "video_decision": _DECISIONS[stream.video],
        "audio_decision": _DECISIONS[stream.audio],
        "subtitle_decision": said.get("subtitle_decision") or "",
        "stream_container": said.get("stream_container") or row["container"] or "",
        "stream_video_codec": said.get("stream_video_codec") or row["video_codec"] or "",
        "stream_audio_codec": said.get("stream_audio_codec") or row["audio_codec"] or "",
        "stream_bitrate": stream.bitrate_kbps,
        "stream_video_decision": _DECISIONS[stream.video],
        "stream_audio_decision": _DECISIONS[stream.audio],
        "transcode_throttled": int(said.get("transcode_throttled") or False),
        "transcode_speed": str(said.get("transcode_speed") or ""),
    }


def history_row(row: Row, *, shows_addresses: bool) -> dict[str, Any]:
    """Return a row of ``list_sessions`` that is over, or goes on."""
    stream, ended_at = stream_of(row), row["stopped_at"]
    started = int(row["started_at"].timestamp())
    return {
        **_item(row, stream),
        **_player(row, stream, shows_addresses=shows_addresses),
        "row_id": str(row["id"]),
        "id": str(row["id"]),
        "reference_id": str(row["play_id"] or row["id"]),
        "session_key": None if ended_at else str(row["id"]),
        "state": None if ended_at else row["state"],
        "date": started,
        "started": started,
        "stopped": int((ended_at or row["last_seen_at"]).timestamp()),
        "duration": row["watched_ms"] // 1000,
        "play_duration": row["watched_ms"] // 1000,
        "paused_counter": row["paused_ms"] // 1000,
        "percent_complete": stream.percent,
        "watched_status": int(stream.is_watched),
        "group_count": 1,
        "group_ids": str(row["id"]),
    }


def user_of(row: Row, *, shows_addresses: bool) -> dict[str, Any]:
    """Return a row of ``page_people``."""
    name = row["name"] or str(row["user_id"])
    return {
        "row_id": str(row["user_id"]),
        "user_id": str(row["user_id"]),
        "username": name,
        "friendly_name": name,
        "email": (row["email"] or "") if shows_addresses else "",
        "thumb": "",
        "is_active": int(row["archived_at"] is None),
        "is_admin": 0,
        "is_home_user": 0,
        "is_allow_sync": 0,
        "is_restricted": 0,
        "do_notify": 1,
        "keep_history": 1,
        "allow_guest": 0,
        "shared_libraries": "",
        "last_seen": int(row["last_active_at"].timestamp()),
        "plays": row["plays"],
        "duration": row["watched_ms"] // 1000,
    }


def library_of(row: Row) -> dict[str, Any]:
    """Return a row of ``list_libraries``."""
    return {
        "section_id": row["id"],
        "section_name": row["name"],
        "section_type": _SECTION_TYPES.get(LibraryKind(row["kind"]), "mixed"),
        "count": row["items"],
        "is_active": int(row["gone_at"] is None),
        "thumb": "",
        "art": "",
        "agent": "",
    }


def spoken(milliseconds: int) -> str:
    """Write a length of time as Tautulli does: days, hours and minutes, without those of none."""
    minutes = milliseconds // 60_000
    parts = ((minutes // 1440, "day"), (minutes // 60 % 24, "hr"), (minutes % 60, "min"))
    said = [f"{count} {unit}{'s' * (count > 1)}" for count, unit in parts if count]
    return " ".join(said) or "0 mins"


def _item(row: Row, stream: Stream) -> dict[str, Any]:
    said = row["details"]
    is_episode = stream.kind is PlayedKind.EPISODE
    is_known = stream.kind in (PlayedKind.MOVIE, PlayedKind.EPISODE, PlayedKind.TRACK)
    return {
        "media_type": stream.kind if is_known else "clip",
        "live": int(stream.kind is PlayedKind.LIVE),
        "rating_key": row["content_id"],
        "parent_rating_key": "",
        "grandparent_rating_key": row["show_id"] or "",
        "title": stream.title,
        "parent_title": said.get("album") or "",
        "grandparent_title": row["show_title"] or said.get("artist") or "",
        "original_title": said.get("original_title") or "",
        "full_title": full_title(row),
        # Homepage writes these of episodes as S01 E02, and fails on null.
        "media_index": row["episode_number"] or 0 if is_episode else "",
        "parent_media_index": row["season_number"] or 0 if is_episode else "",
        "year": said.get("year") or "",
        "guid": said.get("guid") or "",
        "thumb": "",
        "library_name": said.get("library_name") or "",
        "section_id": row["library_id"] or "",
        "transcode_decision": _DECISIONS[stream.whole],
    }


def _player(row: Row, stream: Stream, *, shows_addresses: bool) -> dict[str, Any]:
    said: Mapping[str, Any] = row["details"]
    is_local = row["network_class"] == "local"
    return {
        "user_id": str(row["user_id"]),
        "user": stream.user_name,
        "username": stream.user_name,
        "friendly_name": stream.user_name,
        "user_thumb": "",
        "ip_address": shown_address(row["ip_address"], shows_addresses=shows_addresses) or "",
        "location": said.get("location") or ("lan" if is_local else "wan"),
        "local": int(is_local),
        "secure": int(said.get("secure") or False),
        "relayed": int(said.get("relayed") or False),
        "platform": row["platform"] or "",
        "platform_version": said.get("platform_version") or "",
        "product": said.get("product") or row["client_name"] or "",
        "product_version": row["client_version"] or "",
        "player": row["device_name"] or row["client_name"] or "",
        "device": row["device_type"] or "",
        "machine_id": row["device_id"] or "",
    }
