"""The errors that each operation can give, shown one by one in the OpenAPI document.

What any operation may answer follows from what it is: one with a permission can find nobody known
or somebody who may not; one with an id, that there is no such thing; one with input, that this is
wrong. Each is one example under ``components``, referred to by name, which is its ``code``.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from shared.errors import (
    AppError,
    BodyTooLargeError,
    ConflictError,
    FieldError,
    ForbiddenError,
    InvalidInputError,
    NotFoundError,
    RateLimitedError,
    TooBusyError,
    UnauthenticatedError,
    UnavailableError,
)
from shared.http.problems import MEDIA_TYPE, told

_ERRORS = (
    UnauthenticatedError("Send an API key or a token as Authorization: Bearer <key>."),
    ForbiddenError("wall display may not do this: it takes analytics.violations.manage."),
    ForbiddenError("X-Analytics-CSRF is missing.", code="csrf"),
    NotFoundError("There is no such thing."),
    ConflictError("It is not in a state that allows this."),
    BodyTooLargeError("The body is larger than 2097152 bytes; send it in smaller parts."),
    InvalidInputError(
        "The input is not valid: limit: Input should be less than or equal to 500.",
        errors=[FieldError("limit", "Input should be less than or equal to 500")],
    ),
    RateLimitedError("Too many requests; come back in 12 s.", retry_after=12),
    TooBusyError("Too many requests are waiting for the database.", retry_after=1),
    UnavailableError(
        "The database does not answer; nothing was stored.", code="database_unavailable"
    ),
    UnavailableError(
        "The database took too long; narrow the question or try again.", code="database_timeout"
    ),
)


def add_problems(document: dict[str, Any]) -> None:
    """Name the errors of each operation that tells of problems at all."""
    document["components"]["examples"] = {error.code: _shown(error) for error in _ERRORS}
    for path, item in document["paths"].items():
        for method, operation in item.items():
            _name(operation, list(_codes(path, method, operation)))


def _shown(error: AppError) -> Mapping[str, Any]:
    return {"summary": f"{error.status} {error.code}", "value": told(error)}


def _name(operation: dict[str, Any], codes: list[str]) -> None:
    """Refer to the errors of these codes, each under the class of its status."""
    for error in _ERRORS:
        answer = operation["responses"].get(f"{error.status // 100}XX")
        if answer is not None and error.code in codes:
            examples = answer["content"][MEDIA_TYPE].setdefault("examples", {})
            examples[error.code] = {"$ref": f"#/components/examples/{error.code}"}


def _codes(path: str, method: str, operation: Mapping[str, Any]) -> Iterator[str]:
    yield from ("too_busy", "database_unavailable", "database_timeout")
    records = "analytics.sessions.ingest" in operation.get("x-permission", ())
    if "security" in operation:
        yield from ("unauthenticated", "forbidden")
        if method != "get":
            yield "csrf"
        if not records:
            yield "rate_limited"
    if "{" in path:
        yield "not_found"
    if operation.get("parameters") or operation.get("requestBody"):
        yield "invalid_input"
    if operation.get("requestBody"):
        yield "body_too_large"
    if method != "get":
        yield "conflict"
