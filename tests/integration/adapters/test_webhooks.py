"""Webhooks over HTTP, through the framework, into PostgreSQL."""

import json
import random
import re
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from psycopg import sql

from functions.ingest_session.adapters.documents import read_objects
from shared.store import sessions
from shared.store.database import Connection, Database
from shared.store.session_rows import from_row
from tests.conftest import Function
from tests.integration.adapters.conftest import Send
from tests.payloads.samples import SAMPLES, Sample
from tests.unit.adapters.mutations import mutated

BOUNDARY = "----------4f1c2b"
MULTIPART = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}


def form_part(head: str, body: bytes) -> bytes:
    return (
        f"--{BOUNDARY}\r\nContent-Disposition: form-data; {head}\r\n\r\n".encode() + body + b"\r\n"
    )


def sample(name: str) -> Sample:
    return next(s for s in SAMPLES if s.name == name)


async def stored(database: Database, row: Any) -> Any:
    key = (row["source"], row["session_key"])
    found = await database.run(lambda connection: sessions.load_by_keys(connection, [key]))
    return found[key].record.session


async def count_sessions(database: Database) -> int:
    return len(await every_session(database))


async def every_session(database: Database) -> list[Any]:
    async def work(connection: Connection) -> list[Any]:
        cursor = await connection.execute("SELECT * FROM analytics_sessions")
        return [from_row(row).record.session for row in await cursor.fetchall()]

    return await database.run(work)


@pytest.mark.parametrize("given", SAMPLES, ids=lambda given: given.name)
async def test_a_sample_becomes_its_row(send: Send, database: Database, given: Sample) -> None:
    body, minute = given.recent()
    answer = await send(given.kind, body)
    assert answer.status_code == 200, answer.text
    assert answer.json() == {"event": given.row["event"], "result": "recorded", "problem": None}
    session, row = await stored(database, given.row), given.row
    assert dict(session.attributes) == row["attributes"]
    assert str(session.user_id) == row["user_id"]
    assert session.progress == timedelta(milliseconds=row["progress_ms"] or 0)
    assert (session.network and session.network.key) == row["network_key"]
    if row["second"] is not None:
        assert session.started_at == minute + timedelta(seconds=float(row["second"]))


async def test_plex_sends_its_payload_beside_a_poster(send: Send, database: Database) -> None:
    given = sample("plex_media_play")
    body = (
        form_part('name="payload"\r\nContent-Type: application/json', given.body)
        + form_part(
            'name="thumb"; filename="thumb.jpg"\r\nContent-Type: image/jpeg', b"\xff\x00" * 50_000
        )
        + f"--{BOUNDARY}--\r\n".encode()
    )
    answer = await send("plex", body, headers=MULTIPART)
    assert answer.json()["result"] == "recorded"
    assert (await stored(database, given.row)).attributes["title"] == "The Third Harbour"


async def test_a_poster_larger_than_any_other_body_may_be_is_no_reason_to_refuse(
    send: Send, database: Database
) -> None:
    given = sample("plex_media_play")

    async def body() -> AsyncIterator[bytes]:
        yield form_part('name="payload"', given.body)
        yield f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="thumb"\r\n\r\n'.encode()
        for _ in range(300):
            yield b"\x00" * 65_536
        yield f"\r\n--{BOUNDARY}--\r\n".encode()

    answer = await send("plex", body(), headers=MULTIPART)
    assert (answer.status_code, answer.json()["result"]) == (200, "recorded")
    assert await count_sessions(database) == 1


async def test_emby_sends_its_data_in_a_form(send: Send, database: Database) -> None:
    given = sample("emby_playback_start")
    body = form_part('name="data"', given.recent()[0]) + f"--{BOUNDARY}--\r\n".encode()
    assert (await send("emby", body, headers=MULTIPART)).json()["result"] == "recorded"
    assert await count_sessions(database) == 1


@pytest.mark.parametrize(
    ("kind", "body", "result"),
    [
        ("emby", b"", "ignored"),
        ("emby", b'{"Event": "system.notificationtest", "Title": "Test"}', "ignored"),
        ("plex", b'{"event": "media.never.heard.of"}', "ignored"),
        ("jellyfin", b'{"NotificationType": "ItemAdded"}', "ignored"),
        ("jellyfin", b"[]", "ignored"),
        ("jellyfin", b"{{NotificationType}}", "unreadable"),
        ("jellyfin", b"\xff\xfe\x00", "unreadable"),
        ("plex", b"x" * 3_000_000, "unreadable"),
        ("plex", b"[" * 200_000, "unreadable"),
        ("jellyfin", b'{"NotificationType": "PlaybackStart"}', "incomplete"),
        ("emby", b'{"Event": "playback.start", "Item": {"Id": "1"}}', "incomplete"),
    ],
)
async def test_whatever_comes_is_answered_2xx_and_told_apart(
    send: Send, database: Database, kind: str, body: bytes, result: str
) -> None:
    answer = await send(kind, body)
    assert (answer.status_code, answer.json()["result"]) == (200, result), answer.text
    assert (answer.json()["problem"] is None) == (result == "ignored")
    assert await count_sessions(database) == 0


async def test_an_event_that_is_too_old_is_refused_and_still_answered_2xx(send: Send) -> None:
    body = sample("jellyfin_playback_start").body
    old = re.sub(rb"2026-11-20T20:15", b"2001-01-01T00:00", body)
    answer = await send("jellyfin", old)
    assert (answer.status_code, answer.json()["result"]) == (200, "refused")
    assert "days kept" in answer.json()["problem"]


async def test_a_scrobble_of_what_nobody_plays_begins_no_session(
    send: Send, database: Database
) -> None:
    body = sample("plex_media_play").body.replace(b"media.play", b"media.scrobble")
    assert (await send("plex", body)).json()["result"] == "ignored"
    assert await count_sessions(database) == 0


async def test_a_plex_session_is_one_from_play_to_stop(send: Send, database: Database) -> None:
    given = sample("plex_media_play")
    names = ("play", "pause", "resume", "scrobble", "stop")
    for name in names:
        body = given.body.replace(b"media.play", b"media." + name.encode())
        assert (await send("plex", body)).json()["result"] == "recorded", name
    [session] = await every_session(database)
    assert (session.state, session.end_reason) == ("stopped", "stopped")
    assert session.attributes["reports_progress"] is False


async def test_a_pause_of_jellyfin_is_told_by_the_flag_alone(
    send: Send, database: Database
) -> None:
    said = read_objects(sample("jellyfin_playback_progress_docker").recent()[0])
    assert said is not None
    for paused, state in (("False", "playing"), (True, "paused"), (None, "paused"), (0, "playing")):
        body = json.dumps({**said[0], "IsPaused": paused, "UtcTimestamp": ""})
        await send("jellyfin", body)
        [session] = await every_session(database)
        assert session.state == state


async def test_two_people_who_watch_together_have_a_session_each(
    send: Send, database: Database
) -> None:
    body = sample("jellyfin_playback_start").recent()[0]
    other = body.replace(b"6d23c30c5e9d4ec6a66db6b05b63e516", b"7e23c30c5e9d4ec6a66db6b05b63e516")
    for sent in (body, other):
        await send("jellyfin", sent)
    assert len({session.user_id for session in await every_session(database)}) == 2


async def test_spoilt_samples_are_answered_2xx_and_leave_sessions_that_can_be_read(
    send: Send, api: Function, database: Database
) -> None:
    dice = random.Random(20_261_120)
    for _ in range(12):
        for given in SAMPLES:
            said = read_objects(given.recent()[0])
            assert said is not None
            body = json.dumps(mutated(said[0], dice))
            answer = await send(given.kind, body)
            assert answer.status_code == 200, (given.name, body[:2_000], answer.text)
    found = await every_session(database)
    assert len(found) > len(SAMPLES)
    listed = await api.call("GET", "/api/v1/analytics/sessions?limit=500")
    assert listed.status_code == 200, listed.text
    for session in found:
        assert session.last_seen_at >= session.started_at
        assert session.progress >= timedelta()


async def test_while_the_database_is_away_the_answer_is_503(
    send: Send, server_url: str, database_url: str
) -> None:
    assert (await send("plex", b"{}")).status_code == 200
    name = sql.Identifier(database_url.rpartition("/")[2])
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS false").format(name))
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s",
            [database_url.rpartition("/")[2]],
        )
        answer = await send("plex", sample("plex_media_play").body)
        connection.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS true").format(name))
    assert (answer.status_code, answer.json()["status"]) == (503, 503)
