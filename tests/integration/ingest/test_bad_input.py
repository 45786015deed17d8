"""What nobody should send, and everybody does: a clear problem, and nothing lost."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from shared.store import sessions
from shared.store.database import Database
from tests.conftest import Function
from tests.integration.ingest.test_native_events import START, at

SESSIONS = "/api/v1/analytics/sessions"


def start(**said: Any) -> dict[str, Any]:
    return START | {"session_key": uuid4().hex, "started_at": at(0), "event_at": at(0)} | said


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"bitrate_kbps": "fast"}, "bitrate_kbps"),
        ({"bitrate_kbps": 1_000_001}, "bitrate_kbps"),
        ({"stream_bitrate_kbps": 8_000_000}, "stream_bitrate_kbps"),
        ({"bandwidth_kbps": 2**31 - 1}, "bandwidth_kbps"),
        ({"season_number": -1}, "season_number"),
        ({"titel": "x"}, "titel"),
        ({"title": "x" * 10_000}, "title"),
        ({"title": "a\x00b"}, "title"),
        ({"session_key": ""}, "session_key"),
        ({"content_type": "Movie!"}, "content_type"),
        ({"event_at": "0001-01-01T00:00:00Z"}, "event_at"),
        ({"event_at": "9999-12-31T23:59:59Z"}, "event_at"),
        ({"started_at": "0001-01-01T00:00:00+14:00"}, "started_at"),
        ({"event_at": "2026-11-20T20:00:00"}, "event_at"),
        ({"event_at": "yesterday"}, "event_at"),
        ({"progress_seconds": "NaN"}, "progress_seconds"),
        ({"state": "dancing"}, "state"),
        ({"user_id": None}, "user_id"),
    ],
)
async def test_a_wrong_field_is_named(ingest: Function, said: dict[str, Any], field: str) -> None:
    answer = await ingest.call("POST", SESSIONS, json=start(**said))
    assert answer.status_code == 422, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert field in {error["field"] for error in answer.json()["errors"]}


async def test_what_no_index_takes_is_refused_and_no_sign_of_a_database_that_is_away(
    ingest: Function,
) -> None:
    # Rare characters, four bytes each, in no order: they cannot be compressed.
    endless = "".join(chr(0x20000 + 7919 * number % 0xA000) for number in range(1_000))
    answer = await ingest.call("POST", SESSIONS, json=start(device_id=endless))
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_input"), answer.text
    assert "index" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("81.2.69.160:32400", "81.2.69.160"),
        ("::ffff:10.0.0.1", "10.0.0.1"),
        ("[2a02:c7f:0:10::25]:443", "2a02:c7f:0:10::25"),
        ("fe80::1%eth0", "fe80::1"),
        ("N/A", None),
        ("", None),
        ("null", None),
    ],
)
async def test_an_address_is_read_as_it_is_meant_and_never_an_error(
    ingest: Function, database: Database, text: str, kept: str | None
) -> None:
    answer = await ingest.call("POST", SESSIONS, json=start(ip_address=text))
    assert answer.status_code == 201, answer.text
    [stored] = (
        await database.run(
            lambda connection: sessions.load_by_ids(connection, [answer.json()["id"]])
        )
    ).values()
    network = stored.record.session.network
    assert (network and network.address) == kept


async def test_an_unreadable_address_has_no_place_and_is_not_at_zero_zero(ingest: Function) -> None:
    answer = await ingest.call("POST", SESSIONS, json=start(ip_address="N/A"))
    place = answer.json()["place"]
    assert (place["latitude"], place["network_class"]) == (None, "unknown")


async def test_a_body_of_three_megabytes_is_refused(ingest: Function) -> None:
    answer = await ingest.call("POST", SESSIONS, content=b" " * 3_000_000)
    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")


async def test_a_body_that_does_not_say_its_size_is_limited_too(ingest: Function) -> None:
    async def endless() -> Any:
        for _ in range(300):
            yield b"[" * 10_000

    answer = await ingest.call("POST", SESSIONS, content=endless())
    assert answer.status_code == 413


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 422),
        (b"[]", 422),
        (b"{", 422),
        (b'"text"', 422),
        (b"\xff\xfe", 422),
        (b"[" * 100_000, 400),
    ],
)
async def test_a_body_that_is_no_object_is_a_problem(
    ingest: Function, body: bytes, status: int
) -> None:
    answer = await ingest.call(
        "POST", SESSIONS, content=body, headers={"Content-Type": "application/json"}
    )
    assert (answer.status_code, answer.json()["status"]) == (status, status)
    assert answer.headers["content-type"] == "application/problem+json"


async def test_one_bad_event_in_a_thousand_spoils_no_other(
    ingest: Function, database: Database
) -> None:
    events = [start(event="start") for _ in range(1_000)]
    events[500]["title"] = "a\x00b"
    answer = await ingest.call("POST", f"{SESSIONS}/batch", json={"events": events})
    told = answer.json()
    assert (answer.status_code, told["accepted"], told["rejected"]) == (207, 999, 1)
    assert told["results"][500]["status"] == 422
    assert told["results"][500]["problem"]["errors"][0]["field"] == "title"
    keys = [("revenge", event["session_key"]) for event in events]
    stored = await database.run(lambda connection: sessions.load_by_keys(connection, keys))
    assert len(stored) == 999


async def test_a_batch_may_tell_of_a_thousand_events_of_one_session_backwards(
    ingest: Function,
) -> None:
    began = start(event="start")
    brief = {"event": "progress", "source": "revenge", "session_key": began["session_key"]}
    beats = [brief | {"event_at": at(seconds / 4)} for seconds in range(1, 1_000)]
    answer = await ingest.call("POST", f"{SESSIONS}/batch", json={"events": [*beats[::-1], began]})
    assert answer.status_code == 200, answer.text
    *others, first = answer.json()["results"]
    assert first["status"] == 201
    assert {result["id"] for result in others} == {first["id"]}


async def test_a_batch_of_more_than_a_thousand_is_refused_whole(ingest: Function) -> None:
    answer = await ingest.call("POST", f"{SESSIONS}/batch", json={"events": [{}] * 1_001})
    assert answer.status_code == 422


async def test_a_heartbeat_for_an_unknown_session_is_not_found(ingest: Function) -> None:
    answer = await ingest.call("PUT", f"{SESSIONS}/{uuid4()}", json={"progress_seconds": 1})
    assert (answer.status_code, answer.json()["code"]) == (404, "session_not_found")


async def test_an_id_that_is_none_is_named(ingest: Function) -> None:
    answer = await ingest.call("PUT", f"{SESSIONS}/none", json={})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "session_id")


async def test_a_stop_before_its_start_gives_the_same_session(
    ingest: Function, database: Database
) -> None:
    began = start(event="start")
    ended = began | {"event": "stop", "event_at": at(600)}
    for event in (ended, began):
        answer = await ingest.call("POST", f"{SESSIONS}/batch", json={"events": [event]})
        assert answer.status_code == 200, answer.text
    key = ("revenge", began["session_key"])
    stored = await database.run(lambda connection: sessions.load_by_keys(connection, [key]))
    session = stored[key].record.session
    assert (session.state, session.watched) == ("stopped", timedelta(minutes=10))


async def test_a_stop_that_says_nothing_of_its_session_is_not_found(ingest: Function) -> None:
    event = {"event": "stop", "source": "revenge", "session_key": "unheard-of"}
    answer = await ingest.call("POST", f"{SESSIONS}/batch", json={"events": [event]})
    assert answer.json()["results"][0]["status"] == 404


async def test_starts_of_one_session_at_once_make_one_session(ingest: Function) -> None:
    event = start()
    answers = await asyncio.gather(*(ingest.call("POST", SESSIONS, json=event) for _ in range(8)))
    assert {answer.status_code for answer in answers} <= {200, 201}, [a.text for a in answers]
    assert len({answer.json()["id"] for answer in answers}) == 1


async def test_a_reused_key_with_another_item_ends_the_first_session(
    ingest: Function, database: Database
) -> None:
    first = start()
    one = (await ingest.call("POST", SESSIONS, json=first)).json()
    second = first | {"content_id": "m2", "started_at": at(60), "event_at": at(60)}
    two = (await ingest.call("POST", SESSIONS, json=second)).json()
    assert one["id"] != two["id"]
    stored = await database.run(lambda connection: sessions.load_by_ids(connection, [one["id"]]))
    [before] = stored.values()
    assert before.record.session.end_reason == "media_changed"


async def test_without_a_key_nobody_may_write(ingest: Function) -> None:
    answer = await ingest.client.post(SESSIONS, json=start())
    assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated")
    assert answer.headers["www-authenticate"] == "Bearer"


async def test_an_event_of_a_day_ago_is_kept_and_one_past_retention_is_not(
    ingest: Function,
) -> None:
    for days, status in ((1, 201), (89, 201), (91, 422)):
        moment = (datetime.now(UTC) - timedelta(days=days)).isoformat()
        answer = await ingest.call("POST", SESSIONS, json=start(event_at=moment, started_at=moment))
        assert answer.status_code == status, answer.text
