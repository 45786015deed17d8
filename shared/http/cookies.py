"""The cookie of who is signed in with a browser, and what makes a request by it safe.

A browser sends the cookie whoever made it ask, so that three things must hold for whatever changes
something (OWASP, Cross-Site Request Forgery Prevention): the cookie is SameSite=Strict; the request
carries a header that no other site's page can set without leave, which nobody gives; and what the
browser says of the page's origin, if it says it, is ours.
"""

from datetime import datetime
from typing import Literal
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response

from shared.errors import ForbiddenError
from shared.settings import Settings

# A browser takes a cookie of this name over TLS alone, from this host, for this host.
SECURE_NAME = "__Host-analytics"
PLAIN_NAME = "analytics"

CSRF_HEADER = "X-Analytics-CSRF"
CSRF_VALUE = "1"

_READING = ("GET", "HEAD", "OPTIONS")
_SAME_SITE: Literal["strict"] = "strict"


def find_secret(request: Request, settings: Settings) -> str | None:
    """Return the secret of the cookie that a browser sends, if it sends one that we take."""
    secret = request.cookies.get(SECURE_NAME)
    if secret is None and _is_plain(settings):
        secret = request.cookies.get(PLAIN_NAME)
    return secret or None


def set_secret(
    request: Request, response: Response, secret: str, *, until: datetime, settings: Settings
) -> None:
    """Have a browser keep the secret of a sign-in.

    The page's own word counts of whether it was loaded over TLS: in the cloud that ends before us.
    """
    plain = _is_plain(settings) and request.headers.get("origin", "").startswith("http://")
    response.set_cookie(
        PLAIN_NAME if plain else SECURE_NAME,
        secret,
        expires=until,
        path="/",
        secure=not plain,
        httponly=True,
        samesite=_SAME_SITE,
    )


def clear_secret(response: Response) -> None:
    """Have a browser forget the secret of a sign-in."""
    for name in (SECURE_NAME, PLAIN_NAME):
        secure = name == SECURE_NAME
        response.delete_cookie(name, path="/", secure=secure, httponly=True, samesite=_SAME_SITE)


def demand_own_page(request: Request, settings: Settings) -> None:
    """Insist that a request which changes something was made by a page of ours.

    Raises:
        ForbiddenError: it was not, or does not show it.
    """
    if request.method in _READING:
        return
    demand_own_origin(request, settings)
    if request.headers.get(CSRF_HEADER) != CSRF_VALUE:
        raise ForbiddenError(
            f"Who is signed in by cookie changes things with the header {CSRF_HEADER}:"
            f" {CSRF_VALUE}.",
            code="csrf",
        )


def demand_own_origin(request: Request, settings: Settings) -> None:
    """Insist that a request, if a page made it, was made by a page of ours.

    Raises:
        ForbiddenError: another site's page made it.
    """
    site = request.headers.get("sec-fetch-site")
    origin = request.headers.get("origin")
    foreign = site not in (None, "same-origin", "none")
    if foreign or (origin is not None and urlsplit(origin).netloc not in _hosts(request, settings)):
        raise ForbiddenError("A page of another site may not ask for this.", code="csrf")


def _hosts(request: Request, settings: Settings) -> set[str]:
    """Return what we are called: by the browser, by the proxy before us, and by our settings."""
    named = {request.headers.get("host", ""), request.headers.get("x-forwarded-host", "")}
    if settings.analytics_public_url is not None:
        named.add(urlsplit(settings.analytics_public_url).netloc)
    return named - {""}


def _is_plain(settings: Settings) -> bool:
    """Say whether people may reach us without TLS: only where our own address says so."""
    return (settings.analytics_public_url or "").startswith("http://")
