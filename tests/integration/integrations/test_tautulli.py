"""Tautulli's API, called as Home Assistant and Homepage call it, and Jellystat's as Homepage does."""

import logging
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from functions.api.tautulli.commands import COMMANDS
from shared.domain.keys import new_api_key
from tests.conftest import Function
from tests.integration.api.scenes import SESSIONS, Json, start, stop
from tests.integration.integrations.conftest import ADA, key_of
from tests.places import LONDON

NOBODY = {"Authorization": ""}
Ask = Callable[..., Any]


class RefusedError(Exception):
    """A reader was refused; its text is the reason."""


class Reader:
    """Calls commands as the library that Home Assistant uses does: the key is in the query alone."""

    def __init__(self, api: Function, key: str) -> None:
        self._api, self._key = api, key

    async def ask(self, command: str, **parameters: object) -> Any:
        query = {"apikey": self._key, "cmd": command} | parameters
        answer = await self._api.call("GET", "/api/v2", params=query, headers=NOBODY)
        response = answer.json()["response"]
        if answer.status_code != 200:
            assert response["result"] == "error"
            raise RefusedError(f"{answer.status_code}: {response['message']}")
        assert (response["result"], response["message"]) == ("success", None)
        return response["data"]


@pytest.fixture
async def reader(api: Function, key: str) -> Reader:
    return Reader(api, key)


async def home_assistant(reader: Reader) -> Json:
    """Return what its sensor shows, and fail where that would."""
    activity = await reader.ask("get_activity")
    home = await reader.ask("get_home_stats")
    users = await reader.ask("get_users")
    shown: Json = {
        name: int(activity[name])
        for name in (
            *("stream_count", "stream_count_direct_play", "stream_count_direct_stream"),
            *("stream_count_transcode", "total_bandwidth", "lan_bandwidth", "wan_bandwidth"),
        )
    }
    heads = {"top_movies": "title", "top_tv": "title", "top_users": "user"}
    for stat in home:
        if stat["stat_id"] in heads:
            rows = stat["rows"]
            shown[stat["stat_id"]] = rows[0][heads[stat["stat_id"]]] if rows else None
    shown["people"] = {str(user["username"]): None for user in users}
    for session in activity["sessions"]:
        if "null" not in session["state"]:
            shown["people"][session["username"]] = session["state"]
    return shown


def homepage(activity: Json) -> list[str]:
    """Write streams as Homepage does."""
    assert activity, "Homepage takes an empty object for a broken connection"
    lines: list[str] = []
    for one in sorted(activity["sessions"], key=lambda one: one["view_offset"]):
        title = one["full_title"]
        if one["media_type"] == "episode":
            numbers = f"S{one['parent_media_index']:02d} · E{one['media_index']:02d}"
            title = f"{one['grandparent_title']}: {numbers} - {one['title']}"
        seconds = one["view_offset"] // 1000, one["duration"] // 1000
        way = one["video_decision"], one["audio_decision"]
        lines.append(f"{title} {one['progress_percent']}% {seconds} {one['state']} {way}")
    return lines


async def test_a_service_of_which_nothing_is_known_yet_can_be_read(reader: Reader) -> None:
    assert (await reader.ask("get_server_info"))["pms_name"] == "Revenge Analytics"
    shown = await home_assistant(reader)
    assert shown["stream_count"] == shown["total_bandwidth"] == 0
    assert (shown["top_movies"], shown["people"]) == (None, {})
    assert homepage(await reader.ask("get_activity")) == []
    for command in COMMANDS.keys() - {"get_user"}:
        await reader.ask(command, user_id=ADA, section_id="none")


@pytest.mark.usefixtures("playing", "played")
async def test_home_assistant_shows_what_plays_and_what_is_watched_most(reader: Reader) -> None:
    shown = await home_assistant(reader)
    assert (shown["stream_count"], shown["stream_count_transcode"]) == (3, 1)
    assert shown["total_bandwidth"] == shown["wan_bandwidth"] == 8000
    assert (shown["top_movies"], shown["top_tv"]) == ("An old film", None)
    assert shown["top_users"] in ("ada", "bob")
    assert shown["people"] | {"ada": "playing", "bob": "paused"} == shown["people"]


@pytest.mark.usefixtures("playing")
async def test_homepage_writes_what_plays(reader: Reader) -> None:
    unknown, episode, film = homepage(await reader.ask("get_activity"))
    assert episode == "A show: S00 · E00 - One 50% (900, 1800) paused ('transcode', 'copy')"
    assert film == "A <film> 25% (1500, 6000) playing ('direct play', 'direct play')"
    assert unknown == "p1 0% (0, 0) playing ('', '')"


@pytest.mark.usefixtures("playing", "played")
async def test_history_is_paged_and_narrowed(reader: Reader) -> None:
    history = await reader.ask("get_history", length=1, grouping=0, user="")
    assert (history["recordsTotal"], len(history["data"])) == (2, 1)
    (ada,) = (await reader.ask("get_history", user_id=ADA))["data"]
    assert (ada["full_title"], ada["watched_status"]) == ("An old film", 1)
    assert ada["percent_complete"] == 100
    assert ada["stopped"] >= ada["started"] > 0
    assert ada["ip_address"] != LONDON
    transcoded = await reader.ask("get_history", transcode_decision="transcode")
    assert [row["user"] for row in transcoded["data"]] == ["bob"]
    assert (await reader.ask("get_history", before="2020-01-01"))["data"] == []
    (oldest,) = (await reader.ask("get_history", length=1, order_dir="asc"))["data"]
    assert oldest["row_id"] != history["data"][0]["row_id"]


@pytest.mark.usefixtures("played")
async def test_plays_are_charted_by_time_and_by_what_they_have_in_common(reader: Reader) -> None:
    for command, length in {
        "get_plays_by_date": 30,
        "get_plays_per_month": 30,
        "get_plays_by_dayofweek": 7,
        "get_plays_by_hourofday": 24,
        "get_plays_by_top_10_platforms": 1,
        "get_plays_by_top_10_users": 2,
    }.items():
        chart = await reader.ask(command)
        series = {one["name"]: one["data"] for one in chart["series"]}
        assert len(chart["categories"]) == length, command
        assert all(len(data) == length for data in series.values()), command
        assert {name: sum(data) for name, data in series.items()} == {
            **dict.fromkeys(("TV", "Music", "Live TV"), 0),
            "Movies": 2,
        }, command
    for command in (
        *("get_plays_by_stream_type", "get_stream_type_by_top_10_platforms"),
        *("get_stream_type_by_top_10_users", "get_plays_by_source_resolution"),
        "get_plays_by_stream_resolution",
    ):
        chart = await reader.ask(command)
        series = {one["name"]: sum(one["data"]) for one in chart["series"]}
        assert series == {"Direct Play": 1, "Direct Stream": 0, "Transcode": 1}, command
    users = await reader.ask("get_plays_by_top_10_users", y_axis="duration")
    assert users["categories"] in (["ada", "bob"], ["bob", "ada"])
    assert sum(users["series"][1]["data"]) == pytest.approx(2 * 28 * 60, abs=120)
    peaks = await reader.ask("get_concurrent_streams_by_stream_type")
    assert {one["name"]: max(one["data"]) for one in peaks["series"]}["Max. Streams"] == 2


@pytest.mark.usefixtures("played")
async def test_streams_at_once_are_those_of_who_is_asked_for_and_may_be_seen(
    api: Function, reader: Reader, ingest: Function, functions: Callable[[str], Function]
) -> None:
    hidden = await start(ingest, content_type="qar.scene", stream_type="direct_play")
    await stop(ingest, hidden["id"], 2)
    await functions("aggregate_stats").job("/recent")

    async def most(**asked: object) -> tuple[int, int]:
        chart = await reader.ask("get_concurrent_streams_by_stream_type", **asked)
        streams = {one["name"]: max(one["data"]) for one in chart["series"]}
        home = await reader.ask("get_home_stats", stat_id="most_concurrent", **asked)
        counts = {row["title"]: row["count"] for row in home["rows"]}
        return streams["Max. Streams"], counts["Concurrent Streams"]

    assert await most() == (2, 2)
    assert await most(user_id=ADA) == (1, 1)
    read = await api.call("GET", "/api/v1/public/activity")
    assert max(one["total"] for one in read.json()["concurrent"]) == 2


@pytest.mark.usefixtures("played")
async def test_what_a_person_watched_is_told_by_days(reader: Reader) -> None:
    stats = await reader.ask("get_user_watch_time_stats", user_id=ADA, query_days="1,30,0")
    assert [row["query_days"] for row in stats] == [1, 30, 0]
    assert stats[1] == stats[2] | {"query_days": 30}
    assert (stats[2]["total_plays"], stats[2]["total_time"]) == (1, pytest.approx(1680, abs=60))
    user = await reader.ask("get_user", user_id=ADA)
    assert (user["friendly_name"], user["plays"], user["email"]) == ("ada", 1, "")
    with pytest.raises(RefusedError, match="404: There is no such user"):
        await reader.ask("get_user", user_id=str(uuid4()))


async def test_a_command_that_is_unknown_or_missing_is_answered_as_tautulli_does(
    api: Function, reader: Reader, key: str
) -> None:
    with pytest.raises(RefusedError, match=r"^400: Unknown command: get_lost\. Possible commands"):
        await reader.ask("get_lost")
    with pytest.raises(RefusedError, match=r"^422: .*user_id: is missing"):
        await reader.ask("get_user_watch_time_stats")
    with pytest.raises(RefusedError, match=r"^422: .*length"):
        await reader.ask("get_history", length=-1)
    with pytest.raises(RefusedError, match=r"^422: .*after: is no day"):
        await reader.ask("get_history", after="0")
    answer = await api.call("GET", "/api/v2", params={"apikey": key}, headers=NOBODY)
    assert answer.status_code == 400
    assert "cmd is required" in answer.json()["response"]["message"]
    assert await reader.ask("status") == {"result": "success", "message": "Ok"}


async def test_a_wrong_key_is_told_from_a_broken_connection(api: Function) -> None:
    for key in ("", "wrong", new_api_key()):
        with pytest.raises(RefusedError, match=r"^401: "):
            await Reader(api, key).ask("get_activity")


async def test_a_stream_is_ended_by_a_key_that_may_and_never_by_a_cookie(
    api: Function, ingest: Function, reader: Reader, playing: dict[str, str]
) -> None:
    ended = {"session_id": playing["film"], "message": "Bedtime."}
    with pytest.raises(RefusedError, match=r"403: .*analytics\.sessions\.terminate"):
        await reader.ask("terminate_session", **ended)
    key = await key_of(api, "moderator")
    signed = await api.call("POST", "/api/v1/session", json={"credential": key}, headers=NOBODY)
    api.client.cookies.clear()
    cookie = NOBODY | {"Cookie": signed.headers["set-cookie"].partition(";")[0]}
    asked = {"cmd": "terminate_session"} | ended
    refused = await api.call("GET", "/api/v2", params=asked, headers=cookie)
    assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")
    assert await Reader(api, key).ask("terminate_session", **ended) == {}
    await ingest.call("POST", f"{SESSIONS}/{playing['film']}/stop", json={})
    with pytest.raises(RefusedError, match="409: This session has ended"):
        await Reader(api, key).ask("terminate_session", **ended)


async def test_a_command_takes_its_own_permission(api: Function) -> None:
    only_figures = Reader(api, await key_of(api, "integration", "analytics.stats.view"))
    assert await only_figures.ask("get_home_stats")
    with pytest.raises(RefusedError, match=r"403: .*analytics\.sessions\.view"):
        await only_figures.ask("get_history")


async def test_the_key_in_the_query_reaches_neither_logs_nor_metrics(
    api: Function, reader: Reader, key: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        await reader.ask("get_activity")
        with pytest.raises(RefusedError):
            await Reader(api, key + "x").ask("get_activity")
    metrics = (await api.call("GET", "/metrics")).text
    assert "/api/v2" in metrics
    ours = [record for record in caplog.records if not record.name.startswith("http")]
    assert not any(key in text for text in (metrics, *(one.getMessage() for one in ours)))


async def test_no_other_surface_takes_a_key_from_the_query(api: Function, key: str) -> None:
    for path in (
        "/api/v1/public/health",
        "/api/v1/analytics/sessions",
        "/stats/getViewsByLibraryType",
    ):
        answer = await api.call("GET", path, params={"apikey": key}, headers=NOBODY)
        assert answer.status_code in (401, 422), path


@pytest.mark.usefixtures("played")
async def test_homepage_reads_plays_by_kind_as_of_jellystat(api: Function, key: str) -> None:
    token = NOBODY | {"X-API-Token": key}
    answer = await api.call("GET", "/stats/getViewsByLibraryType?days=30", headers=token)
    assert answer.json() == {"Audio": 0, "Movie": 2, "Series": 0, "Other": 0}
    wrong = NOBODY | {"X-API-Token": "wrong"}
    refused = await api.call("GET", "/stats/getViewsByLibraryType?days=30", headers=wrong)
    assert refused.status_code == 401
    too_long = await api.call("GET", "/stats/getViewsByLibraryType?days=0", headers=token)
    assert too_long.status_code == 422
