"""Streams that Plex, Jellyfin and Emby are asked to end by their own APIs."""

import json
from collections.abc import Generator
from typing import Any
from urllib.parse import urlsplit

import pytest

from shared.domain.delivery import Outcome
from tests.integration.actions.media_server import Answers, live, serving
from tests.integration.actions.stage import Stage
from tests.integration.api.scenes import SESSIONS, read
from tests.payloads.samples import SAMPLES

PLEX_ID = "9d1c5f7b2e604a8f93a6c0d4e8b1275f6a3c9d10"
PLEX_SESSION = "reeee84kpicw5afiavwhcafb"
JELLYFIN_SESSION = "0a1b2c3d4e5f60718293a4b5c6d7e8f9"
EMBY_SESSION = "c336b028b893558b333d1a49238b7db1"


@pytest.fixture
def plex() -> Generator[Answers]:
    answers = Answers(("X-Plex-Token", "t0ken"), open_paths=("/identity",))
    answers.known = {
        ("GET", "/identity"): (200, {"MediaContainer": {"machineIdentifier": PLEX_ID}}),
        ("GET", "/"): (200, {"MediaContainer": {"friendlyName": "Cellar"}}),
        ("GET", "/status/sessions"): (200, live("plex_status_sessions")),
        ("GET", "/status/sessions/terminate"): (200, None),
    }
    with serving(answers):
        yield answers


@pytest.fixture
def jellyfin() -> Generator[Answers]:
    path = f"/Sessions/{JELLYFIN_SESSION}"
    answers = Answers(("Authorization", 'MediaBrowser Token="t0ken"'))
    answers.known = {
        ("GET", "/System/Info"): (
            200,
            {"Id": "6c41d884-a9c1-490f-8fd0-863e04d75a69", "ProductName": "Jellyfin Server"},
        ),
        ("GET", "/Sessions"): (200, live("jellyfin_sessions")),
        ("POST", f"{path}/Message"): (204, None),
        ("POST", f"{path}/Playing/Stop"): (204, None),
    }
    with serving(answers):
        yield answers


@pytest.fixture
def emby() -> Generator[Answers]:
    path = f"/emby/Sessions/{EMBY_SESSION}"
    answers = Answers(("X-Emby-Token", "t0ken"))
    answers.known = {
        ("GET", "/emby/System/Info"): (200, {"Id": "2965b319f8a849ebb156e4ea01e9a5c5"}),
        ("GET", "/emby/Sessions"): (200, live("emby_sessions")),
        ("POST", f"{path}/Message"): (204, None),
        ("POST", f"{path}/Playing/Stop"): (204, None),
    }
    with serving(answers):
        yield answers


async def play(stage: Stage, name: str, **said: Any) -> str:
    """Let a media server tell of a stream by its webhook; return our session."""
    sample = next(sample for sample in SAMPLES if sample.name == name)
    wanted = {"name": name, "kind": sample.kind}
    made = await stage.post("/api/v1/admin/webhook-sources", 201, json=wanted)
    body, _ = sample.recent()
    body = json.dumps(json.loads(body) | said).encode() if said else body
    headers = {"Content-Type": "application/json"}
    path = urlsplit(str(made["url"])).path
    told = await stage.ingest.client.post(path, content=body, headers=headers)
    assert told.json()["result"] == "recorded", told.text
    [session] = (await read(stage.api, f"{SESSIONS}/active"))["data"]
    return session["id"]


async def connect(stage: Stage, answers: Answers, kind: str, **said: Any) -> None:
    """Connect a server, and forget what it was asked when it was tried out."""
    await stage.connect_and_try(kind, answers.url, "t0ken", **said)
    answers.asked.clear()


async def test_plex_ends_the_live_session_of_the_streams_player(
    stage: Stage, plex: Answers
) -> None:
    session_id = await play(stage, "plex_media_play")
    await connect(stage, plex, "plex")
    await stage.terminate(session_id, message="One at a time, bitte.")
    assert await stage.carry_out() == [Outcome.DELIVERED]
    [asked] = plex.made("GET", "/status/sessions/terminate")
    assert asked.parameters == {"sessionId": PLEX_SESSION, "reason": "One at a time, bitte."}
    assert (await stage.action())["state"] == "sent"


async def test_plex_ends_what_its_owner_plays_whatever_webhooks_call_the_owner(
    stage: Stage, plex: Answers
) -> None:
    session_id = await play(stage, "plex_media_play", Account={"id": 924920, "title": "grace"})
    await connect(stage, plex, "plex")
    await stage.terminate(session_id)
    assert await stage.carry_out() == [Outcome.DELIVERED]
    assert (await stage.action())["state"] == "sent"
    [asked] = plex.made("GET", "/status/sessions/terminate")
    assert asked.parameters["sessionId"] == PLEX_SESSION


@pytest.mark.parametrize("metadata", [[], None], ids=["nothing of it", "nothing at all"])
async def test_what_plex_does_not_play_has_ended(
    stage: Stage, plex: Answers, metadata: list[object] | None
) -> None:
    session_id = await play(stage, "plex_media_play")
    await connect(stage, plex, "plex")
    listed = {"size": 0} if metadata is None else {"size": 0, "Metadata": metadata}
    plex.known["GET", "/status/sessions"] = (200, {"MediaContainer": listed})
    await stage.terminate(session_id)
    await stage.carry_out()
    assert (await stage.action())["state"] == "done"
    assert plex.made("GET", "/status/sessions/terminate") == []


async def test_what_ended_before_plex_could_end_it_is_done(stage: Stage, plex: Answers) -> None:
    session_id = await play(stage, "plex_media_play")
    await connect(stage, plex, "plex")
    del plex.known["GET", "/status/sessions/terminate"]
    await stage.terminate(session_id)
    await stage.carry_out()
    assert (await stage.action())["state"] == "done"


async def test_another_player_of_the_same_film_is_left_alone(stage: Stage, plex: Answers) -> None:
    session_id = await play(stage, "plex_media_play")
    await connect(stage, plex, "plex")
    listed = live("plex_status_sessions")
    del listed["MediaContainer"]["Metadata"][1]
    plex.known["GET", "/status/sessions"] = (200, listed)
    await stage.terminate(session_id)
    await stage.carry_out()
    assert plex.made("GET", "/status/sessions/terminate") == []


async def test_a_stream_that_plex_shows_no_session_of_cannot_be_ended(
    stage: Stage, plex: Answers
) -> None:
    session_id = await play(stage, "plex_media_play")
    await connect(stage, plex, "plex")
    listed = live("plex_status_sessions")
    del listed["MediaContainer"]["Metadata"][1]["Session"]
    plex.known["GET", "/status/sessions"] = (200, listed)
    await stage.terminate(session_id)
    assert await stage.carry_out() == [Outcome.DEAD]
    failed = await stage.action()
    assert (failed["state"], failed["attempts"]) == ("failed", 1)
    assert "cannot end it" in failed["reason"]
    assert await stage.events() == ["action.failed"]


@pytest.mark.parametrize(
    ("kind", "sample"),
    [("plex", "plex_media_play"), ("jellyfin", "jellyfin_playback_start"), ("emby", "emby_playback_start")],
)  # fmt: skip
async def test_a_refused_token_fails_at_once_and_says_so(
    stage: Stage, request: pytest.FixtureRequest, kind: str, sample: str
) -> None:
    answers: Answers = request.getfixturevalue(kind)
    session_id = await play(stage, sample)
    await connect(stage, answers, kind)
    answers.token = (answers.token[0], "another")
    await stage.terminate(session_id)
    assert await stage.carry_out() == [Outcome.DEAD]
    assert "does not accept the token" in (await stage.action())["reason"]


async def test_jellyfin_shows_why_and_stops_the_player(stage: Stage, jellyfin: Answers) -> None:
    session_id = await play(stage, "jellyfin_playback_start")
    await connect(stage, jellyfin, "jellyfin")
    await stage.terminate(session_id, message="One at a time.")
    assert await stage.carry_out() == [Outcome.DELIVERED]
    listed, shown, stopped = jellyfin.asked
    assert listed.path == "/Sessions"
    assert shown.path == f"/Sessions/{JELLYFIN_SESSION}/Message"
    assert json.loads(shown.body)["Text"] == "One at a time."
    assert stopped.path == f"/Sessions/{JELLYFIN_SESSION}/Playing/Stop"
    assert (await stage.action())["state"] == "sent"


async def test_emby_shows_why_and_stops_the_player(stage: Stage, emby: Answers) -> None:
    session_id = await play(stage, "emby_playback_start")
    await connect(stage, emby, "emby")
    await stage.terminate(session_id, message="One at a time.")
    assert await stage.carry_out() == [Outcome.DELIVERED]
    _, shown, stopped = emby.asked
    assert shown.parameters["Text"] == "One at a time."
    assert stopped.path == f"/emby/Sessions/{EMBY_SESSION}/Playing/Stop"


async def test_a_player_that_shows_no_messages_is_stopped_all_the_same(
    stage: Stage, jellyfin: Answers
) -> None:
    session_id = await play(stage, "jellyfin_playback_start")
    await connect(stage, jellyfin, "jellyfin")
    del jellyfin.known["POST", f"/Sessions/{JELLYFIN_SESSION}/Message"]
    await stage.terminate(session_id)
    assert await stage.carry_out() == [Outcome.DELIVERED]


@pytest.mark.parametrize("kind", ["jellyfin", "emby"])
async def test_a_player_that_went_on_to_something_else_is_left_alone(
    stage: Stage, request: pytest.FixtureRequest, kind: str
) -> None:
    answers: Answers = request.getfixturevalue(kind)
    session_id = await play(stage, f"{kind}_playback_start")
    await connect(stage, answers, kind)
    players = live(f"{kind}_sessions")
    players[1]["NowPlayingItem"]["Id"] = "999"
    path = "/Sessions" if kind == "jellyfin" else "/emby/Sessions"
    answers.known["GET", path] = (200, players)
    await stage.terminate(session_id)
    await stage.carry_out()
    assert (await stage.action())["state"] == "done"
    assert [asked.method for asked in answers.asked] == ["GET"]


@pytest.mark.parametrize("kind", ["plex", "jellyfin", "emby"])
async def test_only_the_playback_service_suspends_accounts(
    stage: Stage, request: pytest.FixtureRequest, kind: str
) -> None:
    answers: Answers = request.getfixturevalue(kind)
    sample = {"plex": "plex_media_play"}.get(kind, f"{kind}_playback_start")
    await play(stage, sample)
    await connect(stage, answers, kind)
    [session] = (await read(stage.api, f"{SESSIONS}/active"))["data"]
    await stage.post(f"/api/v1/analytics/users/{session['user_id']}/suspend")
    assert await stage.carry_out() == [Outcome.DEAD]
    assert answers.asked == []


@pytest.mark.parametrize(
    "body", [b"<html>hello</html>", b"[]", b'"x"', b"{}", b"null"],
    ids=["page", "list", "text", "object", "null"],
)  # fmt: skip
@pytest.mark.parametrize("kind", ["plex", "jellyfin", "emby"])
async def test_an_answer_that_is_not_the_servers_own_is_never_taken_for_an_end(
    stage: Stage, request: pytest.FixtureRequest, kind: str, body: bytes
) -> None:
    answers: Answers = request.getfixturevalue(kind)
    sample = {"plex": "plex_media_play"}.get(kind, f"{kind}_playback_start")
    session_id = await play(stage, sample)
    await connect(stage, answers, kind)
    for key in answers.known:
        answers.known[key] = (200, body)
    await stage.terminate(session_id)
    await stage.carry_out()
    action = await stage.action()
    if kind != "plex" and body == b"[]":
        assert action["state"] == "done"  # nobody plays anything
    else:
        assert action["state"] in {"due", "failed"}
        assert "our side" not in action["last_error"]
