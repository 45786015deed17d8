"""What may be done at a path: refused with all that may be, as RFC 9110 asks (15.5.6).

A router names the methods of the first route that fits a path, though others fit it too; and
where a path without parameters lies beside one with, as `/rules/import` beside `/rules/{rule_id}`,
a method that the first lacks would be answered by the second, about a rule called "import".
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.routing import APIRoute, RouteContext, iter_route_contexts
from starlette.exceptions import HTTPException


class Methods:
    """Knows which methods each path of an app takes.

    Args:
        app: whose routes are looked at when the first request needs them.
    """

    def __init__(self, app: FastAPI) -> None:
        self._app = app

    def of(self, path: str) -> list[str]:
        """Return the methods of a path, sorted; of its own, where it has no parameters."""
        own = self._by_path.get(path)
        if own is not None:
            return sorted(own)
        return sorted({m for fits, methods in self._by_pattern if fits(path) for m in methods})

    def takes(self, path: str, method: str) -> bool:
        """Return whether a path without parameters takes a method; one with is its route's."""
        own = self._by_path.get(path)
        return own is None or method in own

    @cached_property
    def _routes(self) -> list[RouteContext]:
        contexts = iter_route_contexts(self._app.routes)
        return [context for context in contexts if isinstance(context.original_route, APIRoute)]

    @cached_property
    def _by_path(self) -> Mapping[str, set[str]]:
        found: dict[str, set[str]] = defaultdict(set)
        for route in self._routes:
            if route.path_format and "{" not in route.path_format:
                found[route.path_format] |= route.methods or set()
        return dict(found)

    @cached_property
    def _by_pattern(self) -> list[tuple[Callable[[str], object], Iterable[str]]]:
        return [(route.path_regex.match, route.methods or ()) for route in self._routes]


def allowed(request: Request) -> list[str]:
    """Return the methods that the path of a request takes, for ``Allow``."""
    methods: Methods = request.app.state.methods
    return methods.of(request.scope["path"])


async def refuse_other_methods(request: Request) -> None:
    """Raise where a path without parameters was taken for one with.

    Raises:
        HTTPException: 405.
    """
    methods: Methods = request.app.state.methods
    if not methods.takes(request.scope["path"], request.method):
        raise HTTPException(HTTPStatus.METHOD_NOT_ALLOWED)
