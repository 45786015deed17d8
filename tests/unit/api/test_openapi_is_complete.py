"""The contract tells a reader, and a generator of clients, all that they need."""

import json
import keyword
import re
from collections.abc import Iterator
from typing import Any

import jsonschema_rs
import pytest

from functions.api.openapi import DOCUMENT_PATH

COMMITTED: dict[str, Any] = json.loads(DOCUMENT_PATH.read_text("utf-8"))
COMPONENTS: dict[str, Any] = COMMITTED["components"]
OPERATIONS = [
    pytest.param(method, path, operation, id=operation["operationId"])
    for path, item in COMMITTED["paths"].items()
    for method, operation in item.items()
]
every_operation = pytest.mark.parametrize(("method", "path", "operation"), OPERATIONS)


def resolved(schema: dict[str, Any]) -> dict[str, Any]:
    return COMPONENTS["schemas"][schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema


def examples_of(content: dict[str, Any]) -> list[Any]:
    """Return the examples of a body or an answer: its own, or those of its model."""
    own = [content["example"]] if "example" in content else []
    named = [
        COMPONENTS["examples"][example["$ref"].rpartition("/")[2]]["value"]
        for example in content.get("examples", {}).values()
    ]
    schema = content.get("schema", {})
    models = [resolved(choice) for choice in schema.get("anyOf", [schema])]
    return [*own, *named, *(said for model in models for said in model.get("examples", ()))]


def assert_shown(content: dict[str, Any], media_type: str) -> None:
    examples = examples_of(content)
    assert examples
    if media_type.endswith("json") and "ndjson" not in media_type:
        checker = jsonschema_rs.validator_for({**content["schema"], "components": COMPONENTS})
        for example in examples:
            assert [error.message for error in checker.iter_errors(example)] == []


@every_operation
def test_it_says_what_it_does_and_for_whom(
    method: str, path: str, operation: dict[str, Any]
) -> None:
    assert operation["summary"], (method, path)
    assert operation["description"] != operation["summary"]
    described = {tag["name"] for tag in COMMITTED["tags"] if tag["description"]}
    assert set(operation["tags"]) <= described
    assert len(operation["tags"]) == 1
    if "x-permission" not in operation:
        assert "Permission" not in operation["description"]
        assert path.startswith("/health/") or operation["operationId"] in {
            "sign_in",
            "take_webhook",
        }


@every_operation
def test_its_id_can_be_the_name_of_a_function(
    method: str, path: str, operation: dict[str, Any]
) -> None:
    name = operation["operationId"]
    assert re.fullmatch(r"[a-z][a-z0-9_]{2,}", name), (method, path)
    assert not keyword.iskeyword(name)


@every_operation
def test_every_body_is_shown_by_an_example_that_fits(
    method: str, path: str, operation: dict[str, Any]
) -> None:
    for media_type, content in operation.get("requestBody", {}).get("content", {}).items():
        assert_shown(content, media_type)
    assert method != "get" or "requestBody" not in operation, path


@every_operation
def test_every_answer_in_json_is_shown_by_an_example_that_fits(
    method: str, path: str, operation: dict[str, Any]
) -> None:
    answers = [answer for status, answer in operation["responses"].items() if status < "3"]
    assert answers, (method, path)
    for answer in answers:
        content = answer.get("content", {}).get("application/json")
        if content is not None:
            assert_shown(content, "application/json")


def codes_of(operation: dict[str, Any]) -> Iterator[str]:
    for status in ("4XX", "5XX"):
        content = operation["responses"][status]["content"]["application/problem+json"]
        assert_shown(content, "application/problem+json")
        for code, example in content["examples"].items():
            problem = COMPONENTS["examples"][example["$ref"].rpartition("/")[2]]["value"]
            assert problem["code"] == code
            assert str(problem["status"])[0] == status[0]
            yield code


@every_operation
def test_the_errors_that_it_can_give_are_shown_by_their_codes(
    method: str, path: str, operation: dict[str, Any]
) -> None:
    if path.startswith("/health/"):
        return
    codes = set(codes_of(operation))
    assert "database_unavailable" in codes
    assert ("security" in operation) == ({"unauthenticated", "forbidden"} <= codes)
    assert ("{" in path) == ("not_found" in codes)
    assert ("requestBody" in operation) == ("body_too_large" in codes)
    if operation.get("parameters") or "requestBody" in operation:
        assert "invalid_input" in codes
    assert ("csrf" in codes) == ("security" in operation and method != "get")
