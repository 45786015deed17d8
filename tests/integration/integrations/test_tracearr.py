"""Tracearr's public API, read as Home Assistant, Homepage and Homarr read it."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest

from tests.conftest import Function
from tests.integration.api.scenes import SESSIONS, Json, ago, read, start, stop
from tests.integration.integrations.conftest import Headers, key_of
from tests.places import LINKOPING, LONDON

PUBLIC = "/api/v1/public"

TEXT, NUMBER, FLAG = str, int | float, bool
OBJECT: Any = dict
OR_NULL: Any = type(None)


class HomeAssistant:
    """Reads three endpoints every half minute, and calls int() and float() on what it finds."""

    def __init__(self, api: Function, headers: Headers) -> None:
        self._api, self._headers = api, headers

    async def update(self) -> Json:
        streams = await read(self._api, f"{PUBLIC}/streams", headers=self._headers)
        users = await read(self._api, f"{PUBLIC}/users", headers=self._headers)
        health = await read(self._api, f"{PUBLIC}/health", headers=self._headers)
        return {
            "healthy": health["status"] == "ok",
            "streams": int(streams["summary"]["total"]),
            "transcodes": int(streams["summary"]["transcodes"]),
            "direct": int(streams["summary"]["directPlays"]),
            "copied": int(streams["summary"]["directStreams"]),
            "bandwidth": sum(int(one["bitrate"]) for one in streams["data"]),
            "progress": {one["mediaTitle"]: self._percent(one) for one in streams["data"]},
            "trust": {one["displayName"]: float(one["trustScore"]) for one in users["data"]},
            "violations": sum(int(one["totalViolations"]) for one in users["data"]),
            "servers": [(str(one["name"]), int(one["activeStreams"])) for one in health["servers"]],
        }

    @staticmethod
    def _percent(stream: Json) -> int:
        progress, duration = int(stream["progressMs"]), int(stream["durationMs"])
        return round(progress * 100 / duration) if duration > 0 else 0


def homepage(streams: Json) -> list[str]:
    """Write streams as Homepage does, which calls toString() on the numbers of episodes."""
    lines: list[str] = []
    for one in sorted(streams["data"], key=lambda one: one["progressMs"]):
        title = one["mediaTitle"]
        if one["mediaType"] == "episode":
            season, episode = one["seasonNumber"], one["episodeNumber"]
            title = f"{one['showTitle']}: S{season:02d} · E{episode:02d} - {title}"
        way = one["videoDecision"], one["audioDecision"]
        lines.append(f"{title} ({one['username']}) {one['state']} {way}")
    return lines


def insist(answer: Json, types: Mapping[str, Any]) -> None:
    """Insist on the types that Homarr declares."""
    for name, wanted in types.items():
        assert isinstance(answer[name], wanted), (name, answer[name])


STREAM = {
    **dict.fromkeys(("id", "serverId", "serverName", "username", "mediaTitle", "startedAt"), TEXT),
    **dict.fromkeys(("showTitle", "videoDecision", "audioDecision", "device"), TEXT | OR_NULL),
    **dict.fromkeys(("userThumb", "userAvatarUrl", "thumbPath", "posterUrl"), OR_NULL),
    **dict.fromkeys(("durationMs", "progressMs", "bitrate"), NUMBER),
    **dict.fromkeys(("seasonNumber", "episodeNumber", "year"), NUMBER | OR_NULL),
    "isTranscode": FLAG,
    "transcodeInfo": OBJECT | OR_NULL,
    "sourceVideoDetails": OBJECT | OR_NULL,
}
SUMMARY = {
    **dict.fromkeys(("total", "transcodes", "directStreams", "directPlays"), NUMBER),
    "totalBitrate": TEXT,
    "byServer": list,
}
HISTORY = {
    **dict.fromkeys(("id", "state", "mediaType", "mediaTitle", "startedAt"), TEXT),
    **dict.fromkeys(("durationMs", "progressMs", "totalDurationMs", "segmentCount"), NUMBER),
    "watched": FLAG,
    "isTranscode": FLAG,
    "stoppedAt": TEXT | OR_NULL,
    "user": dict,
}
VIOLATION = {
    **dict.fromkeys(("id", "serverId", "serverName", "severity", "createdAt"), TEXT),
    "acknowledged": FLAG,
    "data": dict,
    "rule": dict,
    "user": dict,
}


async def homarr(api: Function, headers: Headers) -> Json:
    """Read a board's data as Homarr does, insisting on every type that it declares."""
    health = await read(api, f"{PUBLIC}/health", headers=headers)
    stats = await read(api, f"{PUBLIC}/stats", headers=headers)
    streams = await read(api, f"{PUBLIC}/streams", headers=headers)
    pages = {"page": "1", "pageSize": "5"}
    violations = await read(api, f"{PUBLIC}/violations", headers=headers, params=pages)
    history = await read(api, f"{PUBLIC}/history", headers=headers, params=pages)
    assert health["status"] == "ok"
    insist(health, {"timestamp": TEXT, "servers": list})
    figures = ("activeStreams", "totalUsers", "totalSessions", "recentViolations")
    insist(stats, dict.fromkeys(figures, NUMBER) | {"timestamp": TEXT})
    insist(streams["summary"], SUMMARY)
    for item, types in (
        *((one, STREAM) for one in streams["data"]),
        *((one, HISTORY) for one in history["data"]),
        *((one, VIOLATION) for one in violations["data"]),
    ):
        insist(item, types)
    for listed in (violations, history):
        insist(listed["meta"], dict.fromkeys(("total", "page", "pageSize"), NUMBER))
    return {"stats": stats, "streams": streams, "violations": violations, "history": history}


async def test_a_service_of_which_nothing_is_known_yet_can_be_read(
    api: Function, bearing: Headers
) -> None:
    seen = await HomeAssistant(api, bearing).update()
    assert seen["healthy"]
    assert seen["streams"] == seen["bandwidth"] == seen["violations"] == 0
    board = await homarr(api, bearing)
    assert board["streams"]["data"] == board["history"]["data"] == []
    assert board["streams"]["summary"]["totalBitrate"] == "0.0 Mbps"
    assert homepage(board["streams"]) == []
    activity = await read(api, f"{PUBLIC}/activity", headers=bearing)
    assert [len(activity["byDayOfWeek"]), len(activity["byHourOfDay"])] == [7, 24]
    assert activity["quality"]["total"] == activity["quality"]["transcodePercent"] == 0


@pytest.mark.usefixtures("playing")
async def test_home_assistant_counts_streams_and_their_bandwidth(
    api: Function, bearing: Headers
) -> None:
    seen = await HomeAssistant(api, bearing).update()
    assert (seen["streams"], seen["transcodes"], seen["direct"], seen["copied"]) == (3, 1, 1, 0)
    assert seen["bandwidth"] == 10_000
    assert seen["progress"] == {"A <film>": 25, "One": 50, "p1": 0}
    assert seen["trust"]["ada"] == 100


async def test_home_assistant_sees_who_is_trusted_less(
    api: Function, bearing: Headers, accused: str
) -> None:
    before = await HomeAssistant(api, bearing).update()
    assert before["violations"] == 1
    assert before["trust"]["ada"] < 100
    (violation,) = (await homarr(api, bearing))["violations"]["data"]
    assert violation["user"]["id"] == accused
    assert violation["severity"] in ("low", "warning", "high")
    await api.call("PUT", f"/api/v1/analytics/violations/{violation['id']}/dismiss")
    after = await HomeAssistant(api, bearing).update()
    assert (after["violations"], after["trust"]["ada"]) == (0, 100)
    judged = {"acknowledged": "true", "severity": violation["severity"]}
    listed = await read(api, f"{PUBLIC}/violations", headers=bearing, params=judged)
    assert [one["id"] for one in listed["data"]] == [violation["id"]]
    open_ones = {"acknowledged": "false"}
    left = await read(api, f"{PUBLIC}/violations", headers=bearing, params=open_ones)
    assert (left["data"], left["meta"]["total"]) == ([], 0)


@pytest.mark.usefixtures("playing")
async def test_homepage_writes_episodes_of_no_number_and_items_of_no_title(
    api: Function, bearing: Headers
) -> None:
    lines = homepage(await read(api, f"{PUBLIC}/streams", headers=bearing))
    assert lines[1:] == [
        "A show: S00 · E00 - One (bob) paused ('transcode', 'copy')",
        "A <film> (ada) playing ('directplay', 'directplay')",
    ]
    assert lines[0].startswith("p1 (")
    assert lines[0].endswith(") playing (None, None)")


@pytest.mark.usefixtures("playing", "played", "accused")
async def test_homarr_reads_a_whole_board(api: Function, bearing: Headers) -> None:
    board = await homarr(api, bearing)
    assert board["stats"]["activeStreams"] == 4
    assert board["stats"]["recentViolations"] == 1
    assert board["history"]["meta"] == {"total": 7, "page": 1, "pageSize": 5}
    old = {one["user"]["username"]: one for one in board["history"]["data"]}
    assert (await read(api, f"{PUBLIC}/users", headers=bearing))["meta"]["total"] == 4
    assert old["bob"]["mediaTitle"] in ("An old film", "One")


@pytest.mark.usefixtures("playing")
async def test_a_summary_is_of_all_servers_and_of_each(api: Function, bearing: Headers) -> None:
    answer = await read(api, f"{PUBLIC}/streams?summary=true", headers=bearing)
    assert set(answer) == {"summary"}
    servers = {one["serverName"]: one for one in answer["summary"]["byServer"]}
    assert servers["The attic"] | {"total": 1, "totalBitrate": "8.0 Mbps"} == servers["The attic"]
    assert servers["revenge"]["total"] == 2
    of_one = await read(api, f"{PUBLIC}/streams?serverId=main", headers=bearing)
    assert [one["serverId"] for one in of_one["data"]] == ["main"]
    assert of_one["summary"]["total"] == 1


async def test_a_stream_keeps_its_id_while_it_lives_and_times_are_utc(
    api: Function, ingest: Function, bearing: Headers, playing: dict[str, str]
) -> None:
    answer = await ingest.call(
        "PUT", f"{SESSIONS}/{playing['film']}", json={"progress_seconds": 3000}
    )
    assert answer.status_code == 200, answer.text
    streams = await read(api, f"{PUBLIC}/streams", headers=bearing)
    film = next(one for one in streams["data"] if one["mediaType"] == "movie")
    assert (film["id"], film["progressMs"]) == (playing["film"], 3_000_000)
    assert film["startedAt"].endswith("Z")
    assert film["resolution"] == "2160p"


@pytest.mark.usefixtures("played")
async def test_history_tells_what_was_watched_to_its_end(api: Function, bearing: Headers) -> None:
    history = await read(api, f"{PUBLIC}/history", headers=bearing)
    watched = {one["user"]["username"]: one["watched"] for one in history["data"]}
    assert watched == {"ada": True, "bob": False}
    assert all(one["durationMs"] > 0 for one in history["data"])
    assert {one["totalDurationMs"] for one in history["data"]} == {1_500_000}
    episodes = await read(api, f"{PUBLIC}/history?mediaType=episode", headers=bearing)
    assert episodes["meta"]["total"] == 0
    tomorrow = await read(api, f"{PUBLIC}/history?startDate=2199-01-01", headers=bearing)
    assert tomorrow["data"] == []
    page = await read(api, f"{PUBLIC}/history?page=2&pageSize=1", headers=bearing)
    assert [one["id"] for one in page["data"]] == [history["data"][1]["id"]]


@pytest.mark.usefixtures("played")
async def test_figures_of_today_and_of_a_month_are_those_of_our_sums(
    api: Function, bearing: Headers
) -> None:
    past_noon = datetime.now(UTC).hour - 12
    noon = {"timezone": f"Etc/GMT{past_noon:+d}"}
    today = await read(api, f"{PUBLIC}/stats/today", headers=bearing, params=noon)
    assert (today["todayPlays"], today["activeUsersToday"]) == (2, 2)
    assert today["watchTimeHours"] == pytest.approx(0.9, abs=0.1)
    assert today["alertsLast24h"] == 0
    for asked in ({}, {"serverId": "none"}, {"period": "week"}):
        plays = 0 if "serverId" in asked else 2
        activity = await read(api, f"{PUBLIC}/activity", headers=bearing, params=asked)
        assert sum(one["count"] for one in activity["plays"]) == plays
        assert sum(one["count"] for one in activity["byDayOfWeek"]) == plays
        assert sum(one["count"] for one in activity["byHourOfDay"]) == plays
        assert activity["quality"]["transcode"] == plays / 2
        assert [one["platform"] for one in activity["platforms"]] == ["tvOS"] * (plays // 2)
        assert max((one["total"] for one in activity["concurrent"]), default=0) == plays


@pytest.mark.usefixtures("played")
async def test_who_only_looked_into_something_is_no_active_user(
    api: Function, ingest: Function, bearing: Headers, functions: Callable[[str], Function]
) -> None:
    look = await start(ingest, started_at=ago(1), event_at=ago(1))
    await stop(ingest, look["id"], 0.5)
    await functions("aggregate_stats").job("/recent")
    assert (await read(api, f"{PUBLIC}/stats", headers=bearing))["totalSessions"] == 3
    noon = {"timezone": f"Etc/GMT{datetime.now(UTC).hour - 12:+d}"}
    today = await read(api, f"{PUBLIC}/stats/today", headers=bearing, params=noon)
    assert (today["todayPlays"], today["activeUsersToday"]) == (2, 2)


async def test_a_stream_is_ended_once_and_then_gives_409(
    api: Function, ingest: Function, playing: dict[str, str]
) -> None:
    may = {"Authorization": f"Bearer {await key_of(api, 'moderator')}"}
    path = f"{PUBLIC}/streams/{playing['film']}/terminate"
    answer = await api.call("POST", path, headers=may, json={"reason": "Bedtime."})
    assert answer.status_code == 200, answer.text
    assert answer.json()["success"] is True
    action = f"/api/v1/analytics/actions/{answer.json()['terminationLogId']}"
    assert (await read(api, action))["message"] == "Bedtime."
    await ingest.call("POST", f"{SESSIONS}/{playing['film']}/stop", json={})
    assert (await api.call("POST", path, headers=may)).status_code == 409
    gone = f"{PUBLIC}/streams/{uuid4()}/terminate"
    assert (await api.call("POST", gone, headers=may)).status_code == 404


async def test_a_key_that_only_reads_ends_nothing(
    api: Function, bearing: Headers, playing: dict[str, str]
) -> None:
    path = f"{PUBLIC}/streams/{playing['film']}/terminate"
    assert (await api.call("POST", path, headers=bearing)).status_code == 403


@pytest.mark.usefixtures("accused")
async def test_no_whole_address_is_told(api: Function, bearing: Headers) -> None:
    for path in ("streams", "history", "violations", "users"):
        answer = await api.call("GET", f"{PUBLIC}/{path}", headers=bearing)
        assert not any(address in answer.text for address in (LONDON, LINKOPING)), path


@pytest.mark.parametrize(
    "wrong",
    [
        "page=0",
        "pageSize=101",
        "page=99999",
        "timezone=Nowhere",
        "mediaType=x",
        "startDate=x",
        "startDate=0",
    ],
)
async def test_what_cannot_be_asked_is_refused_by_name(
    api: Function, bearing: Headers, wrong: str
) -> None:
    answer = await api.call("GET", f"{PUBLIC}/history?{wrong}", headers=bearing)
    assert answer.status_code == 422, answer.text
