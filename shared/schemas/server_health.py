"""How media servers that are asked what they play fare, in plain words."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field

# A server is asked every ten seconds at least; five minutes without an answer are no accident.
PATIENCE = timedelta(minutes=5)

# Who is not at home for a week is on holiday; an address may be another's by then.
HOME_PATIENCE = timedelta(days=7)

_SHOWN_AS_KEPT = (
    *("id", "name", "kind", "version", "polled_at", "failing_since", "problem"),
    *("events_at", "events_problem"),
)


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
    events_at: datetime | None = Field(
        description="When it last said anything by itself; null where nobody listens."
    )
    events_problem: str | None = Field(
        description="Why it is not heard, in a word; it is still asked as often."
    )
    home_seen_at: datetime | None = Field(
        description="When its own players last showed where its home is on the internet."
    )
    is_silent: bool = Field(description="Whether somebody should look at it.")
    sentence: str


def server_health(row: Mapping[str, Any], now: datetime) -> ServerHealth:
    """Return a row of ``list_states`` as answers show it."""
    is_silent, sentence = _told(row, now)
    return ServerHealth(
        **{name: row[name] for name in _SHOWN_AS_KEPT},
        playing=row["playing"] or 0,
        home_seen_at=row["public_address_at"],
        is_silent=is_silent,
        sentence=sentence,
    )


def is_online(row: Mapping[str, Any], now: datetime) -> bool:
    """Say whether a media server tells what it plays."""
    is_silent, _ = _told(row, now)
    return row["enabled"] and row["polled_at"] is not None and not is_silent


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
    answers = f"{name} answers; {row['playing']} sessions go on."
    return False, " ".join((answers, *_besides(row, now)))


def _besides(row: Mapping[str, Any], now: datetime) -> Iterator[str]:
    """Yield what is not as it could be of a server that answers."""
    if row["events_problem"] is not None:
        yield f"What it says by itself is not heard: {row['events_sentence']}"
    seen_at = row["public_address_at"]
    if seen_at is not None and now - seen_at > HOME_PATIENCE:
        yield f"Where its home is on the internet was last seen {_time(seen_at)}."


def _time(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"
