"""What describes the api: the OpenAPI document, Swagger UI and Redoc.

Everything is served from here, so that it works, and loads nothing from anywhere, on a machine
without internet.
"""

from functools import cache
from importlib.util import find_spec
from pathlib import Path

from fastapi import APIRouter
from fastapi.responses import FileResponse, Response

from functions.api.browsers import file_headers, page_headers
from functions.api.openapi import DOCUMENT_PATH
from shared.errors import NotFoundError

router = APIRouter(include_in_schema=False)

_STATIC = Path(__file__).parents[1] / "static"


def _bundled() -> Path:
    """Find the files of Swagger UI and Redoc, without running the package that carries them."""
    spec = find_spec("fastapi_offline")
    if spec is None or spec.origin is None:
        raise RuntimeError("fastapi-offline is missing: install what requirements.lock names")
    return Path(spec.origin).with_name("static")


_BUNDLED = _bundled()

_ASSETS = {
    "favicon.png": _BUNDLED,
    "pages.css": _STATIC,
    "reference.js": _STATIC,
    "start.js": _STATIC,
    "swagger-ui-bundle.js": _BUNDLED,
    "swagger-ui.css": _BUNDLED,
}

REDOC = "redoc.standalone.js"
# The logo that Redoc would fetch from its makers, and what it gets instead.
_LOGO = b"https://cdn.redoc.ly/redoc/logo-mini.svg"
_OWN_LOGO = b"/docs/favicon.png"

# What Redoc puts into style elements: nothing, to be filled through the DOM, which no policy
# hinders, and the one sheet of the scroll bar that it carries.
_REDOC_STYLES = (
    "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='"
    " 'sha256-QMIg+bpjm3JdElJ388KYke01izlUW0UoNOeKjpMxdgc='"
)


def _policy(styles: str = "", workers: str = "'none'") -> str:
    return (
        f"default-src 'none'; script-src 'self'; style-src 'self' {styles}; worker-src {workers};"
        " img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none';"
        " frame-ancestors 'none'"
    )


_PAGE_HEADERS = page_headers(_policy())
# Its search runs in a worker that is made from the script itself.
_REDOC_HEADERS = page_headers(_policy(_REDOC_STYLES, workers="blob:"))
_ASSET_HEADERS = file_headers()


@router.get("/openapi.json", summary="The OpenAPI document")
@router.get("/api/v1/openapi.json", summary="The OpenAPI document")
async def openapi() -> Response:
    """Give the document, OpenAPI 3.1, as it is committed."""
    return FileResponse(DOCUMENT_PATH, media_type="application/json", headers=_ASSET_HEADERS)


@router.get("/docs", summary="Swagger UI")
async def docs() -> Response:
    """Show every request, with a form to try it."""
    return FileResponse(_STATIC / "docs.html", headers=_PAGE_HEADERS)


@router.get("/redoc", summary="Redoc")
async def redoc() -> Response:
    """Show every request, to be read."""
    return FileResponse(_STATIC / "reference.html", headers=_REDOC_HEADERS)


@router.get("/docs/{asset}", summary="A file of Swagger UI or Redoc")
async def docs_asset(asset: str) -> Response:
    """Give one of the files that the pages consist of; no other can be asked for."""
    if asset == REDOC:
        return Response(_redoc(), media_type="text/javascript", headers=_ASSET_HEADERS)
    if asset not in _ASSETS:
        raise NotFoundError("There is no such file.")
    return FileResponse(_ASSETS[asset] / asset, headers=_ASSET_HEADERS)


@cache
def _redoc() -> bytes:
    """Return Redoc, asking nobody else for anything."""
    return (_BUNDLED / REDOC).read_bytes().replace(_LOGO, _OWN_LOGO)
