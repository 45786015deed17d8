"""Plays as lists show them: what a person would call watching something once."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field

from shared.schemas.sessions import SessionView, session_fields

_OF_ALL = (
    "last_seen_at",
    "stopped_at",
    "state",
    "end_reason",
    "progress_ms",
    "watched_ms",
    "paused_ms",
    "buffered_ms",
)


class PlayPart(BaseModel):
    """A session of a play."""

    id: UUID
    started_at: datetime
    stopped_at: datetime | None
    watched_seconds: float
    stream_type: str | None
    device_name: str | None


class ListedPlay(SessionView):
    """A play: its first session that the filters let through, with the times of all of them."""

    play_id: UUID = Field(description="The session that the play began with; it may be gone.")
    parts: list[PlayPart] = Field(
        description="Its sessions that the filters let through, in their order."
    )


def play_view(row: Mapping[str, Any], *, shows_addresses: bool) -> ListedPlay:
    """Return a row of ``list_plays`` as answers show it."""
    whole = {name: row[f"play_{name}"] for name in _OF_ALL}
    session = session_fields({**row, **whole}, shows_addresses=shows_addresses)
    return ListedPlay.model_validate({**session, "play_id": row["play_id"] or row["id"]})
