"""Sharing rules as the api lists, makes, changes and deletes them."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from shared.store.database import Database
from tests.conftest import Function
from tests.integration.api.scenes import RULES, audited, read

STREAMS = {"name": "Two at most", "type": "concurrent_streams", "config": {"max_streams": 2}}


async def make(api: Function, **said: object) -> dict[str, Any]:
    answer = await api.call("POST", RULES, json=STREAMS | said)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def test_the_first_six_rules_are_there_and_live(api: Function) -> None:
    listed = await read(api, RULES)
    assert [rule["mode"] for rule in listed["data"]] == ["live"] * 6
    assert listed["page"]["total"] == 6


async def test_each_type_tells_its_parameters_with_their_defaults_and_ranges(api: Function) -> None:
    types = {each["type"]: each for each in (await read(api, f"{RULES}/types"))["data"]}
    assert len(types) == 6
    speed = types["impossible_travel"]["config"]["properties"]["max_speed_kmh"]
    assert (speed["default"], speed["minimum"], speed["maximum"]) == (900, 1, 100_000)
    for each in types.values():
        told = {name: one["default"] for name, one in each["config"]["properties"].items()}
        made = await make(api, name=each["type"], type=each["type"], config=told)
        assert made["config"] == told
        assert made["severity"] == each["severity"]


async def test_a_new_rule_begins_in_shadow_with_defaults_for_the_rest(
    api: Function, database: Database
) -> None:
    answer = await api.call("POST", RULES, json=STREAMS)
    rule = answer.json()
    assert (rule["mode"], rule["enabled"], rule["severity"]) == ("shadow", True, 4)
    assert rule["config"]["max_streams"] == 2
    assert rule["config"]["min_overlap_seconds"] == 60
    assert await read(api, answer.headers["Location"]) == rule
    assert await audited(database) == ["rule.create"]


@pytest.mark.parametrize("method", ["PATCH", "PUT"])
async def test_a_change_leaves_alone_what_it_does_not_name(
    api: Function, database: Database, method: str
) -> None:
    rule = await make(api, scope={"servers": ["main"]})
    change = {"mode": "live", "config": {"count_paused": True}}
    answer = await api.call(method, f"{RULES}/{rule['id']}", json=change)
    assert answer.status_code == 200, answer.text
    changed = answer.json()
    assert (changed["mode"], changed["name"]) == ("live", rule["name"])
    assert changed["config"] == rule["config"] | {"count_paused": True}
    assert changed["scope"] == {"servers": ["main"]}
    assert await audited(database) == ["rule.create", "rule.change"]


async def test_a_limit_of_the_scope_is_lifted_by_an_empty_one(api: Function) -> None:
    rule = await make(api, scope={"servers": ["main"], "libraries": ["films"]})
    answer = await api.call("PATCH", f"{RULES}/{rule['id']}", json={"scope": {"servers": []}})
    assert answer.json()["scope"] == {"libraries": ["films"]}


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"config": {"max_streems": 2}}, "config.max_streems"),
        ({"config": {"max_streams": -1}}, "config.max_streams"),
        ({"type": "geo_restriction", "config": {"countries": ["XX"]}}, "config.countries"),
        ({"type": "geo_restriction", "config": {"countries": [49]}}, "config.countries"),
        ({"type": "impossible_travel", "config": {"max_speed_kmh": -900}}, "config.max_speed_kmh"),
        ({"type": "impossible_travel", "config": {"window_hours": 2161}}, "config.window_hours"),
        ({"type": "device_velocity", "config": {"max": -1}}, "config.max"),
        ({"type": "inactivity", "config": {"inactive_days": 0}}, "config.inactive_days"),
        ({"scope": {"planets": ["mars"]}}, "scope.planets"),
        ({"severity": 6}, "severity"),
        ({"type": "telepathy"}, "type"),
        ({"colour": "red"}, "colour"),
        ({"name": ""}, "name"),
        ({"name": "a\x00b"}, "name"),
    ],
)
async def test_a_wrong_rule_is_refused_by_the_field(
    api: Function, said: dict[str, Any], field: str
) -> None:
    answer = await api.call("POST", RULES, json={**STREAMS, "config": {}} | said)
    assert answer.status_code == 422, answer.text
    assert answer.json()["errors"][0]["field"].startswith(field), answer.text


async def test_a_wrong_change_is_refused_by_the_field(api: Function) -> None:
    rule = await make(api)
    answer = await api.call("PATCH", f"{RULES}/{rule['id']}", json={"config": {"max_streams": 0}})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "config.max_streams")


@pytest.mark.parametrize("rule_type", ["impossible_travel", "device_velocity"])
async def test_a_window_longer_than_sessions_are_kept_is_refused_with_the_reason(
    functions: Callable[[str], Function], monkeypatch: pytest.MonkeyPatch, rule_type: str
) -> None:
    monkeypatch.setenv("ANALYTICS_RETENTION_DAYS", "7")
    api = functions("api")
    window = {"name": "A week", "type": rule_type, "config": {"window_hours": 168}}
    rule = await make(api, **window)
    longer = {"config": {"window_hours": 169}}
    made = await api.call("POST", RULES, json=window | longer | {"name": "Longer"})
    changed = await api.call("PATCH", f"{RULES}/{rule['id']}", json=longer)
    for refused in (made, changed):
        assert refused.status_code == 422, refused.text
        [error] = refused.json()["errors"]
        assert error["field"] == "config.window_hours"
        assert "kept for 7 days" in error["message"]


async def test_two_rules_cannot_have_one_name(api: Function) -> None:
    rule = await make(api)
    again = await api.call("POST", RULES, json=STREAMS)
    other = await make(api, name="Another")
    renamed = await api.call("PATCH", f"{RULES}/{other['id']}", json={"name": rule["name"]})
    assert (again.status_code, renamed.status_code) == (409, 409)
    assert again.json()["code"] == renamed.json()["code"] == "name_taken"


async def test_a_deleted_rule_is_gone(api: Function, database: Database) -> None:
    rule = await make(api)
    path = f"{RULES}/{rule['id']}"
    assert (await api.call("DELETE", path)).status_code == 204
    answers = [
        await api.call("GET", path),
        await api.call("DELETE", path),
        await api.call("PATCH", path, json={"enabled": False}),
    ]
    assert [answer.json()["code"] for answer in answers] == ["rule_not_found"] * 3
    assert await audited(database) == ["rule.create", "rule.delete"]


async def test_a_rule_that_never_was_is_not_found(api: Function) -> None:
    assert (await api.call("GET", f"{RULES}/{uuid4()}")).status_code == 404


async def test_rules_of_another_installation_begin_in_shadow(
    api: Function, database: Database
) -> None:
    made = await make(api, mode="live", severity=1, scope={"servers": ["main"]})
    listed = await read(api, RULES)
    await api.call("DELETE", f"{RULES}/{made['id']}")
    [exported] = [rule for rule in listed["data"] if rule["id"] == made["id"]]
    answer = await api.call("POST", f"{RULES}/import", json=listed | {"data": [exported]})
    assert answer.status_code == 201, answer.text
    [rule] = answer.json()["data"]
    assert rule["id"] != made["id"]
    assert rule["mode"] == "shadow"
    own = ("id", "mode", "created_at", "updated_at")
    assert {k: v for k, v in rule.items() if k not in own} == {
        k: v for k, v in made.items() if k not in own
    }
    assert await audited(database) == ["rule.create", "rule.delete", "rule.import"]


async def test_of_imported_rules_all_are_taken_over_or_none(api: Function) -> None:
    wrong = STREAMS | {"name": "Wrong", "config": {"max_streams": -1}}
    answer = await api.call("POST", f"{RULES}/import", json={"data": [STREAMS, wrong]})
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == ["data.1.config.max_streams"]
    taken = await api.call("POST", f"{RULES}/import", json={"data": [STREAMS, STREAMS]})
    assert taken.status_code == 409
    assert STREAMS["name"] in taken.json()["detail"]
    assert len((await read(api, RULES))["data"]) == 6


async def test_a_rule_is_disabled_and_enabled_and_a_second_time_changes_nothing(
    api: Function, database: Database
) -> None:
    made = await make(api)
    for way, enabled in (("disable", False), ("disable", False), ("enable", True)):
        answer = await api.call("PUT", f"{RULES}/{made['id']}/{way}")
        assert (answer.status_code, answer.json()["enabled"]) == (200, enabled), answer.text
    assert await audited(database) == ["rule.create", "rule.change", "rule.change"]
    assert (await api.call("PUT", f"{RULES}/{uuid4()}/enable")).status_code == 404
