"""Statistics as they are asked for over HTTP."""

import json
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from shared.domain.statistics.facts import QUARTER_HOUR, quarter_hour
from shared.store.database import Database
from tests.conftest import Function
from tests.integration.api.conftest import CallerWith, Headers
from tests.integration.api.scenes import KEYS, RULES, SESSIONS, Json, ago, read, start, stop

STATS = "/api/v1/analytics/stats"
PEOPLE = "/api/v1/admin/analytics/users"
PLAYS = "/api/v1/analytics/plays"
ADA, BOB = str(UUID(int=7)), str(UUID(int=8))


def hours_ago(hours: float) -> str:
    return (datetime.now(UTC) - timedelta(hours=hours)).isoformat()


def quarter_hour_after(at: str) -> str:
    return (quarter_hour(datetime.fromisoformat(at)) + QUARTER_HOUR).isoformat()


def days_ago(days: int) -> str:
    return (datetime.now(UTC).date() - timedelta(days=days)).isoformat()


@pytest.fixture
async def api_with_plays(
    api: Function, ingest: Function, functions: Callable[[str], Function]
) -> Function:
    """Give the api after Ada watched an episode and a film, and Bob transcoded that film."""

    async def watch(hours: float, minutes: float, **said: object) -> None:
        at = hours_ago(hours)
        session = await start(ingest, started_at=at, event_at=at, **said)
        await stop(ingest, session["id"], hours * 60 - minutes)

    film = {"content_id": "film", "title": "A film", "platform": "tvOS", "bitrate_kbps": 8000}
    await watch(30, 60, user_id=ADA, stream_type="direct_play", library_id="films", **film)
    await watch(
        29.5,
        30,
        user_id=BOB,
        user_name="bob",
        device_id="phone",
        device_type="mobile",
        client_name="Revenge Go",
        stream_type="transcode",
        transcode_reasons="audio_codec",
        video_codec="hevc",
        library_id="films",
        ip_address="10.0.0.7",
        **film,
    )
    episode = {"content_type": "tvshow_episode", "content_id": "e1", "title": "One"}
    await watch(28, 20, user_id=ADA, show_id="s", show_title="A show", **episode)
    await functions("aggregate_stats").job("/recent")
    return api


@pytest.fixture
async def peaks_of(
    api_with_plays: Function, ingest: Function, functions: Callable[[str], Function]
) -> Callable[..., Awaitable[dict[str, int]]]:
    """Let Bob watch adult content through it all; return what tells who sees how many at once."""
    began = hours_ago(31)
    said = {"content_type": "qar.scene", "stream_type": "direct_play", "user_id": BOB}
    session = await start(ingest, started_at=began, event_at=began, **said)
    await stop(ingest, session["id"], 29 * 60)
    await functions("aggregate_stats").job("/recent")

    async def peaks(**asked: Any) -> dict[str, int]:
        view = await read(api_with_plays, f"{STATS}/concurrency", **asked)
        return {peak["stream_type"]: peak["peak"] for peak in view["data"]}

    return peaks


async def test_peaks_count_adult_content_only_for_callers_who_may_see_it(
    peaks_of: Callable[..., Awaitable[dict[str, int]]], legacy_reader: Headers
) -> None:
    assert await peaks_of() == {"all": 2, "direct_play": 1, "transcode": 1, "unknown": 1}
    seen = await peaks_of(headers=legacy_reader)
    assert (seen["all"], seen["direct_play"]) == (3, 2)
    before = {"start": days_ago(9), "end": days_ago(6)}
    assert await peaks_of(params=before) == {}


def by_key(view: Json, name: str = "data") -> dict[str, Any]:
    return {group["key"]: group for group in view[name]}


async def test_sums_are_told_apart_by_time_and_by_what_sessions_have_in_common(
    api_with_plays: Function,
) -> None:
    view = await read(api_with_plays, f"{STATS}/plays", params={"by": "content_type"})
    found = {point["key"]: (point["sessions"], point["plays"]) for point in view["data"]}
    assert found == {"movie": (2, 2), "tvshow_episode": (1, 1)}
    assert view["total"]["watched_seconds"] == pytest.approx(110 * 60, abs=2)
    assert view["total"]["estimated_bytes"] == pytest.approx(90 * 60 * 1_000_000, rel=0.01)
    hourly = await read(
        api_with_plays, f"{STATS}/plays", params={"interval": "hour", "window": "week"}
    )
    assert len(hourly["data"]) >= 2
    assert sum(point["watched_seconds"] for point in hourly["data"]) == pytest.approx(
        110 * 60, abs=2
    )


async def test_filters_hold_together(api_with_plays: Function) -> None:
    narrowed: list[tuple[Json, int]] = [
        ({"users": ADA}, 2),
        ({"users": [ADA, BOB]}, 3),
        ({"libraries": "films"}, 2),
        ({"content_types": "movie", "stream_types": "transcode"}, 1),
        ({"locations": "lan"}, 1),
        ({"countries": "gb"}, 2),
        ({"platforms": "tvOS", "tz": "Asia/Kathmandu"}, 2),
        ({"devices": "tv-1"}, 2),
        ({"devices": ["tv-1", "phone"], "users": [ADA, BOB]}, 3),
        ({"devices": "tv-1", "content_types": "movie", "window": "all"}, 1),
        ({"groups": "nobody"}, 0),
    ]
    for asked, sessions in narrowed:
        view = await read(api_with_plays, f"{STATS}/plays", params=asked)
        assert (asked, view["total"]["sessions"]) == (asked, sessions)


@pytest.mark.parametrize(
    "when",
    [
        {"window": "week", "tz": "Asia/Kathmandu"},
        {"window": "all"},
        {"window": "day"},
        {"start": days_ago(3), "end": days_ago(-1), "tz": "Australia/Lord_Howe"},
        {"start": days_ago(3), "end": quarter_hour_after(hours_ago(29.5))},
    ],
    ids=["week", "all", "day", "days", "instants"],
)
async def test_histories_list_what_statistics_count(
    api_with_plays: Function, ingest: Function, when: Json
) -> None:
    await ingest.call("PUT", f"/api/v1/analytics/users/{ADA}", json={"groups": ["family"]})
    for narrowed in (
        {},
        {"users": ADA},
        {"users": [ADA, BOB]},
        {"groups": ["family", "friends"]},
        {"groups": "nobody"},
        {"libraries": ["films", "tapes"]},
        {"servers": "attic"},
        {"content_types": ["movie", "tvshow_episode"], "stream_types": "direct_play"},
        {"stream_types": ["unknown", "transcode"]},
        {"devices": "phone"},
        {"device_types": "mobile"},
        {"clients": "Revenge Go"},
        {"platforms": ["tvOS", "webOS"]},
        {"locations": "lan"},
        {"locations": ["wan", "unknown"], "groups": "family"},
        {"countries": ["gb", "SE"], "devices": ["tv-1", "phone"]},
    ):
        await listed_as_counted(api_with_plays, narrowed | when, narrowed | when)
    for one, many, value in (
        ("user_id", "users", ADA),
        ("library_id", "libraries", "films"),
        ("content_type", "content_types", "movie"),
        ("device_id", "devices", "phone"),
        ("platform", "platforms", "tvOS"),
        ("stream_type", "stream_types", "transcode"),
        ("stream_type", "stream_types", "unknown"),
        ("country", "countries", "GB"),
    ):
        await listed_as_counted(api_with_plays, {one: value} | when, {many: value} | when)


async def listed_as_counted(api: Function, asked: Json, counted_by: Json) -> None:
    counted = (await read(api, f"{STATS}/plays", params=counted_by))["total"]
    for path, figure in ((SESSIONS, "sessions"), (PLAYS, "plays")):
        told = await read(api, path, params=asked | {"total": "true"})
        assert (asked, len(told["data"])) == (asked, counted[figure])
        assert (asked, told["page"]["total"]) == (asked, counted[figure])
        file = await api.call("GET", path, params=asked | {"format": "ndjson"})
        assert [json.loads(line) for line in file.text.splitlines()] == told["data"]


async def test_one_value_and_a_list_hold_together(api_with_plays: Function) -> None:
    for asked, sessions in (
        ({"user_id": ADA, "users": [ADA, BOB]}, 2),
        ({"user_id": ADA, "users": BOB}, 0),
        ({"country": "GB", "countries": ["GB", "SE"]}, 2),
        ({"country": "GB", "countries": "SE"}, 0),
        ({"device_id": "phone", "devices": ["tv-1", "phone"]}, 1),
        ({"device_id": "phone", "devices": "tv-1"}, 0),
        ({"content_type": "movie", "content_types": ["movie", "music_track"]}, 2),
        ({"stream_type": "unknown", "stream_types": ["unknown", "transcode"]}, 1),
        ({"stream_type": "unknown", "stream_types": "transcode"}, 0),
    ):
        told = await read(api_with_plays, SESSIONS, params=asked)
        assert (asked, len(told["data"])) == (asked, sessions)


@pytest.mark.parametrize("window", ["week", "all"])
async def test_whatever_is_told_of_a_device_is_told_of_no_other(
    api_with_plays: Function, window: str
) -> None:
    async def told(path: str, **asked: object) -> Json:
        params = {"devices": "phone", "window": window, **asked}
        return await read(api_with_plays, path, params=params)

    popular = await told("/api/v1/analytics/popular")
    assert [(item["id"], item["plays"]) for item in popular["data"]] == [("film", 1)]
    shows = await told("/api/v1/analytics/popular", of="show")
    assert shows["data"] == []
    assert by_key(await told(f"{STATS}/devices", by="device_id")).keys() == {"phone"}
    people = await told(PEOPLE, activity="active")
    assert [person["user_id"] for person in people["data"]] == [BOB]
    for name in ("plays", "patterns", "daily"):
        view = await told(f"{STATS}/{name}")
        assert (name, sum(each["sessions"] for each in view["data"])) == (name, 1)


async def test_streams_tell_what_needed_no_transcode_and_why_others_did(
    api_with_plays: Function,
) -> None:
    view = await read(api_with_plays, f"{STATS}/streams")
    assert by_key(view).keys() == {"direct_play", "transcode", "unknown"}
    assert view["efficiency_by_sessions"] == 0.5
    assert view["efficiency_by_watch_time"] == pytest.approx(60 / 90, abs=0.01)
    assert by_key(view, "reasons").keys() == {"audio_codec"}


@pytest.fixture
async def api_with_transcodes(
    api: Function, ingest: Function, functions: Callable[[str], Function]
) -> Function:
    """Give the api after five transcodes of ten minutes, four of them for several reasons."""
    for reasons in ("V,A", "A,V", "V", "V, C", None):
        session = await start(ingest, stream_type="transcode", transcode_reasons=reasons)
        await stop(ingest, session["id"], 20)
    await functions("aggregate_stats").job("/recent")
    return api


async def test_a_transcode_counts_for_each_of_its_reasons(api_with_transcodes: Function) -> None:
    view = await read(api_with_transcodes, f"{STATS}/streams")
    assert [group["key"] for group in view["reasons"]][:2] == ["V", "A"]
    sessions = {key: group["sessions"] for key, group in by_key(view, "reasons").items()}
    assert sessions == {"V": 4, "A": 2, "C": 1, None: 1}
    shares = {key: group["share_of_sessions"] for key, group in by_key(view, "reasons").items()}
    assert shares == {"V": 0.8, "A": 0.4, "C": 0.2, None: 0.2}
    assert by_key(view, "reasons")["V"]["share_of_watch_time"] == pytest.approx(0.8, abs=0.01)


@pytest.mark.parametrize("narrowed", [{}, {"devices": "tv-1"}])
async def test_sums_and_files_tell_single_reasons_and_a_total_of_sessions(
    api_with_transcodes: Function, narrowed: Json
) -> None:
    asked = {"by": "transcode_reasons", "stream_types": "transcode"} | narrowed
    view = await read(api_with_transcodes, f"{STATS}/plays", params=asked)
    reasons = [("A", 2), ("C", 1), ("V", 4), (None, 1)]
    assert [(point["key"], point["sessions"]) for point in view["data"]] == reasons
    assert view["total"]["sessions"] == 5
    answer = await api_with_transcodes.call(
        "GET", f"{STATS}/plays", params=asked | {"format": "ndjson"}
    )
    rows = [json.loads(line) for line in answer.text.splitlines()]
    assert rows == view["data"]


async def test_a_codec_is_one_however_it_is_spelt(
    api: Function, ingest: Function, functions: Callable[[str], Function]
) -> None:
    for codec in ("H264", "h264", "x264", "AVC", "avc1", "h.264"):
        said = {"client_name": "Box", "stream_type": "direct_play", "video_codec": codec}
        session = await start(ingest, **said, video_width=1920, video_height=800)
        await stop(ingest, session["id"], 20)
    await functions("aggregate_stats").job("/recent")
    for by, key in (("video_codec", "h264"), ("resolution", "1080p")):
        view = await read(api, f"{STATS}/plays", params={"by": by})
        assert [(point["key"], point["sessions"]) for point in view["data"]] == [(key, 6)]
    matrix = (await read(api, f"{STATS}/compatibility"))["data"]
    played = {(row["property"], row["value"]): row["sessions"] for row in matrix}
    assert played["video_codec", "h264"] == 6


async def test_groups_have_shares_of_all(api_with_plays: Function) -> None:
    for path, by, keys in (
        ("devices", "platform", {"tvOS", None}),
        ("devices", "device_id", {"tv-1", "phone"}),
        ("geo", "country", {"GB", None}),
        ("geo", "city", {"London, GB", None}),
        ("bandwidth", "location", {"lan", "wan"}),
        ("bandwidth", "user_id", {ADA, BOB}),
    ):
        view = await read(api_with_plays, f"{STATS}/{path}", params={"by": by})
        assert by_key(view).keys() == keys
        assert sum(group["share_of_sessions"] for group in view["data"]) == pytest.approx(1)


async def test_qualities_are_told_apart_too(api_with_plays: Function) -> None:
    view = await read(api_with_plays, f"{STATS}/plays", params={"by": "video_codec"})
    assert {p["key"]: p["sessions"] for p in view["data"]} == {"hevc": 1, None: 2}


async def test_bitrates_have_percentiles_at_most_two_per_cent_off(
    api_with_plays: Function,
) -> None:
    view = await read(api_with_plays, f"{STATS}/bandwidth")
    assert view["bitrate_percentiles_kbps"]["p50"] == pytest.approx(8000, rel=0.02)


async def test_the_peak_is_of_sessions_that_were_on_at_one_instant(
    api_with_plays: Function,
) -> None:
    view = await read(api_with_plays, f"{STATS}/concurrency")
    peaks = {peak["stream_type"]: peak["peak"] for peak in view["data"]}
    assert peaks == {"all": 2, "direct_play": 1, "transcode": 1, "unknown": 1}
    of_bob = await read(api_with_plays, f"{STATS}/concurrency", params={"users": BOB})
    assert {peak["stream_type"]: peak["peak"] for peak in of_bob["data"]} == {
        "all": 1,
        "transcode": 1,
    }


async def test_patterns_are_by_the_clock_of_the_zone(api_with_plays: Function) -> None:
    began = datetime.now(UTC) - timedelta(hours=28)
    view = await read(
        api_with_plays, f"{STATS}/patterns", params={"content_types": "tvshow_episode"}
    )
    cells = [(cell["weekday"], cell["hour"]) for cell in view["data"] if cell["sessions"]]
    assert cells == [(began.isoweekday(), began.hour)]
    of_nobody = {"users": str(UUID(int=1))}
    assert not (await read(api_with_plays, f"{STATS}/patterns", params=of_nobody))["data"]


async def test_what_more_people_watch_is_more_popular(api_with_plays: Function) -> None:
    for window in ("month", "all"):
        for order in ("popular", "plays", "watched"):
            asked = {"window": window, "order": order}
            popular = await read(api_with_plays, "/api/v1/analytics/popular", params=asked)
            found = [(item["id"], item["users"], item["plays"]) for item in popular["data"]]
            assert (asked, found) == (asked, [("film", 2, 2), ("e1", 1, 1)])
    shows = await read(api_with_plays, "/api/v1/analytics/popular", params={"of": "show"})
    assert [(show["id"], show["title"]) for show in shows["data"]] == [("s", "A show")]


async def test_what_is_new_and_watched_is_on_the_rise(api_with_plays: Function) -> None:
    view = await read(api_with_plays, "/api/v1/analytics/trending")
    found = [(item["id"], item["plays"], item["past_plays"]) for item in view["data"]]
    assert found == [("film", 2, 0), ("e1", 1, 0)]
    asked = {"start": days_ago(9), "end": days_ago(2), "tz": "UTC"}
    before = await read(api_with_plays, "/api/v1/analytics/trending", params=asked)
    assert before["data"] == []


async def test_all_time_begins_with_the_first_play_in_whatever_zone(
    api: Function, ingest: Function, functions: Callable[[str], Function]
) -> None:
    first = datetime.now(UTC).replace(hour=2, minute=0, second=0, microsecond=0)
    first -= timedelta(days=3)
    at = first.isoformat()
    session = await start(ingest, started_at=at, event_at=at)
    ended_at = (first + timedelta(minutes=30)).isoformat()
    await ingest.call(
        "POST", f"/api/v1/analytics/sessions/{session['id']}/stop", json={"event_at": ended_at}
    )
    await functions("aggregate_stats").job("/recent")
    for tz in ("UTC", "America/Los_Angeles", "Pacific/Auckland", "Asia/Kathmandu"):
        view = await read(api, f"{STATS}/plays", params={"window": "all", "tz": tz})
        assert (tz, view["total"]["plays"]) == (tz, 1)
    asked = {"window": "all", "tz": "America/Los_Angeles"}
    watched = await read(api, "/api/v1/analytics/library/watch", params=asked)
    assert watched["total"]["plays"] == 1


@pytest.mark.parametrize(
    ("end", "month", "week"),
    [
        ("2026-11-20", "2026-10-21T00:00:00Z", "2026-11-13T00:00:00Z"),
        ("2026-11-20T00:00:00Z", "2026-10-21T00:00:00Z", "2026-11-13T00:00:00Z"),
        ("2026-11-20T00:15:00Z", "2026-10-22T00:00:00Z", "2026-11-14T00:00:00Z"),
    ],
    ids=("a day", "midnight", "a day that has begun"),
)
async def test_before_an_end_there_are_as_many_days_as_in_a_window(
    api: Function, end: str, month: str, week: str
) -> None:
    for path, start_at in ((f"{STATS}/plays", month), ("/api/v1/analytics/trending", week)):
        period = (await read(api, path, params={"end": end, "tz": "UTC"}))["period"]
        assert (path, period["start"]) == (path, start_at)


@pytest.mark.parametrize("window", ["week", "all"])
async def test_people_come_by_what_they_watched(api_with_plays: Function, window: str) -> None:
    view = await read(api_with_plays, "/api/v1/admin/analytics/users", params={"window": window})
    assert [(one["user_id"], one["name"], one["plays"]) for one in view["data"]] == [
        (ADA, "ada", 2),
        (BOB, "bob", 1),
    ]


async def test_people_are_told_apart_by_how_much_and_what_they_watch(
    api_with_plays: Function, ingest: Function
) -> None:
    silent = await start(ingest, user_name="carl", started_at=ago(60 * 24 * 40), event_at=ago(60))
    await stop(ingest, silent["id"], 60 * 24 * 40 - 1)
    told = await read(api_with_plays, PEOPLE, params={"order": "name", "total": True})
    assert told["page"]["total"] == 3
    assert [(one["name"], one["type"], one["taste"], one["active"]) for one in told["data"]] == [
        ("ada", "light", "movies", True),
        ("bob", "light", "movies", True),
        ("carl", None, None, False),
    ]
    narrowed: list[tuple[Json, list[str]]] = [
        ({"activity": "inactive"}, ["carl"]),
        ({"activity": "active", "taste": "movies", "order": "plays"}, ["ada", "bob"]),
        ({"type": "heavy"}, []),
        ({"users": BOB}, ["bob"]),
        ({"search": "AD"}, ["ada"]),
        ({"search": "a r", "order": "name"}, ["carl"]),
        ({"search": "a", "order": "name"}, ["ada", "carl"]),
        ({"search": "a%"}, []),
        ({"activity": "active", "platforms": "tvOS", "users": ADA}, ["ada"]),
    ]
    for asked, names in narrowed:
        found = await read(api_with_plays, PEOPLE, params=asked)
        assert (asked, [one["name"] for one in found["data"]]) == (asked, names)


async def test_people_are_found_by_what_a_media_server_calls_them_and_by_merged_accounts(
    api_with_plays: Function, database: Database
) -> None:
    await database.run(
        lambda connection: connection.execute(
            "INSERT INTO user_accounts (user_id, server_id, account_id, name)"
            " VALUES (%s, 'plex', '1', 'Robert')",
            (BOB,),
        )
    )
    for search in ("robe", "bob robert"):
        found = await read(api_with_plays, PEOPLE, params={"search": search})
        assert (search, [one["name"] for one in found["data"]]) == (search, ["bob"])
    await api_with_plays.call("POST", f"/api/v1/analytics/users/{ADA}/merge", json={"user_id": BOB})
    found = await read(api_with_plays, PEOPLE, params={"search": "robert"})
    assert [one["name"] for one in found["data"]] == ["ada"]


async def test_who_is_silent_for_as_long_as_the_inactivity_rule_says_is_dormant(
    api_with_plays: Function, database: Database
) -> None:
    silent_at = datetime.now(UTC) - timedelta(days=29)
    await database.run(
        lambda connection: connection.execute(
            "UPDATE users SET last_active_at = %s WHERE user_id = %s", (silent_at, ADA)
        )
    )
    for days, names in ((30, []), (20, ["ada"])):
        rules = await read(api_with_plays, RULES)
        rule_id = next(rule["id"] for rule in rules["data"] if rule["type"] == "inactivity")
        await api_with_plays.call(
            "PUT", f"{RULES}/{rule_id}", json={"config": {"inactive_days": days}}
        )
        found = await read(api_with_plays, PEOPLE, params={"activity": "dormant"})
        assert (days, [one["name"] for one in found["data"]]) == (days, names)


async def test_a_list_of_people_is_walked_by_cursor_and_given_as_a_file(
    api_with_plays: Function,
) -> None:
    first = await read(api_with_plays, PEOPLE, params={"limit": 1})
    cursor = first["page"]["next_cursor"]
    second = await read(api_with_plays, PEOPLE, params={"limit": 1, "cursor": cursor})
    assert [view["data"][0]["name"] for view in (first, second)] == ["ada", "bob"]
    assert second["page"]["next_cursor"] is None
    file = await api_with_plays.call("GET", PEOPLE, params={"format": "csv"})
    assert [line.split(",")[1] for line in file.text.splitlines()] == ["name", "ada", "bob"]


async def test_the_overview_says_what_its_parts_say(api_with_plays: Function) -> None:
    view = await read(api_with_plays, "/api/v1/admin/analytics/overview")
    sums = await read(api_with_plays, f"{STATS}/plays")
    assert view["total"] == sums["total"]
    assert [show["id"] for show in view["shows"]] == ["s"]
    assert [one["name"] for one in view["users"]] == ["ada", "bob"]


async def test_a_member_sees_what_he_himself_watched(api_with_plays: Function) -> None:
    made = await api_with_plays.call(
        "POST", KEYS, json={"name": "bob's", "role": "member", "user_id": BOB}
    )
    headers = {"Authorization": f"Bearer {made.json()['key']}"}
    view = await read(api_with_plays, "/api/v1/users/me/stats", headers=headers)
    assert (view["user_id"], view["total"]["plays"]) == (BOB, 1)
    assert [item["id"] for item in view["favourite_items"]] == ["film"]
    history = await read(api_with_plays, "/api/v1/users/me/stats/history", headers=headers)
    assert [session["user_id"] for session in history["data"]] == [BOB]
    for asked, sessions in (
        ({"content_types": "movie", "start": hours_ago(30), "end": hours_ago(29)}, 1),
        ({"content_types": ["music_track", "tvshow_episode"]}, 0),
        ({"start": hours_ago(29)}, 0),
        ({"end": hours_ago(30)}, 0),
        ({"window": "week"}, 1),
        ({"window": "all"}, 1),
        ({"window": "day", "tz": "UTC"}, 0),
        ({"start": days_ago(3), "end": days_ago(0), "tz": "UTC"}, 1),
        ({"end": days_ago(2), "tz": "UTC"}, 0),
        ({"libraries": "films", "devices": "phone", "locations": "lan"}, 1),
        ({"clients": "Revenge Go", "device_types": "mobile", "countries": "GB"}, 0),
    ):
        told = await read(
            api_with_plays, "/api/v1/users/me/stats/history", headers=headers, params=asked
        )
        assert (asked, len(told["data"])) == (asked, sessions)
    other = await api_with_plays.call(
        "GET", f"/api/v1/analytics/sessions/user/{ADA}", headers=headers
    )
    assert other.status_code == 403


async def test_what_a_person_watched_is_narrowed_by_what_it_was(api_with_plays: Function) -> None:
    for asked, found in (
        ({}, ["film", "e1"]),
        ({"content_types": "tvshow_episode"}, ["e1"]),
        ({"libraries": "films", "stream_types": "direct_play"}, ["film"]),
        ({"locations": "lan"}, []),
    ):
        view = await read(api_with_plays, f"/api/v1/analytics/sessions/user/{ADA}", params=asked)
        assert (asked, [item["id"] for item in view["favourite_items"]]) == (asked, found)
        assert view["total"]["plays"] == len(found)


async def test_what_is_on_the_rise_is_so_among_the_sessions_asked_for(
    api_with_plays: Function,
) -> None:
    asked = {"users": BOB, "locations": "lan"}
    view = await read(api_with_plays, "/api/v1/analytics/trending", params=asked)
    assert [(item["id"], item["plays"], item["users"]) for item in view["data"]] == [("film", 1, 1)]


async def test_favourites_are_also_genres_as_libraries_tell_them(
    api_with_plays: Function, ingest: Function
) -> None:
    item = {"id": "film", "content_type": "movie", "title": "A film", "genres": ["Drama", "Sea"]}
    show = {"id": "s", "content_type": "tvshow", "title": "A show", "genres": ["Crime"]}
    one = {"id": "e1", "content_type": "tvshow_episode", "title": "One", "show_id": "s"}
    told = await ingest.call(
        "POST",
        "/api/v1/analytics/library/all/scans",
        content="\n".join(json.dumps(line) for line in (item, show, one)),
        headers={"Content-Type": "application/x-ndjson"},
    )
    assert told.status_code == 200, told.text
    view = await read(api_with_plays, f"/api/v1/analytics/sessions/user/{ADA}")
    found = [(one["rank"], one["genre"], one["plays"]) for one in view["favourite_genres"]]
    assert found == [(1, "Drama", 1), (2, "Sea", 1), (3, "Crime", 1)]
    assert [show["id"] for show in view["favourite_shows"]] == ["s"]


async def test_a_key_that_is_nobodys_has_no_sessions_of_its_own(
    api: Function, caller: CallerWith
) -> None:
    answer = await api.call("GET", "/api/v1/users/me/stats", headers=await caller("viewer"))
    assert answer.status_code == 403


async def test_of_a_person_who_watched_nothing_everything_is_zero(api: Function) -> None:
    view = await read(api, f"/api/v1/analytics/sessions/user/{uuid4()}")
    assert (view["total"]["sessions"], view["data"], view["favourite_items"]) == (0, [], [])


PATHS = (
    *(
        f"{STATS}/{name}"
        for name in ("plays", "streams", "devices", "geo", "bandwidth", "concurrency", "patterns")
    ),
    "/api/v1/analytics/popular",
    "/api/v1/admin/analytics/overview",
    PEOPLE,
)


@pytest.mark.parametrize("window", ["day", "week", "month", "year", "all"])
async def test_of_an_empty_database_every_answer_is_empty(api: Function, window: str) -> None:
    for path in PATHS:
        view = await read(api, path, params={"window": window})
        assert view.get("data", []) == []
