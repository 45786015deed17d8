"""Weeks of evenings, sent to ingest as a playback service sends them."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from tests.conftest import Function
from tests.integration.api.scenes import SESSIONS

HOUSEHOLDS = "/api/v1/analytics/users/{user_id}/households"
SHARING_SCORE = "/api/v1/analytics/users/{user_id}/sharing-score"
SHARING_SCORES = "/api/v1/analytics/sharing-scores"
LINKED_ACCOUNTS = "/api/v1/analytics/linked-accounts"

MOST_EVENTS = 1_000


def evenings(
    user_id: str, days_ago: Iterable[int], address: str, device: str, **said: object
) -> list[dict[str, Any]]:
    """Return an hour from 19:00 UTC on each of the days: a start and a stop."""
    events: list[dict[str, Any]] = []
    today = datetime.now(UTC).replace(hour=19, minute=0, second=0, microsecond=0)
    for days in days_ago:
        start, key = today - timedelta(days=days), uuid4().hex
        session = {
            "source": "revenge",
            "session_key": key,
            "user_id": user_id,
            "content_type": "movie",
            "content_id": key,
            "ip_address": address,
            "device_id": device,
            "device_name": device.title(),
            "started_at": start.isoformat(),
        } | said
        end = start + timedelta(hours=1)
        events.append({**session, "event": "start", "event_at": start.isoformat()})
        events.append({**session, "event": "stop", "event_at": end.isoformat()})
    return events


async def live(ingest: Function, *lives: list[dict[str, Any]]) -> None:
    """Send what happened."""
    events = [event for life in lives for event in life]
    for first in range(0, len(events), MOST_EVENTS):
        batch = {"events": events[first : first + MOST_EVENTS]}
        answer = await ingest.call("POST", f"{SESSIONS}/batch", json=batch)
        assert answer.status_code == 200, answer.text
        assert all(result["status"] < 300 for result in answer.json()["results"]), answer.text


async def learn(aggregate: Function) -> dict[str, int]:
    """Let the scheduler call the job."""
    answer = await aggregate.job("/households")
    assert answer.status_code == 200, answer.text
    return answer.json()
