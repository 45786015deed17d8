"""Retention drops sessions and changes no figure of the past; nor does counting anew after it."""

import asyncio
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from shared.services import retention
from shared.services.partitions import keep_partitions
from shared.services.rollups import rebuild, roll_up_lot
from shared.settings import Settings
from shared.store import partitions, rollups
from shared.store.database import Connection, Database
from shared.store.partitions import Month
from tests.conftest import Function
from tests.integration.api.scenes import SESSIONS, starting

API = "/api/v1"
ADA, BOB = UUID(int=7), UUID(int=8)

# In a month before this one, and kept by default.
DAY = (datetime.now(UTC) - timedelta(days=40)).replace(hour=12, minute=0, second=0, microsecond=0)

SHOW: dict[str, Any] = {
    "content_type": "tvshow_episode",
    "show_id": "s",
    "show_title": "Night Ferry",
    "season_number": 1,
}
FILM: dict[str, Any] = {"content_id": "film", "title": "A film", "library_id": "films"}
SONG: dict[str, Any] = {
    "content_type": "music_track",
    "content_id": "song",
    "artist": "A",
    "album": "B",
}
NEWS: dict[str, Any] = {
    "content_type": "livetv_program",
    "content_id": "news",
    "channel_id": "c",
}

BY_TIME = ("day", "week", "month")
TABLES = (
    *(f"stats/plays?interval={interval}" for interval in BY_TIME),
    *(f"stats/plays?by={by}" for by in ("content_id", "video_codec", "city", "transcode_reasons")),
    "stats/plays?tz=Asia/Kathmandu&interval=day",
    "stats/streams?",
    "stats/streams?libraries=films&countries=GB",
    "stats/devices?",
    "stats/compatibility?",
    "stats/geo?by=city",
    "stats/bandwidth?by=user_id&interval=month",
    "stats/concurrency?interval=day",
    "stats/patterns?tz=Asia/Kathmandu",
    *(f"popular?of={of}" for of in ("item", "show", "season", "artist", "album", "channel")),
    "library/watch?",
    "library/watch?libraries=films",
    "library/watch/binges?",
    "library/storage/roi?",
    f"sessions/user/{ADA}?interval=week",
)
PAGES = (
    f"{API}/analytics/stats/daily?start={DAY.date()}",
    f"{API}/analytics/library/watch/items",
    f"{API}/analytics/users/{ADA}/review?year={DAY.year}",
    f"{API}/analytics/users/{ADA}/reports",
    f"{API}/admin/analytics/reports",
    f"{API}/admin/analytics/reports/month/{DAY.date()}",
    *(f"{API}/admin/analytics/{page}?window=year" for page in ("overview", "popular", "users")),
    *(
        f"{API}/admin/analytics/media/{page}?window=year"
        for page in ("item/film", "show/s", "artist/A", "album/A - B", "channel/c")
    ),
)
WORKED_OUT = {"made_at", "standings_at"}


class House:
    """A server with two people, its jobs, and all that is answered of it."""

    def __init__(self, functions: Callable[[str], Function]) -> None:
        self._ingest = functions("ingest_session")
        self._jobs = functions("aggregate_stats")
        self._api = functions("api")

    async def shelve(self) -> None:
        """Let a library hold what is played, and say what genre it is of."""
        items = [
            {"id": "film", "content_type": "movie", "title": "A film", "genres": ["Noir"]},
            *(SHOW | {"id": f"e{n}", "episode_number": n, "genres": ["Sea"]} for n in (1, 2, 3)),
        ]
        answer = await self._ingest.call(
            "POST",
            f"{API}/analytics/library/films/scans",
            content="\n".join(map(json.dumps, items)),
            params={"server_id": "main"},
            headers={"Content-Type": "application/x-ndjson"},
        )
        assert answer.status_code == 200, answer.text

    async def watch(self, user_id: UUID, at: datetime, minutes: int, **said: Any) -> str:
        """Let somebody watch something; return the session's path."""
        told = starting(
            user_id=str(user_id),
            started_at=at.isoformat(),
            event_at=at.isoformat(),
            duration_seconds=1_800,
            **said,
        )
        begun = await self._ingest.call("POST", SESSIONS, json=told)
        assert begun.status_code == 201, begun.text
        end = {
            "event_at": (at + timedelta(minutes=minutes)).isoformat(),
            "progress_seconds": minutes * 60,
        }
        path = f"{SESSIONS}/{begun.json()['id']}"
        assert (await self._ingest.call("POST", f"{path}/stop", json=end)).status_code == 200
        return path

    async def delete(self, path: str) -> None:
        """Delete a session."""
        deleted = await self._api.call("DELETE", path)
        assert deleted.status_code == 204, deleted.text

    async def count(self) -> None:
        """Have everything counted and worked out that there is."""
        for job in ("/recent", "/holdings", "/standings", "/reports"):
            answer = await self._jobs.job(job)
            assert answer.status_code == 200, answer.text

    async def plays(self) -> dict[str, int]:
        """Return how often each item was played."""
        answer = await self._api.call(
            "GET", f"{API}/analytics/stats/plays?by=content_id&window=year"
        )
        return {row["key"]: row["plays"] for row in answer.json()["data"]}

    async def countries(self) -> dict[str, int]:
        """Return how many sessions there were in each country."""
        answer = await self._api.call("GET", f"{API}/analytics/stats/geo?by=country&window=year")
        return {row["key"]: row["sessions"] for row in answer.json()["data"]}

    async def answers(self) -> dict[str, Any]:
        """Return all that is answered of the past."""
        paths = (*(f"{API}/analytics/{table}&window=year" for table in TABLES), *PAGES)
        found = {path: await self._api.call("GET", path) for path in paths}
        for path, answer in found.items():
            assert answer.status_code == 200, (path, answer.text)
        return {
            path: json.loads(answer.text, object_hook=without_dates_of_work)
            for path, answer in found.items()
        }


def without_dates_of_work(told: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in told.items() if key not in WORKED_OUT}


async def drop_months(connection: Connection) -> None:
    """Let retention drop all sessions, as it drops those of months."""
    for month in await partitions.list_months(connection):
        await partitions.drop(connection, month)
    await partitions.create(connection, Month.of(datetime.now(UTC)))


async def mark_all(connection: Connection) -> None:
    """Have everything counted anew that was watched."""
    films = [(BOB, "film"), (ADA, "song"), (ADA, "news")]
    episodes = [(ADA, f"e{number}") for number in (1, 2, 3)]
    await rollups.mark_items(connection, films + episodes, now=datetime.now(UTC))


async def see_networks_on_the_day(connection: Connection) -> None:
    """Note networks as last seen then, as if what was played on that day had been played live."""
    await connection.execute("UPDATE user_networks SET last_seen_at = %s", [DAY])


async def keep_for_longer(database: Database, settings: Settings) -> None:
    """Let sessions be dropped, and then months be made again since they are to be kept for longer."""
    await database.run(drop_months)
    await database.run(lambda c: keep_partitions(c, settings, datetime.now(UTC)))
    assert Month.of(DAY) in await database.run(partitions.list_months)


@pytest.fixture
async def house(functions: Callable[[str], Function]) -> House:
    house = House(functions)
    await house.shelve()
    for number in (1, 2, 3):
        at = DAY + (number - 1) * timedelta(minutes=35)
        said = SHOW | {"content_id": f"e{number}", "episode_number": number}
        await house.watch(ADA, at, 29, library_id="films", video_codec="hevc", **said)
    await house.watch(BOB, DAY, 10, stream_type="direct_play", **FILM)
    await house.watch(BOB, DAY + timedelta(hours=1), 18, stream_type="transcode", **FILM)
    await house.watch(ADA, DAY + timedelta(hours=5), 3, **SONG)
    await house.watch(ADA, DAY + timedelta(hours=20), 25, bitrate_kbps=4_000, **NEWS)
    await house.count()
    return house


async def test_dropping_sessions_and_counting_anew_change_no_figure_of_the_past(
    house: House, database: Database, settings: Settings
) -> None:
    before = await house.answers()
    assert before[f"{API}/analytics/library/watch/binges?&window=year"]["data"]
    person = before[f"{API}/analytics/sessions/user/{ADA}?interval=week&window=year"]
    assert person["favourite_genres"]
    await database.run(drop_months)
    await house.count()
    assert await house.answers() == before
    await rebuild(database, settings, tell=lambda _: None)
    await house.count()
    assert await house.answers() == before


async def test_keeping_sessions_for_longer_changes_no_figure_of_the_past(
    house: House, database: Database, settings: Settings
) -> None:
    before = await house.answers()
    await keep_for_longer(database, settings)
    await database.run(mark_all)
    await house.count()
    assert await house.answers() == before
    await rebuild(database, settings, tell=lambda _: None)
    await house.count()
    assert await house.answers() == before


async def test_what_comes_late_into_a_month_that_was_dropped_is_counted_and_corrected(
    house: House, database: Database, settings: Settings
) -> None:
    before = await house.plays()
    await keep_for_longer(database, settings)
    paths = [
        await house.watch(BOB, DAY + timedelta(hours=hours), 18, **FILM, server_id="other")
        for hours in (2, 4)
    ]
    await house.count()
    assert await house.plays() == before | {"film": before["film"] + 2}
    await database.run(mark_all)
    await house.count()
    assert await house.plays() == before | {"film": before["film"] + 2}
    for path in paths:
        await house.delete(path)
    await house.count()
    assert await house.plays() == before


async def test_what_is_counted_while_its_month_is_dropped_stays(
    house: House, database: Database, settings: Settings
) -> None:
    before = await house.answers()
    is_dropped = asyncio.Event()

    async def drop(connection: Connection) -> None:
        await partitions.drop(connection, Month.of(DAY))
        is_dropped.set()
        await asyncio.sleep(0.3)  # while the lot comes as far as the sessions, which are held

    await database.run(mark_all)
    dropping = asyncio.create_task(database.run(drop))
    await is_dropped.wait()
    assert len((await database.run(lambda c: roll_up_lot(c, settings))).items) == 6
    await dropping
    await house.count()
    assert await house.answers() == before


async def test_a_month_of_which_a_session_was_deleted_is_dropped_once_that_is_counted(
    house: House, database: Database, settings: Settings
) -> None:
    before = await house.plays()
    path = await house.watch(BOB, DAY + timedelta(hours=2), 18, content_id="another")
    await house.count()
    assert await house.plays() == before | {"another": 1}
    await house.delete(path)
    later = datetime.now(UTC) + timedelta(days=settings.analytics_retention_days)

    async def drop(connection: Connection) -> int:
        return (await keep_partitions(connection, settings, later))["dropped"]

    async def is_dropped() -> bool:
        await database.run(drop)
        return Month.of(DAY) not in await database.run(partitions.list_months)

    assert not await is_dropped()
    await house.count()
    assert await is_dropped()
    assert await house.plays() == before


async def test_a_deletion_that_is_not_counted_is_not_forgotten_with_a_later_month(
    house: House, database: Database, settings: Settings
) -> None:
    before = await house.plays()
    older = DAY.replace(day=1) - timedelta(days=10)
    path = await house.watch(BOB, older, 18, content_id="another")
    await house.count()
    await house.delete(path)
    later = datetime.now(UTC) + timedelta(days=settings.analytics_retention_days)
    await database.run(lambda connection: keep_partitions(connection, settings, later))
    assert Month.of(older) in await database.run(partitions.list_months)
    assert Month.of(DAY) not in await database.run(partitions.list_months)
    await house.count()
    assert await house.plays() == before


async def test_a_place_is_known_for_as_long_as_its_sessions_are_kept(
    house: House, database: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    await database.run(see_networks_on_the_day)
    before = await house.countries()
    assert before == {"GB": 7}
    next_month = (DAY.replace(day=1) + timedelta(days=32)).replace(day=1)
    later = next_month + timedelta(days=settings.analytics_retention_days - 1)
    monkeypatch.setattr(retention, "utc_now", lambda: later)
    await retention.let_go(database, settings)
    assert Month.of(DAY) in await database.run(partitions.list_months)
    await rebuild(database, settings, tell=lambda _: None)
    assert await house.countries() == before
