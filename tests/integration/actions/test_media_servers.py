"""Media servers as an administrator connects, tries out, changes and disconnects them."""

from typing import Any
from uuid import uuid4

import pytest

from shared.domain.delivery import Outcome
from tests.integration.actions.media_server import Answers, live, serving
from tests.integration.actions.playback_service import SECRET, running
from tests.integration.actions.stage import SERVERS, Stage
from tests.integration.api.conftest import CallerWith
from tests.integration.api.scenes import Json, audited, read

PLEX = {"kind": "plex", "url": "http://127.0.0.1:9", "token": "t0ken-of-the-owner"}


async def tried(stage: Stage, server: Json) -> Json:
    for _, server_id in await stage.trials.list_due(9):
        assert await stage.trials.carry_out(server_id) is None
    return await read(stage.api, f"{SERVERS}/{server['id']}")


async def refused(stage: Stage, expected: int = 422, **said: Any) -> Json:
    wanted = {"name": uuid4().hex, "config": PLEX | {"allow_private_network": True}} | said
    return await stage.post(SERVERS, expected, json=wanted)


async def test_a_playback_service_is_tried_out_with_a_signed_ping(stage: Stage) -> None:
    made = await stage.connect()
    assert (made["source"], made["works"], made["is_being_tried"]) == ("revenge", None, True)
    shown = await tried(stage, made)
    assert (shown["works"], shown["verdict"]) == (True, "It answers.")
    assert shown["is_being_tried"] is False
    assert stage.service.seen == ["ping"]


async def test_a_secret_is_made_where_none_is_given_and_shown_once(stage: Stage) -> None:
    config = {"kind": "revenge", "url": stage.service.url, "allow_private_network": True}
    made = await stage.connect(config=config)
    with running(made["secret"]) as service:
        answer = await stage.api.call(
            "PATCH", f"{SERVERS}/{made['id']}", json={"config": config | {"url": service.url}}
        )
        assert answer.status_code == 200, answer.text
        assert "secret" not in answer.json()
        shown = await tried(stage, made)
        assert shown["works"], shown["verdict"]
    assert made["secret"] not in str(await read(stage.api, SERVERS))


async def test_a_wrong_secret_is_told_in_words(stage: Stage) -> None:
    other = SECRET.replace("Mf", "Mg")
    made = await stage.connect(
        config={
            "kind": "revenge",
            "url": stage.service.url,
            "secret": other,
            "allow_private_network": True,
        }
    )
    shown = await tried(stage, made)
    assert shown["works"] is False
    assert shown["verdict"].startswith("127.0.0.1 answered 401 Unauthorized.")


async def test_plex_says_whose_sessions_it_answers_for_and_no_token_is_ever_shown(
    stage: Stage,
) -> None:
    answers = Answers(("X-Plex-Token", "t0ken"), open_paths=("/identity",))
    answers.known = {
        ("GET", "/identity"): (200, {"MediaContainer": {"machineIdentifier": "abc"}}),
        ("GET", "/"): (200, {"MediaContainer": {"friendlyName": "Cellar"}}),
        ("GET", "/status/sessions"): (200, live("plex_status_sessions")),
    }
    with serving(answers):
        config = {
            "kind": "plex",
            "url": answers.url,
            "token": "t0ken",
            "allow_private_network": True,
        }
        made = await stage.connect(name="Plex", config=config)
        assert made["source"] is None
        shown = await tried(stage, made)
        assert (shown["works"], shown["source"]) == (True, "plex:abc")
        other = await stage.connect(name="Other", source="plex:other", config=config)
        mistaken = await tried(stage, other)
        assert mistaken["works"] is False
        assert mistaken["verdict"] == "It answers, but it is plex:abc, and not plex:other."
        answers.token = ("X-Plex-Token", "another")
        await stage.post(f"{SERVERS}/{made['id']}/test")
        assert "does not accept the token" in (await tried(stage, made))["verdict"]
    await stage.post(f"{SERVERS}/{made['id']}/test")
    gone = await tried(stage, made)
    assert gone["works"] is False
    assert gone["verdict"].startswith("No connection to 127.0.0.1 could be made")
    everything = str(await read(stage.api, SERVERS))
    assert "t0ken" not in everything
    kept = await stage.fetch("SELECT config FROM media_servers")
    assert all(b"t0ken" not in bytes(row["config"]) for row in kept)


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"config": PLEX}, "config.plex"),
        ({"config": PLEX | {"url": "http://169.254.169.254", "allow_private_network": True}},
         "config.plex"),
        ({"config": {"kind": "plex", "url": "https://plex.example.org"}}, "config.token"),
        ({"config": {"kind": "kodi", "url": "https://x.example.org"}}, "config"),
        ({"config": PLEX | {"url": "file:///etc/passwd"}}, "config.plex.url"),
        ({"source": "jellyfin:abc"}, "source"),
        ({"name": ""}, "name"),
        ({"place": {"city": "Lund"}}, "place"),
        ({"place": {"latitude": 55.7}}, "place"),
        ({"place": {"latitude": 91, "longitude": 0}}, "place.latitude"),
        ({"place": {"country": "SE", "asn": 1}}, "place.asn"),
        ({"colour": "red"}, "colour"),
    ],
    ids=["private", "metadata", "no token", "kind", "no address", "source", "no name", "nowhere",
         "half a position", "too far north", "no network", "unknown"],
)  # fmt: skip
async def test_a_wrong_server_is_refused_by_the_field(
    stage: Stage, said: dict[str, Any], field: str
) -> None:
    answer = await refused(stage, **said)
    assert answer["errors"][0]["field"].startswith(field), answer
    assert "t0ken" not in str(answer)


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"url": "http://127.0.0.1:10"}, 422),
        ({"url": "https://127.0.0.1:9"}, 422),
        ({"url": "http://127.0.0.2:9"}, 422),
        ({"verify_tls": False}, 422),
        ({"url": "http://127.0.0.2:9", "verify_tls": False, "token": "t0ken-anew"}, 200),
        ({"url": "http://127.0.0.1:9/plex/"}, 200),
        ({}, 200),
    ],
    ids=["port", "scheme", "host", "any certificate", "told anew", "path", "the same"],
)
async def test_a_token_goes_nowhere_else_unless_it_is_told_anew(
    stage: Stage, change: dict[str, Any], status: int
) -> None:
    config = PLEX | {"allow_private_network": True}
    made = await stage.connect(name="Plex", config=config)
    del config["token"]
    answer = await stage.api.call(
        "PATCH", f"{SERVERS}/{made['id']}", json={"config": config | change}
    )
    assert answer.status_code == status, answer.text
    if status == 422:
        assert [error["field"] for error in answer.json()["errors"]] == ["config.token"]


async def test_a_server_whose_certificate_was_never_verified_keeps_its_token(stage: Stage) -> None:
    config = PLEX | {"allow_private_network": True, "verify_tls": False}
    made = await stage.connect(name="Plex", config=config)
    del config["token"]
    answer = await stage.api.call("PATCH", f"{SERVERS}/{made['id']}", json={"config": config})
    assert answer.status_code == 200, answer.text


async def test_a_server_without_a_public_address_has_a_place_by_hand_alone(stage: Stage) -> None:
    made = await stage.connect(place={"country": "SE", "latitude": 55.7, "longitude": 13.2})
    assert made["place"] == {
        "known": "by hand",
        "country": "SE",
        "region": None,
        "city": None,
        "latitude": 55.7,
        "longitude": 13.2,
        "accuracy_radius_km": 100.0,
        "seen_at": None,
    }
    cleared = await stage.put(f"{SERVERS}/{made['id']}", json={"place": None})
    assert cleared["place"] is None


async def test_two_servers_share_neither_name_nor_source(stage: Stage) -> None:
    first = await stage.connect()
    config = {"kind": "revenge", "url": stage.service.url, "allow_private_network": True}
    taken = await refused(stage, 409, config=config)
    assert taken["code"] == "media_server_taken"
    other = await stage.connect(name="other", source="revenge-2")
    for said in ({"name": first["name"]}, {"source": "revenge"}):
        answer = await stage.api.call("PATCH", f"{SERVERS}/{other['id']}", json=said)
        assert answer.json()["code"] == "media_server_taken"


async def test_a_token_that_is_left_out_of_a_change_stays(stage: Stage) -> None:
    answers = Answers(("X-Emby-Token", "t0ken"))
    answers.known = {("GET", "/emby/System/Info"): (200, {"Id": "e1"})}
    with serving(answers):
        config = {"kind": "emby", "url": answers.url, "allow_private_network": True}
        made = await stage.connect(name="Emby", config=config | {"token": "t0ken"})
        path = f"{SERVERS}/{made['id']}"
        changed = await stage.put(path, json={"name": "Emby upstairs", "config": config})
        assert changed["name"] == "Emby upstairs"
        assert (await tried(stage, made))["works"]
        other = await stage.put(path, 422, json={"config": PLEX | {"url": "https://x.org"}})
        assert other["code"] == "media_server_kind_fixed"
    assert await audited(stage.database) == ["media_server.create", "media_server.change"]


async def test_a_server_that_is_gone_is_not_found(stage: Stage) -> None:
    made = await stage.connect()
    path = f"{SERVERS}/{made['id']}"
    assert (await stage.api.call("DELETE", path)).status_code == 204
    answers = [
        await stage.api.call("GET", path),
        await stage.api.call("DELETE", path),
        await stage.api.call("PATCH", path, json={"enabled": False}),
        await stage.api.call("POST", f"{path}/test"),
    ]
    assert [answer.json()["code"] for answer in answers] == ["media_server_not_found"] * 4


async def test_a_disabled_server_is_asked_for_nothing(stage: Stage) -> None:
    made = await stage.connect()
    await stage.put(f"{SERVERS}/{made['id']}", json={"enabled": False})
    session_id = await stage.play(str(uuid4()), "tv", 5)
    await stage.terminate(session_id)
    assert await stage.carry_out() == [Outcome.DEAD]
    assert (await stage.action())["reason"] == "The media server playback is disabled."
    assert stage.service.seen == []


async def test_only_who_manages_sources_sees_or_changes_them(
    stage: Stage, caller: CallerWith
) -> None:
    made = await stage.connect()
    path = f"{SERVERS}/{made['id']}"
    for role in ("moderator", "viewer", "integration", "service"):
        headers = await caller(role)
        answers = [
            await stage.api.call("GET", SERVERS, headers=headers),
            await stage.api.call("POST", SERVERS, headers=headers, json={}),
            await stage.api.call("GET", path, headers=headers),
            await stage.api.call("PUT", path, headers=headers, json={}),
            await stage.api.call("DELETE", path, headers=headers),
            await stage.api.call("POST", f"{path}/test", headers=headers),
        ]
        assert [answer.status_code for answer in answers] == [403] * 6, role


async def test_a_trial_that_is_killed_is_begun_again(stage: Stage) -> None:
    made = await stage.connect()
    [(_, server_id)] = await stage.trials.list_due(9)
    stage.service.out_of_order = []
    await stage.fetch(
        "UPDATE media_servers SET check_due_at = now() + interval '60 seconds' RETURNING id"
    )
    assert await stage.trials.list_due(9) == []
    assert await stage.trials.carry_out(server_id) is None
    stage.clock.pass_seconds(61)
    assert (await tried(stage, made))["works"]
