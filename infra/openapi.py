"""Write the OpenAPI document from the routes: ``python -m infra.openapi``.

One document describes what is public of all functions, since callers see one address. What only
the scheduler and the task queue call is left out.
"""

import importlib
import json
import os
import sys
from collections.abc import Iterator
from typing import Any, cast

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute, RouteContext, iter_route_contexts

from functions.api.openapi import DOCUMENT_PATH
from infra.examples import add_examples
from infra.problem_examples import add_problems
from shared.http.authentication import Requires
from shared.http.cookies import CSRF_HEADER, CSRF_VALUE, PLAIN_NAME, SECURE_NAME
from shared.http.problems import MEDIA_TYPE
from shared.http.service import Service

PUBLIC_FUNCTIONS = ("ingest_session", "api")

# A function starts with settings that hold, though describing it uses none of them.
_SETTINGS = {
    "REVENGE_DATABASE_URL": "postgresql://nobody@localhost/none",
    "ANALYTICS_CALLER_AUTH": "hmac",
    "ANALYTICS_CALLER_SECRET": "not a secret: nothing is served " + "-" * 8,
}

# In the order in which a reader wants them.
_TAGS = {
    "ingest": "What playback services and media servers tell: sessions, people, libraries.",
    "sessions": "What plays and what played: listed, shown, ended, followed live.",
    "violations": "What rules found: the evidence, and the verdict on it.",
    "trust": "Scores that violations lower, the ledger behind them, and what is trusted anyway.",
    "users": "People: their accounts, devices and networks; merged, split and archived.",
    "networks": "What is said of networks, over what databases of places say.",
    "households": "Where people are at home, and how much somebody seems to share.",
    "actions": "What follows from violations: warnings, ended streams, locked accounts.",
    "rules": "What is looked for, and what a rule would have found in the past.",
    "bulk": "One deed to many things, tried first if wanted, and taken back where that is possible.",
    "map": "Where things play, as GeoJSON.",
    "statistics": "Plays, watch time, devices, places and habits, over any time.",
    "reports": "Days, weeks, months and years as they were, of the server and of each person.",
    "libraries": "What libraries hold, what of it is watched, and what is amiss.",
    "integrations": "What Home Assistant, Homepage, Homarr and others read, in their own terms.",
    "notifications": "Where alerts go, and whether they arrived.",
    "sign-in": "Browsers that are signed in, by a cookie.",
    "keys": "API keys: made, rotated and revoked; shown once.",
    "sources": "Media servers that are asked, and the addresses that they send webhooks to.",
    "privacy": "All that is kept of a person, exported or erased.",
    "audit": "Every administrative act, in a chain that shows whether it was tampered with.",
    "system": "Settings in force, and how the installation does.",
    "health": "For orchestrators and Prometheus.",
}

_PROBLEMS = ("4XX", "5XX")
_SCHEMES = {
    "key": {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "rva_...",
        "description": "An API key: made at `/api/v1/admin/keys`, and shown once.",
    },
    "token": {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT",
        "description": "A token of the host's: HS256 by its secret, or RS256 by its key set.",
    },
    "cookie": {
        "type": "apiKey",
        "in": "cookie",
        "name": SECURE_NAME,
        "description": "Who is signed in with a browser (`POST /api/v1/session`). Where"
        f" `ANALYTICS_PUBLIC_URL` begins with `http://` it is called `{PLAIN_NAME}`.",
    },
    "csrf": {
        "type": "apiKey",
        "in": "header",
        "name": CSRF_HEADER,
        "description": f"Always `{CSRF_VALUE}`. With the cookie, for whatever changes something:"
        " no other site's page can send it.",
    },
}
_DESCRIPTION = """\
Analytics, live monitoring and account-sharing detection for a media server.

Authenticate with an API key (`rva_...`) or a token of the host's:
`Authorization: Bearer <key>`; a browser signs in once and has a cookie from then on. Each request names the permission it takes (`x-permission`).
Lists answer `{"data": [...], "page": {...}}` and are walked by `page.next_cursor`; with
`format=csv` or `format=ndjson` they, and tables of statistics, are a file of all rows. Errors are
problem details (RFC 9457). Times are RFC 3339 with an offset; query parameters that an endpoint
does not know are refused.
"""


def app_of(function: str) -> FastAPI:
    """Return the app that a function serves; nothing is opened for it."""
    module = importlib.import_module(f"functions.{function}.main")
    return next(value.app for value in vars(module).values() if isinstance(value, Service))


def routes_of(function: str) -> Iterator[tuple[RouteContext, APIRoute]]:
    """Yield the routes of a function, each as it is included and as it was declared.

    Raises:
        TypeError: one is no API route, so that nothing is known of who may call it.
    """
    for context in iter_route_contexts(app_of(function).routes):
        if not isinstance(context.original_route, APIRoute):
            raise TypeError(f"{function}: {context.original_route} is no API route")
        yield context, context.original_route


def dependencies_of(dependant: Dependant) -> Iterator[object]:
    """Yield what a route depends on, directly or not."""
    yield dependant.call
    for inner in dependant.dependencies:
        yield from dependencies_of(inner)


def build() -> dict[str, Any]:
    """Return the document."""
    public = {
        (route.path_format, *sorted(route.methods or ())): (context, route)
        for function in PUBLIC_FUNCTIONS
        for context, route in routes_of(function)
        if route.include_in_schema
    }
    document = get_openapi(
        title="Revenge Analytics",
        version="1",
        description=_DESCRIPTION,
        tags=[{"name": name, "description": text} for name, text in _TAGS.items()],
        routes=[context for context, _ in public.values()],
    )
    for _, route in public.values():
        for method in route.methods or ():
            operation = document["paths"][route.path_format][method.lower()]
            _complete(operation, route, changes=method != "GET")
    _require_tags(document)
    document["components"]["securitySchemes"] = _SCHEMES
    add_examples(document)
    add_problems(document)
    return document


def text() -> str:
    """Return the document as it is committed."""
    return json.dumps(build(), indent=2, ensure_ascii=False) + "\n"


def _complete(operation: dict[str, Any], route: APIRoute, *, changes: bool) -> None:
    """Say what FastAPI does not know: a short id, the permission, and what problems are."""
    operation["operationId"] = route.name
    requirements = [d for d in dependencies_of(route.dependant) if isinstance(d, Requires)]
    permissions = sorted(p.value for requirement in requirements for p in requirement.any_of)
    if requirements:
        by_cookie: dict[str, list[str]] = {"cookie": []} | ({"csrf": []} if changes else {})
        operation["security"] = [{"key": []}, {"token": []}, by_cookie]
        operation["x-permission"] = permissions
        named = " or ".join(f"`{permission}`" for permission in permissions) or "none; any caller"
        said = operation.get("description", operation["summary"])
        operation["description"] = f"{said}\n\nPermission: {named}."
    for status in _PROBLEMS:
        if status in operation["responses"]:
            content = cast("dict[str, Any]", operation["responses"][status]["content"])
            content[MEDIA_TYPE] = content.popitem()[1]


def _require_tags(document: dict[str, Any]) -> None:
    """Say that what tells one of several schemas from the others is never left out.

    A default of its own, which each has, does not make it so: without it nobody knows which is meant.
    """
    schemas = document["components"]["schemas"]
    for part in _parts(document):
        tag = part.get("discriminator", {})
        for reference in tag.get("mapping", {}).values():
            schema = schemas[reference.rpartition("/")[2]]
            required = schema.get("required", [])
            schema["required"] = [*required, *{tag["propertyName"]}.difference(required)]


def _parts(node: object) -> Iterator[dict[str, Any]]:
    """Yield all objects of a document."""
    if isinstance(node, dict):
        found = cast("dict[str, Any]", node)
        yield found
        node = list(found.values())
    if isinstance(node, list):
        for child in cast("list[object]", node):
            yield from _parts(child)


def main() -> int:
    """Write the document."""
    os.environ.update(_SETTINGS)
    DOCUMENT_PATH.write_text(text(), "utf-8")
    sys.stdout.write(f"{DOCUMENT_PATH} written\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
