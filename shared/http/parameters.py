"""Query parameters: unknown ones are refused, so that a misspelt filter is not left out."""

from fastapi import Request
from fastapi.dependencies.utils import get_flat_params
from fastapi.routing import APIRoute

from shared.errors import FieldError
from shared.http.problems import invalid

ANY_QUERY = {"x-any-query": True}
"""The ``openapi_extra`` of a page, whose query is for its script to read."""


async def refuse_unknown_parameters(request: Request) -> None:
    """Raise unless the route knows every query parameter of the request.

    Raises:
        InvalidInputError: naming those that it does not know.
    """
    route = request.scope.get("route")
    if not request.scope["query_string"] or not isinstance(route, APIRoute):
        return
    if route.openapi_extra == ANY_QUERY:
        return
    known = {field.alias for field in get_flat_params(route.dependant)}
    unknown = [name for name in request.query_params if name not in known]
    if unknown:
        raise invalid([FieldError(name, "is no parameter of this endpoint") for name in unknown])
