"""The dashboard: files that were built from `dashboard/`, and one page for all of its addresses.

Which view is shown is the page's business, so that each of its addresses gives the same page. Where
nothing was built, the page at the root leads to what there is instead.
"""

from pathlib import Path

from fastapi import APIRouter
from fastapi.responses import FileResponse, Response

from functions.api.browsers import file_headers, page_headers
from shared.errors import NotFoundError
from shared.http.context import Ctx
from shared.http.parameters import ANY_QUERY
from shared.schemas.world_map import TILE_SERVERS, TileServer

BUILT = Path(__file__).parents[3] / "dashboard" / "dist"
_PLAIN = Path(__file__).parents[1] / "static" / "home.html"

# The first part of every address of dashboard/src/pages.ts but the root.
VIEWS = (
    "history",
    "library",
    "live-tv",
    "map",
    "me",
    "media",
    "music",
    "settings",
    "sharing",
    "statistics",
    "users",
)

router = APIRouter(include_in_schema=False)

# A file whose content changes gets another name.
_ASSET_HEADERS = file_headers("public, max-age=31536000, immutable")


async def show(context: Ctx) -> Response:
    """Give the page that shows all views, or what leads to the documentation."""
    built = BUILT / "index.html"
    policy = _policy(TILE_SERVERS[context.settings.analytics_map_tiles])
    headers = page_headers(policy, cache="no-cache")
    return FileResponse(built if built.is_file() else _PLAIN, headers=headers)


for path in ("/", *(f"/{view}{rest}" for view in VIEWS for rest in ("", "/{rest:path}"))):
    router.add_api_route(path, show, openapi_extra=ANY_QUERY)


@router.get("/icon.svg")
async def icon() -> Response:
    """Give the picture in the browser's tab."""
    return _file("icon.svg", file_headers())


@router.get("/assets/{name}")
async def asset(name: str) -> Response:
    """Give a script, style or font of the page; nothing else can be asked for."""
    return _file(f"assets/{name}", _ASSET_HEADERS)


def _policy(tiles: TileServer | None) -> str:
    """Return what a page may load: what is here, and tiles of the map only where they are wanted."""
    images = "'self' data:" if tiles is None else f"'self' data: {tiles.origin}"
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self';"
        f" img-src {images}; connect-src 'self'; base-uri 'none'; form-action 'self';"
        " frame-ancestors 'none'"
    )


def _file(name: str, headers: dict[str, str]) -> Response:
    path = (BUILT / name).resolve()
    if not path.is_relative_to(BUILT.resolve()) or not path.is_file():
        raise NotFoundError("There is no such file.")
    return FileResponse(path, headers=headers)
