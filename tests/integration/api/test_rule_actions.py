"""What a rule does, as people write it: a bare name, or an object with parameters."""

from typing import Any

import psycopg
import pytest

from shared.schemas.rule_actions import dump_actions, read_actions
from shared.store.migrate import migrate_down, migrate_up
from tests.conftest import Function
from tests.integration.api.scenes import RULES, read

STREAMS = {"name": "Two at most", "type": "concurrent_streams", "config": {"max_streams": 2}}
ENDING = {
    "type": "terminate_stream",
    "target": "triggering",
    "delay_seconds": 0,
    "message": None,
    "require_approval": False,
}


async def made(api: Function, *actions: Any, expected: int = 201) -> dict[str, Any]:
    answer = await api.call("POST", RULES, json=STREAMS | {"actions": list(actions)})
    assert answer.status_code == expected, answer.text
    return answer.json()


async def test_the_first_rules_warn_and_so_does_a_new_one(api: Function) -> None:
    listed = (await read(api, RULES))["data"]
    assert [rule["actions"] for rule in listed] == [[{"type": "warn"}]] * 6
    answer = await api.call("POST", RULES, json=STREAMS)
    assert answer.json()["actions"] == [{"type": "warn"}]


async def test_a_bare_name_is_an_action_with_its_defaults(api: Function) -> None:
    rule = await made(api, "warn", "terminate_stream", "suspend_account")
    assert rule["actions"] == [
        {"type": "warn"},
        ENDING,
        {"type": "suspend_account", "message": None, "require_approval": True},
    ]
    assert await read(api, f"{RULES}/{rule['id']}") == rule


async def test_an_object_says_what_differs(api: Function) -> None:
    wanted = {"type": "terminate_stream", "target": "all_but_oldest", "delay_seconds": 300}
    rule = await made(api, wanted)
    assert rule["actions"] == [ENDING | wanted]
    renamed = await api.call("PATCH", f"{RULES}/{rule['id']}", json={"name": "x"})
    assert renamed.json()["actions"] == rule["actions"]
    none = await api.call("PATCH", f"{RULES}/{rule['id']}", json={"actions": []})
    assert none.json()["actions"] == []


@pytest.mark.parametrize(
    "action",
    [
        "explode",
        {"type": "explode"},
        {"target": "all"},
        {"type": "terminate_stream", "target": "everybody"},
        {"type": "terminate_stream", "delay_seconds": 301},
        {"type": "terminate_stream", "delay_seconds": -1},
        {"type": "terminate_stream", "message": ""},
        {"type": "terminate_stream", "message": "x" * 501},
        {"type": "warn", "message": "x"},
        {"type": "suspend_account", "colour": "red"},
        17,
    ],
    ids=str,
)
async def test_a_wrong_action_is_refused_by_the_field(api: Function, action: Any) -> None:
    answer = await made(api, action, expected=422)
    assert answer["errors"][0]["field"].startswith("actions.0"), answer


async def test_an_action_stands_once(api: Function) -> None:
    answer = await made(api, "warn", {"type": "warn"}, expected=422)
    assert answer["errors"][0]["field"] == "actions"


def test_what_is_stored_as_names_reads_as_actions() -> None:
    stored = ["warn", "terminate_stream"]
    assert [action.type for action in read_actions(stored)] == stored
    assert dump_actions(read_actions(stored))[1] == ENDING


def test_rules_of_an_older_release_keep_what_they_do_and_lose_only_what_it_does_not_know(
    database_url: str,
) -> None:
    def actions() -> set[str]:
        with psycopg.connect(database_url) as connection:
            rows = connection.execute("SELECT actions FROM analytics_sharing_rules").fetchall()
        return {str(row[0]) for row in rows}

    assert actions() == {"[{'type': 'warn'}]"}
    with psycopg.connect(database_url) as connection:
        connection.execute(
            "UPDATE analytics_sharing_rules"
            """ SET actions = '[{"type": "warn"}, {"type": "suspend_account"}]'"""
        )
    migrate_down(database_url, 8)
    assert actions() == {"['warn']"}
    migrate_up(database_url)
    assert actions() == {"[{'type': 'warn'}]"}
