"""Viewings: of a session, what a timeline needs. Backtests read millions of them."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from shared.domain.session import Interruption, NetworkAddress, PastSegment


class Viewing(NamedTuple):
    """One run of a player on one item.

    Attributes:
        network: where the player is, since ``network_since``; None is unknown.
        past_segments: where it was before.
        interruptions: when nothing played; a pause that goes on began at ``paused_since``.
        stopped_at: None while it goes on.
    """

    user_id: UUID
    session_id: UUID
    network: NetworkAddress | None
    network_since: datetime
    stopped_at: datetime | None
    device_id: str | None = None
    device_name: str | None = None
    content_type: str = ""
    title: str | None = None
    server_id: str | None = None
    library_id: str | None = None
    past_segments: tuple[PastSegment, ...] = ()
    interruptions: tuple[Interruption, ...] = ()
    paused_since: datetime | None = None
