"""What is trusted, from the api to the detector: made, previewed, changed and revoked."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from shared.store import people
from shared.store.database import Connection, Database
from tests.conftest import Function
from tests.integration.api.conftest import CallerWith
from tests.integration.api.scenes import TRUST, VIOLATIONS, ago, audited, read, start, stop, travel
from tests.places import LINKOPING

TRUSTED = "/api/v1/analytics/trusted-entries"
PHONE = {"kind": "device", "device_id": "phone"}
LINKOPING_NETWORK = {"kind": "network", "network": "89.160.20.0/24"}
LINKOPING_PLACE = {"kind": "place", "latitude": 58.4, "longitude": 15.6, "radius_km": 20}
KINDS = ["device", "network", "place"]
ELSEWHERE = [
    {"kind": "device", "device_id": "watch"},
    {"kind": "network", "network": "89.160.21.0/24"},
    {"kind": "place", "latitude": 48.1, "longitude": 11.6, "radius_km": 20},
]


async def trust(api: Function, what: dict[str, Any], **said: object) -> dict[str, Any]:
    answer = await api.call("POST", TRUSTED, json={"what": what} | said)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def previewed(api: Function, what: dict[str, Any], **said: object) -> dict[str, Any]:
    answer = await api.call("POST", f"{TRUSTED}/preview", json={"what": what} | said)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def marked(database: Database) -> set[str]:
    async def find(connection: Connection) -> set[str]:
        cursor = await connection.execute("SELECT user_id FROM dirty_users")
        return {str(row["user_id"]) for row in await cursor.fetchall()}

    return await database.run(find)


@pytest.mark.parametrize("what", [PHONE, LINKOPING_NETWORK, LINKOPING_PLACE], ids=KINDS)
async def test_the_preview_says_what_vanishes_for_one_user_and_for_everybody(
    api: Function, ingest: Function, detect: Function, what: dict[str, Any]
) -> None:
    everybody = {await travel(ingest, detect), await travel(ingest, detect)}
    for concerned in (everybody, {min(everybody)}):
        for_whom = {} if concerned is everybody else {"user_id": min(concerned)}
        shown = await previewed(api, what, **for_whom)
        assert {case["user_id"] for case in shown["data"]} == concerned
        assert (shown["users"], shown["is_complete"]) == (len(concerned), True)
        for case in shown["data"]:
            assert (case["vanishes"], case["silenced"], case["occurrences"]) == (True, 1, 1)
            assert "London" in case["sentences"][0]


@pytest.mark.parametrize("what", [PHONE, LINKOPING_NETWORK, LINKOPING_PLACE], ids=KINDS)
async def test_a_new_entry_has_everybody_concerned_looked_at_and_a_preview_nobody(
    api: Function, ingest: Function, detect: Function, database: Database, what: dict[str, Any]
) -> None:
    there = await travel(ingest, detect)
    await start(ingest)
    await detect.job("/sweep")
    await previewed(api, what)
    assert await marked(database) == set()
    await trust(api, what)
    assert await marked(database) == {there}


@pytest.mark.parametrize("what", ELSEWHERE, ids=KINDS)
async def test_what_concerns_nobody_silences_nothing(
    api: Function, ingest: Function, detect: Function, what: dict[str, Any]
) -> None:
    await travel(ingest, detect)
    assert (await previewed(api, what))["data"] == []


async def test_a_preview_for_one_user_leaves_the_others_out(
    api: Function, ingest: Function, detect: Function
) -> None:
    await travel(ingest, detect)
    somebody = (await start(ingest))["user_id"]
    shown = await previewed(api, {"kind": "user"}, user_id=somebody)
    assert (shown["users"], shown["data"]) == (0, [])


async def test_what_is_trusted_opens_no_case_and_what_is_revoked_does(
    api: Function, ingest: Function, detect: Function, database: Database
) -> None:
    entry = await trust(api, LINKOPING_PLACE, note="The cabin.")
    user_id = str(uuid4())
    await start(ingest, user_id=user_id, device_id="tv")
    await start(ingest, user_id=user_id, device_id="phone", ip_address=LINKOPING)
    assert (await detect.job("/sweep")).json()["opened"] == 0
    assert (await api.call("DELETE", f"{TRUSTED}/{entry['id']}")).status_code == 204
    assert (await detect.job("/sweep")).json()["opened"] == 1
    assert await audited(database) == ["trusted.create", "trusted.revoke"]


async def test_what_was_trusted_until_it_expired_accuses_nobody_afterwards(
    api: Function, ingest: Function, detect: Function
) -> None:
    entry = await trust(api, PHONE)
    user_id = str(uuid4())
    await start(ingest, user_id=user_id, device_id="tv")
    await start(ingest, user_id=user_id, device_id="phone", ip_address=LINKOPING)
    path = f"{TRUSTED}/{entry['id']}"
    assert (await api.call("PATCH", path, json={"expires_at": ago(0)})).status_code == 200
    assert (await detect.job("/sweep")).json() == {"users": 1, "opened": 0, "grown": 0, "failed": 0}
    assert (await api.call("PATCH", path, json={"expires_at": ago(60)})).status_code == 200
    assert (await detect.job("/sweep")).json()["opened"] == 1


async def test_a_change_leaves_alone_what_it_does_not_name(
    api: Function, database: Database
) -> None:
    until = (datetime.now(UTC) + timedelta(days=1)).replace(microsecond=0)
    entry = await trust(api, PHONE, expires_at=until.isoformat(), note="Hers.")
    path = f"{TRUSTED}/{entry['id']}"
    renamed = (await api.call("PUT", path, json={"note": "Ada's phone."})).json()
    assert renamed == entry | {"note": "Ada's phone."}
    for_ever = (await api.call("PATCH", path, json={"expires_at": None})).json()
    assert for_ever == renamed | {"expires_at": None}
    assert await read(api, path) == for_ever
    assert await audited(database) == ["trusted.create", "trusted.change", "trusted.change"]


async def test_what_is_trusted_already_is_renewed_and_stays_one_entry(
    api: Function, database: Database
) -> None:
    entry = await trust(api, LINKOPING_NETWORK, note="Hotel.")
    again = await api.call(
        "POST", TRUSTED, json={"what": LINKOPING_NETWORK, "expires_at": ago(-60)}
    )
    assert (again.status_code, again.json()["id"]) == (200, entry["id"])
    assert (again.json()["note"], again.json()["expires_at"] is None) == ("Hotel.", False)
    assert await audited(database) == ["trusted.create", "trusted.renew"]


async def test_a_pair_is_one_pair_whoever_is_named_first(api: Function, ingest: Function) -> None:
    one, other = [(await start(ingest))["user_id"] for _ in range(2)]
    entry = await trust(api, {"kind": "pair", "other_user_id": other}, user_id=one)
    again = await api.call(
        "POST", TRUSTED, json={"what": {"kind": "pair", "other_user_id": one}, "user_id": other}
    )
    assert (again.status_code, again.json()["id"]) == (200, entry["id"])
    for user_id in (one, other):
        listed = await read(api, TRUSTED, params={"user_id": user_id})
        assert [row["id"] for row in listed["data"]] == [entry["id"]]


async def test_an_entry_names_whom_it_is_for(api: Function, ingest: Function) -> None:
    named = {(await start(ingest, user_name=name))["user_id"]: name for name in ("Ada", "Grace")}
    one, other = sorted(named)
    entry = await trust(api, {"kind": "pair", "other_user_id": other}, user_id=one)
    assert (entry["user_name"], entry["other_user_name"]) == (named[one], named[other])
    everybody = await trust(api, PHONE)
    assert (everybody["user_name"], everybody["other_user_name"]) == (None, None)


async def test_entries_are_listed_by_every_filter_that_fits(
    api: Function, ingest: Function
) -> None:
    user_id = (await start(ingest))["user_id"]
    device = await trust(api, PHONE, user_id=user_id)
    place = await trust(api, LINKOPING_PLACE, expires_at=ago(10))
    listed = await read(api, TRUSTED, params={"total": "true"})
    assert [row["id"] for row in listed["data"]] == [place["id"], device["id"]]
    assert listed["page"]["total"] == 2
    for filters, expected in (
        ({"kind": "device"}, [device]),
        ({"user_id": user_id}, [device]),
        ({"in_force": "false"}, [place]),
        ({"in_force": "true"}, [device]),
        ({"case_id": str(uuid4())}, []),
    ):
        found = await read(api, TRUSTED, params=filters | {"total": "true"})
        assert (found["data"], found["page"]["total"]) == (expected, len(expected)), filters
    first = await read(api, TRUSTED, params={"limit": 1})
    rest = await read(api, TRUSTED, params={"cursor": first["page"]["next_cursor"]})
    assert [row["id"] for row in rest["data"]] == [device["id"]]


@pytest.mark.parametrize(
    ("what", "said"),
    [
        ("device", {"kind": "device", "device_id": "phone"}),
        ("network", {"kind": "network", "network": "89.160.20.112/32"}),
        ("place", {"kind": "place", "latitude": 58.4167, "longitude": 15.6167, "radius_km": 76}),
    ],
)
async def test_one_click_on_a_case_trusts_its_latest_stream_and_dismisses_nothing(
    api: Function, ingest: Function, detect: Function, what: str, said: dict[str, Any]
) -> None:
    user_id = await travel(ingest, detect)
    [case] = (await read(api, VIOLATIONS))["data"]
    path = f"{VIOLATIONS}/{case['id']}"
    answer = await api.call("POST", f"{path}/trust", json={"what": what})
    assert answer.status_code == 201, answer.text
    entry = answer.json()
    assert said.items() <= entry["what"].items()
    assert (entry["user_id"], entry["case_id"]) == (user_id, case["id"])
    assert entry["created_by"] == "key:bootstrap"
    assert await read(api, answer.headers["Location"]) == entry
    assert (await read(api, path))["state"] == "open"
    again = await api.call("POST", f"{path}/trust", json={"what": what})
    assert (again.status_code, again.json()["id"]) == (200, entry["id"])


async def test_what_one_click_would_have_silenced_is_shown_first(
    api: Function, ingest: Function, detect: Function, database: Database
) -> None:
    user_id, other = await travel(ingest, detect), await travel(ingest, detect)
    listed = (await read(api, VIOLATIONS, params={"user_id": user_id}))["data"]
    path = f"{VIOLATIONS}/{listed[0]['id']}/trust/preview"
    for said, concerned in (({}, {user_id}), ({"for_everybody": True}, {user_id, other})):
        answer = await api.call("POST", path, json={"what": "network"} | said)
        assert answer.status_code == 200, answer.text
        assert {case["user_id"] for case in answer.json()["data"]} == concerned
    assert (await read(api, TRUSTED))["data"] == []
    assert await audited(database) == []


async def test_a_case_that_rests_on_more_than_the_entry_covers_shrinks_and_stays(
    api: Function, ingest: Function, detect: Function
) -> None:
    user_id = str(uuid4())
    for device in ("phone", "tablet"):
        first = await start(ingest, user_id=user_id, device_id="tv")
        await stop(ingest, first["id"], 5)
        there = {"started_at": ago(2), "event_at": ago(2), "ip_address": LINKOPING}
        await start(ingest, user_id=user_id, device_id=device, **there)
    await detect.job("/sweep")
    [case] = (await read(api, VIOLATIONS))["data"]
    assert case["occurrences"] > 1
    [shown] = (await previewed(api, PHONE))["data"]
    assert (shown["vanishes"], shown["occurrences"]) == (False, case["occurrences"])
    assert 0 < shown["silenced"] == len(shown["sentences"]) < shown["occurrences"]


async def test_one_click_can_trust_the_other_stream_for_everybody_and_dismiss_the_case(
    api: Function, ingest: Function, detect: Function, database: Database
) -> None:
    user_id = await travel(ingest, detect)
    [case] = (await read(api, VIOLATIONS))["data"]
    path = f"{VIOLATIONS}/{case['id']}"
    evidence = (await read(api, path))["details"]["findings"][0]["segments"]
    said = {
        "what": "place",
        "session_id": evidence[0]["session_id"],
        "radius_km": 30,
        "for_everybody": True,
        "dismiss": True,
    }
    entry = (await api.call("POST", f"{path}/trust", json=said)).json()
    assert (entry["what"]["latitude"], entry["what"]["radius_km"]) == (51.5142, 30)
    assert entry["user_id"] is None
    assert (await read(api, path))["state"] == "dismissed"
    assert (await read(api, f"{TRUST}/{user_id}"))["score"] == 100
    assert sorted(await audited(database)) == ["violation.dismiss", "violation.trust"]


async def test_a_case_without_any_stream_can_make_its_user_trusted(
    api: Function, detect: Function, database: Database
) -> None:
    user_id = uuid4()

    async def fall_silent(connection: Connection) -> None:
        await people.note(
            connection, [people.Sighting(user_id, datetime.now(UTC) - timedelta(days=31))]
        )

    await database.run(fall_silent)
    await detect.job("/inactivity")
    assert (await detect.job("/sweep")).json()["opened"] == 1
    [case] = (await read(api, VIOLATIONS))["data"]
    path = f"{VIOLATIONS}/{case['id']}/trust"
    assert (await api.call("POST", path, json={"what": "device"})).status_code == 422
    entry = (await api.call("POST", path, json={"what": "user"})).json()
    assert (entry["what"]["kind"], entry["user_id"]) == ("user", str(user_id))


async def test_what_the_evidence_does_not_hold_cannot_be_trusted(
    api: Function, ingest: Function, detect: Function
) -> None:
    user_id = str(uuid4())
    for _ in range(4):
        await start(ingest, user_id=user_id, device_id=None, ip_address="192.168.1.20")
    assert (await detect.job("/sweep")).json()["opened"] == 1
    [case] = (await read(api, VIOLATIONS))["data"]
    path = f"{VIOLATIONS}/{case['id']}/trust"
    for said, field in (
        ({"what": "device"}, "what"),
        ({"what": "place"}, "what"),
        ({"what": "network", "session_id": str(uuid4())}, "session_id"),
    ):
        answer = await api.call("POST", path, json=said)
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field), said
    assert (await api.call("POST", path, json={"what": "network"})).status_code == 201


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"what": {"kind": "planet"}}, "what"),
        ({"what": {"kind": "device", "device_id": " "}}, "what.device.device_id"),
        ({"what": {"kind": "network", "network": "10.0.0.1/8"}}, "what.network.network"),
        ({"what": {"kind": "network", "network": "somewhere"}}, "what.network.network"),
        ({"what": LINKOPING_PLACE | {"radius_km": 0}}, "what.place.radius_km"),
        ({"what": LINKOPING_PLACE | {"latitude": 91}}, "what.place.latitude"),
        ({"what": {"kind": "user"}}, "body"),
        ({"what": PHONE, "user_id": "01980000-0000-7000-8000-00000000dead"}, "user_id"),
        ({"what": PHONE, "expires_at": "tomorrow"}, "expires_at"),
        ({"what": PHONE, "note": "a\x00b"}, "note"),
        ({"what": PHONE, "colour": "red"}, "colour"),
    ],
)
async def test_a_wrong_entry_is_refused_by_the_field(
    api: Function, said: dict[str, Any], field: str
) -> None:
    for path in (TRUSTED, f"{TRUSTED}/preview"):
        answer = await api.call("POST", path, json=said)
        assert answer.status_code == 422, answer.text
        assert answer.json()["errors"][0]["field"] == field, answer.text


async def test_a_pair_takes_two(api: Function, ingest: Function) -> None:
    user_id = (await start(ingest))["user_id"]
    alone = {"what": {"kind": "pair", "other_user_id": user_id}, "user_id": user_id}
    assert (await api.call("POST", TRUSTED, json=alone)).status_code == 422


async def test_who_may_not_see_addresses_sees_none_of_an_entry(
    api: Function, caller: CallerWith
) -> None:
    await trust(api, LINKOPING_NETWORK)
    await trust(api, LINKOPING_PLACE | {"latitude": 58.4167})
    viewer = await caller("viewer")
    place, network = (await read(api, TRUSTED, headers=viewer))["data"]
    assert network["what"]["network"] == "89.160.20.x"
    assert place["what"]["latitude"] == 58.4
    refused = await api.call("POST", TRUSTED, json={"what": PHONE}, headers=viewer)
    assert refused.status_code == 403


async def test_an_entry_that_is_not_there_is_not_found(api: Function) -> None:
    path = f"{TRUSTED}/{uuid4()}"
    answers = [
        await api.call("GET", path),
        await api.call("PATCH", path, json={"note": "x"}),
        await api.call("DELETE", path),
    ]
    assert [answer.json()["code"] for answer in answers] == ["trusted_entry_not_found"] * 3
