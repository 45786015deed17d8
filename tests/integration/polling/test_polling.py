"""Sessions learned by asking servers what they play."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from functions.ingest_session.polling.pace import Pace
from shared.domain.session import EndReason, State
from shared.store import server_states
from shared.store.server_states import Finding
from tests.servers.household import Household
from tests.servers.houses import machine
from tests.servers.machine import Fault, Machine, running
from tests.servers.world import FILM, PILOT, SECOND, TRACK, Player


async def play(home: Household, server: Machine, player: Player, seconds: int) -> Player:
    """Let a player play on for a while, asked every 10 seconds; return it as it is then."""
    for _ in range(0, seconds, 10):
        player = replace(player, seconds=player.seconds + 10)
        server.players = [player]
        await home.poll(10)
    return player


async def test_a_film_is_one_session_from_its_start_to_its_end(
    home: Household, server: Machine
) -> None:
    await home.connect(server)
    await home.poll()
    player = Player(server.viewers[0], "tv-1", FILM, seconds=0)
    await play(home, server, player, 600)
    server.players = []
    await home.poll()
    await home.poll()
    [session] = await home.sessions()
    assert (session.state, session.end_reason) == (State.STOPPED, EndReason.STOPPED)
    assert session.watched == timedelta(seconds=590)
    assert session.progress == timedelta(seconds=600)
    assert session.source == f"{server.kind}:{server.server_id}"
    assert session.attributes["title"] == FILM.title
    assert session.attributes["server_name"] == server.name
    assert session.attributes["reports_progress"] is True
    assert session.network is not None
    assert session.network.address == "81.2.69.160"


async def test_pauses_count_as_pauses(home: Household, server: Machine) -> None:
    await home.connect(server)
    player = await play(home, server, Player(server.viewers[0], "tv-1", FILM), 100)
    server.players = [replace(player, state="paused")]
    for _ in range(6):
        await home.poll(10)
    player = await play(home, server, player, 50)
    [session] = await home.sessions()
    assert session.state is State.PLAYING
    assert session.paused == timedelta(seconds=60)
    assert session.watched == timedelta(seconds=90 + 50)


@pytest.mark.parametrize("plays", [True, False])
async def test_a_server_is_asked_often_while_something_plays_and_seldom_while_nothing_does(
    home: Household, server: Machine, *, plays: bool
) -> None:
    await home.connect(server)
    server.players = [Player(server.viewers[0], "tv-1", FILM)] if plays else []
    await home.poll(pace=Pace(playing=0.05, idle=30, shift=3))
    lists = sum(path.lower().endswith("sessions") for path in server.asked)
    assert lists >= 3 if plays else lists == 1


async def test_a_ghost_that_never_ends_is_ended_when_it_last_moved(
    home: Household, server: Machine
) -> None:
    await home.connect(server)
    await play(home, server, Player(server.viewers[0], "tv-1", FILM), 60)
    moved_at = home.now()
    for _ in range(32):
        await home.poll(10)
    [session] = await home.sessions()
    assert session.stopped_at == moved_at.replace(microsecond=moved_at.microsecond // 1000 * 1000)
    assert (await home.state())["playing"] == 0


async def test_a_track_of_plexamp_is_a_session_though_plex_names_none(home: Household) -> None:
    plex = machine("plex")
    async with running(plex):
        await home.connect(plex)
        await play(home, plex, Player(plex.viewers[1], "amp", TRACK, session=""), 60)
        plex.players = []
        await home.poll()
        await home.poll()
    [session] = await home.sessions()
    assert (session.is_active, session.watched) == (False, timedelta(seconds=50))


async def test_titles_and_names_of_any_kind_and_length_are_cut_and_kept(
    home: Household, server: Machine
) -> None:
    await home.connect(server)
    long = "é🎬\x00" * 5_000
    viewer = replace(server.viewers[0], name=long)
    server.players = [
        Player(viewer, "tv-1", replace(FILM, title=long)),
        Player(server.viewers[1], "tv-2", replace(PILOT, title="", path=None)),
    ]
    await home.poll()
    found = {s.attributes["device_id"]: s.attributes.get("title") for s in await home.sessions()}
    assert found == {"tv-1": ("é🎬" * 5_000)[:1_000], "tv-2": None}


async def test_the_next_episode_is_the_next_session(home: Household, server: Machine) -> None:
    await home.connect(server)
    await play(home, server, Player(server.viewers[0], "tv-1", PILOT), 60)
    await play(home, server, Player(server.viewers[0], "tv-1", SECOND), 60)
    first, second = await home.sessions()
    assert (first.state, second.state) == (State.STOPPED, State.PLAYING)
    assert first.attributes["title"] == 'The "Lock"'
    assert second.started_at >= (first.stopped_at or first.started_at)


async def test_how_a_stream_is_delivered_is_kept_over_time(
    home: Household, server: Machine
) -> None:
    await home.connect(server)
    player = await play(home, server, Player(server.viewers[0], "tv-1", FILM), 60)
    await play(home, server, replace(player, transcodes=True), 60)
    [session] = await home.sessions()
    assert session.attributes["stream_type"] == "transcode"
    assert session.attributes["video_codec"] == "hevc"
    [past] = session.past_streams
    assert past.attributes["stream_type"] == "direct_play"


async def test_everybody_has_a_session_of_their_own(home: Household, server: Machine) -> None:
    await home.connect(server)
    ada, bo = server.viewers
    server.players = [Player(ada, "tv-1", FILM), Player(bo, "tv-2", FILM), Player(ada, "p", TRACK)]
    await home.poll()
    assert len(await home.sessions()) == 3
    assert (await home.state())["playing"] == 3


@pytest.mark.parametrize("fault", ["drop", "stall", "truncate", "half", "error", "unauthorized"])
async def test_a_fault_ends_nothing_and_is_told_until_it_is_over(
    home: Household, server: Machine, fault: Fault
) -> None:
    await home.connect(server)
    player = await play(home, server, Player(server.viewers[0], "tv-1", FILM), 30)
    server.fault = fault
    counts = [await home.poll(20) for _ in range(3)]
    assert [count["failing"] for count in counts] == [1, 1, 1]
    state = await home.state()
    assert state["sentence"]
    assert server.token not in state["sentence"]
    assert state["failing_since"] <= home.now() - timedelta(seconds=40)
    server.fault = None
    await play(home, server, replace(player, seconds=player.seconds + 60), 30)
    [session] = await home.sessions()
    assert session.is_active
    assert session.watched == timedelta(seconds=20 + 60 + 30)
    assert (await home.state())["problem"] is None


async def test_a_restart_with_the_same_keys_ends_nothing_that_goes_on(
    home: Household, server: Machine
) -> None:
    await home.connect(server)
    player = await play(home, server, Player(server.viewers[0], "tv-1", FILM), 60)
    await server.stop()
    await home.poll(30)
    await home.poll(30)
    await server.start()
    server.players = []
    await home.poll()
    await home.poll()
    moved = replace(player, seconds=player.seconds + 70, session="another")
    await play(home, server, moved, 30)
    [session] = await home.sessions()
    assert session.is_active


async def test_a_key_that_is_used_again_begins_another_session(
    home: Household, server: Machine
) -> None:
    await home.connect(server)
    await play(home, server, Player(server.viewers[0], "tv-1", FILM), 60)
    server.players = []
    for _ in range(4):
        await home.poll(10)
    await play(home, server, Player(server.viewers[0], "tv-1", FILM), 60)
    first, second = await home.sessions()
    assert first.session_key == second.session_key
    assert (first.is_active, second.is_active) == (False, True)


async def test_another_server_at_the_same_address_is_not_mistaken_for_the_first(
    home: Household, server: Machine
) -> None:
    await home.connect(server)
    await home.poll()
    server.server_id = "0" * 31 + "1"
    server.players = [Player(server.viewers[0], "tv-1", FILM)]
    await home.poll()
    assert await home.sessions() == []
    assert (await home.state())["problem"] == "other_server"


async def test_a_self_made_address_of_a_metadata_service_is_never_called(
    home: Household, server: Machine
) -> None:
    await home.connect(server, url="http://169.254.169.254")
    await home.poll()
    assert (await home.state())["problem"] == "address"
    assert server.asked == []


async def test_a_slow_server_holds_nobody_up(home: Household) -> None:
    slow, quick = machine("plex"), machine("emby")
    quick.players = [Player(quick.viewers[0], "tv-1", FILM)]
    async with running(slow, quick):
        slow.fault = "stall"
        await home.connect(slow)
        await home.connect(quick)
        shift = asyncio.create_task(home.poll(pace=Pace(shift=0, timeout=30)))
        for _ in range(200):
            if await home.sessions():
                break
            await asyncio.sleep(0.05)
        assert await home.sessions()
        assert not shift.done()
        await slow.stop()
        shift.cancel()
        await asyncio.gather(shift, return_exceptions=True)


async def test_a_server_is_asked_by_one_at_a_time(home: Household, server: Machine) -> None:
    await home.connect(server)
    server.players = [Player(server.viewers[0], "tv-1", FILM)]
    counts = await asyncio.gather(*(home.poll(0) for _ in range(4)))
    assert sum(count["servers"] for count in counts) >= 1
    lists = [path for path in server.asked if path.lower().endswith("sessions")]
    assert len(lists) == sum(count["servers"] for count in counts)
    assert len(await home.sessions()) == 1


async def test_who_was_killed_is_taken_over_when_the_lease_has_run_out(
    home: Household, server: Machine
) -> None:
    await home.connect(server)
    until = home.now() + timedelta(seconds=45)
    await home.context.database.run(
        lambda connection: server_states.claim(connection, now=home.now(), lease_until=until)
    )
    assert (await home.poll(30))["servers"] == 0
    assert (await home.poll(30))["servers"] == 1


async def test_who_lost_the_lease_writes_nothing_any_more(home: Household, server: Machine) -> None:
    await home.connect(server)
    run, now = home.context.database.run, home.now()
    [former] = await run(lambda c: server_states.claim(c, now=now, lease_until=now))
    [_] = await run(lambda c: server_states.claim(c, now=now, lease_until=now))
    found = Finding(watch={}, playing=9)
    assert not await run(lambda c: server_states.keep(c, former, found, now=now, leased_until=now))
    assert (await home.state())["playing"] == 0


async def test_while_nothing_can_be_stored_nothing_is_taken_as_told(
    home: Household, server: Machine
) -> None:
    await home.connect(server)
    server.players = [Player(server.viewers[0], "tv-1", FILM)]
    off = replace(
        home.context, settings=home.context.settings.model_copy(update={"analytics_enabled": False})
    )
    on, home.context = home.context, off
    assert await home.poll() == {"disabled": 1}
    home.context = on
    await home.poll()
    assert len(await home.sessions()) == 1


async def test_a_disabled_server_is_left_in_peace(home: Household, server: Machine) -> None:
    added = await home.connect(server)
    await home.context.database.run(
        lambda connection: connection.execute(
            "UPDATE media_servers SET enabled = false WHERE id = %s", [added]
        )
    )
    assert (await home.poll())["servers"] == 0
    assert server.asked == []


async def test_plex_players_at_home_tell_where_home_is(home: Household) -> None:
    plex = machine("plex")
    plex.players = [Player(plex.viewers[0], "tv-1", FILM, is_local=True)]
    async with running(plex):
        await home.connect(plex)
        await home.poll()
    assert (await home.state())["public_address"] == "81.2.69.160"
    [session] = await home.sessions()
    assert session.attributes["location"] == "lan"
