"""Where a server's own network is on the internet, found by asking, counts as at home."""

from collections.abc import AsyncGenerator, Callable
from datetime import datetime
from ipaddress import ip_address
from typing import Any

import pytest

from shared.services import media_servers
from shared.services.own_addresses import REMEMBERED_SECONDS, OwnAddresses
from shared.settings import Settings
from shared.store.database import Connection
from tests.conftest import Function
from tests.integration.ingest.test_native_events import START
from tests.integration.polling.test_health import health
from tests.places import HOME, LINKOPING, LONDON
from tests.servers.household import Household
from tests.servers.houses import machine
from tests.servers.machine import Machine, running
from tests.servers.world import FILM, PILOT, Player

SESSIONS = "/api/v1/analytics/sessions"
SOURCES = "/api/v1/admin/sources"
MINUTE = REMEMBERED_SECONDS + 1


@pytest.fixture
async def plex(home: Household) -> AsyncGenerator[Machine]:
    """Run a Plex server in London that is asked what plays."""
    started = machine("plex")
    async with running(started):
        await home.connect(started)
        yield started


def at_home(server: Machine, **more: Any) -> Player:
    return Player(server.viewers[0], "tv-1", FILM, address=LONDON, is_local=True, more=more)


async def network_classes(home: Household) -> dict[str, str]:
    rows = await home.rows("SELECT network_key, network_class FROM user_networks")
    return {row["network_key"]: row["network_class"] for row in rows}


async def test_who_plays_from_the_address_found_plays_on_the_lan_and_is_nowhere(
    home: Household, plex: Machine, functions: Callable[[str], Function]
) -> None:
    plex.players = [at_home(plex)]
    await home.poll()
    shown: list[dict[str, Any]] = []
    for key, address in (("home", LONDON), ("away", LINKOPING)):
        event = START | {"session_key": key, "ip_address": address}
        answer = await functions("ingest_session").call("POST", SESSIONS, json=event)
        assert answer.status_code == 201, answer.text
        session = await functions("api").call("GET", f"{SESSIONS}/{answer.json()['id']}")
        shown.append(session.json()["place"])
    assert [place["network_class"] for place in shown] == ["local", "public"]
    assert [place["city"] for place in shown] == [None, "Linköping"]


async def test_a_server_is_where_its_home_is_on_the_internet(
    home: Household, plex: Machine, functions: Callable[[str], Function]
) -> None:
    places: list[Any] = []
    for players in ([], [at_home(plex)]):
        plex.players = players
        await home.poll()
        listed = await functions("api").call("GET", SOURCES)
        [source] = listed.json()["data"]
        shown = await functions("api").call("GET", f"{SOURCES}/{source['id']}")
        assert shown.json()["place"] == source["place"]
        places.append(source["place"])
    seen_at = places[1].pop("seen_at")
    assert datetime.fromisoformat(seen_at) == home.now()
    assert places == [
        None,
        {
            "known": "by its public address",
            "country": "GB",
            "region": None,
            "city": "London",
            "latitude": 51.5142,
            "longitude": -0.0931,
            "accuracy_radius_km": 100.0,
        },
    ]


async def test_a_place_by_hand_beats_that_of_the_public_address_until_it_is_taken_back(
    home: Household, plex: Machine, functions: Callable[[str], Function]
) -> None:
    plex.players = [at_home(plex)]
    await home.poll()
    [source] = (await functions("api").call("GET", SOURCES)).json()["data"]
    path = f"{SOURCES}/{source['id']}"
    known: list[Any] = []
    for method, said in (
        ("PUT", {"place": {"city": "Lund", "country": "SE"}}),
        ("PATCH", {"enabled": True}),
        ("PATCH", {"place": None}),
    ):
        changed = await functions("api").call(method, path, json=said)
        place = changed.json()["place"]
        known.append((place["known"], place["city"]))
        seen = await home.context.database.run(
            lambda c: media_servers.server_places(c, home.context.finder)
        )
        assert {found: place.city for found, place in seen.items()} == {
            f"plex:{plex.server_id}": place["city"]
        }
    assert known == [
        ("by hand", "Lund"),
        ("by hand", "Lund"),
        ("by its public address", "London"),
    ]


async def test_where_home_was_is_kept_with_when_that_was_last_seen(
    home: Household, plex: Machine, functions: Callable[[str], Function]
) -> None:
    plex.players = [at_home(plex)]
    await home.poll()
    seen_at = home.now()
    plex.players = []
    await home.poll(60)
    plex.fault = "error"
    await home.poll(60)
    plex.fault = None
    await home.poll(60)
    kept = await home.state()
    assert (kept["public_address"], kept["public_address_at"]) == (LONDON, seen_at)
    assert "last seen" not in (await health(functions))["media_servers"][0]["sentence"]
    await home.rows(
        "UPDATE media_server_states SET public_address_at = now() - interval '8 days' RETURNING 1"
    )
    [told] = (await health(functions))["media_servers"]
    assert "Where its home is on the internet was last seen 20" in told["sentence"]
    assert told["is_silent"] is False


async def test_a_session_that_told_where_home_is_becomes_local_within_a_minute(
    home: Household, plex: Machine
) -> None:
    plex.players = [player := at_home(plex)]
    await home.poll()
    assert await network_classes(home) == {LONDON: "public"}
    plex.players = [player.at(60, state="paused")]
    await home.poll(MINUTE)
    assert await network_classes(home) == {LONDON: "local"}


async def test_other_servers_players_at_that_address_are_at_home_too(
    home: Household, plex: Machine
) -> None:
    plex.players = [at_home(plex)]
    await home.poll()
    jellyfin = machine("jellyfin")
    async with running(jellyfin):
        await home.connect(jellyfin)
        jellyfin.players = [Player(jellyfin.viewers[0], "tv-2", PILOT, address=LONDON)]
        await home.poll(MINUTE)
    locations = {s.attributes["title"]: s.attributes["location"] for s in await home.sessions()}
    assert set(locations.values()) == {"lan"}
    assert len(locations) == 2


async def test_a_server_that_calls_all_the_world_its_lan_makes_nobody_local(
    home: Household, plex: Machine
) -> None:
    abroad = {"address": LINKOPING, "remotePublicAddress": LINKOPING}
    player = {"machineIdentifier": "tv-1", "state": "playing", "local": True}
    plex.players = [at_home(plex, Player=player | abroad)]
    await home.poll()
    assert (await home.state())["public_address"] is None
    await home.poll(MINUTE)
    assert await network_classes(home) == {LINKOPING: "public"}


async def found_at(connection: Connection, address: str | None, *, enabled: bool = True) -> None:
    """Keep of one server where its network was seen."""
    await connection.execute(
        "INSERT INTO media_servers (id, name, kind, config, enabled, created_at, updated_at)"
        " VALUES ('01980000-0000-7000-8000-000000000009', 'Plex', 'plex', '', %s, now(), now())"
        " ON CONFLICT DO NOTHING",
        [enabled],
    )
    await connection.execute(
        "INSERT INTO media_server_states (media_server_id, leased_until, lease_token,"
        " public_address) VALUES ('01980000-0000-7000-8000-000000000009', now(), 1, %s::inet)"
        " ON CONFLICT (media_server_id) DO UPDATE SET public_address = excluded.public_address",
        [address],
    )


async def own(connection: Connection, settings: Settings) -> list[str]:
    return [str(address) for address in await OwnAddresses(settings).read(connection)]


@pytest.mark.parametrize("address", ["100.64.0.9", HOME, "::1", "fd00::5", None])
async def test_an_address_that_is_not_public_is_never_trusted(
    connection: Connection, settings: Settings, address: str | None
) -> None:
    await found_at(connection, address)
    assert await own(connection, settings) == []


@pytest.mark.parametrize("enabled", [True, False])
async def test_only_servers_in_use_tell_where_home_is(
    connection: Connection, settings: Settings, *, enabled: bool
) -> None:
    await found_at(connection, LONDON, enabled=enabled)
    assert await own(connection, settings) == ([LONDON] if enabled else [])


async def test_what_the_settings_name_counts_beside_what_is_found(
    connection: Connection, settings: Settings
) -> None:
    await found_at(connection, LONDON)
    named = settings.model_copy(update={"analytics_own_addresses": (ip_address(LINKOPING),)})
    assert sorted(await own(connection, named)) == [LONDON, LINKOPING]


async def test_the_database_is_asked_once_a_minute(
    connection: Connection, settings: Settings
) -> None:
    seconds = [0.0]
    addresses = OwnAddresses(settings, lambda: seconds[0])
    await found_at(connection, LONDON)
    assert list(map(str, await addresses.read(connection))) == [LONDON]
    await found_at(connection, LINKOPING)
    seconds[0] = REMEMBERED_SECONDS - 1
    assert list(map(str, await addresses.read(connection))) == [LONDON]
    seconds[0] = REMEMBERED_SECONDS
    assert list(map(str, await addresses.read(connection))) == [LINKOPING]
