"""What describes the api: the OpenAPI document and Swagger UI.

Everything is served from here, so that it works, and loads nothing from anywhere, on a machine
without internet.
"""

from importlib.util import find_spec
from pathlib import Path

from fastapi import APIRouter
from fastapi.responses import FileResponse, Response

from functions.api.openapi import DOCUMENT_PATH
from shared.errors import NotFoundError

router = APIRouter(include_in_schema=False)

_STATIC = Path(__file__).parents[1] / "static"


def _bundled() -> Path:
    """Find the files of Swagger UI, without running the package that carries them."""
    spec = find_spec("fastapi_offline")
    if spec is None or spec.origin is None:
        raise RuntimeError("fastapi-offline is missing: install what requirements.lock names")
    return Path(spec.origin).with_name("static")


_BUNDLED = _bundled()

_ASSETS = {
    "favicon.png": _BUNDLED,
    "pages.css": _STATIC,
    "start.js": _STATIC,
    "swagger-ui-bundle.js": _BUNDLED,
    "swagger-ui.css": _BUNDLED,
}

_PAGE_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self';"
    " img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none';"
    " frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
_ASSET_HEADERS = {"Cache-Control": "public, max-age=3600", "X-Content-Type-Options": "nosniff"}


@router.get("/openapi.json", summary="The OpenAPI document")
@router.get("/api/v1/openapi.json", summary="The OpenAPI document")
async def openapi() -> Response:
    """Give the document, OpenAPI 3.1, as it is committed."""
    return FileResponse(DOCUMENT_PATH, media_type="application/json", headers=_ASSET_HEADERS)


@router.get("/docs", summary="Swagger UI")
async def docs() -> Response:
    """Show every request, with a form to try it."""
    return FileResponse(_STATIC / "docs.html", headers=_PAGE_HEADERS)


@router.get("/docs/{asset}", summary="A file of Swagger UI")
async def docs_asset(asset: str) -> Response:
    """Give one of the files that the pages consist of; no other can be asked for."""
    if asset not in _ASSETS:
        raise NotFoundError("There is no such file.")
    return FileResponse(_ASSETS[asset] / asset, headers=_ASSET_HEADERS)
