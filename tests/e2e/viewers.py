"""People who watch, told of as a playback service tells."""

import time
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from tests.e2e.conftest import Stack

SESSIONS = "/api/v1/analytics/sessions"
LONDON, MADRID = "62.252.72.9", "2.138.96.9"
STREAM = {
    "source": "revenge",
    "session_key": "dashboard",
    "user_id": "01981111-1111-7111-8111-111111111111",
    "user_name": "Ada",
    "content_type": "movie",
    "content_id": "01982222-2222-7222-8222-222222222222",
    "title": "Metropolis",
    "ip_address": "192.168.1.20",
    "stream_type": "transcode",
    "bitrate_kbps": 18000,
    "progress_seconds": 61,
    "duration_seconds": 7200,
}


@contextmanager
def asking(stack: Stack) -> Generator[httpx.Client]:
    """Ask the stack's API as its administrator."""
    key = {"Authorization": f"Bearer {stack.key}"}
    with httpx.Client(base_url=stack.url, headers=key) as api:
        yield api


@contextmanager
def watching(stack: Stack, **said: object) -> Generator[httpx.Client]:
    """Have somebody watch something until the block ends, and no longer if it fails."""
    with asking(stack) as api:
        made = api.post(SESSIONS, json=STREAM | said).raise_for_status().json()
        try:
            yield api
        finally:
            api.post(f"{SESSIONS}/{made['id']}/stop", json={}).raise_for_status()


def watch(stack: Stack, **said: object) -> None:
    """Have somebody watch something, for a moment."""
    with watching(stack, **said):
        pass


def tell(api: httpx.Client, events: Iterable[Mapping[str, Any]]) -> None:
    """Tell of events of streams, each by what sets it apart."""
    told = [STREAM | dict(event) for event in events]
    api.post(f"{SESSIONS}/batch", json={"events": told}, timeout=60).raise_for_status()


def ago(minutes: float) -> str:
    """Return when it was that many minutes ago."""
    return (datetime.now(UTC) - timedelta(minutes=minutes)).isoformat()


def tell_of(api: httpx.Client, streams: Sequence[Mapping[str, Any]], seconds: int = 30) -> None:
    """Tell of streams by when they began; each ended so many seconds later."""
    for event, after in (("start", 0), ("stop", seconds)):
        tell(
            api,
            (
                {**stream, "event": event, "event_at": _later(stream["started_at"], after)}
                for stream in streams
            ),
        )


def _later(at: str, seconds: int) -> str:
    return (datetime.fromisoformat(at) + timedelta(seconds=seconds)).isoformat()


def travel(stack: Stack, user_id: str, name: str) -> None:
    """Have somebody watch in London, and at once in Madrid on another device."""
    for number, address in enumerate((LONDON, MADRID)):
        watch(
            stack,
            session_key=f"{name}-{number}",
            user_id=user_id,
            user_name=name,
            device_id=f"{name}-device-{number}",
            ip_address=address,
        )


def wait_until_told(
    api: httpx.Client, path: str, tells: Callable[[Any], object], **params: str
) -> None:
    """Ask until an answer tells what is wanted.

    Raises:
        AssertionError: it does not within a minute.
    """
    for _ in range(60):
        if tells(api.get(path, params=params).json()):
            return
        time.sleep(1)
    raise AssertionError(f"{path} does not tell it within a minute")
