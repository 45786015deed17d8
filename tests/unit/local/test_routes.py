import pytest

from infra.local.programs import FUNCTIONS
from infra.local.routes import read_routes

BASE = "/api/v1/analytics"
ROUTES = read_routes()


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", f"{BASE}/sessions"),
        ("POST", f"{BASE}/sessions?source=revenge"),
        ("PUT", f"{BASE}/sessions/0198f7a0"),
        ("POST", f"{BASE}/sessions/0198f7a0/stop"),
        ("POST", f"{BASE}/sessions/batch"),
        ("POST", f"{BASE}/webhooks/plex/secret"),
        ("POST", f"{BASE}/library/movies/scans"),
        ("PUT", f"{BASE}/users/0198f7a0"),
    ],
)
def test_what_media_servers_send_goes_to_ingest(method: str, path: str) -> None:
    assert ROUTES.function_for(method, path) == "ingest_session"


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/"),
        ("GET", f"{BASE}/sessions"),
        ("GET", f"{BASE}/sessions/batch"),
        ("HEAD", f"{BASE}/sessions"),
        ("DELETE", f"{BASE}/sessions/0198f7a0"),
        ("OPTIONS", f"{BASE}/sessions"),
        ("GET", f"{BASE}/users/0198f7a0"),
        ("POST", f"{BASE}/sessions/"),
        ("PUT", f"{BASE}/sessions/"),
        ("PUT", f"{BASE}/sessions/0198f7a0/notes"),
        ("POST", f"{BASE}/webhooks/plex"),
        ("POST", f"/other{BASE}/sessions"),
        ("POST", "/"),
    ],
)
def test_everything_else_goes_to_api(method: str, path: str) -> None:
    assert ROUTES.function_for(method, path) == "api"


def test_the_table_names_only_functions_that_run() -> None:
    named = {ROUTES.default, *(route.function for route in ROUTES.routes)}
    assert named <= set(FUNCTIONS)
