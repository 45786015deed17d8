"""What every adapter makes of a body: neutral playback events."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.domain.session import Attributes, EventKind, State


@dataclass(frozen=True, slots=True)
class Playback:
    """What a media server says of one player at one instant.

    Attributes:
        server_id: the server; two of them never mix.
        session_key: the player's run on the item, unique on its server.
        account_id: what the server calls the person.
        at: the server's time; ``None`` if it gives none, and arrival counts.
        said_local: whether the server calls the player local; ``None`` leaves it to the address.
        attributes: columns of the session. Without ``content_id`` the event is a sign of life of
            a known session and begins none.
    """

    kind: EventKind
    server_id: str
    session_key: str
    account_id: str
    account_name: str | None
    at: datetime | None
    state: State | None
    position: timedelta | None
    address: str | None
    said_local: bool | None
    attributes: Attributes


@dataclass(frozen=True, slots=True)
class Reading:
    """A body as it was understood.

    Attributes:
        event: the sender's own name of the event; "" if it gives none.
        playbacks: what is to be recorded; none, if the event tells of no playback.
        problem: what was missing, if it should have told of some.
    """

    event: str
    playbacks: tuple[Playback, ...] = ()
    problem: str | None = None


def lacking(event: str, needed: dict[str, object], remedy: str) -> Reading:
    """Return the reading of a playback event of which something that is needed is unknown."""
    missing = ", ".join(name for name, value in needed.items() if value is None)
    return Reading(event, problem=f"{event}: the event names no {missing}; {remedy}")
