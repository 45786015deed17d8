"""Query parameters: what would be left out in silence, misspelt or said twice, is refused."""

from collections import Counter
from typing import get_args, get_origin

from fastapi import Request
from fastapi.dependencies.utils import get_flat_params
from fastapi.routing import APIRoute

from shared.errors import FieldError
from shared.http.problems import invalid

ANY_QUERY = {"x-any-query": True}
"""The ``openapi_extra`` of a page, whose query is for its script to read."""

_TWICE = "is given more than once, and takes one value"


async def refuse_unclear_parameters(request: Request) -> None:
    """Raise unless the route knows every query parameter, and takes as many values of each.

    Raises:
        InvalidInputError: naming those that it does not know, and those that it takes once.
    """
    route = request.scope.get("route")
    if not request.scope["query_string"] or not isinstance(route, APIRoute):
        return
    if route.openapi_extra == ANY_QUERY:
        return
    takes_many = {
        field.alias: _takes_many(field.field_info.annotation)
        for field in get_flat_params(route.dependant)
    }
    given = Counter(name for name, _ in request.query_params.multi_items())
    wrong = [
        FieldError(name, _TWICE if name in takes_many else "is no parameter of this endpoint")
        for name, times in given.items()
        if not takes_many.get(name, False) and (times > 1 or name not in takes_many)
    ]
    if wrong:
        raise invalid(wrong)


def _takes_many(annotation: object) -> bool:
    """Whether what is declared so is a list, or a list if it is given."""
    return any(get_origin(one) is list for one in (annotation, *get_args(annotation)))
