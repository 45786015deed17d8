"""The native interface of ingest_session, over HTTP, through the framework, into PostgreSQL."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from shared.store.database import Connection, Database
from tests.conftest import Function

START: dict[str, Any] = {
    "source": "revenge",
    "session_key": "a1",
    "user_id": "0198c0de-0000-7000-8000-000000000001",
    "user_name": "ada",
    "content_type": "movie",
    "content_id": "m1",
    "device_id": "tv-1",
    "ip_address": "81.2.69.160",
}


BEGAN = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=2)


def at(seconds: float) -> str:
    return (BEGAN + timedelta(seconds=seconds)).isoformat()


async def test_a_start_is_new_once_and_known_when_repeated(ingest: Function) -> None:
    start = START | {"started_at": at(0), "event_at": at(0)}
    first = await ingest.call("POST", "/api/v1/analytics/sessions", json=start)
    again = await ingest.call("POST", "/api/v1/analytics/sessions", json=start)
    assert (first.status_code, again.status_code) == (201, 200), first.text
    assert first.json()["id"] == again.json()["id"]


async def test_heartbeat_and_stop_are_told_of_by_the_session(ingest: Function) -> None:
    start = START | {"started_at": at(0), "event_at": at(0)}
    session = (await ingest.call("POST", "/api/v1/analytics/sessions", json=start)).json()
    path = f"/api/v1/analytics/sessions/{session['id']}"
    beat = await ingest.call("PUT", path, json={"event_at": at(60), "progress_seconds": 60})
    assert beat.status_code == 200, beat.text
    stop = await ingest.call("POST", f"{path}/stop", json={"event_at": at(90)})
    assert stop.status_code == 200, stop.text
    assert stop.json()["state"] == "stopped"


async def test_a_change_of_quality_is_kept_with_its_time(
    ingest: Function, functions: Callable[[str], Function]
) -> None:
    start = START | {
        "started_at": at(0),
        "event_at": at(0),
        "stream_type": "direct_play",
        "resolution": "2160p",
        "imdb_id": "tt0000001",
    }
    session = (await ingest.call("POST", "/api/v1/analytics/sessions", json=start)).json()
    path = f"/api/v1/analytics/sessions/{session['id']}"
    change = {
        "event_at": at(60),
        "stream_type": "transcode",
        "transcode_reasons": "bandwidth",
        "stream_resolution": "720p",
    }
    assert (await ingest.call("PUT", path, json=change)).status_code == 200
    detail = (await functions("api").call("GET", path)).json()
    was, now = detail["streams"]
    assert (was["stream"]["stream_type"], now["stream"]["stream_type"]) == (
        "direct_play",
        "transcode",
    )
    assert datetime.fromisoformat(was["ended_at"]) == datetime.fromisoformat(at(60))
    assert detail["details"]["imdb_id"] == "tt0000001"


async def told_of(
    ingest: Function, api: Function, began: dict[str, Any], later: dict[str, Any]
) -> dict[str, Any]:
    """Tell of a session as it begins and a minute later; return it in detail."""
    start = START | {"started_at": at(0), "event_at": at(0)} | began
    session = (await ingest.call("POST", "/api/v1/analytics/sessions", json=start)).json()
    path = f"/api/v1/analytics/sessions/{session['id']}"
    answer = await ingest.call("PUT", path, json=later | {"event_at": at(60)})
    assert answer.status_code == 200, answer.text
    return (await api.call("GET", path)).json()


async def test_what_is_told_of_streams_is_kept_in_the_words_of_media_servers(
    ingest: Function, api: Function
) -> None:
    told = {
        "container": "Matroska",
        "video_codec": "H.264",
        "audio_codec": "AC-3",
        "resolution": "720p",
        "video_width": 1920,
        "video_height": 800,
        "video_dynamic_range": "SDR",
        "subtitle_codec": "SubRip",
        "stream_container": "mpegts",
        "stream_video_codec": "x265",
        "stream_audio_codec": "mp4a",
        "stream_resolution": "4K",
        "stream_video_dynamic_range": "HDR10+",
        "transcode_reasons": "V, A,V",
    }
    detail = await told_of(ingest, api, told, {})
    kept = detail | detail["details"]
    assert {name: kept[name] for name in told} == told | {
        "container": "mkv",
        "video_codec": "h264",
        "audio_codec": "ac3",
        "resolution": "1080p",
        "video_dynamic_range": "sdr",
        "subtitle_codec": "srt",
        "stream_container": "ts",
        "stream_video_codec": "hevc",
        "stream_audio_codec": "aac",
        "stream_resolution": "2160p",
        "stream_video_dynamic_range": "hdr10plus",
        "transcode_reasons": "A,V",
    }


async def test_words_that_mean_nothing_to_us_are_kept_as_told(
    ingest: Function, api: Function
) -> None:
    told = {
        "video_codec": "My own codec",
        "resolution": "huge",
        "video_dynamic_range": "HDR Vivid",
        "transcode_reasons": "",
    }
    detail = await told_of(ingest, api, told, {})
    kept = detail | detail["details"]
    assert {name: kept[name] for name in told} == told


async def test_another_spelling_of_the_same_stream_is_no_change_of_it(
    ingest: Function, api: Function
) -> None:
    detail = await told_of(
        ingest,
        api,
        {"video_codec": "H264", "resolution": "1080", "transcode_reasons": "V,A"},
        {"video_codec": "avc1", "resolution": "1920x800", "transcode_reasons": "A, V"},
    )
    assert len(detail["streams"]) == 1


async def test_a_name_that_only_the_start_of_a_batch_says_is_kept(
    ingest: Function, database: Database
) -> None:
    began = START | {"event": "start", "event_at": at(0)}
    beat = {name: began[name] for name in ("source", "session_key")}
    beat |= {"event": "progress", "event_at": at(60)}
    batch = {"events": [began, beat]}
    answer = await ingest.call("POST", "/api/v1/analytics/sessions/batch", json=batch)
    assert answer.status_code == 200, answer.text

    async def names(connection: Connection) -> list[str]:
        rows = await (await connection.execute("SELECT name FROM users")).fetchall()
        return [row["name"] for row in rows]

    assert await database.run(names) == ["ada"]
