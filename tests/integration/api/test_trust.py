"""Trust as the api lists, shows and resets it."""

from uuid import uuid4

from shared.domain.trust import Threshold
from shared.services.trust import thresholds_of
from shared.settings import Settings
from shared.store.database import Database
from tests.conftest import Function
from tests.integration.api.scenes import TRUST, audited, read, start, travel


async def test_the_least_trusted_come_first_and_everybody_is_there(
    api: Function, ingest: Function, detect: Function
) -> None:
    low = await travel(ingest, detect)
    full = (await start(ingest))["user_id"]
    listed = await read(api, TRUST, params={"total": "true"})
    assert [(p["user_id"], p["score"]) for p in listed["data"]] == [(low, 80), (full, 100)]
    assert listed["page"]["total"] == 2
    below = await read(api, TRUST, params={"max_score": 99, "total": "true"})
    assert [person["user_id"] for person in below["data"]] == [low]
    assert below["page"]["total"] == 1


async def test_scores_are_walked_by_cursor(api: Function, ingest: Function) -> None:
    everybody = sorted([(await start(ingest))["user_id"] for _ in range(5)])
    first = await read(api, TRUST, params={"limit": 3})
    rest = await read(api, TRUST, params={"limit": 3, "cursor": first["page"]["next_cursor"]})
    assert [p["user_id"] for p in (*first["data"], *rest["data"])] == everybody
    assert rest["page"]["next_cursor"] is None


async def test_a_reset_gives_a_fresh_start_and_keeps_the_past(
    api: Function, ingest: Function, detect: Function, database: Database
) -> None:
    user_id = await travel(ingest, detect)
    answer = await api.call("PUT", f"{TRUST}/{user_id}/reset", json={"reason": "talked to her"})
    assert answer.status_code == 200, answer.text
    assert answer.json()["score"] == 100
    latest, first = answer.json()["ledger"]
    assert (latest["kind"], latest["delta"], latest["reason"]) == ("reset", 20, "talked to her")
    assert (first["kind"], first["delta"]) == ("violation", -20)
    assert await audited(database) == ["trust.reset"]


async def test_a_reset_says_why(api: Function, ingest: Function) -> None:
    user_id = (await start(ingest))["user_id"]
    for body in ({}, {"reason": " "}, {"reason": "x", "other": 1}, {"reason": "\x00"}):
        answer = await api.call("PUT", f"{TRUST}/{user_id}/reset", json=body)
        assert answer.status_code == 422, body


async def test_who_is_unknown_has_no_trust_to_show_or_reset(api: Function) -> None:
    path = f"{TRUST}/{uuid4()}"
    shown = await api.call("GET", path)
    reset = await api.call("PUT", f"{path}/reset", json={"reason": "x"})
    assert [a.json()["code"] for a in (shown, reset)] == ["user_not_found"] * 2


def test_of_the_thresholds_only_the_warning_is_on_at_first(settings: Settings) -> None:
    assert thresholds_of(settings) == {Threshold.WARN: 70}
