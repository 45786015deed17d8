"""Who may use a route: declared on it, and denied where nothing is declared."""

from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from shared.domain.permissions import Caller, Permission
from shared.errors import ForbiddenError
from shared.http.context import Ctx

_bearer = HTTPBearer(
    auto_error=False,
    scheme_name="key",
    description="An API key (rva_...) or a token of the host's.",
)


class Requires:
    """A dependency that lets a caller with the permission through and returns the caller."""

    def __init__(self, permission: Permission) -> None:
        self.permission = permission

    async def __call__(
        self,
        request: Request,
        context: Ctx,
        credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],
    ) -> Caller:
        """Return the caller.

        Raises:
            UnauthenticatedError: nobody known is calling.
            ForbiddenError: the caller lacks the permission.
        """
        caller = await context.access.authenticate(
            None if credentials is None else credentials.credentials
        )
        if not caller.may(self.permission):
            raise ForbiddenError(
                f"{caller.name} may not do this: it takes {self.permission.value}."
            )
        request.state.caller = caller
        return caller
