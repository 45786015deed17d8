"""What one player tells while it plays: the native events of a sitting, in order."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from shared.domain.session import EventKind

HEARTBEAT = timedelta(seconds=120)
# Silence after which nobody takes what comes next for a part of what was.
LONG_SILENCE = timedelta(minutes=20)
_STEP = timedelta(milliseconds=1)
_ITEMS = 8  # of each kind, so that people come back to one now and then


@dataclass(frozen=True, slots=True)
class Told:
    """One event as its producer sends it.

    Attributes:
        run: names the session that it belongs to, as the producer sees it.
        by_id: it is sent to the id that the start was answered with, not to the key.
        said: the native event.
    """

    at: datetime
    run: str
    by_id: bool
    said: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Device:
    """A player and its habits.

    Attributes:
        addresses: at home, then elsewhere.
        by_id: it says once what it plays, then addresses the session's id; else every event
            says it all, as media servers do.
        counts: it numbers its events.
        keeps_key: its sessions all have one key.
        dates_start: its starts say when they began.
    """

    name: str
    source: str
    person: str
    addresses: tuple[str, str]
    by_id: bool
    counts: bool
    keeps_key: bool
    dates_start: bool


class Sitting:
    """Some items, one after the other, on one player: the end of one may be told, or lost."""

    def __init__(self, device: Device, random: Random, at: datetime, number: int) -> None:
        self.at = at
        self._device = device
        self._random = random
        self._number = number
        self._key = device.name if device.keeps_key else f"{device.name}-{number}"
        self._address = device.addresses[0]
        self._run = ""
        self._sequence = 0
        self._item: dict[str, Any] = {}
        self._position = 0.0
        self._bitrate = 8_000

    def events(self) -> Iterator[Told]:
        """Yield the events in the order in which they happen."""
        items = self._random.choices((1, 2, 3), (6, 2, 1))[0]
        for index in range(items):
            yield from self._play(index, is_last=index == items - 1)

    def _play(self, index: int, *, is_last: bool) -> Iterator[Told]:
        self._begin_item(index)
        begun = {"started_at": self.at.isoformat()} if self._device.dates_start else {}
        yield self._tell(EventKind.START, whole=True, **begun)
        for _ in range(max(1, round(self._random.lognormvariate(1.9, 0.6)))):
            self._pass(HEARTBEAT)
            yield from self._moment()
        ending = self._random.random()
        if is_last and ending < 0.25:  # the stop is lost
            self.at += LONG_SILENCE
        elif is_last or ending < 0.5:
            self._pass(HEARTBEAT / 2)
            yield self._tell(EventKind.STOP)
            self._pass(HEARTBEAT / 10)
        else:  # autoplay: the next item follows under the same key
            self._pass(HEARTBEAT / 2)

    def _begin_item(self, index: int) -> None:
        self._run = f"{self._key}/{self._number}.{index}"
        self._sequence = 0
        self._position = 0.0
        kind = self._random.choice(("movie", "tvshow_episode", "music_track"))
        self._item = {
            "content_type": kind,
            "content_id": f"{kind}-{self._random.randrange(_ITEMS)}",
            "title": f"Number {self._number}, part {index}",
            "duration_seconds": 2_400,
        }

    def _moment(self) -> Iterator[Told]:
        """Yield what is told at a heartbeat: mostly just that."""
        dice = self._random.random()
        if dice < 0.08:
            yield from self._pause()
        elif dice < 0.11:
            yield self._tell(EventKind.PROGRESS, state="buffering")
            self._pass(HEARTBEAT / 20)
            yield self._tell(EventKind.PROGRESS, state="playing")
        elif dice < 0.15:
            self._address = self._random.choice(self._device.addresses)
            yield self._tell(EventKind.PROGRESS, ip_address=self._address)
        elif dice < 0.19:
            self._bitrate = self._random.choice((2_000, 4_000, 8_000))
            yield self._tell(EventKind.PROGRESS, stream_type="transcode")
        else:
            yield self._tell(EventKind.PROGRESS)

    def _pause(self) -> Iterator[Told]:
        """Yield a pause: told by its kind or by a state, at times twice at one instant."""
        if self._device.by_id:
            yield self._tell(EventKind.PROGRESS, state="paused")
        else:
            yield self._tell(EventKind.PAUSE)
        if self._random.random() < 0.3:
            yield self._tell(EventKind.PROGRESS, state="paused")
        for _ in range(self._random.randrange(3)):
            self._pass(HEARTBEAT, plays=False)
            yield self._tell(EventKind.PROGRESS)
        self._pass(HEARTBEAT / 3, plays=False)
        yield self._tell(EventKind.PROGRESS, state="playing")

    def _pass(self, span: timedelta, *, plays: bool = True) -> None:
        passed = span * self._random.uniform(0.7, 1.3)
        self.at += passed - passed % _STEP
        self._position += passed.total_seconds() if plays else 0.0

    def _tell(self, kind: EventKind, *, whole: bool = False, **more: Any) -> Told:
        self._sequence += 1
        said: dict[str, Any] = {
            "event": kind.value,
            "source": self._device.source,
            "session_key": self._key,
            "event_at": self.at.isoformat(),
            "progress_seconds": round(self._position, 3),
            "bitrate_kbps": self._bitrate,
        }
        if self._device.counts:
            said["sequence"] = self._sequence
        if whole or not self._device.by_id:
            said |= self._item | {
                "user_id": self._device.person,
                "device_id": self._device.name,
                "ip_address": self._address,
            }
        return Told(self.at, self._run, self._device.by_id and not whole, said | more)
