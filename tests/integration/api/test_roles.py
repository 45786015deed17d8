"""Every route as every role: by key, by cookie, and by a cookie that another site's page sends."""

import json
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from functions.api.openapi import DOCUMENT_PATH
from infra.local.routes import read_routes
from shared.domain.permissions import ROLE_PERMISSIONS, Role
from shared.http.cookies import CSRF_HEADER
from tests.conftest import Function
from tests.integration.api.listener import LIVE, listening
from tests.integration.api.scenes import KEYS

NOBODY = {"Authorization": ""}
CSRF = {CSRF_HEADER: "1"}
# Each segment in braces becomes an id of nothing, so that nothing is done where it is let through.
NOTHING = str(uuid4())


def operations() -> list[tuple[str, str, frozenset[str]]]:
    """Return method, path and permissions of every operation for which one must be known."""
    document: dict[str, Any] = json.loads(DOCUMENT_PATH.read_text("utf-8"))
    return [
        (method.upper(), path, frozenset(operation["x-permission"]))
        for path, item in document["paths"].items()
        for method, operation in item.items()
        if "x-permission" in operation
    ]


@pytest.fixture
def serving(functions: Callable[[str], Function]) -> Callable[[str, str], Function]:
    """Return who answers a request, as the gateway decides it."""
    routes = read_routes()

    def function(method: str, path: str) -> Function:
        return functions(routes.function_for(method, path))

    return function


async def key_of(api: Function, role: Role) -> str:
    """Make a key that also names a person, whom a route about oneself needs."""
    wanted = {"name": uuid4().hex, "role": role, "user_id": str(uuid4())}
    answer = await api.call("POST", KEYS, json=wanted)
    assert answer.status_code == 201, answer.text
    return answer.json()["key"]


async def cookie_of(api: Function, key: str) -> dict[str, str]:
    answer = await api.call("POST", "/api/v1/session", json={"credential": key}, headers=NOBODY)
    api.client.cookies.clear()
    return NOBODY | {"Cookie": answer.headers["set-cookie"].partition(";")[0]}


async def asked(serving: Any, method: str, path: str, headers: dict[str, str]) -> tuple[int, str]:
    """Ask for something; return the status and, of a problem, its code."""
    filled = "/".join(NOTHING if part.startswith("{") else part for part in path.split("/"))
    function = serving(method, filled)
    if filled == LIVE:
        async with listening(function, headers) as listener:
            await listener.begun.wait()  # and the block ends with the answer, if that ends
        return listener.status, listener.code
    answer = await function.call(method, filled, headers=headers)
    is_problem = answer.headers.get("content-type", "").startswith("application/problem+json")
    return answer.status_code, answer.json()["code"] if is_problem else ""


@pytest.mark.parametrize("role", Role)
async def test_a_role_is_let_through_where_it_has_a_permission_and_nowhere_else(
    serving: Callable[[str, str], Function], role: Role
) -> None:
    api = serving("GET", "/api/v1/session")
    key = await key_of(api, role)
    granted = {permission.value for permission in ROLE_PERMISSIONS[role]}
    ways = ({"Authorization": f"Bearer {key}"}, await cookie_of(api, key) | CSRF)
    for method, path, permissions in operations():
        if path in ("/api/v1/session", "/api/v1/sign-ins") and method == "DELETE":
            continue  # would sign out who walks
        for headers in ways:
            status, code = await asked(serving, method, path, headers)
            may = not permissions or bool(permissions & granted)
            assert status != 401, (method, path)
            assert (status == 403 and code == "forbidden") != may, (method, path, status, code)


async def test_nothing_that_changes_anything_is_done_for_another_sites_page(
    serving: Callable[[str, str], Function],
) -> None:
    api = serving("GET", "/api/v1/session")
    by = await cookie_of(api, await key_of(api, Role.ADMIN))
    for method, path, _ in operations():
        if method != "GET":
            assert await asked(serving, method, path, by) == (403, "csrf"), (method, path)


async def test_who_shows_nothing_is_let_through_nowhere(
    serving: Callable[[str, str], Function],
) -> None:
    for method, path, _ in operations():
        assert await asked(serving, method, path, NOBODY) == (401, "unauthenticated"), path
