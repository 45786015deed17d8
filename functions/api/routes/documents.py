"""What describes the api: the OpenAPI document, Swagger UI, and the page at the root.

Everything is served from here, so that it works, and loads nothing from anywhere, on a machine
without internet.
"""

import json
from functools import cache
from pathlib import Path

from fastapi import APIRouter
from fastapi.responses import FileResponse, JSONResponse, Response
from swagger_ui_bundle import swagger_ui_path

from functions.api.openapi import DOCUMENT_PATH, as_openapi_3_0
from shared.errors import NotFoundError

router = APIRouter(include_in_schema=False)

_STATIC = Path(__file__).parents[1] / "static"
_SWAGGER = Path(swagger_ui_path)

_ASSETS = {
    "favicon-32x32.png": _SWAGGER,
    "pages.css": _STATIC,
    "start.js": _STATIC,
    "swagger-ui-bundle.js": _SWAGGER,
    "swagger-ui.css": _SWAGGER,
}

_PAGE_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self';"
    " img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none';"
    " frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
_ASSET_HEADERS = {"Cache-Control": "public, max-age=3600", "X-Content-Type-Options": "nosniff"}


@router.get("/", summary="Where to go from here")
async def home() -> Response:
    """Greet who opens the address in a browser."""
    return FileResponse(_STATIC / "home.html", headers=_PAGE_HEADERS)


@router.get("/openapi.json", summary="The OpenAPI document")
@router.get("/api/v1/openapi.json", summary="The OpenAPI document")
async def openapi() -> Response:
    """Give the document, OpenAPI 3.1, as it is committed."""
    return FileResponse(DOCUMENT_PATH, media_type="application/json", headers=_ASSET_HEADERS)


@router.get("/docs", summary="Swagger UI")
async def docs() -> Response:
    """Show every request, with a form to try it."""
    return FileResponse(_STATIC / "docs.html", headers=_PAGE_HEADERS)


@router.get("/docs/openapi-3.0.json", summary="The document as Swagger UI reads it")
async def older_openapi() -> Response:
    """Give the document in the form of OpenAPI 3.0."""
    return JSONResponse(_older_document(), headers=_ASSET_HEADERS)


@router.get("/docs/{asset}", summary="A file of Swagger UI")
async def docs_asset(asset: str) -> Response:
    """Give one of the files that the pages consist of; no other can be asked for."""
    if asset not in _ASSETS:
        raise NotFoundError("There is no such file.")
    return FileResponse(_ASSETS[asset] / asset, headers=_ASSET_HEADERS)


@cache
def _older_document() -> object:
    return as_openapi_3_0(json.loads(DOCUMENT_PATH.read_text("utf-8")))
