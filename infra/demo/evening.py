"""The evening: twelve people, of whom one shares an account.

What the honest ones do looks suspicious to simple rules and must not to ours, whether or not it is
known whose networks they are on.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from infra.demo import homes, journeys, sharing
from infra.demo.people import Person
from infra.demo.planning import Viewings
from infra.demo.viewing import Event, events


@dataclass(frozen=True, slots=True)
class Evening:
    """What happened until the evening's end.

    Attributes:
        events: native events of a batch, in the order in which they happened.
    """

    people: tuple[Person, ...]
    sessions: int
    events: tuple[Event, ...]


def evening(run: UUID, ends_at: datetime) -> Evening:
    """Return the evening that ends at an instant, before the sharer's friend joins it."""
    planned = plan()
    happened = [event for viewing in planned for event in events(viewing, run=run, ends_at=ends_at)]
    return Evening(
        people=tuple(dict.fromkeys(viewing.person for viewing in planned)),
        sessions=len(planned),
        events=tuple(sorted(happened, key=lambda event: str(event["event_at"]))),
    )


def arrival(run: UUID, at: datetime) -> Event:
    """Return the start with which the sharer's account appears in a second city."""
    [start] = events(sharing.friend(), run=run, ends_at=at)
    return {name: value for name, value in start.items() if name != "event"}


def plan() -> Viewings:
    """Return what everybody watches, but for the sharer's friend."""
    return (
        *homes.home_with_both_protocols(),
        *homes.family_with_a_reconnect(),
        *homes.home_beside_the_server(),
        *homes.player_that_adds_its_port(),
        *homes.user_of_a_vpn(),
        *journeys.commuter_with_two_devices(),
        *journeys.commuter_with_one_device(),
        *journeys.traveller_by_plane(),
        *journeys.traveller_by_train(),
        *sharing.sharer(),
    )
