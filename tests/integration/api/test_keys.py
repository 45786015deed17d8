"""API keys as the api makes and revokes them."""

from typing import Any
from uuid import uuid4

import pytest

from shared.domain.keys import is_api_key
from shared.store.database import Database
from tests.conftest import Function
from tests.integration.api.conftest import CallerWith
from tests.integration.api.scenes import KEYS, RULES, SESSIONS, audited, read


async def test_a_key_is_shown_once_and_works(api: Function, database: Database) -> None:
    answer = await api.call("POST", KEYS, json={"name": "wall display", "role": "viewer"})
    made = answer.json()
    assert answer.status_code == 201, answer.text
    assert is_api_key(made["key"])
    headers = {"Authorization": f"Bearer {made['key']}"}
    await read(api, SESSIONS, headers=headers)
    listed = await read(api, KEYS)
    assert made["key"] not in str(listed)
    assert [key["name"] for key in listed["data"]] == ["wall display", "bootstrap"]
    assert listed["data"][0]["hint"] == made["key"][:8]
    assert await audited(database) == ["key.create"]


async def test_a_revoked_key_opens_nothing_and_stays_listed(
    api: Function, database: Database
) -> None:
    made = (await api.call("POST", KEYS, json={"name": "old", "role": "viewer"})).json()
    assert (await api.call("DELETE", f"{KEYS}/{made['id']}")).status_code == 204
    headers = {"Authorization": f"Bearer {made['key']}"}
    assert (await api.call("GET", SESSIONS, headers=headers)).status_code == 401
    listed = (await read(api, KEYS))["data"]
    assert [key["revoked_at"] is not None for key in listed] == [True, False]
    assert await audited(database) == ["key.create", "key.revoke"]


async def test_a_key_cannot_revoke_itself(api: Function) -> None:
    [own] = (await read(api, KEYS))["data"]
    answer = await api.call("DELETE", f"{KEYS}/{own['id']}")
    assert (answer.status_code, answer.json()["code"]) == (409, "key_in_use")


async def test_nobody_grants_what_they_may_not_do(api: Function, caller: CallerWith) -> None:
    clerk = await caller("viewer", "analytics.keys.manage", "analytics.sessions.view")
    for wanted, expected in (
        ({"role": "admin"}, 403),
        ({"role": "viewer"}, 403),
        ({"role": "viewer", "permissions": ["analytics.rules.view"]}, 403),
        ({"role": "viewer", "permissions": ["analytics.sessions.view"]}, 201),
    ):
        answer = await api.call("POST", KEYS, json={"name": uuid4().hex} | wanted, headers=clerk)
        assert answer.status_code == expected, (wanted, answer.text)
    refused = await api.call("POST", KEYS, json={"name": "x", "role": "service"}, headers=clerk)
    assert "analytics.sessions.ingest" in refused.json()["detail"]


async def test_permissions_that_are_named_take_the_place_of_the_roles(
    api: Function, caller: CallerWith
) -> None:
    headers = await caller("admin", "analytics.rules.view")
    assert (await api.call("GET", RULES, headers=headers)).status_code == 200
    assert (await api.call("GET", SESSIONS, headers=headers)).status_code == 403


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"name": " "}, "name"),
        ({"role": "emperor"}, "role"),
        ({"permissions": ["analytics.everything"]}, "permissions"),
        ({"expires_at": "2020-01-01T00:00:00Z"}, "expires_at"),
        ({"expires_at": "2030-01-01T00:00:00"}, "expires_at"),
        ({"role": "member"}, "user_id"),
        ({"secret": "mine"}, "secret"),
    ],
)
async def test_a_wrong_key_is_refused_by_the_field(
    api: Function, said: dict[str, Any], field: str
) -> None:
    answer = await api.call("POST", KEYS, json={"name": "x", "role": "viewer"} | said)
    assert answer.status_code == 422, answer.text
    assert answer.json()["errors"][0]["field"].startswith(field), answer.text


async def test_a_name_is_one_keys_and_a_key_that_never_was_is_not_found(api: Function) -> None:
    await api.call("POST", KEYS, json={"name": "twin", "role": "viewer"})
    twin = await api.call("POST", KEYS, json={"name": "twin", "role": "viewer"})
    assert (twin.status_code, twin.json()["code"]) == (409, "name_taken")
    assert (await api.call("DELETE", f"{KEYS}/{uuid4()}")).status_code == 404


async def opens(api: Function, key: str) -> int:
    headers = {"Authorization": f"Bearer {key}"}
    return (await api.call("GET", SESSIONS, headers=headers)).status_code


async def rotate(api: Function, key_id: str, **said: object) -> dict[str, Any]:
    answer = await api.call("POST", f"{KEYS}/{key_id}/rotate", json=said)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_a_rotated_key_opens_by_its_new_secret_and_for_a_while_by_the_one_before(
    api: Function, database: Database
) -> None:
    made = (await api.call("POST", KEYS, json={"name": "tv", "role": "viewer"})).json()
    first = await rotate(api, made["id"])
    second = await rotate(api, made["id"], overlap_seconds=3600)
    assert len({made["key"], first["key"], second["key"]}) == 3
    for key in (made["key"], first["key"], second["key"]):
        assert await opens(api, key) == 200
    listed = (await read(api, KEYS))["data"][0]
    assert (listed["id"], listed["hint"]) == (made["id"], second["key"][:8])
    assert listed["rotated_at"] is not None
    assert await audited(database) == ["key.create", "key.rotate", "key.rotate"]


async def test_without_an_overlap_the_secret_before_opens_nothing(api: Function) -> None:
    made = (await api.call("POST", KEYS, json={"name": "tv", "role": "viewer"})).json()
    rotated = await rotate(api, made["id"], overlap_seconds=0)
    assert [await opens(api, key) for key in (made["key"], rotated["key"])] == [401, 200]


async def test_revoking_a_rotated_key_ends_its_former_secrets_too(api: Function) -> None:
    made = (await api.call("POST", KEYS, json={"name": "tv", "role": "viewer"})).json()
    rotated = await rotate(api, made["id"])
    await api.call("DELETE", f"{KEYS}/{made['id']}")
    assert [await opens(api, key) for key in (made["key"], rotated["key"])] == [401, 401]
    answer = await api.call("POST", f"{KEYS}/{made['id']}/rotate")
    assert (answer.status_code, answer.json()["code"]) == (409, "key_ended")


async def test_nobody_takes_over_a_key_that_permits_more(api: Function, caller: CallerWith) -> None:
    clerk = await caller("viewer", "analytics.keys.manage")
    own = next(k for k in (await read(api, KEYS))["data"] if k["name"] == "bootstrap")
    answer = await api.call("POST", f"{KEYS}/{own['id']}/rotate", headers=clerk)
    assert answer.status_code == 403
