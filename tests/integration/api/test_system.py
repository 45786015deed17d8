"""The system's state, and what was played by the day."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from shared.settings import Settings
from shared.store.database import Connection, Database
from tests.conftest import Function
from tests.integration.api.conftest import CallerWith
from tests.integration.api.scenes import ago, read, start, stop

HEALTH = "/api/v1/system/health"
METRICS = "/api/v1/admin/analytics/system"
DAILY = "/api/v1/analytics/stats/daily"


async def test_health_counts_what_waits_and_shows_the_latest_runs(
    api: Function, ingest: Function, functions: Callable[[str], Function]
) -> None:
    fresh = await read(api, HEALTH)
    assert (fresh["status"], fresh["due_users"], fresh["jobs"]) == ("ok", 0, [])
    await start(ingest)
    busy = await read(api, HEALTH)
    assert (busy["due_users"], busy["dirty_items"] > 0) == (1, True)
    stats = functions("aggregate_stats")
    for minutes in (2, 1):
        await stats.job("/recent", **{"X-CloudScheduler-ScheduleTime": ago(minutes)})
    done = await read(api, HEALTH)
    assert done["dirty_items"] == 0
    [run] = done["jobs"]
    assert (run["job"], run["state"], run["error"]) == ("aggregate-recent", "done", None)


async def test_health_says_what_needs_attention(api: Function, database: Database) -> None:
    async def fail(connection: Connection) -> None:
        await connection.execute(
            "INSERT INTO job_runs (job, scheduled_at, state, fencing_token, lease_until, started_at,"
            " error) VALUES ('partitions', now(), 'failed', 1, now(), now(), 'disk full')"
        )

    await database.run(fail)
    health = await read(api, HEALTH)
    assert health["status"] == "attention"
    assert health["concerns"] == ["The job partitions failed: disk full"]


async def test_health_tells_of_place_databases_but_not_where_they_are(
    api: Function, settings: Settings
) -> None:
    databases = (await read(api, HEALTH))["place_databases"]
    assert [(one["name"], one["status"], one["error"]) for one in databases] == [
        ("city", "ready", None),
        ("asn", "ready", None),
    ]
    assert str(settings.analytics_geoip_db_path) not in str(databases)


async def test_who_may_not_see_the_systems_state_sees_no_metrics_of_it(
    api: Function, caller: CallerWith
) -> None:
    for role, status in (("viewer", 403), ("moderator", 403), ("integration", 200)):
        answer = await api.call("GET", METRICS, headers=await caller(role))
        assert answer.status_code == status, role


async def test_what_was_played_is_counted_by_day_and_kind(
    api: Function, ingest: Function, functions: Callable[[str], Function], caller: CallerWith
) -> None:
    for content_type in ("movie", "music_track", "qar.movie"):
        session = await start(ingest, content_type=content_type)
        await stop(ingest, session["id"])
    await functions("aggregate_stats").job("/recent", **{"X-CloudScheduler-ScheduleTime": ago(1)})
    listed = (await read(api, DAILY))["data"]
    assert {row["content_type"] for row in listed} == {"movie", "music_track"}
    for content_type in ("movie", "music_track"):
        rows = [row for row in listed if row["content_type"] == content_type]
        assert sum(row["sessions"] for row in rows) == 1
        assert 1730 < sum(row["watched_seconds"] for row in rows) < 1750
    later, after = (f"{datetime.now(UTC) + timedelta(days=days):%Y-%m-%d}" for days in (2, 3))
    assert (await read(api, DAILY, params={"start": later, "end": after}))["data"] == []
    viewer = await read(api, DAILY, headers=await caller("viewer"))
    assert viewer["data"] == listed
