"""The dashboard as the api serves it: one page for all of its addresses, and its files alone."""

import re
from collections.abc import Callable

import pytest

from functions.api.routes.dashboard import BUILT, VIEWS
from tests.conftest import Function

NOBODY = {"Authorization": ""}

PAGES = (BUILT.parent / "src" / "pages.ts").read_text(encoding="utf-8")


def test_every_address_of_a_page_is_served() -> None:
    paths = re.findall(r'path: "/([a-z-]*)"', PAGES)
    assert {*VIEWS, ""} == set(paths)


@pytest.mark.parametrize("path", ["/", *(f"/{view}/of/something?view=own" for view in VIEWS)])
async def test_each_of_its_addresses_gives_the_page_to_anybody(api: Function, path: str) -> None:
    answer = await api.call("GET", path, headers=NOBODY)
    assert answer.status_code == 200
    assert "Revenge Analytics" in answer.text


@pytest.mark.parametrize("name", ["..%2findex.html", "%2e%2e%2f.sources", "none.js"])
async def test_no_file_beside_the_assets_can_be_asked_for(api: Function, name: str) -> None:
    assert (await api.call("GET", f"/assets/{name}", headers=NOBODY)).status_code == 404


@pytest.mark.parametrize(
    ("wanted", "images", "tiles"),
    [
        ("none", "'self' data:", None),
        (
            "osm",
            "'self' data: https://tile.openstreetmap.org",
            "https://tile.openstreetmap.org/{z}/{x}/{y}.png",
        ),
    ],
)
async def test_pictures_come_from_elsewhere_only_where_tiles_of_the_map_are_switched_on(
    functions: Callable[[str], Function],
    monkeypatch: pytest.MonkeyPatch,
    wanted: str,
    images: str,
    tiles: str | None,
) -> None:
    monkeypatch.setenv("ANALYTICS_MAP_TILES", wanted)
    api = functions("api")
    page = await api.call("GET", "/map", headers=NOBODY)
    assert f"; img-src {images}; " in page.headers["content-security-policy"]
    told = (await api.call("GET", "/api/v1/analytics/map")).json()["tiles"]
    assert (told and told["url"]) == tiles
