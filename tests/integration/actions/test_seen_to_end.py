"""Streams that are ended on a media server, and seen to end by asking it what plays."""

from datetime import timedelta

import pytest

from shared.domain.delivery import Outcome
from shared.domain.session import State
from tests.integration.actions.stage import Stage
from tests.servers.household import Household
from tests.servers.houses import KINDS, machine
from tests.servers.machine import running
from tests.servers.world import FILM, PILOT, Player


@pytest.mark.parametrize("kind", KINDS)
async def test_a_stream_that_is_ended_is_seen_to_end_and_the_other_goes_on(
    stage: Stage, home: Household, kind: str
) -> None:
    server = machine(kind)
    async with running(server):
        await stage.connect_and_try(server.kind, server.url, server.token)
        ada, bo = server.viewers
        server.players = [
            Player(ada, "tv-1", FILM, session="a1b2"),
            Player(bo, "tv-2", PILOT, session="c3d4"),
        ]
        await home.poll()
        playing = {s.attributes["device_id"]: s for s in await home.sessions()}

        await stage.terminate(str(playing["tv-1"].id), message="One at a time, please.")
        assert await stage.carry_out() == [Outcome.DELIVERED]
        assert (await stage.action())["state"] == "sent"

        await home.poll()
        await home.poll()
        states = {s.attributes["device_id"]: s.state for s in await home.sessions()}
        assert states == {"tv-1": State.STOPPED, "tv-2": State.PLAYING}
        stage.clock.passed += timedelta(seconds=6)
        await stage.carry_out()
        assert (await stage.action())["state"] == "done"
