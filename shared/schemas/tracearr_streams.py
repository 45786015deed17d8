"""Streams and past sessions, as readers of Tracearr's public API (v1) take them."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from pydantic import Field

from shared.schemas.streams import PlayedKind, Row, Stream, stream_of
from shared.schemas.tracearr import Meta, PersonBrief, brief_of
from shared.schemas.tracearr_delivery import Delivery, delivery_of
from shared.schemas.tracearr_query import Camel, State, Utc

_STATES: Mapping[str, State] = {"paused": "paused", "stopped": "stopped"}


class Played(Delivery):
    """What streams and past sessions have in common. Empty text and 0 are unknown."""

    id: UUID = Field(description="Stays the same for as long as the stream goes on.")
    server_id: str
    server_name: str
    media_title: str
    media_type: PlayedKind
    show_title: str | None
    season_number: int | None
    episode_number: int | None
    year: int | None
    artist_name: str | None
    album_name: str | None
    track_number: None = None
    disc_number: None = None
    thumb_path: None = None
    poster_url: None = None
    state: State
    progress_ms: int
    started_at: Utc
    device: str
    player: str
    product: str
    platform: str


class Playing(Played):
    """Something that plays now."""

    username: str
    user_thumb: None = None
    user_avatar_url: None = None
    duration_ms: int = Field(description="Of the item.")


class HistoryItem(Played):
    """Something that played, or still does."""

    duration_ms: int = Field(description="How long it was watched.")
    total_duration_ms: int = Field(description="Of the item.")
    stopped_at: Utc | None
    watched: bool
    segment_count: int = Field(description="Times it went on: one more than it was interrupted.")
    user: PersonBrief


class History(Camel):
    """A page of sessions, the newest first."""

    data: list[HistoryItem]
    meta: Meta


class Totals(Camel):
    """Streams by how they are delivered; those of which that is unknown are in the total alone."""

    total: int
    transcodes: int
    direct_streams: int
    direct_plays: int
    total_bitrate: str = Field(examples=["45.2 Mbps"])


class ServerTotals(Totals):
    """The streams of one server."""

    server_id: str
    server_name: str


class StreamsSummary(Totals):
    """All streams together."""

    by_server: list[ServerTotals]


class Streams(Camel):
    """What plays now."""

    data: list[Playing] | None = Field(
        default=None,
        exclude_if=lambda data: data is None,
        description="Absent where only the summary is asked for.",
    )
    summary: StreamsSummary


def stream_view(row: Row) -> Playing:
    """Return a row of ``list_sessions`` that goes on."""
    stream = stream_of(row)
    return Playing(
        **_played(row, stream), username=stream.user_name, duration_ms=stream.duration_ms
    )


def history_item(row: Row) -> HistoryItem:
    """Return a row of ``list_sessions``."""
    stream = stream_of(row)
    return HistoryItem(
        **_played(row, stream),
        duration_ms=row["watched_ms"],
        total_duration_ms=stream.duration_ms,
        stopped_at=row["stopped_at"],
        watched=stream.is_watched,
        segment_count=1 + len(row["interruptions"]),
        user=brief_of(row["user_id"], row["user_name"]),
    )


def summary_of(rows: Iterable[Mapping[str, Any]]) -> StreamsSummary:
    """Add up rows of ``count_active``."""
    found = list(rows)
    servers: dict[str, list[Mapping[str, Any]]] = {}
    for row in found:
        servers.setdefault(row["server_id"], []).append(row)
    return StreamsSummary(
        **_totals(found),
        by_server=[
            ServerTotals(
                **_totals(of_server),
                server_id=server_id,
                server_name=next(
                    (row["server_name"] for row in of_server if row["server_name"]), server_id
                ),
            )
            for server_id, of_server in sorted(servers.items())
        ],
    )


def _totals(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    def streams(decision: str) -> int:
        return sum(row["streams"] for row in rows if row["stream_type"] == decision)

    kbps = sum(row["bandwidth_kbps"] for row in rows)
    return {
        "total": sum(row["streams"] for row in rows),
        "transcodes": streams("transcode"),
        "direct_streams": streams("direct_stream"),
        "direct_plays": streams("direct_play"),
        "total_bitrate": f"{kbps / 1000:.1f} Mbps",
    }


def _played(row: Row, stream: Stream) -> dict[str, Any]:
    said = row["details"]
    is_episode = stream.kind is PlayedKind.EPISODE
    return {
        "id": row["id"],
        "server_id": stream.server_id,
        "server_name": stream.server_name,
        "media_title": stream.title,
        "media_type": stream.kind,
        "show_title": row["show_title"],
        # Homepage writes these of episodes as S01 E02, and fails on null.
        "season_number": row["season_number"] or 0 if is_episode else row["season_number"],
        "episode_number": row["episode_number"] or 0 if is_episode else row["episode_number"],
        "year": said.get("year"),
        "artist_name": said.get("artist"),
        "album_name": said.get("album"),
        "state": _STATES.get(row["state"], "playing"),
        "progress_ms": stream.progress_ms,
        "started_at": row["started_at"],
        "device": row["device_name"] or row["device_type"] or "",
        "player": row["client_name"] or "",
        "product": said.get("product") or row["client_name"] or "",
        "platform": row["platform"] or "",
        **delivery_of(row, stream),
    }
