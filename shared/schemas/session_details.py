"""One session with its timeline: where it played from, how, and when it did not play."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pydantic import BaseModel, Field

from shared.domain.network import Network
from shared.domain.session import STREAM_ATTRIBUTES, NetworkAddress, Session
from shared.schemas.sessions import (
    PlaceView,
    SessionView,
    place_view,
    session_view,
    shown_address,
)


class SegmentView(BaseModel):
    """A time that a session spent on one network."""

    started_at: datetime
    ended_at: datetime | None = Field(description="null while it lasts.")
    ip_address: str | None = Field(description="Masked unless the caller may see addresses.")
    place: PlaceView


class InterruptionView(BaseModel):
    """A time in which nothing played."""

    state: str = Field(description="paused or buffering.")
    started_at: datetime
    ended_at: datetime | None = Field(description="null while it lasts.")


class StreamView(BaseModel):
    """A time for which a session was delivered in one way."""

    started_at: datetime
    ended_at: datetime | None = Field(description="null while it lasts.")
    stream: dict[str, str | int | float | bool | None]


class SessionDetail(SessionView):
    """A session with its timeline."""

    segments: list[SegmentView]
    interruptions: list[InterruptionView]
    streams: list[StreamView] = Field(description="How it was delivered, as that changed.")
    details: dict[str, str | int | float | bool | None] = Field(
        description="All else that its producer said of it."
    )


def session_detail(
    row: Mapping[str, Any],
    session: Session,
    networks: Mapping[str, Network],
    *,
    shows_addresses: bool,
) -> SessionDetail:
    """Return a session with its timeline.

    Args:
        row: the session as ``list_sessions`` gives it.
        session: the same session, whole.
        networks: the networks it was on, as they are pinned, by their keys.
        shows_addresses: whether the caller may see addresses.
    """

    def segment(
        at: NetworkAddress | None, started_at: datetime, ended_at: datetime | None
    ) -> SegmentView:
        network = Network() if at is None else networks.get(at.key, Network())
        return SegmentView(
            started_at=started_at,
            ended_at=ended_at,
            ip_address=shown_address(at and at.address, shows_addresses=shows_addresses),
            place=place_view(network, shows_addresses=shows_addresses),
        )

    past = [segment(left.network, left.start, left.end) for left in session.past_segments]
    present = segment(session.network, session.network_since, session.stopped_at)
    return SessionDetail(
        **session_view(row, shows_addresses=shows_addresses).model_dump(),
        segments=[*past, present],
        interruptions=_interruptions(session),
        streams=_streams(session),
        details=row["details"],
    )


def _streams(session: Session) -> list[StreamView]:
    past = [
        StreamView(started_at=was.start, ended_at=was.end, stream=dict(was.attributes))
        for was in session.past_streams
    ]
    names = sorted(STREAM_ATTRIBUTES & session.attributes.keys())
    if not names:
        return past
    return [
        *past,
        StreamView(
            started_at=session.stream_since or session.started_at,
            ended_at=session.stopped_at,
            stream={name: session.attributes[name] for name in names},
        ),
    ]


def _interruptions(session: Session) -> list[InterruptionView]:
    closed = [
        InterruptionView(state=i.state, started_at=i.start, ended_at=i.end)
        for i in session.interruptions
    ]
    if session.interrupted_since is None or not session.is_active:
        return closed
    return [
        *closed,
        InterruptionView(state=session.state, started_at=session.interrupted_since, ended_at=None),
    ]
