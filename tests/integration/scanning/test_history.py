"""What a server remembers, imported once."""

from datetime import timedelta
from itertools import pairwise

import pytest

from functions.ingest_session.history.importer import LEASE
from shared.domain.servers import ServerKind
from shared.services.partitions import keep_partitions
from shared.services.rollups import roll_up_changes
from shared.store import partitions
from shared.store.database import Connection
from tests.servers.household import Household
from tests.servers.machine import Fault, Machine
from tests.servers.world import FILM, PILOT, SECOND, Memory, Player

DAY = timedelta(days=1)


async def connect(home: Household, server: Machine) -> None:
    await home.connect(server)
    await home.poll()
    await home.scan()


async def test_what_is_remembered_is_imported_as_estimated_sessions(
    home: Household, server: Machine
) -> None:
    ada, bo = server.viewers
    at = (home.now() - 3 * DAY).replace(microsecond=0)
    server.memories = [Memory(ada, FILM, at), Memory(bo, PILOT, at), Memory(bo, PILOT, at - DAY)]
    await connect(home, server)
    sessions = await home.sessions()
    assert len(sessions) == 3
    film = next(s for s in sessions if s.attributes["title"] == FILM.title)
    length = timedelta(seconds=FILM.seconds)
    start = at - length if server.kind is ServerKind.PLEX else at
    assert (film.started_at, film.stopped_at) == (start, start + length)
    assert (film.watched, film.network) == (length, None)
    assert film.attributes["is_estimated"] is True
    assert film.attributes["completed"] is True


async def test_it_is_imported_once(home: Household, server: Machine) -> None:
    server.memories = [Memory(server.viewers[0], FILM, home.now() - 3 * DAY)]
    await connect(home, server)
    server.memories.append(Memory(server.viewers[0], PILOT, home.now() - 2 * DAY))
    counts = [await home.scan(3_600) for _ in range(3)]
    assert [count["imported"] for count in counts] == [0, 0, 0]
    assert len(await home.sessions()) == 1


@pytest.mark.parametrize("fault", ["drop", "half", "error"])
async def test_an_import_that_breaks_off_wherever_it_does_goes_on_without_doubles(
    home: Household, server: Machine, fault: Fault
) -> None:
    at = home.now() - DAY
    for person in server.viewers:
        server.memories += [Memory(person, PILOT, at - timedelta(hours=4 * n)) for n in range(60)]
    await home.connect(server)
    await home.poll()
    for requests in range(1, 14):
        server.fault, server.fails_after = fault, requests
        await home.scan(LEASE.total_seconds() + 1)
    server.fault = server.fails_after = None
    await home.scan(LEASE.total_seconds() + 1)
    sessions = await home.sessions()
    assert len(sessions) == len({(s.user_id, s.started_at) for s in sessions}) == 120


async def test_told_again_it_is_the_same(home: Household, server: Machine) -> None:
    server.memories = [Memory(server.viewers[0], FILM, home.now() - 3 * DAY)]
    await connect(home, server)
    before = await home.sessions()
    await home.rows(
        "UPDATE media_server_states SET history_at = NULL, history_account = NULL RETURNING 1"
    )
    await home.scan(60)
    assert await home.sessions() == before


async def test_what_is_counted_of_sessions_that_were_dropped_is_not_told_again(
    home: Household, server: Machine
) -> None:
    server.memories = [Memory(server.viewers[0], FILM, home.now() - 3 * DAY)]
    await connect(home, server)
    await roll_up_changes(home.context.database, home.context.settings)

    async def drop_all(connection: Connection) -> None:
        for month in await partitions.list_months(connection):
            await partitions.drop(connection, month)
        await keep_partitions(connection, home.context.settings, home.now())

    await home.context.database.run(drop_all)
    await home.rows(
        "UPDATE media_server_states SET history_at = NULL, history_account = NULL RETURNING 1"
    )
    assert (await home.scan(60))["imported"] == 0
    assert await home.sessions() == []


async def test_what_was_heard_of_already_is_no_second_session(
    home: Household, server: Machine
) -> None:
    await home.connect(server)
    server.players = [Player(server.viewers[0], "tv-1", FILM, seconds=0)]
    began = home.now()
    await home.poll()
    home.passed += timedelta(seconds=FILM.seconds)
    server.players = []
    await home.poll()
    await home.poll()
    at = home.now() if server.kind is ServerKind.PLEX else began
    server.memories = [Memory(server.viewers[0], FILM, at)]
    await home.poll(60)
    await home.scan(60)
    assert len(await home.sessions()) == 1


async def test_remembered_viewings_of_a_person_never_overlap(
    home: Household, server: Machine
) -> None:
    ada = server.viewers[0]
    at = home.now() - 3 * DAY
    minutes = [timedelta(minutes=10 * n) for n in range(4)]
    works = [PILOT, SECOND, PILOT, SECOND]
    server.memories = [Memory(ada, work, at + m) for work, m in zip(works, minutes, strict=True)]
    await connect(home, server)
    spans = sorted((s.started_at, s.stopped_at) for s in await home.sessions())
    assert len(spans) == 4
    for (_, end), (start, _) in pairwise(spans):
        assert end is not None
        assert end <= start


async def test_what_is_older_than_sessions_are_kept_is_left_alone(
    home: Household, server: Machine
) -> None:
    ada = server.viewers[0]
    server.memories = [Memory(ada, FILM, home.now() - n * DAY) for n in (5, 120, 4_000)]
    await connect(home, server)
    assert len(await home.sessions()) == 1


async def test_a_long_past_is_read_page_by_page(home: Household, server: Machine) -> None:
    ada = server.viewers[0]
    step = timedelta(hours=4)
    server.memories = [Memory(ada, PILOT, home.now() - DAY - n * step) for n in range(450)]
    await connect(home, server)
    assert len(await home.sessions()) == 450


async def test_a_library_that_cannot_be_listed_holds_the_past_up_for_a_day(
    home: Household, server: Machine
) -> None:
    server.memories = [Memory(server.viewers[0], PILOT, home.now() - 3 * DAY)]
    server.unreadable = {server.shelves[0].id}
    await connect(home, server)
    await home.scan((DAY - timedelta(minutes=1)).total_seconds())
    assert await home.sessions() == []
    counts = await home.scan(120)
    assert (counts["imported"], counts["failing"]) == (1, 1)
    assert len(await home.sessions()) == 1
