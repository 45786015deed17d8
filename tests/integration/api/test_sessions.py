"""Sessions as the api lists, shows, ends and deletes them."""

from collections.abc import Callable

import pytest

from shared.services.session_lists import FEW
from tests.conftest import Function
from tests.integration.api.conftest import CallerWith
from tests.integration.api.scenes import SESSIONS, ago, read, start, starting, stop, tell
from tests.places import LINKOPING, LONDON


async def test_sessions_are_listed_newest_first_with_their_place(
    api: Function, ingest: Function
) -> None:
    older = await start(ingest, started_at=ago(60), event_at=ago(60))
    newer = await start(ingest, ip_address=LINKOPING)
    listed = await read(api, SESSIONS)
    assert [session["id"] for session in listed["data"]] == [newer["id"], older["id"]]
    assert listed["page"] == {"next_cursor": None, "limit": 50}
    session = listed["data"][0]
    assert (session["place"]["city"], session["ip_address"]) == ("Linköping", LINKOPING)
    assert session["user_name"] == "ada"
    assert session["started_at"].endswith(("Z", "+00:00"))


async def test_each_filter_narrows_and_the_total_follows(api: Function, ingest: Function) -> None:
    wanted = await start(
        ingest,
        server_id="main",
        library_id="films",
        content_type="movie",
        content_id="m2",
        title="100% Wölfe",
        device_id="tv-9",
        platform="webOS",
        stream_type="transcode",
        ip_address=LINKOPING,
        started_at=ago(20),
        event_at=ago(20),
    )
    other = await start(ingest, content_type="music_track", started_at=ago(90), event_at=ago(90))
    await stop(ingest, other["id"])
    for name, value in {
        "user_id": wanted["user_id"],
        "server_id": "main",
        "library_id": "films",
        "content_type": "movie",
        "device_id": "tv-9",
        "platform": "webOS",
        "state": "playing",
        "stream_type": "transcode",
        "country": "se",
        "network": "89.160.20.112/28",
        "search": " wölf 100% ",
        "active": "true",
        "start": ago(40),
    }.items():
        found = await read(api, SESSIONS, params={name: value, "total": "true"})
        assert [session["id"] for session in found["data"]] == [wanted["id"]], name
        assert found["page"]["total"] == 1, name
    ended = await read(api, SESSIONS, params={"active": "false"})
    before = await read(api, SESSIONS, params={"end": ago(40)})
    assert [s["id"] for s in ended["data"]] == [s["id"] for s in before["data"]] == [other["id"]]


async def test_words_are_looked_for_in_all_that_an_item_is_called(
    api: Function, ingest: Function, functions: Callable[[str], Function]
) -> None:
    episode = await start(
        ingest, content_id="e1", content_type="tvshow_episode", title="Pilot", show_title="The_Dam"
    )
    track = await start(
        ingest, content_id="t1", content_type="music_track", title="Dam", artist="Ada", album="No 1"
    )
    await stop(ingest, track["id"])
    counted = {"X-CloudScheduler-ScheduleTime": ago(2)}

    async def found(search: str) -> list[str]:
        listed = await read(api, SESSIONS, params={"search": search, "sort": "started_at"})
        return [session["id"] for session in listed["data"]]

    both = [episode["id"], track["id"]]
    for _ in range(2):
        assert await found("dam") == both
        assert await found("DAM pil") == [episode["id"]]
        assert await found("e_d") == [episode["id"]]
        assert await found("ada no") == [track["id"]]
        assert await found("d%m") == []
        await functions("aggregate_stats").job("/recent", **counted)


async def test_an_item_that_was_called_otherwise_is_found_by_its_present_name(
    api: Function, ingest: Function, functions: Callable[[str], Function]
) -> None:
    await start(ingest, content_id="m7", title="Untitled", started_at=ago(200), event_at=ago(200))
    await functions("aggregate_stats").job("/recent", **{"X-CloudScheduler-ScheduleTime": ago(2)})
    assert len((await read(api, SESSIONS, params={"search": "untitled"}))["data"]) == 1
    assert (await read(api, SESSIONS, params={"search": "titled once"}))["data"] == []


async def test_many_items_of_a_name_are_found_as_few_are(api: Function, ingest: Function) -> None:
    events = [
        starting(event="start", content_id=f"m{n}", title=f"Film {n}", started_at=ago(n / 10))
        for n in range(FEW + 5)
    ]
    answer = await ingest.call("POST", f"{SESSIONS}/batch", json={"events": events})
    assert answer.json()["rejected"] == 0, answer.text
    listed = await read(
        api, SESSIONS, params={"search": "film", "limit": 500, "total": "true", "state": "playing"}
    )
    assert len(listed["data"]) == listed["page"]["total"] == FEW + 5
    assert len((await read(api, SESSIONS, params={"search": "film 17"}))["data"]) == 12


async def test_sessions_of_a_title_are_found_as_its_page_is_addressed(
    api: Function, ingest: Function, functions: Callable[[str], Function]
) -> None:
    said = {"content_type": "music_track", "artist": "A/B", "album": "First"}
    track = await start(ingest, content_id="t1", title="One", **said)
    other = await start(ingest, content_id="t2", title="Two", **said | {"album": "Second"})
    await start(ingest, content_id="m1")
    await functions("aggregate_stats").job("/recent", **{"X-CloudScheduler-ScheduleTime": ago(2)})

    async def found(title: str, **also: str) -> set[str]:
        listed = await read(api, SESSIONS, params={"title": title, "total": "true", **also})
        assert listed["page"]["total"] == len(listed["data"])
        return {session["id"] for session in listed["data"]}

    [listed] = (await read(api, SESSIONS, params={"title": "item/t1"}))["data"]
    told = [listed[name] for name in ("artist", "album", "channel_id", "channel_title")]
    assert told == ["A/B", "First", None, None]
    assert await found("item/t1") == await found("album/A/B - First") == {track["id"]}
    assert await found("artist/A/B") == {track["id"], other["id"]}
    assert await found("artist/A/B", search="two") == {other["id"]}
    assert await found("item/nothing") == await found("show/nothing") == set()


@pytest.mark.parametrize(
    ("network", "status"),
    [
        ("81.2.69.0/24", 200),
        ("81.0.0.0/8", 200),
        ("81.2.69.160", 403),
        ("81.2.69.128/25", 403),
        ("2a02:c7f::/48", 200),
        ("2a02:c7f::/49", 403),
        ("2a02:c7f::1", 403),
    ],
)
async def test_who_may_not_see_addresses_finds_no_more_of_them_by_asking(
    api: Function, ingest: Function, caller: CallerWith, network: str, status: int
) -> None:
    await start(ingest)
    viewer, asked = await caller("viewer"), {"network": network}
    for path in (SESSIONS, f"{SESSIONS}/active"):
        for options in (asked, asked | {"format": "csv"}):
            answer = await api.call("GET", path, headers=viewer, params=options)
            assert answer.status_code == status, answer.text
        assert (await api.call("GET", path, params=asked)).status_code == 200


async def test_active_sessions_are_those_that_go_on(api: Function, ingest: Function) -> None:
    going = await start(ingest)
    ended = await start(ingest)
    await stop(ingest, ended["id"])
    listed = await read(api, f"{SESSIONS}/active", params={"total": "true"})
    assert [session["id"] for session in listed["data"]] == [going["id"]]
    assert listed["page"]["total"] == 1


async def test_a_session_is_shown_with_its_networks_and_pauses(
    api: Function, ingest: Function
) -> None:
    session = await start(ingest)
    await tell(ingest, session["id"], state="paused", event_at=ago(20))
    await tell(ingest, session["id"], state="playing", event_at=ago(15))
    await tell(ingest, session["id"], ip_address=LINKOPING, event_at=ago(10))
    await tell(ingest, session["id"], state="buffering", event_at=ago(5))
    shown = await read(api, f"{SESSIONS}/{session['id']}")
    assert [s["place"]["city"] for s in shown["segments"]] == ["London", "Linköping"]
    assert shown["segments"][0]["ended_at"] == shown["segments"][1]["started_at"]
    assert shown["segments"][1]["ended_at"] is None
    assert [i["state"] for i in shown["interruptions"]] == ["paused", "buffering"]
    assert [i["ended_at"] is None for i in shown["interruptions"]] == [False, True]
    assert 290 < shown["paused_seconds"] < 310


async def test_who_may_not_see_addresses_gets_them_masked_and_places_rough(
    api: Function, ingest: Function, caller: CallerWith
) -> None:
    session = await start(ingest)
    viewer = await caller("viewer")
    [listed] = (await read(api, SESSIONS, headers=viewer))["data"]
    shown = await read(api, f"{SESSIONS}/{session['id']}", headers=viewer)
    for view in (listed, shown, shown["segments"][0]):
        assert LONDON not in str(view)
        assert view["ip_address"] == "81.2.69.x"
        assert (view["place"]["latitude"], view["place"]["longitude"]) == (51.5, -0.1)


async def test_adult_sessions_are_seen_only_by_name_of_permission(
    api: Function, ingest: Function, caller: CallerWith, legacy_reader: dict[str, str]
) -> None:
    session = await start(ingest, content_type="qar.movie")
    path = f"{SESSIONS}/{session['id']}"
    for headers in (await caller("viewer"), await caller("admin")):
        hidden = await read(api, SESSIONS, headers=headers, params={"total": "true"})
        assert (hidden["data"], hidden["page"]["total"]) == ([], 0)
        assert (await api.call("GET", path, headers=headers)).status_code == 404
    listed = await read(api, SESSIONS, headers=legacy_reader)
    assert [s["id"] for s in listed["data"]] == [session["id"]]


async def test_deleting_an_active_session_ends_it(api: Function, ingest: Function) -> None:
    session = await start(ingest)
    path = f"{SESSIONS}/{session['id']}"
    answer = await api.call("DELETE", path)
    assert (answer.status_code, answer.content) == (204, b"")
    shown = await read(api, path)
    assert (shown["state"], shown["end_reason"]) == ("stopped", "terminated")


async def test_a_session_that_was_ended_is_not_revived_by_its_player(
    api: Function, ingest: Function
) -> None:
    session = await start(ingest)
    await api.call("DELETE", f"{SESSIONS}/{session['id']}")
    await tell(ingest, session["id"], progress_seconds=5)
    assert (await read(api, f"{SESSIONS}/active"))["data"] == []


async def test_deleting_an_ended_session_removes_it_for_good(
    api: Function, ingest: Function
) -> None:
    said = starting()
    session = (await ingest.call("POST", SESSIONS, json=said)).json()
    await stop(ingest, session["id"])
    path = f"{SESSIONS}/{session['id']}"
    assert (await api.call("DELETE", path)).status_code == 204
    assert (await api.call("GET", path)).status_code == 404
    assert (await api.call("DELETE", path)).status_code == 404
    late = await ingest.call("POST", SESSIONS, json=said)
    assert (late.status_code, late.json()["code"]) == (404, "session_deleted")


async def test_the_key_of_a_deleted_session_can_be_used_again(
    api: Function, ingest: Function
) -> None:
    session = await start(ingest, session_key="7")
    await stop(ingest, session["id"], 20)
    await api.call("DELETE", f"{SESSIONS}/{session['id']}")
    again = await start(ingest, session_key="7", started_at=ago(5), event_at=ago(5))
    assert again["id"] != session["id"]


async def test_the_days_of_a_deleted_session_are_counted_anew(
    api: Function, ingest: Function, functions: Callable[[str], Function]
) -> None:
    session = await start(ingest)
    await stop(ingest, session["id"])
    stats = functions("aggregate_stats")
    await stats.job("/recent", **{"X-CloudScheduler-ScheduleTime": ago(2)})
    assert (await read(api, "/api/v1/analytics/stats/daily"))["data"]
    await api.call("DELETE", f"{SESSIONS}/{session['id']}")
    await stats.job("/recent", **{"X-CloudScheduler-ScheduleTime": ago(1)})
    assert (await read(api, "/api/v1/analytics/stats/daily"))["data"] == []


@pytest.mark.parametrize(
    ("permission", "expected"),
    [
        ("analytics.sessions.ingest", (204, 403)),
        ("analytics.sessions.delete", (403, 204)),
        ("analytics.sessions.view", (403, 403)),
    ],
)
async def test_ending_and_deleting_take_a_permission_each(
    api: Function,
    ingest: Function,
    caller: CallerWith,
    permission: str,
    expected: tuple[int, int],
) -> None:
    going, ended = await start(ingest), await start(ingest)
    await stop(ingest, ended["id"])
    headers = await caller("viewer", permission)
    answers = [
        await api.call("DELETE", f"{SESSIONS}/{session['id']}", headers=headers)
        for session in (going, ended)
    ]
    assert tuple(answer.status_code for answer in answers) == expected


async def test_the_summary_counts_what_plays_and_the_bandwidth_it_takes(
    api: Function, ingest: Function
) -> None:
    await start(ingest, stream_type="direct_play", bitrate_kbps=9_000, ip_address="192.168.1.9")
    await start(ingest, stream_type="transcode", bitrate_kbps=9_000, stream_bitrate_kbps=2_000)
    paused = await start(ingest, bandwidth_kbps=5_000)
    await tell(ingest, paused["id"], state="paused", event_at=ago(1))
    ended = await start(ingest, bitrate_kbps=7_000)
    await stop(ingest, ended["id"])
    assert await read(api, f"{SESSIONS}/active/summary") == {
        "streams": 3,
        "playing": 2,
        "by_decision": {"direct_play": 1, "transcode": 1, "unknown": 1},
        "bandwidth_kbps": 11_000,
        "bandwidth_kbps_by_location": {"lan": 9_000, "wan": 2_000},
        "is_estimated": True,
    }
