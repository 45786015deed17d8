"""The demo as it goes on: the evening is sent, the sharer appears, and everybody is looked at."""

import time
from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol
from uuid import UUID

from infra.demo.evening import Evening, arrival, evening
from infra.demo.people import Person
from infra.demo.receiver import Alert, Receiver, read_alert
from infra.demo.service import BATCH, Case, Channel, Service
from infra.demo.sharing import SHARER

OPENED = "violation.opened"
_LONGEST_WAIT_SECONDS = 30.0
_SETTLE_SECONDS = 3.0  # people are looked at each second: by then nobody is left
_POLL_SECONDS = 0.5


class Stage(Protocol):
    """What shows a person how far it is."""

    def sending(self, total: int) -> AbstractContextManager[Callable[[int], None]]:
        """Show that so many events are being sent; call what it gives with how many more were."""
        ...

    def waiting(self, label: str) -> AbstractContextManager[None]:
        """Show that something is waited for."""
        ...


@dataclass(frozen=True, slots=True)
class Ingested:
    """How much was sent, and how long that took."""

    people: int
    sessions: int
    events: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it.

    Attributes:
        city: where the service places the sharer's second stream; None if it knows no places.
        cases: of this run's people, with the name of each.
        alerts: about this run's people.
        acknowledged_at: when that stream's start was acknowledged, on the clock of the alerts.
    """

    ingested: Ingested
    sharer: UUID
    city: str | None
    cases: tuple[tuple[Person, Case], ...]
    alerts: tuple[Alert, ...]
    acknowledged_at: float

    @property
    def alert(self) -> Alert | None:
        """Return the alert that tells of the sharer's case."""
        about = (alert for alert in self.alerts if alert.user_id == self.sharer)
        return next((alert for alert in about if alert.kind == OPENED), None)

    @property
    def delay_seconds(self) -> float | None:
        """Return the time from the second city's acknowledgement to the alert; None without one.

        An alert may even overtake the acknowledgement: that is no delay.
        """
        return None if self.alert is None else max(0.0, self.alert.at - self.acknowledged_at)


def perform(service: Service, receiver: Receiver, run: UUID, stage: Stage) -> Outcome:
    """Play one evening.

    1. Open a channel to a receiver of our own.
    2. Send what has happened so far, as fast as the service takes it.
    3. Let the sharer's account appear in a second city, now.
    4. Wait for the alert, and then for the detector to have looked at everybody.
    5. Ask for everybody's cases.

    Raises:
        DemoError: the service does not do its part.
    """
    with _channel(service, receiver, run) as channel:
        played = evening(run, datetime.now(UTC))
        seconds = _send(service, played, stage)
        city = service.start(arrival(run, datetime.now(UTC)))
        acknowledged_at = time.monotonic()
        alerts: list[Alert] = []
        if city is not None:
            alerts = _collect(service, receiver, channel, run, stage)
        cases = _cases(service, played.people, run)
    sent = Ingested(len(played.people), played.sessions + 1, len(played.events) + 1, seconds)
    ours = {person.user_id(run) for person in played.people}
    return Outcome(
        ingested=sent,
        sharer=SHARER.user_id(run),
        city=city,
        cases=cases,
        alerts=tuple(alert for alert in alerts if alert.user_id in ours),
        acknowledged_at=acknowledged_at,
    )


@contextmanager
def _channel(service: Service, receiver: Receiver, run: UUID) -> Generator[Channel]:
    channel = service.create_channel(f"Demo {run.hex[:12]}", receiver.url)
    try:
        yield channel
    finally:
        service.delete_channel(channel)


def _send(service: Service, played: Evening, stage: Stage) -> float:
    """Send the evening; return the seconds it took."""
    began = time.monotonic()
    with stage.sending(len(played.events)) as advance:
        for start in range(0, len(played.events), BATCH):
            batch = played.events[start : start + BATCH]
            service.record(batch)
            advance(len(batch))
    return time.monotonic() - began


def _collect(
    service: Service, receiver: Receiver, channel: Channel, run: UUID, stage: Stage
) -> list[Alert]:
    """Return what arrives until case and alert are there and have settled, or time is up."""
    sharer = SHARER.user_id(run)
    alerts: list[Alert] = []
    deadline = time.monotonic() + _LONGEST_WAIT_SECONDS
    with stage.waiting("Waiting for the sharer's case and its alert"):
        while time.monotonic() < deadline:
            alerts += _arrivals(receiver, channel, _POLL_SECONDS)
            told = any(alert.user_id == sharer for alert in alerts)
            if told and service.list_cases(sharer):
                break
    with stage.waiting("Making sure that nobody else is suspected"):
        settled_at = time.monotonic() + _SETTLE_SECONDS
        while (left := settled_at - time.monotonic()) > 0:
            alerts += _arrivals(receiver, channel, left)
    return alerts


def _arrivals(receiver: Receiver, channel: Channel, seconds: float) -> list[Alert]:
    """Return the alert that comes within a time, if one does."""
    arrived = receiver.next_arrival(seconds)
    return [] if arrived is None else [read_alert(arrived, channel.secret)]


def _cases(
    service: Service, people: tuple[Person, ...], run: UUID
) -> tuple[tuple[Person, Case], ...]:
    return tuple(
        (person, case) for person in people for case in service.list_cases(person.user_id(run))
    )
