"""Default deny: no route of any function is open by oversight."""

from pathlib import Path

import pytest

from functions.api.routes.dashboard import VIEWS
from functions.ingest_session.webhooks import TokenInPath
from infra.openapi import dependencies_of, routes_of
from shared.http.authentication import Requires
from shared.http.callers import CallerOf

FUNCTIONS = sorted(path.parent.name for path in Path("functions").glob("*/main.py"))

PUBLIC = {
    "/",
    "/api/v1/openapi.json",
    "/api/v1/session",
    "/docs",
    "/docs/{asset}",
    "/health/live",
    "/health/ready",
    "/health/startup",
    "/icon.svg",
    "/openapi.json",
    "/redoc",
    "/assets/{name}",
    *(f"/{view}{rest}" for view in VIEWS for rest in ("", "/{rest}")),
}


def test_there_are_six_functions() -> None:
    assert len(FUNCTIONS) == 6


@pytest.mark.parametrize("function", FUNCTIONS)
def test_every_route_says_who_may_call_it(function: str) -> None:
    unguarded = {
        route.path_format
        for _, route in routes_of(function)
        if not any(
            isinstance(guard, Requires | CallerOf | TokenInPath)
            for guard in dependencies_of(route.dependant)
        )
    }
    assert unguarded <= PUBLIC


def test_only_what_concerns_callers_themselves_takes_no_permission() -> None:
    open_to_all = {
        (*sorted(route.methods or ()), route.path_format)
        for function in FUNCTIONS
        for _, route in routes_of(function)
        for guard in dependencies_of(route.dependant)
        if isinstance(guard, Requires) and not guard.any_of
    }
    assert open_to_all == {
        ("GET", "/api/v1/session"),
        ("DELETE", "/api/v1/session"),
        ("GET", "/api/v1/sign-ins"),
        ("DELETE", "/api/v1/sign-ins"),
        ("DELETE", "/api/v1/sign-ins/{sign_in_id}"),
    }


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_route_for_scheduler_and_queue_takes_a_token_of_its_own_function(function: str) -> None:
    guards = {
        guard.function
        for _, route in routes_of(function)
        for guard in dependencies_of(route.dependant)
        if isinstance(guard, CallerOf)
    }
    assert guards <= {function}
