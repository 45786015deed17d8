"""Signing in with a browser: what the cookie opens, and what makes it safe."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import jwt
import pytest

from shared.http.cookies import CSRF_HEADER, PLAIN_NAME, SECURE_NAME
from shared.services.sign_ins import forget_sign_ins
from shared.settings import Settings
from shared.settings import settings as current_settings
from shared.store.database import Connection, Database
from tests.conftest import ADMIN_KEY, CALLER_SECRET, Function
from tests.integration.api.scenes import KEYS, SESSIONS, audited, read

SESSION = "/api/v1/session"
SIGN_INS = "/api/v1/sign-ins"
NOBODY = {"Authorization": ""}
ORIGIN = "http://test"
CHANGING = NOBODY | {CSRF_HEADER: "1", "Origin": ORIGIN}


async def sign_in(
    api: Function, credential: str = ADMIN_KEY, origin: str = "https://test"
) -> httpx.Response:
    headers = NOBODY | {"Origin": origin}
    return await api.call("POST", SESSION, json={"credential": credential}, headers=headers)


async def cookie(api: Function, credential: str = ADMIN_KEY) -> dict[str, str]:
    """Sign in and return the header that a browser sends from then on."""
    answer = await sign_in(api, credential)
    assert answer.status_code == 201, answer.text
    api.client.cookies.clear()
    name, _, rest = answer.headers["set-cookie"].partition("=")
    return {"Cookie": f"{name}={rest.partition(';')[0]}"}


async def status(api: Function, by: dict[str, str], path: str = SESSIONS) -> int:
    return (await api.call("GET", path, headers=NOBODY | by)).status_code


async def make(api: Function, role: str = "viewer") -> dict[str, Any]:
    answer = await api.call("POST", KEYS, json={"name": uuid4().hex, "role": role})
    assert answer.status_code == 201, answer.text
    return answer.json()


async def test_a_key_is_shown_once_and_the_cookie_stands_for_it(
    api: Function, database: Database
) -> None:
    answer = await sign_in(api)
    attributes = {part.strip().lower() for part in answer.headers["set-cookie"].split(";")[1:]}
    assert answer.headers["set-cookie"].startswith(f"{SECURE_NAME}=")
    assert {"httponly", "secure", "samesite=strict", "path=/"} <= attributes
    assert not any(attribute.startswith("domain") for attribute in attributes)
    assert ADMIN_KEY not in answer.text + answer.headers["set-cookie"]
    by = await cookie(api)
    assert await status(api, by) == 200
    me = await read(api, SESSION, headers=NOBODY | by)
    assert me["name"] == "key:bootstrap"
    assert "analytics.keys.manage" in me["permissions"]
    assert await audited(database) == ["sign_in.create", "sign_in.create"]


async def test_only_digests_are_kept(api: Function, database: Database) -> None:
    by = await cookie(api)

    async def find(connection: Connection) -> str:
        return str(await (await connection.execute("SELECT * FROM sign_ins")).fetchall())

    assert by["Cookie"].partition("=")[2] not in await database.run(find)


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({}, 403),
        ({CSRF_HEADER: "1"}, 201),
        ({CSRF_HEADER: "1", "Origin": ORIGIN}, 201),
        ({"Origin": ORIGIN}, 403),
        ({CSRF_HEADER: "1", "Origin": "https://elsewhere.example"}, 403),
        ({CSRF_HEADER: "1", "Origin": "null"}, 403),
        ({CSRF_HEADER: "1", "Sec-Fetch-Site": "cross-site"}, 403),
        ({CSRF_HEADER: "1", "Sec-Fetch-Site": "same-site", "Origin": ORIGIN}, 403),
        ({CSRF_HEADER: "1", "Sec-Fetch-Site": "same-origin", "Origin": ORIGIN}, 201),
    ],
    ids=[
        "nothing",
        "header",
        "header and origin",
        "origin alone",
        "other origin",
        "no origin",
        "other site",
        "other host of the site",
        "same origin",
    ],
)
async def test_another_sites_page_changes_nothing(
    api: Function, headers: dict[str, str], expected: int
) -> None:
    by = await cookie(api)
    answer = await api.call(
        "POST",
        KEYS,
        json={"name": uuid4().hex, "role": "viewer"},
        headers=NOBODY | by | headers,
    )
    assert answer.status_code == expected, answer.text
    if expected == 403:
        assert answer.json()["code"] == "csrf"


async def test_another_sites_page_signs_nobody_in(api: Function) -> None:
    answer = await sign_in(api, origin="https://elsewhere.example")
    assert (answer.status_code, answer.json()["code"]) == (403, "csrf")
    assert "set-cookie" not in answer.headers


async def test_a_header_needs_no_proof_of_its_page(api: Function) -> None:
    answer = await api.call(
        "POST",
        KEYS,
        json={"name": "script", "role": "viewer"},
        headers={"Origin": "https://elsewhere.example"},
    )
    assert answer.status_code == 201


async def test_signing_out_ends_it_and_takes_the_cookie(api: Function, database: Database) -> None:
    by = await cookie(api)
    assert await status(api, by) == 200
    answer = await api.call("DELETE", SESSION, headers=CHANGING | by)
    assert answer.status_code == 204
    taken = answer.headers.get_list("set-cookie")
    assert any(text.startswith(f'{SECURE_NAME}=""; ') for text in taken), taken
    assert await status(api, by) == 401
    assert await audited(database) == ["sign_in.create", "sign_in.end"]


async def test_own_sign_ins_are_listed_and_ended_and_nobody_elses(api: Function) -> None:
    other = await cookie(api, (await make(api))["key"])
    first, second = await cookie(api), await cookie(api)
    listed = (await read(api, SIGN_INS, headers=NOBODY | second))["data"]
    assert [row["is_this"] for row in listed] == [True, False]
    of_other = (await read(api, SIGN_INS, headers=NOBODY | other))["data"][0]["id"]
    path = f"{SIGN_INS}/{of_other}"
    assert (await api.call("DELETE", path, headers=CHANGING | second)).status_code == 404
    path = f"{SIGN_INS}/{listed[1]['id']}"
    assert (await api.call("DELETE", path, headers=CHANGING | second)).status_code == 204
    assert [await status(api, by) for by in (first, second, other)] == [401, 200, 200]


async def test_all_other_browsers_are_signed_out_at_once(api: Function) -> None:
    first, second = await cookie(api), await cookie(api)
    assert (await api.call("DELETE", SIGN_INS, headers=CHANGING | second)).status_code == 204
    assert [await status(api, by) for by in (first, second)] == [401, 200]


async def test_a_sign_in_ends_with_its_key(api: Function, database: Database) -> None:
    made = await make(api)
    by = await cookie(api, made["key"])
    assert await status(api, by) == 200
    await api.call("DELETE", f"{KEYS}/{made['id']}")
    await end_others(api)
    assert await status(api, by) == 401
    counts = await forget_sign_ins(database, current_settings())
    assert counts["sign_ins"] == 1


async def end_others(api: Function) -> None:
    """Have the function ask the database anew, as it does by itself within ten seconds."""
    assert (await api.call("DELETE", SIGN_INS)).status_code == 204


async def test_a_sign_in_permits_what_its_key_permits_now(
    api: Function, database: Database
) -> None:
    made = await make(api)
    by = await cookie(api, made["key"])
    assert await status(api, by) == 200

    async def demote(connection: Connection) -> None:
        await connection.execute(
            "UPDATE api_keys SET role = 'service' WHERE id = %s", (made["id"],)
        )

    await database.run(demote)
    await end_others(api)
    assert await status(api, by) == 403


@pytest.mark.parametrize(
    ("column", "ago"),
    [("seen_at", timedelta(hours=12)), ("expires_at", timedelta(0))],
    ids=["idle", "absolute"],
)
async def test_a_sign_in_ends_when_it_is_left_idle_and_in_the_end(
    api: Function, database: Database, column: str, ago: timedelta
) -> None:
    by = await cookie(api)

    async def age(connection: Connection) -> None:
        await connection.execute(
            f"UPDATE sign_ins SET {column} = %s",  # type: ignore[arg-type]  # noqa: S608
            (datetime.now(UTC) - ago,),
        )

    await database.run(age)
    answer = await api.call("GET", SESSIONS, headers=NOBODY | by)
    assert (answer.status_code, answer.json()["code"]) == (401, "signed_out")
    assert (await forget_sign_ins(database, current_settings()))["sign_ins"] == 1


async def test_being_there_keeps_a_sign_in_alive(api: Function, database: Database) -> None:
    by = await cookie(api)
    before = datetime.now(UTC) - timedelta(hours=11)

    async def age(connection: Connection) -> None:
        await connection.execute("UPDATE sign_ins SET seen_at = %s", (before,))

    await database.run(age)
    listed = (await read(api, SIGN_INS, headers=NOBODY | by))["data"]
    assert datetime.fromisoformat(listed[0]["seen_at"]) > before + timedelta(hours=10)


async def test_a_hosts_token_signs_in_until_it_expires(
    api: Function, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REVENGE_JWT_SECRET", CALLER_SECRET)
    current_settings.cache_clear()
    until = datetime.now(UTC).replace(microsecond=0) + timedelta(hours=1)
    said = {"sub": str(uuid4()), "role": "viewer", "exp": until}
    token = jwt.encode(said, CALLER_SECRET, algorithm="HS256")
    answer = await sign_in(api, token)
    assert answer.status_code == 201, answer.text
    expires_at = datetime.fromisoformat(answer.json()["expires_at"])
    assert until <= expires_at <= until + timedelta(minutes=1)
    me = await read(api, SESSION, headers=NOBODY | await cookie(api, token))
    assert me["name"] == f"user:{said['sub']}"
    assert "analytics.sessions.view" in me["permissions"]


@pytest.mark.parametrize(
    ("public_url", "origin", "name"),
    [
        (None, "http://test", SECURE_NAME),
        ("https://test", "http://test", SECURE_NAME),
        ("http://test", "https://test", SECURE_NAME),
        ("http://test", "http://test", PLAIN_NAME),
    ],
)
async def test_without_tls_the_cookie_is_plain_only_where_our_address_is(
    api: Function,
    monkeypatch: pytest.MonkeyPatch,
    public_url: str | None,
    origin: str,
    name: str,
) -> None:
    if public_url is not None:
        monkeypatch.setenv("ANALYTICS_PUBLIC_URL", public_url)
    current_settings.cache_clear()
    answer = await sign_in(api, origin=origin)
    assert answer.headers["set-cookie"].startswith(f"{name}=")
    assert ("secure" in answer.headers["set-cookie"].lower()) == (name == SECURE_NAME)


async def test_a_plain_cookie_is_not_taken_where_there_is_tls(api: Function) -> None:
    by = await cookie(api)
    plain = {"Cookie": by["Cookie"].replace(SECURE_NAME, PLAIN_NAME)}
    assert await status(api, plain) == 401


@pytest.mark.parametrize("wrong", ["rva_no-key", "no.token.at-all", "x"])
async def test_what_proves_nobody_signs_nobody_in(api: Function, wrong: str) -> None:
    answer = await sign_in(api, wrong)
    assert answer.status_code == 401
    assert "set-cookie" not in answer.headers
    assert wrong not in answer.text


async def test_former_keys_are_forgotten_when_they_open_nothing(
    api: Function, database: Database, settings: Settings
) -> None:
    made = await make(api)
    await api.call("POST", f"{KEYS}/{made['id']}/rotate", json={"overlap_seconds": 3600})
    assert (await forget_sign_ins(database, settings))["former_keys"] == 0

    async def age(connection: Connection) -> None:
        await connection.execute("UPDATE former_api_keys SET good_until = now()")

    await database.run(age)
    assert (await forget_sign_ins(database, settings))["former_keys"] == 1
