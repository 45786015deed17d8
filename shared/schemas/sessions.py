"""Sessions as answers show them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field

from shared.domain.network import Network, mask_address
from shared.domain.session import Session

# What a track or a programme belongs to.
_SAID_BESIDE = ("artist", "album", "channel_id", "channel_title")


class PlaceView(BaseModel):
    """Where a session plays, as far as it is known; places come from DB-IP, MaxMind or an operator."""

    country: str | None = Field(description="ISO 3166-1 alpha-2.")
    region: str | None
    city: str | None
    latitude: float | None
    longitude: float | None
    accuracy_radius_km: float | None
    asn: int | None
    organisation: str | None
    continent: str | None
    network_class: str = Field(description="local, overlay, public or unknown.")
    network_kind: str = Field(
        description="residential, carrier, hosting, vpn, tor, relay, unknown."
    )


class SessionView(BaseModel):
    """One run of a player on one item."""

    id: UUID
    source: str
    session_key: str
    state: str = Field(description="playing, paused, buffering or stopped.")
    user_id: UUID
    user_name: str | None = None
    started_at: datetime
    last_seen_at: datetime
    stopped_at: datetime | None
    end_reason: str | None
    progress_seconds: float
    duration_seconds: float | None
    watched_seconds: float = Field(description="Time playing: elapsed, less paused and buffering.")
    paused_seconds: float
    buffered_seconds: float
    ip_address: str | None = Field(description="Masked unless the caller may see addresses.")
    place: PlaceView
    server_id: str | None
    library_id: str | None
    content_type: str
    content_id: str
    title: str | None
    show_id: str | None
    show_title: str | None
    season_number: int | None
    episode_number: int | None
    artist: str | None = None
    album: str | None = None
    channel_id: str | None = None
    channel_title: str | None = None
    device_id: str | None
    device_name: str | None
    device_type: str | None
    client_name: str | None
    client_version: str | None
    platform: str | None
    stream_type: str | None
    container: str | None
    video_codec: str | None
    audio_codec: str | None
    resolution: str | None
    bitrate_kbps: int | None


class SessionReceipt(BaseModel):
    """What a producer is told of its session."""

    id: UUID
    state: str
    user_id: UUID
    started_at: datetime
    stopped_at: datetime | None
    place: PlaceView


class BatchResult(BaseModel):
    """What became of one event of a batch."""

    index: int
    status: int = Field(description="201 new, 200 known, else as in the problem.")
    id: UUID | None = None
    problem: dict[str, Any] | None = None


class BatchReceipt(BaseModel):
    """What became of a batch: an answer per event, in order."""

    accepted: int
    rejected: int
    results: list[BatchResult]


def receipt(session: Session, network: Network | None) -> SessionReceipt:
    """Return what a producer is told."""
    return SessionReceipt(
        id=session.id,
        state=session.state,
        user_id=session.user_id,
        started_at=session.started_at,
        stopped_at=session.stopped_at,
        place=place_view(network or Network()),
    )


def session_view(row: Mapping[str, Any], *, shows_addresses: bool) -> SessionView:
    """Return a row of ``list_sessions`` as answers show it."""
    return SessionView.model_validate(session_fields(row, shows_addresses=shows_addresses))


def session_fields(row: Mapping[str, Any], *, shows_addresses: bool) -> dict[str, Any]:
    """Return what a ``SessionView`` is made of, and what else the row has."""
    return {
        **row,
        **{name: row["details"].get(name) for name in _SAID_BESIDE},
        "ip_address": shown_address(row["ip_address"], shows_addresses=shows_addresses),
        "progress_seconds": row["progress_ms"] / 1000,
        "duration_seconds": None if row["duration_ms"] is None else row["duration_ms"] / 1000,
        "watched_seconds": row["watched_ms"] / 1000,
        "paused_seconds": row["paused_ms"] / 1000,
        "buffered_seconds": row["buffered_ms"] / 1000,
        "place": _place_fields(row, shows_addresses=shows_addresses),
    }


def shown_address(address: object, *, shows_addresses: bool) -> str | None:
    """Return an address as the caller may see it."""
    if address is None:
        return None
    return str(address) if shows_addresses else mask_address(str(address))


def place_view(network: Network, *, shows_addresses: bool = True) -> PlaceView:
    """Return where a network is; to those who may not see addresses, roughly."""
    place = network.place
    latitude, longitude = _position(
        place and place.latitude, place and place.longitude, shows_addresses=shows_addresses
    )
    return PlaceView(
        country=place and place.country,
        region=place and place.region,
        city=place and place.city,
        latitude=latitude,
        longitude=longitude,
        accuracy_radius_km=place.accuracy_radius_km
        if place and place.latitude is not None
        else None,
        asn=place and place.asn,
        organisation=place and place.organisation,
        continent=place and place.continent,
        network_class=network.network_class,
        network_kind=network.kind,
    )


def place_of_row(row: Mapping[str, Any], *, shows_addresses: bool) -> PlaceView:
    """Return where a row of ``list_sessions`` plays; to those who may not see addresses, roughly."""
    return PlaceView.model_validate(_place_fields(row, shows_addresses=shows_addresses))


def _place_fields(row: Mapping[str, Any], *, shows_addresses: bool) -> dict[str, Any]:
    latitude, longitude = _position(
        row["latitude"], row["longitude"], shows_addresses=shows_addresses
    )
    return {
        **row,
        "latitude": latitude,
        "longitude": longitude,
        # A radius without a position says nothing.
        "accuracy_radius_km": None if latitude is None else row["accuracy_radius_km"],
        "network_class": row["network_class"] or "unknown",
        "network_kind": row["network_kind"] or "unknown",
    }


def _position(
    latitude: float | None, longitude: float | None, *, shows_addresses: bool
) -> tuple[float | None, float | None]:
    """Return a position as the caller may see it, in degrees.

    To those who may not see addresses to a tenth of a degree, about 11 km: a town, not a house.
    """
    if shows_addresses or latitude is None or longitude is None:
        return latitude, longitude
    return round(latitude, 1), round(longitude, 1)
