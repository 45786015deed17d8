"""People as their servers list them."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from shared.domain.identifiers import derived_id
from shared.store import erasures
from tests.servers.household import Household
from tests.servers.houses import machine
from tests.servers.machine import Machine, running
from tests.servers.world import FILM, Memory, Player

DAY = 86_400


async def people(home: Household) -> dict[str, Any]:
    return {row["name"]: row for row in await home.rows("SELECT * FROM users ORDER BY name")}


async def connect(home: Household, server: Machine) -> None:
    await home.connect(server)
    await home.poll()
    await home.scan()


async def test_people_are_known_before_they_play(home: Household, server: Machine) -> None:
    await connect(home, server)
    found = await people(home)
    assert set(found) == {"ada", "bo"}
    accounts = await home.rows("SELECT * FROM user_accounts ORDER BY name")
    assert [account["account_id"] for account in accounts] == [v.id for v in server.viewers]
    if server.kind != "plex":
        assert found["ada"]["email"] == "ada@example.org"
        assert accounts[0]["avatar"] == f"/Users/{server.viewers[0].id}/Images/Primary?tag=a1"


async def test_who_plays_is_the_person_of_the_account(home: Household, server: Machine) -> None:
    await connect(home, server)
    server.players = [Player(server.viewers[0], "tv-1", FILM)]
    await home.poll()
    [session] = await home.sessions()
    assert session.user_id == derived_id(server.server_id, "user", server.viewers[0].id)
    assert set(await people(home)) == {"ada", "bo"}


async def test_who_is_gone_is_archived_after_a_day_and_back_when_back(
    home: Household, server: Machine
) -> None:
    await connect(home, server)
    both = server.viewers
    server.viewers = both[:1]
    await home.scan(DAY)
    assert (await people(home))["bo"]["archived_at"] is None
    await home.scan(DAY + 60)
    found = await people(home)
    assert found["bo"]["archived_at"] is not None
    assert found["ada"]["archived_at"] is None
    server.viewers = both
    await home.scan(DAY)
    assert (await people(home))["bo"]["archived_at"] is None


async def test_whom_an_operator_archived_stays_archived(home: Household, server: Machine) -> None:
    await connect(home, server)
    await home.rows("UPDATE users SET archived_at = '2020-01-01Z' WHERE name = 'bo' RETURNING 1")
    await home.scan(DAY)
    assert (await people(home))["bo"]["archived_at"] is not None


async def test_a_list_without_anybody_is_not_believed(home: Household, server: Machine) -> None:
    await connect(home, server)
    server.viewers = []
    for _ in range(3):
        await home.scan(DAY + 60)
    assert [row["archived_at"] for row in (await people(home)).values()] == [None, None]


async def test_a_new_name_is_taken_and_an_operators_address_is_kept(home: Household) -> None:
    emby = machine("emby")
    async with running(emby):
        await connect(home, emby)
        await home.rows("UPDATE users SET email = 'own@example.org' WHERE name = 'ada' RETURNING 1")
        emby.viewers = [replace(emby.viewers[0], name="Ada L."), emby.viewers[1]]
        await home.scan(3_700)
    found = await people(home)
    assert found["Ada L."]["email"] == "own@example.org"


async def test_accounts_that_could_not_be_read_are_read_with_the_next_call(
    home: Household, server: Machine
) -> None:
    await home.connect(server)
    await home.poll()
    server.fault, server.fails_after = "half", 1
    assert (await home.scan())["failing"] == 1
    assert await people(home) == {}
    server.fault = server.fails_after = None
    await home.scan(60)
    assert set(await people(home)) == {"ada", "bo"}


async def test_accounts_are_read_now_and_then_only(home: Household, server: Machine) -> None:
    await connect(home, server)
    server.asked.clear()
    for _ in range(3):
        await home.scan(60)
    asked = [
        path for path in server.asked if path.rstrip("/").lower().endswith(("users", "accounts"))
    ]
    assert server.asked
    assert asked == []


async def test_who_was_erased_is_not_brought_back_by_lists_polls_or_memories(
    home: Household, server: Machine
) -> None:
    ada, bo = server.viewers
    erased = derived_id(server.server_id, "user", bo.id)
    await home.context.database.run(lambda c: erasures.bury(c, erased, now=home.now()))
    server.memories = [Memory(bo, FILM, home.now() - timedelta(days=3))]
    server.memories += [Memory(ada, FILM, home.now() - timedelta(days=3))]
    server.players = [Player(bo, "tv-1", FILM)]
    await connect(home, server)
    assert set(await people(home)) == {"ada"}
    assert [a["account_id"] for a in await home.rows("SELECT * FROM user_accounts")] == [ada.id]
    assert {session.user_id for session in await home.sessions()} == {
        derived_id(server.server_id, "user", ada.id)
    }
    [state] = await home.rows("SELECT history_at FROM media_server_states")
    assert state["history_at"] is not None
