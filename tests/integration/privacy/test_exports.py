"""Exporting all that is kept of somebody."""

import json
from uuid import uuid4

import pytest

from shared.services import exports
from shared.store.database import Database
from shared.store.exports import SECTIONS
from shared.store.personal import PERSONAL_TABLES
from tests.conftest import Function
from tests.integration.api.scenes import KEYS, Json, read
from tests.integration.privacy.people import (
    ACCOUNT,
    DEVICES,
    EMAIL,
    NAME,
    SEVERAL,
    USERS,
    Somebody,
    tables_naming,
)
from tests.places import LINKOPING, LONDON

MINE = "/api/v1/users/me/export"
# Marks of work to be done.
UNEXPORTED = {table.name for table in PERSONAL_TABLES if table.section is None}


async def exported(api: Function, somebody: Somebody) -> Json:
    return await read(api, f"{USERS}/{somebody.user_id}/export")


async def own_key(api: Function, somebody: Somebody) -> Json:
    wanted = {"name": uuid4().hex, "role": "member", "user_id": str(somebody.user_id)}
    made = await api.call("POST", KEYS, json=wanted)
    assert made.status_code == 201, made.text
    return {"Authorization": f"Bearer {made.json()['key']}"}


async def test_an_export_has_every_row_that_is_about_the_person(
    api: Function, database: Database, ada: Somebody
) -> None:
    found = await exported(api, ada)
    assert len(found["sessions"]) == SEVERAL + 1
    assert {device["device_id"] for device in found["devices"]} == set(DEVICES)
    assert {str(n["address"]) for n in found["networks"]} == {LONDON, LINKOPING}
    assert (found["user"][0]["name"], found["user"][0]["email"]) == (NAME, EMAIL)
    assert found["accounts"][0]["account_id"] == ACCOUNT
    assert found["violations"][0]["details"]["findings"]
    assert [rule["name"] for rule in found["rules"]] == ["hers"]
    assert "trust.reset" in {entry["action"] for entry in found["audit"]}
    kept = await tables_naming(database, str(ada.user_id))
    for table in PERSONAL_TABLES:
        if table.section is not None and table.name in kept:
            assert found[table.section], table.section


async def test_an_export_has_nothing_that_opens_anything(api: Function, ada: Somebody) -> None:
    found = await exported(api, ada)
    assert all("digest" not in row for rows in found.values() for row in rows if rows is list)
    assert "digest" not in json.dumps(found["api_keys"] + found["sign_ins"] + found["traces"])


@pytest.mark.parametrize("lot", [1, 3, 500])
async def test_an_export_is_the_same_however_it_is_read(
    api: Function, ada: Somebody, monkeypatch: pytest.MonkeyPatch, lot: int
) -> None:
    whole = await exported(api, ada)
    monkeypatch.setattr(exports, "LOT", lot)
    again = await exported(api, ada)
    sections = {t.section for t in PERSONAL_TABLES if t.section} | set(SECTIONS) - {"audit"}
    assert {name: again[name] for name in sections} == {name: whole[name] for name in sections}
    assert len(again["audit"]) == len(whole["audit"]) + 1, "that it was asked for is noted"


async def test_a_member_gets_the_own_data_without_anybody_elses(
    api: Function, ada: Somebody
) -> None:
    answer = await api.call("GET", MINE, headers=await own_key(api, ada))
    assert answer.status_code == 200
    assert (
        answer.headers["Content-Disposition"] == f'attachment; filename="user-{ada.user_id}.json"'
    )
    found = answer.json()
    assert len(found["sessions"]) == SEVERAL + 1
    assert str(ada.other_id) not in answer.text
    assert "key:bootstrap" not in answer.text
    assert all(entry.keys() == {"at", "action"} for entry in found["audit"])


async def test_who_is_no_person_has_no_own_data(api: Function) -> None:
    assert (await api.call("GET", MINE)).status_code == 403


async def test_an_unknown_person_has_no_export(api: Function) -> None:
    answer = await api.call("GET", f"{USERS}/{uuid4()}/export")
    assert (answer.status_code, answer.json()["code"]) == (404, "user_not_found")


async def test_nobody_exports_others_without_the_permission(api: Function, ada: Somebody) -> None:
    answer = await api.call("GET", f"{USERS}/{ada.user_id}/export", headers=await own_key(api, ada))
    assert answer.status_code == 403
