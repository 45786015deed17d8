"""Errors on their way out: every one becomes problem+json (RFC 9457), in this one place."""

import json
import logging
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from starlette.exceptions import HTTPException

from shared.errors import AppError, FieldError, InvalidInputError
from shared.http.methods import allowed
from shared.schemas.problems import Problem, problem, to_field_errors

MEDIA_TYPE = "application/problem+json"

# What any endpoint may answer, for the OpenAPI document.
PROBLEMS: dict[int | str, dict[str, Any]] = {
    "4XX": {"model": Problem, "description": "The request was not carried out."},
    "5XX": {"model": Problem, "description": "The service could not do it; nothing was stored."},
}

_log = logging.getLogger(__name__)
_CARRIERS = ("body", "query", "path", "header")


def install(app: FastAPI) -> None:
    """Answer every error of the app with a problem."""
    app.add_exception_handler(AppError, _on_app_error)
    app.add_exception_handler(RequestValidationError, _on_invalid_request)
    app.add_exception_handler(HTTPException, _on_http_exception)
    app.add_exception_handler(Exception, _on_surprise)


def told(error: AppError) -> dict[str, Any]:
    """Return the problem as a mapping, for an answer that holds several or more than that."""
    return problem(error, HTTPStatus(error.status).phrase).model_dump(exclude_none=True)


def respond(error: AppError, **members: object) -> Response:
    """Return the answer that tells of an error.

    Args:
        error: what went wrong.
        members: what the problem says besides, as RFC 9457 lets it.
    """
    return Response(
        json.dumps(told(error) | members),
        status_code=error.status,
        headers=dict(error.headers()),
        media_type=MEDIA_TYPE,
    )


def invalid(errors: list[FieldError]) -> InvalidInputError:
    """Return the error for input of which these fields are wrong."""
    named = "; ".join(f"{error.field}: {error.message}" for error in errors[:5])
    return InvalidInputError(f"The input is not valid: {named}.", errors=errors)


def refused(error: RequestValidationError) -> InvalidInputError:
    """Return the error for a request that does not fit its route."""
    return invalid(to_field_errors(error.errors(), skip=_CARRIERS))


async def _on_app_error(_: Request, error: Exception) -> Response:
    if not isinstance(error, AppError):
        raise error
    return respond(error)


async def _on_invalid_request(_: Request, error: Exception) -> Response:
    if not isinstance(error, RequestValidationError):
        raise error
    return respond(refused(error))


async def _on_http_exception(request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    as_ours = AppError(str(error.detail), code=HTTPStatus(error.status_code).name.lower())
    as_ours.status = error.status_code
    response = respond(as_ours)
    response.headers.update(error.headers or {})
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        response.headers["Allow"] = ", ".join(allowed(request))
    return response


async def _on_surprise(request: Request, error: Exception) -> Response:
    # The route's template and never the path: that of a webhook holds its token.
    route = getattr(request.scope.get("route"), "path", "an unknown path")
    _log.error("%s %s failed", request.method, route, exc_info=error)
    return respond(
        AppError("Something went wrong on our side; it has been logged. Please try again.")
    )
