"""Violations as the api lists, shows and judges them, and what that does to trust."""

from uuid import uuid4

from shared.store.database import Database
from tests.conftest import Function
from tests.integration.api.conftest import CallerWith
from tests.integration.api.scenes import TRUST, VIOLATIONS, ago, audited, read, travel
from tests.places import LONDON

ALERTS = "/api/v1/analytics/sharing/alerts"


async def test_a_violation_is_listed_by_every_filter_that_fits_it(
    api: Function, ingest: Function, detect: Function
) -> None:
    user_id = await travel(ingest, detect)
    [case] = (await read(api, VIOLATIONS))["data"]
    assert (case["user_id"], case["state"], case["mode"]) == (user_id, "open", "live")
    assert "London" in case["sentence"]
    for name, (fits, fits_not) in {
        "user_id": (user_id, str(uuid4())),
        "rule_id": (case["rule"]["id"], str(uuid4())),
        "rule_type": ("impossible_travel", "inactivity"),
        "state": ("open", "dismissed"),
        "mode": ("live", "shadow"),
        "severity": ("2", "5"),
        "start": (ago(60), ago(-60)),
        "end": (ago(-60), ago(60)),
    }.items():
        for value, count in ((fits, 1), (fits_not, 0)):
            found = await read(api, VIOLATIONS, params={name: value, "total": "true"})
            assert (len(found["data"]), found["page"]["total"]) == (count, count), name


async def test_a_violation_is_shown_with_both_sides_of_its_evidence(
    api: Function, ingest: Function, detect: Function
) -> None:
    await travel(ingest, detect)
    [case] = (await read(api, VIOLATIONS))["data"]
    shown = await read(api, f"{VIOLATIONS}/{case['id']}")
    [finding] = shown["details"]["findings"]
    assert [s["network"]["place"]["city"] for s in finding["segments"]] == ["London", "Linköping"]
    assert finding["segments"][0]["network"]["address"] == LONDON
    assert finding["config"]["max_speed_kmh"] == 900


async def test_evidence_holds_no_address_for_those_who_may_not_see_one(
    api: Function, ingest: Function, detect: Function, caller: CallerWith
) -> None:
    await travel(ingest, detect)
    viewer = await caller("viewer")
    [case] = (await read(api, VIOLATIONS, headers=viewer))["data"]
    shown = await read(api, f"{VIOLATIONS}/{case['id']}", headers=viewer)
    assert LONDON not in str(shown)
    network = shown["details"]["findings"][0]["segments"][0]["network"]
    assert (network["address"], network["place"]["latitude"]) == ("81.2.69.x", 51.5)


async def test_evidence_does_not_name_adult_items(
    api: Function, ingest: Function, detect: Function
) -> None:
    await travel(ingest, detect, content_type="qar.movie", title="Secret")
    [case] = (await read(api, VIOLATIONS))["data"]
    shown = await read(api, f"{VIOLATIONS}/{case['id']}")
    assert "Secret" not in str(shown)
    assert "qar." not in str(shown)


async def test_acknowledging_twice_is_acknowledging_once(
    api: Function, ingest: Function, detect: Function, database: Database
) -> None:
    await travel(ingest, detect)
    [case] = (await read(api, VIOLATIONS))["data"]
    path = f"{VIOLATIONS}/{case['id']}/acknowledge"
    first = await api.call("PUT", path)
    again = await api.call("PUT", path)
    assert (first.status_code, again.status_code) == (200, 200), again.text
    assert first.json()["state"] == "acknowledged"
    assert first.json()["closed_by"] == "key:bootstrap"
    assert first.json() == again.json()
    assert await audited(database) == ["violation.acknowledge"]


async def test_a_false_alarm_gives_its_trust_back(
    api: Function, ingest: Function, detect: Function, database: Database
) -> None:
    user_id = await travel(ingest, detect)
    assert (await read(api, f"{TRUST}/{user_id}"))["score"] == 80
    [case] = (await read(api, VIOLATIONS))["data"]
    path = f"{VIOLATIONS}/{case['id']}"
    dismissed = await api.call("PUT", f"{path}/dismiss")
    assert (dismissed.status_code, dismissed.json()["state"]) == (200, "dismissed")
    assert (await api.call("PUT", f"{path}/dismiss")).status_code == 200
    trust = await read(api, f"{TRUST}/{user_id}")
    assert (trust["score"], [entry["void"] for entry in trust["ledger"]]) == (100, [True])
    assert await audited(database) == ["violation.dismiss"]


async def test_a_violation_that_is_not_there_is_not_found(api: Function) -> None:
    path = f"{VIOLATIONS}/{uuid4()}"
    answers = [
        await api.call("GET", path),
        await api.call("PUT", f"{path}/acknowledge"),
        await api.call("PUT", f"{path}/dismiss"),
        await api.call("PUT", f"{path}/reopen"),
    ]
    assert [answer.json()["code"] for answer in answers] == ["violation_not_found"] * 4


async def test_the_older_names_list_and_dismiss_the_same(
    api: Function, ingest: Function, detect: Function, caller: CallerWith
) -> None:
    await travel(ingest, detect)
    asked = {"state": "open", "total": "true"}
    older = await read(api, ALERTS, params=asked)
    assert older == await read(api, VIOLATIONS, params=asked)
    [case] = older["data"]
    refused = await api.call(
        "POST", f"{ALERTS}/{case['id']}/dismiss", headers=await caller("viewer")
    )
    assert refused.status_code == 403
    dismissed = await api.call("POST", f"{ALERTS}/{case['id']}/dismiss")
    assert (dismissed.status_code, dismissed.json()["state"]) == (200, "dismissed")
    file = await api.call("GET", ALERTS, params={"format": "csv"})
    assert file.text.count("\r\n") == 2
