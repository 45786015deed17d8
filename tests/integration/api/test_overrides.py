"""Network overrides, from the api to the detector: they hold at once, and for what was before."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from shared.store.database import Connection, Database
from tests.conftest import Function
from tests.integration.api.conftest import CallerWith
from tests.integration.api.scenes import SESSIONS, audited, read, start, travel
from tests.places import HOME, LINKOPING, LONDON

OVERRIDES = "/api/v1/analytics/network-overrides"
PARIS = {
    "country": "FR",
    "city": "Paris",
    "latitude": 48.8566,
    "longitude": 2.3522,
    "accuracy_radius_km": 20,
}
IN_PARIS = {"network": "81.2.69.0/24", "place": PARIS}
NEXT_YEAR = (datetime.now(UTC) + timedelta(days=365)).replace(microsecond=0).isoformat()


async def override(api: Function, **said: object) -> dict[str, Any]:
    answer = await api.call("POST", OVERRIDES, json=said)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def marked(database: Database) -> set[str]:
    async def find(connection: Connection) -> set[str]:
        cursor = await connection.execute("DELETE FROM dirty_users RETURNING user_id")
        return {str(row["user_id"]) for row in await cursor.fetchall()}

    return await database.run(find)


async def place_of(api: Function, session: dict[str, Any]) -> dict[str, Any]:
    return (await read(api, f"{SESSIONS}/{session['id']}"))["place"]


async def test_an_override_moves_what_was_seen_before_it_and_what_comes_after(
    api: Function, ingest: Function
) -> None:
    before = await start(ingest)
    assert before["place"]["city"] == "London"
    await override(api, **IN_PARIS)
    after = await start(ingest)
    assert after["place"]["city"] == "Paris"
    for session in (before, after):
        place = await place_of(api, session)
        assert (place["city"], place["asn"]) == ("Paris", 20712)
    listed = await read(api, SESSIONS, params={"country": "FR", "total": "true"})
    assert (len(listed["data"]), listed["page"]["total"]) == (2, 2)


async def test_a_deleted_override_brings_the_pin_back(
    api: Function, ingest: Function, database: Database
) -> None:
    session = await start(ingest)
    made = await override(api, **IN_PARIS)
    assert (await api.call("DELETE", f"{OVERRIDES}/{made['id']}")).status_code == 204
    assert (await place_of(api, session))["city"] == "London"
    assert await audited(database) == ["override.create", "override.delete"]


async def test_a_network_that_an_operator_places_makes_nobody_travel_from_where_it_is_not(
    api: Function, ingest: Function, detect: Function
) -> None:
    await override(api, network="89.160.20.0/24", place=PARIS | {"city": "London", "country": "GB"})
    await override(api, network="81.2.69.0/24", place=PARIS | {"city": "London", "country": "GB"})
    user_id = str(uuid4())
    await start(ingest, user_id=user_id, device_id="tv")
    await start(ingest, user_id=user_id, device_id="phone", ip_address=LINKOPING)
    assert (await detect.job("/sweep")).json() == {"users": 1, "opened": 0, "grown": 0, "failed": 0}


@pytest.mark.parametrize("said", [{"kind": "vpn"}, {"network_class": "local"}, {"kind": "carrier"}])
async def test_an_operators_kind_or_class_takes_a_networks_place_out_of_all_distances(
    api: Function, ingest: Function, detect: Function, said: dict[str, Any]
) -> None:
    await override(api, network=LONDON, **said)
    user_id = str(uuid4())
    await start(ingest, user_id=user_id, device_id="tv")
    await start(ingest, user_id=user_id, device_id="phone", ip_address=LINKOPING)
    assert (await detect.job("/sweep")).json()["opened"] == 0


async def test_the_operators_override_comes_before_what_every_address_list_says(
    api: Function, ingest: Function, detect: Function
) -> None:
    await override(api, network="192.168.1.0/24", network_class="public", place=PARIS)
    user_id = str(uuid4())
    at_work = await start(ingest, user_id=user_id, device_id="tv", ip_address=HOME)
    await start(ingest, user_id=user_id, device_id="phone", ip_address=LINKOPING)
    assert (await place_of(api, at_work))["network_class"] == "public"
    assert (await detect.job("/sweep")).json()["opened"] == 1


async def test_everybody_on_the_network_is_looked_at_again_and_nobody_else(
    api: Function, ingest: Function, database: Database
) -> None:
    there = {(await start(ingest))["user_id"] for _ in range(3)}
    await start(ingest, ip_address=LINKOPING)
    await marked(database)
    made = await override(api, **IN_PARIS)
    assert await marked(database) == there
    path = f"{OVERRIDES}/{made['id']}"
    assert (await api.call("PATCH", path, json={"kind": "vpn"})).status_code == 200
    assert await marked(database) == there
    assert (await api.call("DELETE", path)).status_code == 204
    assert await marked(database) == there


async def test_a_journey_that_an_override_undoes_adds_nothing_to_its_case(
    api: Function, ingest: Function, detect: Function
) -> None:
    await travel(ingest, detect)
    await override(api, network=LINKOPING, kind="vpn")
    assert (await detect.job("/sweep")).json() == {"users": 1, "opened": 0, "grown": 0, "failed": 0}


@pytest.mark.parametrize("method", ["PATCH", "PUT"])
async def test_a_change_leaves_alone_what_it_does_not_name_and_null_takes_away(
    api: Function, database: Database, method: str
) -> None:
    made = await override(api, **IN_PARIS, kind="residential", expires_at=NEXT_YEAR)
    path = f"{OVERRIDES}/{made['id']}"
    noted = (await api.call(method, path, json={"note": "moved"})).json()
    assert noted | {"updated_at": made["updated_at"]} == made | {"note": "moved"}
    less = (await api.call(method, path, json={"place": None, "expires_at": None})).json()
    assert (less["place"], less["expires_at"], less["kind"]) == (None, None, "residential")
    nothing = await api.call(method, path, json={"kind": None})
    assert nothing.status_code == 422
    assert await read(api, path) == less
    assert await audited(database) == ["override.create", "override.change", "override.change"]


async def test_one_network_has_one_override(api: Function) -> None:
    made = await override(api, network="2a02:c7f:0:10::25", kind="vpn")
    assert made["network"] == "2a02:c7f:0:10::/64"
    again = await api.call("POST", OVERRIDES, json={"network": made["network"], "kind": "tor"})
    assert (again.status_code, again.json()["code"]) == (409, "override_exists")


async def test_overrides_are_listed_by_every_filter_that_fits(api: Function) -> None:
    wide = await override(api, network="81.2.0.0/16", kind="vpn")
    narrow = await override(api, **IN_PARIS)
    listed = await read(api, OVERRIDES, params={"total": "true"})
    assert [row["id"] for row in listed["data"]] == [narrow["id"], wide["id"]]
    for filters, expected in (
        ({"address": LONDON}, [narrow, wide]),
        ({"address": "81.2.70.1"}, [wide]),
        ({"address": "2a02::1"}, []),
    ):
        found = await read(api, OVERRIDES, params=filters | {"total": "true"})
        assert (found["data"], found["page"]["total"]) == (expected, len(expected)), filters
    first = await read(api, OVERRIDES, params={"limit": 1})
    rest = await read(api, OVERRIDES, params={"cursor": first["page"]["next_cursor"]})
    assert rest["data"] == [wide]


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({}, "body"),
        ({"network": "10.0.0.1/8"}, "network"),
        ({"network": 7}, "network"),
        ({"kind": "satellite"}, "kind"),
        ({"kind": "vpn", "expires_at": "2020-01-01T00:00:00Z"}, "expires_at"),
        ({"kind": "vpn", "expires_at": "2099-01-01T00:00:00"}, "expires_at"),
        ({"network_class": "unknown"}, "network_class"),
        ({"place": {}}, "place"),
        ({"place": {"country": "XX"}}, "place.country"),
        ({"place": {"latitude": 48.0}}, "place"),
        ({"place": PARIS | {"latitude": 90.5}}, "place.latitude"),
        ({"place": PARIS | {"accuracy_radius_km": -1}}, "place.accuracy_radius_km"),
        ({"place": PARIS | {"planet": "mars"}}, "place.planet"),
        ({"kind": "vpn", "colour": "red"}, "colour"),
    ],
)
async def test_a_wrong_override_is_refused_by_the_field(
    api: Function, said: dict[str, Any], field: str
) -> None:
    answer = await api.call("POST", OVERRIDES, json={"network": "81.2.69.0/24"} | said)
    assert answer.status_code == 422, answer.text
    assert answer.json()["errors"][0]["field"] == field, answer.text


async def test_only_who_may_change_rules_may_say_what_a_network_is(
    api: Function, caller: CallerWith
) -> None:
    made = await override(api, **IN_PARIS)
    moderator, viewer = await caller("moderator"), await caller("viewer")
    shown = await read(api, f"{OVERRIDES}/{made['id']}", headers=viewer)
    assert (shown["network"], shown["place"]["latitude"]) == ("81.2.69.x", 48.9)
    for headers in (moderator, viewer):
        answer = await api.call("POST", OVERRIDES, json=IN_PARIS, headers=headers)
        assert answer.status_code == 403


async def test_an_override_that_is_not_there_is_not_found(api: Function) -> None:
    path = f"{OVERRIDES}/{uuid4()}"
    answers = [
        await api.call("GET", path),
        await api.call("PATCH", path, json={"note": "x"}),
        await api.call("DELETE", path),
    ]
    assert [answer.json()["code"] for answer in answers] == ["override_not_found"] * 3
