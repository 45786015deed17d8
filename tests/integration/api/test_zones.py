"""Whatever is told of a zone's days and hours, it is told by the same clock."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from shared.services.prepare import prepare
from shared.settings import settings
from tests.conftest import Function
from tests.integration.api.scenes import Json, read, start

STATS = "/api/v1/analytics/stats"


@pytest.fixture(params=["UTC", "CET"])
async def late_in_july(
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
    functions: Callable[[str], Function],
    ingest: Function,
) -> datetime:
    """Let somebody watch, past midnight as summer has it, in a service of either zone."""
    monkeypatch.setenv("ANALYTICS_TIMEZONE", request.param)
    monkeypatch.setenv("ANALYTICS_RETENTION_DAYS", "400")
    settings.cache_clear()
    await prepare(settings())
    now = datetime.now(UTC)
    at = datetime(now.year, 7, 10, 22, 10, tzinfo=UTC)
    at = at if at < now - timedelta(days=1) else at.replace(year=now.year - 1)
    session = await start(ingest, started_at=at.isoformat(), event_at=at.isoformat())
    ended_at = (at + timedelta(minutes=20)).isoformat()
    path = f"/api/v1/analytics/sessions/{session['id']}/stop"
    await ingest.call("POST", path, json={"event_at": ended_at})
    await functions("aggregate_stats").job("/recent")
    return at


@pytest.mark.parametrize("tz", ["CET", "MET", "Europe/Brussels"])
async def test_days_and_hours_of_a_zone_are_the_same_wherever_they_are_told(
    api: Function, late_in_july: datetime, tz: str
) -> None:
    asked = {"tz": tz, "start": f"{late_in_july.year}-07-09", "end": f"{late_in_july.year}-07-13"}

    async def told(name: str, **more: str) -> list[Json]:
        return (await read(api, f"{STATS}/{name}", params=asked | more))["data"]

    the_11th = f"{late_in_july.year}-07-11"
    assert [(each["day"], each["sessions"]) for each in await told("daily")] == [(the_11th, 1)]
    days = {each["start"][:10]: each["sessions"] for each in await told("plays", interval="day")}
    assert {day: sessions for day, sessions in days.items() if sessions} == {the_11th: 1}
    for more in ({}, {"devices": "tv-1"}):
        [hour] = await told("patterns", **more)
        weekday = datetime.fromisoformat(the_11th).isoweekday()
        assert (hour["weekday"], hour["hour"], hour["sessions"]) == (weekday, 0, 1)
