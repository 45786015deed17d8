"""What tests of what other programs read share: something to be read."""

from collections.abc import Callable
from uuid import UUID, uuid4

import pytest

from tests.conftest import Function
from tests.integration.api.scenes import KEYS, Json, ago, start, stop, travel

Headers = dict[str, str]

ADA, BOB = str(UUID(int=7)), str(UUID(int=8))


async def key_of(api: Function, role: str = "integration", *permissions: str) -> str:
    """Make a key as an operator does."""
    wanted: Json = {"name": uuid4().hex, "role": role}
    if permissions:
        wanted["permissions"] = list(permissions)
    made = await api.call("POST", KEYS, json=wanted)
    assert made.status_code == 201, made.text
    return made.json()["key"]


@pytest.fixture
async def key(api: Function) -> str:
    return await key_of(api)


@pytest.fixture
async def bearing(key: str) -> Headers:
    return {"Authorization": f"Bearer {key}"}


@pytest.fixture
async def playing(ingest: Function) -> dict[str, str]:
    """Let a film, an episode of no number, and something nothing is known of play; name their ids."""
    now = ago(0)
    film = await start(
        ingest,
        user_id=ADA,
        title="A <film>",
        duration_seconds=6000,
        progress_seconds=1500,
        started_at=now,
        event_at=now,
        stream_type="direct_play",
        bitrate_kbps=8000,
        video_codec="hevc",
        resolution="2160p",
        device_name="Living room",
        platform="tvOS",
        server_id="main",
        server_name="The attic",
        video_decision="direct",
        audio_decision="direct",
    )
    episode = await start(
        ingest,
        user_id=BOB,
        user_name="bob",
        content_type="tvshow_episode",
        content_id="e1",
        title="One",
        show_id="s1",
        show_title="A show",
        duration_seconds=1800,
        progress_seconds=900,
        started_at=now,
        event_at=now,
        state="paused",
        stream_type="transcode",
        stream_bitrate_kbps=2000,
        audio_decision="copy",
        container="mkv",
        stream_container="mpegts",
        transcode_reasons="video_codec, bitrate",
        device_id="phone",
    )
    unknown = await start(
        ingest,
        user_name=None,
        content_type="podcast",
        content_id="p1",
        device_id=None,
        started_at=now,
        event_at=now,
    )
    return {"film": film["id"], "episode": episode["id"], "unknown": unknown["id"]}


@pytest.fixture
async def played(ingest: Function, functions: Callable[[str], Function]) -> None:
    """Let Ada see a film to its end and Bob some of it, minutes ago, and let that be counted."""
    film = {"content_id": "old", "title": "An old film", "duration_seconds": 1500}
    for user_id, name, way in ((ADA, "ada", "direct_play"), (BOB, "bob", "transcode")):
        session = await start(
            ingest, user_id=user_id, user_name=name, stream_type=way, platform="tvOS", **film
        )
        progress = 1500 if user_id == ADA else 300
        answer = await ingest.call(
            "PUT",
            f"/api/v1/analytics/sessions/{session['id']}",
            json={"progress_seconds": progress, "event_at": ago(3)},
        )
        assert answer.status_code == 200, answer.text
        await stop(ingest, session["id"], 2)
    await functions("aggregate_stats").job("/recent")


@pytest.fixture
async def accused(ingest: Function, functions: Callable[[str], Function]) -> str:
    """Let somebody be in London and, minutes later, in Linköping; return who it is."""
    return await travel(ingest, functions("detect_sharing"))
