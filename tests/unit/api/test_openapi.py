"""The contract: what is committed is what is served, and it says what a caller needs."""

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

from functions.api.openapi import DOCUMENT_PATH
from infra.local.programs import FUNCTIONS
from infra.openapi import dependencies_of, routes_of, text
from shared.http.callers import CallerOf

COMMITTED: dict[str, Any] = json.loads(DOCUMENT_PATH.read_text("utf-8"))


def operations() -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, item in COMMITTED["paths"].items():
        for method, operation in item.items():
            yield method, path, operation


def test_the_committed_document_is_that_of_the_routes() -> None:
    assert DOCUMENT_PATH.read_text("utf-8") == text(), "run: make openapi"


def test_it_is_openapi_3_1_and_holds_what_both_public_functions_serve() -> None:
    assert COMMITTED["openapi"].startswith("3.1.")
    sessions = COMMITTED["paths"]["/api/v1/analytics/sessions"]
    assert set(sessions) == {"get", "post"}


def test_no_two_schemas_share_a_name_so_that_none_is_called_by_its_module() -> None:
    assert [name for name in COMMITTED["components"]["schemas"] if "__" in name] == []


def test_what_tells_one_schema_from_others_is_required() -> None:
    schemas = COMMITTED["components"]["schemas"]
    assert "type" in schemas["Warn"]["required"]
    assert "kind" in schemas["PairInput"]["required"]


def test_an_action_of_a_rule_is_given_by_its_bare_name_too() -> None:
    actions = COMMITTED["components"]["schemas"]["NewRule"]["properties"]["actions"]
    [_, name] = actions["items"]["anyOf"]
    assert name["enum"] == ["warn", "terminate_stream", "suspend_account"]


def test_what_only_scheduler_and_queue_call_is_left_out() -> None:
    internal = {
        route.path_format
        for function in FUNCTIONS
        for _, route in routes_of(function)
        if any(isinstance(guard, CallerOf) for guard in dependencies_of(route.dependant))
    }
    assert {"/sweep", "/poll"} <= internal
    assert not internal & set(COMMITTED["paths"])


def test_every_operation_has_a_summary_and_a_short_id_of_its_own() -> None:
    ids = Counter(operation["operationId"] for _, _, operation in operations())
    assert [name for name, count in ids.items() if count > 1] == []
    assert all(operation["summary"] for _, _, operation in operations())


def test_every_operation_that_asks_for_a_key_names_its_permission() -> None:
    for method, path, operation in operations():
        assert ("security" in operation) == ("x-permission" in operation), (method, path)
        for permission in operation.get("x-permission", ()):
            assert permission in operation["description"]


def test_who_may_call_is_a_key_a_token_or_a_cookie_that_changes_things_with_a_header() -> None:
    schemes = COMMITTED["components"]["securitySchemes"]
    assert set(schemes) == {"key", "token", "cookie", "csrf"}
    for method, path, operation in operations():
        if "security" in operation:
            by_cookie = ["cookie"] if method == "get" else ["cookie", "csrf"]
            ways = [list(way) for way in operation["security"]]
            assert ways == [["key"], ["token"], by_cookie], (method, path)


def test_every_operation_of_the_api_tells_of_problems() -> None:
    for method, path, operation in operations():
        if path.startswith("/api/"):
            for status in ("4XX", "5XX"):
                content = operation["responses"][status]["content"]
                assert list(content) == ["application/problem+json"], (method, path)
