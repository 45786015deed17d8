"""A person's networks and devices as the api lists them, and pins set and let go of."""

from collections.abc import Callable
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import pytest

from shared.store.database import Connection, Database
from tests.conftest import Function
from tests.integration.api.conftest import CallerWith
from tests.integration.api.scenes import audited, read, start
from tests.places import LINKOPING, LONDON, LONDON_IPV6

USERS = "/api/v1/analytics/users"
LUND = {"country": "SE", "city": "Lund", "latitude": 55.7047, "longitude": 13.191}


async def networks(api: Function, user_id: str, **options: Any) -> list[dict[str, Any]]:
    return (await read(api, f"{USERS}/{user_id}/networks", **options))["data"]


def path_of(user_id: str, network: dict[str, Any]) -> str:
    return f"{USERS}/{user_id}/networks/{quote(network['network_key'], safe='')}"


async def marked(database: Database) -> int:
    async def take(connection: Connection) -> int:
        return (await connection.execute("DELETE FROM dirty_users")).rowcount

    return await database.run(take)


async def age_pins(database: Database, city: str) -> None:
    """Have the pins be from a release that had every network elsewhere."""

    async def work(connection: Connection) -> None:
        await connection.execute("UPDATE user_networks SET city = %(city)s", {"city": city})

    await database.run(work)


async def test_a_person_is_shown_with_what_was_set_of_them(
    api: Function, ingest: Function, caller: CallerWith
) -> None:
    user_id = (await start(ingest))["user_id"]
    said = {"groups": ["family"], "stream_limit": 2, "email": "ada@example.org"}
    told = await ingest.call("PUT", f"{USERS}/{user_id}", json=said)
    assert told.status_code == 200, told.text
    shown = await read(api, f"{USERS}/{user_id}")
    assert shown == told.json()
    assert said.items() <= shown.items()
    viewed = await read(api, f"{USERS}/{user_id}", headers=await caller("viewer"))
    assert viewed == shown | {"email": None}


async def test_networks_are_listed_with_where_they_are_pinned(
    api: Function, ingest: Function
) -> None:
    user_id = (await start(ingest))["user_id"]
    await start(ingest, user_id=user_id, ip_address=LONDON_IPV6)
    listed = await networks(api, user_id)
    assert {network["network_key"] for network in listed} == {LONDON, "2a02:c7f:0:10::/64"}
    for network in listed:
        assert network["place"]["city"] == "London"
        assert (network["trusted"], network["override_id"]) == (False, None)
    first = await read(api, f"{USERS}/{user_id}/networks", params={"limit": 1})
    after = {"limit": 1, "cursor": first["page"]["next_cursor"]}
    assert first["data"] + await networks(api, user_id, params=after) == listed


async def test_devices_are_listed_with_what_is_trusted(api: Function, ingest: Function) -> None:
    user_id = (await start(ingest, device_id="tv"))["user_id"]
    await start(ingest, user_id=user_id, device_id="phone", ip_address=LINKOPING)
    for what in ({"kind": "device", "device_id": "tv"}, {"kind": "network", "network": LINKOPING}):
        said = {"what": what, "user_id": user_id}
        assert (
            await api.call("POST", "/api/v1/analytics/trusted-entries", json=said)
        ).status_code == 201
    listed = (await read(api, f"{USERS}/{user_id}/devices"))["data"]
    assert {device["device_id"]: device["trusted"] for device in listed} == {
        "tv": True,
        "phone": False,
    }
    seen = {network["network_key"]: network["trusted"] for network in await networks(api, user_id)}
    assert seen == {LONDON: False, LINKOPING: True}
    first = await read(api, f"{USERS}/{user_id}/devices", params={"limit": 1})
    after = {"limit": 1, "cursor": first["page"]["next_cursor"]}
    assert (
        first["data"] + (await read(api, f"{USERS}/{user_id}/devices", params=after))["data"]
        == listed
    )


@pytest.mark.parametrize("address", [LONDON, LONDON_IPV6], ids=["ipv4", "ipv6"])
async def test_a_network_is_pinned_anew_where_the_databases_have_it_now(
    api: Function, ingest: Function, database: Database, address: str
) -> None:
    user_id = (await start(ingest, ip_address=address))["user_id"]
    await age_pins(database, "Atlantis")
    [network] = await networks(api, user_id)
    assert network["place"]["city"] == "Atlantis"
    await marked(database)
    answer = await api.call("PUT", path_of(user_id, network), json={})
    assert answer.status_code == 200, answer.text
    assert answer.json()["place"]["city"] == "London"
    assert answer.json()["pinned_at"] > network["pinned_at"]
    assert await networks(api, user_id) == [answer.json()]
    assert await marked(database) == 1
    assert await audited(database) == ["network.pin"]


async def test_a_new_release_of_the_database_makes_nobody_travel(
    ingest: Function, database: Database
) -> None:
    user_id = (await start(ingest))["user_id"]
    await age_pins(database, "Atlantis")
    assert (await start(ingest, user_id=user_id))["place"]["city"] == "Atlantis"


async def test_a_network_that_is_pinned_anew_makes_nobody_travel(
    api: Function, ingest: Function, functions: Callable[[str], Function]
) -> None:
    user_id = (await start(ingest, device_id="tv"))["user_id"]
    [network] = await networks(api, user_id)
    far_away = {"place": LUND}
    assert (await api.call("PUT", path_of(user_id, network), json=far_away)).status_code == 200
    await start(ingest, user_id=user_id, device_id="phone")
    swept = await functions("detect_sharing").job("/sweep")
    assert swept.json() == {"users": 1, "opened": 0, "grown": 0, "failed": 0}


async def test_an_operator_pins_a_network_of_one_person_and_of_nobody_else(
    api: Function, ingest: Function
) -> None:
    user_id, other = [(await start(ingest))["user_id"] for _ in range(2)]
    [network] = await networks(api, user_id)
    said = {"place": LUND, "kind": "carrier"}
    pinned = (await api.call("PUT", path_of(user_id, network), json=said)).json()
    assert LUND.items() <= pinned["place"].items()
    assert (pinned["place"]["asn"], pinned["place"]["network_kind"]) == (20712, "carrier")
    assert (await start(ingest, user_id=user_id))["place"]["city"] == "Lund"
    [others] = await networks(api, other)
    assert others["place"]["city"] == "London"


async def test_a_network_that_no_database_places_keeps_its_pin(
    api: Function, ingest: Function
) -> None:
    user_id = (await start(ingest, ip_address="198.51.100.7"))["user_id"]
    [network] = await networks(api, user_id)
    path = path_of(user_id, network)
    placed = (await api.call("PUT", path, json={"place": LUND})).json()
    afresh = await api.call("PUT", path, json={})
    assert (afresh.status_code, afresh.json()["code"]) == (409, "place_not_found")
    assert await networks(api, user_id) == [placed]


async def test_a_pin_that_is_let_go_of_is_made_anew_when_the_network_is_seen_again(
    api: Function, ingest: Function, database: Database
) -> None:
    user_id = (await start(ingest))["user_id"]
    await age_pins(database, "Atlantis")
    [network] = await networks(api, user_id)
    await marked(database)
    assert (await api.call("DELETE", path_of(user_id, network))).status_code == 204
    assert await networks(api, user_id) == []
    assert await marked(database) == 1
    await start(ingest, user_id=user_id)
    [again] = await networks(api, user_id)
    assert again["place"]["city"] == "London"
    assert await audited(database) == ["network.unpin"]


async def test_an_override_beats_a_pin_and_is_named(api: Function, ingest: Function) -> None:
    user_id = (await start(ingest))["user_id"]
    said = {"network": LONDON, "kind": "vpn"}
    made = (await api.call("POST", "/api/v1/analytics/network-overrides", json=said)).json()
    [network] = await networks(api, user_id)
    assert (network["override_id"], network["place"]["network_kind"]) == (made["id"], "vpn")


async def test_who_may_not_see_addresses_sees_none_of_a_network(
    api: Function, ingest: Function, caller: CallerWith
) -> None:
    user_id = (await start(ingest))["user_id"]
    viewer = await caller("viewer")
    [network] = await networks(api, user_id, headers=viewer)
    assert LONDON not in str(network)
    assert network["place"]["latitude"] == 51.5
    path = f"{USERS}/{user_id}/networks/{LONDON}"
    assert (await api.call("PUT", path, json={}, headers=viewer)).status_code == 403


async def test_what_is_not_there_is_not_found(api: Function, ingest: Function) -> None:
    for what in ("", "/networks", "/devices"):
        answer = await api.call("GET", f"{USERS}/{uuid4()}{what}")
        assert answer.json()["code"] == "user_not_found"
    path = f"{USERS}/{(await start(ingest))['user_id']}/networks/10.0.0.1"
    for answer in (await api.call("PUT", path, json={}), await api.call("DELETE", path)):
        assert answer.json()["code"] == "network_not_found"


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"place": {"city": "Lund"}}, "place"),
        ({"place": {"country": "Sweden"}}, "place.country"),
        ({"kind": "cosy"}, "kind"),
        ({"planet": "mars"}, "planet"),
    ],
)
async def test_a_wrong_pin_is_refused_by_the_field(
    api: Function, said: dict[str, Any], field: str
) -> None:
    answer = await api.call("PUT", f"{USERS}/{uuid4()}/networks/{LONDON}", json=said)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == field, answer.text
