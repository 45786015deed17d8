"""How media servers that are asked what they play fare, in plain words."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field

# A server is asked every ten seconds at least; five minutes without an answer are no accident.
PATIENCE = timedelta(minutes=5)


class ServerHealth(BaseModel):
    """A media server that is asked what it plays."""

    id: UUID
    name: str
    kind: str
    version: str | None
    playing: int = Field(description="Sessions that go on.")
    polled_at: datetime | None = Field(description="When it last answered.")
    failing_since: datetime | None
    problem: str | None = Field(description="Why it is not known what it plays, in a word.")
    is_silent: bool = Field(description="Whether somebody should look at it.")
    sentence: str


def server_health(row: Mapping[str, Any], now: datetime) -> ServerHealth:
    """Return a row of ``list_states`` as answers show it."""
    values = {
        name: row[name]
        for name in ("id", "name", "kind", "version", "polled_at", "failing_since", "problem")
    }
    is_silent, sentence = _told(row, now)
    playing = row["playing"] or 0
    return ServerHealth(**values, playing=playing, is_silent=is_silent, sentence=sentence)


def _told(row: Mapping[str, Any], now: datetime) -> tuple[bool, str]:
    """Return whether a server is silent, and how it fares."""
    name, polled_at = row["name"], row["polled_at"]
    if not row["enabled"]:
        return False, f"{name} is switched off."
    if row["problem"] is not None:
        since = _time(row["failing_since"])
        return True, f"{name} has not told what it plays since {since}: {row['sentence']}"
    if polled_at is None:
        return False, f"{name} has not been asked yet."
    if now - polled_at > PATIENCE:
        return True, (
            f"{name} has not been asked what it plays since {_time(polled_at)}: is the job"
            " poll-servers fired each minute?"
        )
    return False, f"{name} answers; {row['playing']} sessions go on."


def _time(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"
