"""What webhooks tell and what servers say when asked: of one playback one session."""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Literal

import pytest

from shared.domain.session import Session, State
from tests.servers.household import Household
from tests.servers.houses import KINDS, machine
from tests.servers.machine import Machine, running
from tests.servers.webhooks import Event, body
from tests.servers.world import FILM, PILOT, SECOND, TRACK, Player, Viewer, Work

Hooks = Literal["off", "on", "late"]

# How late a late webhook is, and how often a server is asked, in seconds.
LATE = 8
TICK = 10


async def both(home: Household, server: Machine) -> Player:
    await home.accept_webhooks(server)
    await home.connect(server)
    await home.poll()
    return Player(server.viewers[0], "tv-1", FILM)


async def test_a_webhook_before_the_list_is_the_same_session(
    home: Household, server: Machine
) -> None:
    player = await both(home, server)
    assert await home.send(server, body(server, player, "start", home.now())) == "recorded"
    server.players = [player.at(5)]
    await home.poll(5)
    [session] = await home.sessions()
    assert session.attributes["video_codec"] == "hevc"
    assert session.attributes["reports_progress"] is True


async def test_a_webhook_after_the_list_is_the_same_session_and_spoils_nothing(
    home: Household, server: Machine
) -> None:
    player = await both(home, server)
    server.players = [player.at(0, transcodes=True)]
    await home.poll()
    before = (await home.sessions())[0].attributes
    home.passed += timedelta(seconds=1)
    await home.send(server, body(server, player.at(1), "start", home.now()))
    [session] = await home.sessions()
    assert session.attributes["stream_type"] == "transcode"
    assert {k: session.attributes.get(k) for k in before} == dict(before)
    assert session.past_streams == ()


async def test_a_stop_by_webhook_is_the_end_whatever_lists_still_say(
    home: Household, server: Machine
) -> None:
    player = await both(home, server)
    server.players = [player]
    await home.poll()
    home.passed += timedelta(seconds=30)
    await home.send(server, body(server, player.at(30), "stop", home.now()))
    for _ in range(3):
        await home.poll()
    server.players = []
    await home.poll()
    await home.poll()
    [session] = await home.sessions()
    assert (session.state, session.watched) == (State.STOPPED, timedelta(seconds=30))


async def test_without_a_list_webhooks_say_all_that_they_know(
    home: Household, server: Machine
) -> None:
    player = await both(home, server)
    home.passed += timedelta(minutes=10)
    await home.send(server, body(server, player, "start", home.now()))
    [session] = await home.sessions()
    expected = None if server.kind == "jellyfin" else False
    assert session.attributes.get("reports_progress") is expected


@pytest.mark.parametrize("first", ["webhook", "list"])
async def test_the_owner_of_a_plex_server_is_one_person_under_two_ids(
    home: Household, first: str
) -> None:
    plex = machine("plex")
    async with running(plex):
        player = await both(home, plex)
        elsewhere = replace(player, viewer=replace(player.viewer, id="924920"))
        if first == "webhook":
            await home.send(plex, body(plex, elsewhere, "start", home.now()))
        plex.players = [player.at(2)]
        await home.poll()
        if first == "list":
            await home.send(plex, body(plex, elsewhere.at(2), "start", home.now()))
        for seconds in (12, 22):
            plex.players = [player.at(seconds)]
            await home.poll(10)
        [session] = await home.sessions()
        assert session.progress == timedelta(seconds=22)
        plex.players = []
        await home.poll()
        await home.poll()
    assert not (await home.sessions())[0].is_active


async def watched(home: Household, server: Machine, player: Player) -> None:
    """Let a film play for half a minute, learned by asking alone."""
    for seconds in (0, 10, 20, 30):
        server.players = [player.at(seconds)]
        await home.poll(10)
    server.players = []
    await home.poll(2)
    await home.poll(2)


@pytest.mark.parametrize("minutes", [0, 1, 20])
@pytest.mark.parametrize("account", ["1", "924920"])
@pytest.mark.parametrize("told", [("start",), ("start", "pause", "resume", "stop"), ("stop",)])
async def test_whatever_webhooks_say_too_late_of_what_the_list_has_ended_is_no_other_session(
    home: Household, minutes: int, account: str, told: tuple[Event, ...]
) -> None:
    plex = machine("plex")
    async with running(plex):
        player = await both(home, plex)
        await watched(home, plex, player)
        before = await home.sessions()
        await home.poll(60 * minutes)
        late = replace(player, viewer=replace(player.viewer, id=account))
        for event in told:
            assert await home.send(plex, body(plex, late, event, home.now())) == "recorded"
        assert await home.sessions() == before
        assert len(before) == 1
        assert not before[0].is_active


async def test_who_plays_again_at_once_has_another_session_though_no_webhook_is_believed(
    home: Household,
) -> None:
    plex = machine("plex")
    async with running(plex):
        player = await both(home, plex)
        await watched(home, plex, player)
        await home.send(plex, body(plex, player, "start", home.now()))
        plex.players = [player.at(3)]
        await home.poll(3)
        first, second = await home.sessions()
        assert (first.is_active, second.is_active) == (False, True)
        await home.send(plex, body(plex, player.at(4), "stop", home.now()))
        assert not (await home.sessions())[1].is_active


async def test_what_a_list_still_has_after_its_stop_is_no_other_session(
    home: Household, server: Machine
) -> None:
    player = await both(home, server)
    await home.poll(40)
    await home.send(server, body(server, player, "start", home.now()))
    home.passed += timedelta(seconds=5)
    await home.send(server, body(server, player.at(5), "stop", home.now()))
    server.players = [player.at(5)]
    await home.poll(2)
    await home.poll(2)
    server.players = []
    await home.poll(10)
    await home.poll(10)
    [session] = await home.sessions()
    assert (session.is_active, session.watched) == (False, timedelta(seconds=5))


async def test_who_plays_again_right_after_a_stop_has_another_session_once_it_moves(
    home: Household, server: Machine
) -> None:
    player = await both(home, server)
    await home.poll(40)
    await home.send(server, body(server, player, "start", home.now()))
    home.passed += timedelta(seconds=5)
    await home.send(server, body(server, player.at(5), "stop", home.now()))
    for seconds in (6, 8):
        server.players = [player.at(seconds)]
        await home.poll(2)
    first, second = await home.sessions()
    assert (first.is_active, second.is_active) == (False, True)


async def test_what_no_list_ever_had_is_over_within_a_minute(
    home: Household, server: Machine
) -> None:
    player = await both(home, server)
    await home.poll(40)
    home.passed += timedelta(seconds=1)
    told_at = home.now()
    await home.send(server, body(server, player, "start", told_at))
    for _ in range(6):
        await home.poll(10)
    [session] = await home.sessions()
    assert not session.is_active
    assert session.watched == timedelta()


async def test_what_webhooks_still_tell_of_goes_on_without_a_list_that_has_it(
    home: Household,
) -> None:
    jellyfin = machine("jellyfin")
    async with running(jellyfin):
        player = await both(home, jellyfin)
        await home.poll(40)
        await home.send(jellyfin, body(jellyfin, player, "start", home.now()))
        for seconds in range(10, 90, 10):
            await home.poll(10)
            await home.send(jellyfin, body(jellyfin, player.at(seconds), "resume", home.now()))
    assert (await home.sessions())[0].is_active


@pytest.mark.parametrize("fault", ["stop", "error"])
async def test_a_server_that_does_not_answer_ends_nothing_that_webhooks_told(
    home: Household, server: Machine, fault: str
) -> None:
    player = await both(home, server)
    await home.poll(40)
    await home.send(server, body(server, player, "start", home.now()))
    if fault == "stop":
        await server.stop()
    else:
        server.fault = "error"
    for _ in range(6):
        await home.poll(20)
    if fault == "stop":
        await server.start()
    server.fault = None
    await home.poll(2)
    assert (await home.sessions())[0].is_active


# --- a day -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Stretch:
    """A time in which a player does one thing."""

    began: int
    ended: int
    who: int
    device: str
    work: Work
    seconds: int
    state: Literal["playing", "paused"] = "playing"


DAY = (
    Stretch(20, 140, 0, "tv", FILM, 0),
    Stretch(140, 200, 0, "tv", FILM, 120, "paused"),
    Stretch(200, 330, 0, "tv", FILM, 120),
    Stretch(60, 180, 1, "tablet", PILOT, 1_000),
    Stretch(180, 300, 1, "tablet", SECOND, 0),
    Stretch(360, 450, 0, "phone", TRACK, 0),
    Stretch(400, 460, 0, "tv", FILM, 250),
)
ENDS = 520


def player_at(stretch: Stretch, people: list[Viewer], at: int) -> Player:
    moved = at - stretch.began if stretch.state == "playing" else 0
    return Player(
        people[stretch.who],
        stretch.device,
        stretch.work,
        session=f"s-{stretch.device}",
        seconds=stretch.seconds + moved,
        state=stretch.state,
    )


def hooks_of(people: list[Viewer]) -> list[tuple[int, Player, Event]]:
    """Return every webhook of the day: when it is sent, of which player, and which."""
    found: list[tuple[int, Player, Event]] = []
    for stretch in DAY:
        same = [s for s in DAY if (s.device, s.work) == (stretch.device, stretch.work)]
        goes_on = any(other.ended == stretch.began for other in same)
        begins: Event = "resume" if goes_on else "start"
        if stretch.state == "paused":
            begins = "pause"
        found.append((stretch.began, player_at(stretch, people, stretch.began), begins))
        if not any(other.began == stretch.ended for other in same):
            found.append((stretch.ended, player_at(stretch, people, stretch.ended), "stop"))
    return sorted(found, key=lambda hook: (hook[0], hook[2] != "stop"))


async def live_through(
    home: Household, machines: list[Machine], hooks: Hooks, *, asks: bool
) -> None:
    began = home.now()
    delay = LATE if hooks == "late" else 0
    due = {server.server_id: hooks_of(server.viewers) for server in machines}
    for at in range(0, ENDS, 2):
        home.passed += timedelta(seconds=2)
        for server in machines:
            now = [s for s in DAY if s.began <= at < s.ended]
            server.players = [player_at(stretch, server.viewers, at) for stretch in now]
            while (
                hooks != "off"
                and due[server.server_id]
                and due[server.server_id][0][0] + delay <= at
            ):
                happened, player, event = due[server.server_id].pop(0)
                sent = body(server, player, event, began + timedelta(seconds=happened + 2))
                assert await home.send(server, sent) == "recorded"
        if asks and at % TICK == 0:
            await home.poll(0)


def told(session: Session) -> tuple[str, str, str]:
    return (session.source, str(session.user_id), str(session.attributes["content_id"]))


@pytest.mark.parametrize(
    ("hooks", "asks"),
    [("on", False), ("late", False), ("off", True), ("on", True), ("late", True)],
)
async def test_a_day_of_three_servers_is_the_same_however_it_was_learned(
    home: Household, hooks: Hooks, *, asks: bool
) -> None:
    machines = [machine(kind) for kind in KINDS]
    began = home.now()
    async with running(*machines):
        for server in machines:
            await home.accept_webhooks(server)
            if asks:
                await home.connect(server)
        await live_through(home, machines, hooks, asks=asks)
    sessions = await home.sessions()
    assert [s for s in sessions if s.is_active] == []
    for server in machines:
        mine = [s for s in sessions if s.session_key and s.source.endswith(server.server_id)]
        assert len(mine) == 5, [(s.attributes.get("title"), s.started_at) for s in mine]
        film, again = (s for s in mine if s.attributes["title"] == FILM.title)
        tolerance = timedelta(seconds=2 * TICK + LATE)
        assert abs(film.started_at - began - timedelta(seconds=20)) <= tolerance
        assert abs(film.paused - timedelta(seconds=60)) <= tolerance
        assert abs(film.watched - timedelta(seconds=250)) <= tolerance
        assert abs(again.watched - timedelta(seconds=60)) <= tolerance
        titles = [s.attributes["title"] for s in mine if s.attributes["device_id"] == "tablet"]
        assert titles == [PILOT.title, SECOND.title]
