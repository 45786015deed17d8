"""Who may use a route: declared on it, and denied where nothing is declared."""

from collections.abc import Callable
from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from shared.domain.permissions import Caller, Permission
from shared.errors import ForbiddenError, UnauthenticatedError
from shared.http.addresses import client_address
from shared.http.allowance import demand_allowance
from shared.http.context import Context, Ctx
from shared.http.cookies import demand_own_page, find_secret

_bearer = HTTPBearer(
    auto_error=False,
    scheme_name="key",
    description="An API key (rva_...) or a token of the host's.",
)


class Requires:
    """A dependency that lets a caller with one of the permissions through and returns the caller.

    Without permissions: whoever is known. Requests are counted against the caller's limit, those of
    who records aside: what played and was refused would be lost.
    """

    def __init__(self, *any_of: Permission) -> None:
        self.any_of = any_of

    async def __call__(
        self,
        request: Request,
        context: Ctx,
        credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],
    ) -> Caller:
        """Return the caller.

        Raises:
            UnauthenticatedError: nobody known is calling.
            ForbiddenError: the caller has none of the permissions, or a browser was made to call by
                another site's page.
            RateLimitedError: the caller asks too often, or an address fails too often.
        """
        caller = await _find_caller(request, context, credentials)
        if Permission.SESSIONS_INGEST not in self.any_of:
            demand_allowance(request, await context.limits.request(caller))
        if self.any_of:
            demand(caller, *self.any_of)
        request.state.caller = caller
        return caller


class RequiresKeyFrom(Requires):
    """The same, where the key may also come in a place of its own, which then comes first.

    A query is kept by proxies, browsers and their histories: for callers that can send no header.

    Args:
        find: reads the key there, if there is one.
        any_of: permissions.
    """

    def __init__(self, find: Callable[[Request], str | None], *any_of: Permission) -> None:
        super().__init__(*any_of)
        self.find = find

    async def __call__(
        self,
        request: Request,
        context: Ctx,
        credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],
    ) -> Caller:
        """Return the caller, as ``Requires`` does."""
        if key := self.find(request):
            credentials = HTTPAuthorizationCredentials(scheme="Bearer", credentials=key)
        return await super().__call__(request, context, credentials)


def demand(caller: Caller, *any_of: Permission) -> None:
    """Insist on a permission that shows only while the request is carried out.

    Raises:
        ForbiddenError: the caller has none of these.
    """
    if not any(caller.may(permission) for permission in any_of):
        wanted = " or ".join(permission.value for permission in any_of)
        raise ForbiddenError(f"{caller.name} may not do this: it takes {wanted}.")


async def identify(request: Request, context: Context) -> Caller:
    """Return who calls, as it is now: for an answer that lasts.

    Raises:
        UnauthenticatedError: nobody known, or not any more.
    """
    return await _find_caller(request, context, await _bearer(request))


async def _find_caller(
    request: Request, context: Context, credentials: HTTPAuthorizationCredentials | None
) -> Caller:
    """Return who calls: by the header that it sends, or else by the cookie of a browser."""
    if credentials is not None:
        return await _find_bearer(request, context, credentials.credentials)
    secret = find_secret(request, context.settings)
    if secret is None:
        return await context.access.authenticate(None)
    demand_own_page(request, context.settings)
    return await context.access.by_sign_in(secret)


async def _find_bearer(request: Request, context: Context, token: str) -> Caller:
    """Return who bears a key or a token; those that open nothing are counted by address."""
    try:
        return await context.access.authenticate(token)
    except UnauthenticatedError:
        address = client_address(request, context.settings.analytics_trusted_proxies)
        demand_allowance(request, await context.limits.failure(address))
        raise
