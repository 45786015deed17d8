"""Streams that are ended: by rules and by people, once, and for good or with a word about it."""

import asyncio
import signal
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import uuid4

from functions.notify.controls import CONTROLS
from shared.domain.delivery import DELAYS, Outcome
from shared.domain.order import Order, Taken
from shared.services.delivery import LEASE
from shared.services.relay import relay
from tests.conftest import ROOT, environment
from tests.integration.actions.stage import SERVERS, Stage
from tests.integration.api.scenes import VIOLATIONS, audited, read

NEWEST = {"type": "terminate_stream", "target": "newest", "message": "One stream at a time."}
LEASE_SECONDS = LEASE.total_seconds() + 1


async def test_a_rule_ends_the_stream_that_is_too_many_and_sees_it_end(stage: Stage) -> None:
    await stage.connect()
    await stage.rule("warn", NEWEST)
    user_id, first, second = await stage.two_at_once()
    assert await stage.carry_out() == [Outcome.DELIVERED]
    sent = await stage.action()
    assert (sent["state"], sent["session_id"], sent["attempts"]) == ("sent", second, 1)
    assert stage.service.streams == {stage.keys[first]}

    [said] = stage.service.said
    assert said["data"]["message"] == "One stream at a time."
    assert said["data"]["user"]["id"] == user_id
    assert said["data"]["session"]["session_key"] == stage.keys[second]
    assert said["data"]["reason"] == sent["sentence"]
    assert "Played 2 streams at once" in sent["sentence"]

    await stage.settle()
    done = await stage.action()
    assert (done["state"], done["due_at"], done["reason"]) == ("done", None, None)
    [case] = (await read(stage.api, VIOLATIONS))["data"]
    shown = await read(stage.api, f"{VIOLATIONS}/{case['id']}")
    assert shown["actions"] == [done]
    assert await stage.events() == ["violation.opened"]


async def test_a_stream_is_ended_once_per_case_however_often_it_is_found(stage: Stage) -> None:
    await stage.connect()
    await stage.rule({"type": "terminate_stream", "target": "all"})
    user_id, first, second = await stage.two_at_once()
    third = await stage.play(user_id, "tablet", 4)
    await asyncio.gather(*(stage.detect.job("/sweep") for _ in range(4)))
    await stage.detect.job(f"/users/{user_id}")
    wanted = {action["session_id"] for action in await stage.actions()}
    assert wanted == {first, second, third}
    assert len(await stage.actions()) == 3


async def test_what_is_asked_for_waits_for_its_delay(stage: Stage) -> None:
    await stage.connect()
    await stage.rule(NEWEST | {"delay_seconds": 120})
    await stage.two_at_once()
    assert await stage.carry_out() == []
    stage.clock.pass_seconds(121)
    assert await stage.carry_out() == [Outcome.DELIVERED]


async def test_a_rule_in_shadow_never_acts(stage: Stage) -> None:
    await stage.connect()
    await stage.rule(NEWEST, "suspend_account", mode="shadow")
    await stage.two_at_once()
    assert len((await read(stage.api, VIOLATIONS))["data"]) == 1
    assert await stage.actions() == []


async def test_two_relays_at_once_act_once(stage: Stage) -> None:
    await stage.connect()
    await stage.rule(NEWEST)
    await stage.two_at_once()
    counts = await asyncio.gather(*(relay(stage.room) for _ in range(6)))
    assert sum(count["delivered"] for count in counts) == 1
    assert stage.service.seen == ["session.terminate"]


_PROGRAM = """
import asyncio, os, signal, sys
from dataclasses import replace
from uuid import UUID
from functions.notify.controls import CONTROLS
from shared.clock import utc_now
from shared.services.control import MediaServers
from shared.services.execution import ControlRoom
from shared.services.vault import Vault
from shared.settings import settings
from shared.store.database import Database

async def carry_out(config, order, /):
    await CONTROLS["revenge"].carry_out(config, order)
    os.kill(os.getpid(), signal.SIGKILL)

async def main():
    database = Database(settings())
    await database.open()
    controls = {"revenge": replace(CONTROLS["revenge"], carry_out=carry_out)}
    vault = Vault(settings().revenge_encryption_key)
    servers = MediaServers(database, vault, controls, utc_now)
    await ControlRoom(servers, settings()).carry_out(UUID(sys.argv[1]))

asyncio.run(main())
"""


async def test_who_is_killed_after_asking_asks_again_under_the_same_key(
    stage: Stage, tmp_path: Path
) -> None:
    await stage.connect()
    await stage.rule(NEWEST)
    await stage.two_at_once()
    [(_, action_id)] = await stage.room.list_due(9)
    url = stage.settings.revenge_database_url.get_secret_value()
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-c", _PROGRAM, str(action_id),
        env=environment(url) | {"PYTHONPATH": str(ROOT)},
        cwd=tmp_path,
    )  # fmt: skip
    assert await child.wait() == -signal.SIGKILL
    assert await stage.carry_out() == []
    left = await stage.row(str(action_id))
    assert (left["state"], left["attempts"]) == ("due", 1)

    stage.clock.pass_seconds(LEASE_SECONDS)
    assert await stage.carry_out() == [Outcome.DELIVERED]
    assert stage.service.seen == ["session.terminate"] * 2
    assert len(stage.service.done) == 1
    await stage.settle()
    assert (await stage.action())["state"] == "done"


async def test_who_is_killed_after_asking_and_finds_the_stream_ended_has_done_it(
    stage: Stage,
) -> None:
    await stage.connect()
    await stage.rule(NEWEST)
    _, _, second = await stage.two_at_once()

    async def dies(config: Mapping[str, Any], order: Order, /) -> Taken:
        await CONTROLS["revenge"].carry_out(config, order)
        raise asyncio.CancelledError

    controls = {"revenge": replace(CONTROLS["revenge"], carry_out=dies)}
    dying = replace(stage.room, servers=replace(stage.servers, controls=controls))
    await asyncio.gather(relay(dying), return_exceptions=True)
    await stage.end(second)
    stage.clock.pass_seconds(LEASE_SECONDS)
    await stage.carry_out()
    assert (await stage.action())["state"] == "done"
    assert stage.service.seen == ["session.terminate"]


async def test_a_stream_that_goes_on_is_escalated_and_people_are_told_once(stage: Stage) -> None:
    await stage.connect()
    await stage.rule(NEWEST)
    await stage.two_at_once()
    stage.service.on_end = lambda _: None
    await stage.carry_out()
    for _ in range(20):
        stage.clock.pass_seconds(5)
        await stage.carry_out()
    action = await stage.action()
    assert action["state"] == "escalated"
    assert action["reason"] == "The media server took the request, and the stream goes on."
    assert await stage.events() == ["action.failed"]
    assert stage.service.seen == ["session.terminate"]


async def test_a_service_that_is_away_is_asked_again_and_people_are_told_after_a_minute(
    stage: Stage,
) -> None:
    await stage.connect()
    await stage.rule(NEWEST)
    await stage.two_at_once()
    stage.service.out_of_order = [503] * 3
    assert await stage.carry_out() == [Outcome.FAILED]
    waiting = await stage.action()
    assert (waiting["state"], waiting["attempts"]) == ("due", 1)
    assert waiting["last_error"] == "127.0.0.1 answered 503 Service Unavailable. It said: {}"
    stage.clock.pass_seconds(DELAYS[0].total_seconds() * 1.2 + 1)
    await stage.carry_out()
    assert await stage.events() == []
    stage.clock.pass_seconds(DELAYS[1].total_seconds() * 1.2 + 1)
    await stage.carry_out()
    assert await stage.events() == ["action.failed"]
    stage.clock.pass_seconds(DELAYS[2].total_seconds() * 1.2 + 1)
    assert await stage.carry_out() == [Outcome.DELIVERED]
    assert (await stage.action())["attempts"] == 4
    assert await stage.events() == ["action.failed"]


async def test_after_ten_failures_an_action_has_failed(stage: Stage) -> None:
    await stage.connect()
    await stage.rule(NEWEST)
    await stage.two_at_once()
    stage.service.out_of_order = [500] * 20
    for delay in DELAYS:
        assert await stage.carry_out() == [Outcome.FAILED]
        stage.clock.pass_seconds(delay.total_seconds() * 1.2 + 1)
    assert await stage.carry_out() == [Outcome.DEAD]
    failed = await stage.action()
    assert (failed["state"], failed["attempts"], failed["due_at"]) == ("failed", 10, None)
    assert failed["reason"].startswith("127.0.0.1 answered 500")
    assert await stage.events() == ["action.failed"]


async def test_a_service_that_wants_no_more_is_disabled_and_says_why(stage: Stage) -> None:
    server = await stage.connect()
    await stage.rule(NEWEST)
    await stage.two_at_once()
    stage.service.out_of_order = [410]
    assert await stage.carry_out() == [Outcome.DEAD]
    shown = await read(stage.api, f"{SERVERS}/{server['id']}")
    assert not shown["enabled"]
    assert "wants no more requests" in shown["disabled_reason"]
    assert (await stage.action())["state"] == "failed"


async def test_a_stream_that_its_service_does_not_know_has_ended(stage: Stage) -> None:
    await stage.connect()
    await stage.rule(NEWEST)
    await stage.two_at_once()
    stage.service.streams.clear()
    assert await stage.carry_out() == [Outcome.DELIVERED]
    assert (await stage.action())["state"] == "done"


async def test_without_a_media_server_an_action_fails_at_once_and_says_what_is_missing(
    stage: Stage,
) -> None:
    await stage.rule(NEWEST)
    await stage.two_at_once()
    assert await stage.carry_out() == [Outcome.DEAD]
    assert (await stage.action())["reason"] == (
        "No media server that answers for revenge is connected."
    )
    assert await stage.events() == ["action.failed"]


async def test_a_person_ends_a_stream_by_the_same_way(stage: Stage) -> None:
    await stage.connect()
    session_id = await stage.play(str(uuid4()), "tv", 5)
    asked = await stage.terminate(session_id, message="We go down for an hour.")
    assert (asked["state"], asked["requested_by"]) == ("due", "key:bootstrap")
    assert (await stage.terminate(session_id))["id"] == asked["id"]
    assert await stage.carry_out() == [Outcome.DELIVERED]
    assert stage.service.said[0]["data"]["message"] == "We go down for an hour."
    await stage.settle()
    assert (await stage.action())["state"] == "done"
    over = await stage.terminate(session_id, 409)
    assert over["code"] == "session_ended"
    assert await audited(stage.database) == ["media_server.create", *["session.terminate"] * 2]


async def test_a_person_may_try_again_what_had_no_effect(stage: Stage) -> None:
    await stage.connect()
    session_id = await stage.play(str(uuid4()), "tv", 5)
    first = await stage.terminate(session_id)
    stage.service.on_end = lambda _: None
    await stage.carry_out()
    stage.clock.pass_seconds(61)
    await stage.carry_out()
    assert (await stage.row(first["id"]))["state"] == "escalated"
    assert (await stage.terminate(session_id))["id"] != first["id"]


async def test_asking_at_once_asks_for_one_thing(stage: Stage) -> None:
    session_id = await stage.play(str(uuid4()), "tv", 5)
    await asyncio.gather(*(stage.terminate(session_id) for _ in range(6)))
    assert len(await stage.actions()) == 1


async def test_a_stream_that_never_was_is_not_found(stage: Stage) -> None:
    missing = await stage.terminate(str(uuid4()), 404)
    assert missing["code"] == "session_not_found"
