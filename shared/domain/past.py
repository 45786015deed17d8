"""What is kept of a session's past, so that an event that comes late can be put in its place."""

from dataclasses import InitVar, dataclass, field
from datetime import datetime
from functools import reduce
from typing import Protocol

from shared.domain.event_order import Front
from shared.domain.session import Session, SessionEvent


class Past(Protocol):
    """The events of the last minutes, in order (the journal), and the session before these.

    Nearly every event comes after all of these, and only adds itself; so a store may leave unread
    what it holds until ``base`` or ``journal`` is asked for.
    """

    @property
    def base(self) -> Session | None:
        """The session before the journal; None if the journal holds its first event."""
        ...

    @property
    def journal(self) -> tuple[SessionEvent, ...]:
        """The events, in the order in which they are folded."""
        ...

    @property
    def oldest_at(self) -> datetime | None:
        """The time of the first event; None if there is none."""
        ...

    def is_before(self, event: SessionEvent) -> bool:
        """Say whether an event surely comes after all of the journal."""
        ...

    def then(self, event: SessionEvent) -> "Past":
        """Return the past with an event at its end."""
        ...


@dataclass(frozen=True, slots=True)
class KnownPast:
    """A past at hand; ``front`` is how far its journal goes."""

    base: Session | None
    journal: tuple[SessionEvent, ...]
    known_front: InitVar[Front | None] = None
    front: Front = field(init=False, compare=False, repr=False)

    def __post_init__(self, known_front: Front | None) -> None:
        """Find out how far the journal goes, if nobody knows."""
        front = known_front or reduce(Front.then, self.journal, Front())
        object.__setattr__(self, "front", front)

    @property
    def oldest_at(self) -> datetime | None:
        """The time of the first event; None if there is none."""
        return self.journal[0].at if self.journal else None

    def is_before(self, event: SessionEvent) -> bool:
        """Say whether an event surely comes after all of the journal."""
        return self.front.is_before(event)

    def then(self, event: SessionEvent) -> "KnownPast":
        """Return the past with an event at its end."""
        return KnownPast(self.base, (*self.journal, event), self.front.then(event))
