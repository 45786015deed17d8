"""Collections of Jellyfin and Emby, which tell by collection what is in it; Plex's by item."""

from collections.abc import AsyncGenerator
from dataclasses import replace

import pytest

from tests.servers.household import AT_ONCE, Household
from tests.servers.houses import machine
from tests.servers.machine import Machine, running
from tests.servers.world import FILM, SHOW, Shelf, Work

DAY = 86_400
QUARTER = 1_200

QUAYS = Work("a1" * 16, "collection", "Quays")
NORTH = Work("a2" * 16, "collection", "Nørth")


@pytest.fixture(params=["jellyfin", "emby"])
async def house(request: pytest.FixtureRequest, home: Household) -> AsyncGenerator[Machine]:
    """Run a server with two collections, connected and read; what is in them is told by tags."""
    started = machine(request.param)
    films, shows, _ = started.shelves
    films.works = [
        replace(FILM, tags=("Quays", "Nørth")),
        *(replace(FILM, id=str(900 + n), tags=("Quays",)) for n in range(25)),
        replace(FILM, id="1000", tags=()),
    ]
    shows.works[0] = replace(SHOW, tags=("Nørth",))
    # The server lists them first, and what is in them is known last.
    started.shelves.insert(0, Shelf("0", "Collections", "collection", [QUAYS, NORTH]))
    async with running(started):
        await home.connect(started)
        await home.poll()
        await home.scan(reader=replace(AT_ONCE, page=10))
        yield started


async def members(home: Household) -> dict[str, set[str]]:
    rows = await home.rows("SELECT original_id, unnest(collections) AS name FROM library_items")
    names = {row["name"] for row in rows}
    return {name: {r["original_id"] for r in rows if r["name"] == name} for name in names}


def retag(house: Machine, work_id: str, *tags: str) -> None:
    """Put a film into collections, which changes these and not the film."""
    works = house.shelves[1].works
    [place] = [place for place, work in enumerate(works) if work.id == work_id]
    works[place] = replace(works[place], tags=tags)


async def test_items_are_named_by_the_collections_that_they_are_in(
    home: Household, house: Machine
) -> None:
    first = house.shelves[1].works[0].id
    assert await members(home) == {
        "Quays": {first, *(str(900 + n) for n in range(25))},
        "Nørth": {first, SHOW.id},
    }
    rows = {row["name"]: row for row in await home.libraries()}
    assert (rows["Collections"]["items"], rows["Collections"]["scan_state"]) == (2, "done")
    starts = [path for path in house.asked if f"ParentId={QUAYS.id}" in path]
    assert len(starts) == 3, "what is in a collection is read page by page"


async def test_reading_again_changes_nothing(home: Household, house: Machine) -> None:
    statement = "SELECT id, xmin::text FROM library_items ORDER BY id"
    before = await home.rows(statement)
    house.asked.clear()
    await home.scan(DAY)
    assert any(f"ParentId={QUAYS.id}" in path for path in house.asked)
    assert await home.rows(statement) == before


async def test_what_joins_and_leaves_a_collection_is_seen_with_what_changed(
    home: Household, house: Machine
) -> None:
    retag(house, "1000", "Quays")
    retag(house, "900")
    later = int(home.now().timestamp()) + 1_000
    house.shelves[0].works[0] = replace(QUAYS, changed_at=later)
    await home.scan(QUARTER)
    quays = (await members(home))["Quays"]
    assert ("1000" in quays, "900" in quays) == (True, False)


async def test_an_item_that_changes_stays_in_its_collections(
    home: Household, house: Machine
) -> None:
    before = await members(home)
    later = int(home.now().timestamp()) + 1_000
    films = house.shelves[1].works
    films[1] = replace(films[1], title="Another title", changed_at=later)
    await home.scan(QUARTER)
    assert len(await home.rows("SELECT 1 FROM library_items WHERE title = 'Another title'")) == 1
    assert await members(home) == before


async def test_a_collection_that_is_renamed_names_its_items_anew(
    home: Household, house: Machine
) -> None:
    films = house.shelves[1].works
    house.shelves[1].works = [
        replace(w, tags=tuple("Piers" if t == "Quays" else t for t in w.tags)) for w in films
    ]
    house.shelves[0].works[0] = replace(QUAYS, title="Piers")
    before = await members(home)
    await home.scan(DAY)
    after = await members(home)
    assert after == {"Piers": before["Quays"], "Nørth": before["Nørth"]}


async def test_a_collection_is_forgotten_when_two_scans_agree_that_it_is_gone(
    home: Household, house: Machine
) -> None:
    del house.shelves[0].works[0]
    await home.scan(DAY)
    assert set(await members(home)) == {"Quays", "Nørth"}
    await home.scan(DAY)
    assert set(await members(home)) == {"Nørth"}


async def test_collections_of_other_servers_are_left_alone(home: Household, house: Machine) -> None:
    plex = machine("plex")
    plex.shelves = plex.shelves[:1]
    async with running(plex):
        await home.connect(plex)
        await home.poll()
        await home.scan(60)
        for _ in range(3):
            house.shelves[0].works = [NORTH]
            await home.scan(DAY)
    rows = await home.rows(
        "SELECT i.collections FROM library_items AS i JOIN libraries AS l ON l.id = i.library_id"
        " WHERE l.server_id = %s",
        plex.server_id,
    )
    assert [row["collections"] for row in rows] == [list(FILM.tags)]


async def test_a_collection_that_vanishes_while_it_is_read_holds_nothing_up(
    home: Household, house: Machine
) -> None:
    house.gone = {QUAYS.id}
    assert (await home.scan(DAY))["failing"] == 0
    assert len((await members(home))["Nørth"]) == 2
