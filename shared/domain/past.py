"""What is kept of a session's past, so that an event that comes late can be put in its place."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from shared.domain.event_order import follows
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
    """A past at hand."""

    base: Session | None
    journal: tuple[SessionEvent, ...]

    @property
    def oldest_at(self) -> datetime | None:
        """The time of the first event; None if there is none."""
        return self.journal[0].at if self.journal else None

    def is_before(self, event: SessionEvent) -> bool:
        """Say whether an event surely comes after all of the journal."""
        return follows(event, self.journal)

    def then(self, event: SessionEvent) -> "KnownPast":
        """Return the past with an event at its end."""
        return KnownPast(self.base, (*self.journal, event))
