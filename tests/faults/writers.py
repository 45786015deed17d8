"""Writers: players that tell of sessions, out of order and again until they are answered."""

import asyncio
import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import httpx

from tests.faults.ledger import Entry, Ledger, Run

# A wave of sessions lies this far back, and is over before the window (5 minutes) is.
_BACK = timedelta(seconds=200)
_LONGEST_RUN = timedelta(seconds=80)
_STORIES = 6
_AT_ONCE = 3
_PATH = "/api/v1/analytics/sessions"
_PAUSE_SECONDS = 0.05
_ANSWER_SECONDS = 8.0
_CREATED_OR_KNOWN = (200, 201)
_IN_PART = 207
_ALONE = {"progress": ("PUT", ""), "stop": ("POST", "/stop")}
_ADDRESS = ("event", "source", "session_key")


@dataclass(slots=True)
class Writer:
    """One producer, with several requests under way at a time."""

    number: int
    client: httpx.AsyncClient
    ledger: Ledger
    random: Random
    _ids: dict[Run, str] = field(default_factory=dict[Run, str])
    _keys: Iterator[int] = field(default_factory=itertools.count)

    async def write(self, enough: asyncio.Event) -> None:
        """Tell wave after wave; return when all that was begun is acknowledged."""
        while not enough.is_set():
            waiting = self._wave()
            while waiting:
                taken = [self._take(waiting) for _ in range(_AT_ONCE)]
                left = await asyncio.gather(*(self._send(part) for part in taken if part))
                waiting += itertools.chain.from_iterable(left)

    def _wave(self) -> list[Entry]:
        """Plan some sessions; return their events in disorder, some of them more than once."""
        began = datetime.now(UTC) - _BACK
        entries = [entry for _ in range(_STORIES) for entry in self._story(began)]
        for entry in entries:
            self.ledger.plan(entry)
        repeated = self.random.sample(entries, len(entries) // 8)
        return self.random.sample(entries + repeated, len(entries) + len(repeated))

    def _story(self, began: datetime) -> Iterator[Entry]:
        """Yield the events of a key: one session, or two, of one item or of two."""
        key = f"key-{next(self._keys)}"
        began += timedelta(milliseconds=self.random.randrange(10_000))
        item = self.random.randrange(1_000)
        yield from self._run(key, item, began)
        if self.random.random() < 0.4:
            item += self.random.random() < 0.7
            yield from self._run(key, item, began + _LONGEST_RUN + timedelta(seconds=10))

    def _run(self, key: str, item: int, began: datetime) -> Iterator[Entry]:
        source = f"writer-{self.number}"
        run = (source, key, began.isoformat(timespec="milliseconds"))
        base: dict[str, Any] = {
            "source": source,
            "session_key": key,
            "user_id": f"{self.number}-{self.random.randrange(5)}",
            "server_id": source,
            "device_id": f"device-{self.number}",
            "content_type": "movie",
            "content_id": f"item-{item}",
            "ip_address": f"81.2.69.{self.number}",
        }
        at, count = began, self.random.randint(4, 12)
        yield Entry(run, base | {"event": "start", "event_at": run[2], "started_at": run[2]})
        for number in range(count):
            at += _LONGEST_RUN / (count + 1) * self.random.uniform(0.5, 1)
            event_at = at.isoformat(timespec="milliseconds")
            said = self._change(base) if number < count - 1 else {"event": "stop"}
            more = {"event_at": event_at, "progress_seconds": number * 7}
            yield Entry(run, base | said | more)

    def _change(self, base: dict[str, Any]) -> dict[str, Any]:
        return self.random.choice(
            (
                {"event": "progress"},
                {"event": "progress", "state": "playing"},
                {"event": "progress", "state": "paused"},
                {"event": "progress", "ip_address": f"89.160.20.{self.number}"},
                {"event": "progress", "title": f"{base['content_id']} said otherwise"},
                {"event": "pause"},
                {"event": "resume"},
            )
        )

    def _take(self, waiting: list[Entry]) -> list[Entry]:
        """Take one event from anywhere, or many."""
        size = self.random.choice((1, 1, 4, 20))
        picked = [
            waiting.pop(self.random.randrange(len(waiting))) for _ in range(min(size, len(waiting)))
        ]
        return list({id(entry): entry for entry in picked}.values())

    async def _send(self, entries: list[Entry]) -> list[Entry]:
        """Send events together; return those that were not acknowledged."""
        sent_at = self.ledger.send(entries)
        try:
            stored = await self._request(entries)
        except httpx.TransportError as error:
            self.ledger.answers[type(error).__name__] += 1
            stored = {}
        for entry in entries:
            if id(entry) in stored:
                self.ledger.acknowledge(entry, sent_at)
            if id(entry) in stored and entry.said["event"] == "start":
                self._ids[entry.run] = stored[id(entry)]
        left = [entry for entry in entries if id(entry) not in stored]
        if left:
            await asyncio.sleep(self.random.random() * _PAUSE_SECONDS)
        return left

    async def _request(self, entries: list[Entry]) -> dict[int, str]:
        """Return the session's id for each event that is stored."""
        if len(entries) == 1 and (alone := self._alone(entries[0])) is not None:
            answer = await self._call(*alone)
            known = answer.status_code in _CREATED_OR_KNOWN
            return {id(entries[0]): answer.json()["id"]} if known else {}
        body = {"events": [entry.said for entry in entries]}
        answer = await self._call("POST", f"{_PATH}/batch", body)
        if answer.status_code not in (*_CREATED_OR_KNOWN, _IN_PART):
            return {}
        results = answer.json()["results"]
        for result in results:
            if result.get("problem"):
                self.ledger.answers[f"{result['status']} in a batch"] += 1
        told = zip(entries, results, strict=True)
        return {id(e): r["id"] for e, r in told if r["status"] in _CREATED_OR_KNOWN}

    def _alone(self, entry: Entry) -> tuple[str, str, dict[str, Any]] | None:
        """Return the request that tells one event by itself, if there is one."""
        event = entry.said["event"]
        if event == "start":
            return "POST", _PATH, {k: v for k, v in entry.said.items() if k != "event"}
        if event not in _ALONE or entry.run not in self._ids:
            return None
        method, suffix = _ALONE[event]
        body = {name: value for name, value in entry.said.items() if name not in _ADDRESS}
        return method, f"{_PATH}/{self._ids[entry.run]}{suffix}", body

    async def _call(self, method: str, path: str, body: dict[str, Any]) -> httpx.Response:
        answer = await self.client.request(method, path, json=body, timeout=_ANSWER_SECONDS)
        self.ledger.answers[str(answer.status_code)] += 1
        return answer
