"""Scheduler and task queue as callers: proven by a shared secret or by Google's ID tokens."""

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Annotated, Any

import jwt
from fastapi import Depends, Header, Request
from google.auth.exceptions import GoogleAuthError
from google.auth.transport import requests as google_requests
from google.oauth2 import id_token

from shared.errors import UnauthenticatedError
from shared.http.context import Ctx
from shared.settings import Settings
from shared.tasks.caller import ALGORITHM, ISSUER

_BEARER = "bearer "

# The library leaves its parameters untyped.
_Verify = Callable[..., Mapping[str, Any]]


class CallerOf:
    """A dependency that lets only the scheduler and the task queue through to a function.

    What anybody may reach is behind no platform's check: there, iam mode checks as oidc mode does.
    """

    def __init__(self, function: str, *, is_public: bool = False) -> None:
        self.function = function
        self.is_public = is_public

    async def __call__(self, request: Request, context: Ctx) -> None:
        """Check who calls.

        Raises:
            UnauthenticatedError: it is neither.
        """
        header = request.headers.get("authorization", "")
        token = header[len(_BEARER) :] if header.lower().startswith(_BEARER) else ""
        current = context.settings
        try:
            match current.analytics_caller_auth:
                case "hmac":
                    _check_own(token, self.function, current)
                case "iam" if not self.is_public:
                    _check_account(_stripped_claims(token, current), current)
                case "oidc" | "iam":
                    _check_account(await asyncio.to_thread(_google_claims, token, current), current)
        except (jwt.PyJWTError, GoogleAuthError, ValueError) as error:
            raise UnauthenticatedError(
                f"Only the scheduler and the task queue may call this: {error}."
            ) from error


def _check_own(token: str, function: str, current: Settings) -> None:
    secret = current.analytics_caller_secret
    if secret is None:
        raise ValueError("no secret is set")
    jwt.decode(
        token,
        secret.get_secret_value(),
        algorithms=[ALGORITHM],
        audience=function,
        issuer=ISSUER,
        options={"require": ["exp", "aud", "iss"]},
    )


def _google_claims(token: str, current: Settings) -> Mapping[str, Any]:
    audience = current.analytics_caller_audience
    if audience is None:
        raise ValueError("ANALYTICS_CALLER_AUDIENCE is missing")
    verify: _Verify = vars(id_token)["verify_oauth2_token"]
    return verify(token, google_requests.Request(), audience=audience)


def _stripped_claims(token: str, current: Settings) -> Mapping[str, Any]:
    """Read claims that Cloud Run has checked; it removes the signature afterwards."""
    return jwt.decode(
        token,
        audience=current.analytics_caller_audience,
        options={
            "verify_signature": False,
            "verify_exp": True,
            "verify_aud": current.analytics_caller_audience is not None,
        },
    )


def _check_account(claims: Mapping[str, Any], current: Settings) -> None:
    if claims.get("email_verified") is not True:
        raise ValueError("the token names no verified account")
    if claims.get("email") not in current.analytics_caller_accounts:
        raise ValueError("its account is not among ANALYTICS_CALLER_ACCOUNTS")


async def schedule_time(
    context: Ctx, x_cloudscheduler_scheduletime: Annotated[datetime | None, Header()] = None
) -> datetime:
    """Return when the run was planned, the same over retries; now, if somebody else asks."""
    planned = x_cloudscheduler_scheduletime
    if planned is not None and planned.tzinfo is not None:
        return planned
    return context.now()


ScheduleTime = Annotated[datetime, Depends(schedule_time)]
