"""Tokens of the host's: JWT by a shared secret (HS256), or by a key of its published set (RS256)."""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, cast
from uuid import UUID

import jwt

from shared.domain.permissions import ROLE_PERMISSIONS, Caller, Permission, Role
from shared.errors import UnauthenticatedError, UnavailableError
from shared.settings import Settings

FETCH_SECONDS = 5
# After a fetch that failed nobody waits for the next one: tokens get 503 at once for as long.
PAUSE_SECONDS = 10
LEEWAY = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class HostToken:
    """What a token says, and until when it is believed."""

    caller: Caller
    expires_at: datetime


class HostTokens:
    """Reads the host's tokens.

    Its key set is kept for five minutes. A key that is not in it has it fetched anew, at most
    every 30 seconds, so that keys rotate by themselves and made-up ones cost nothing.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        url = settings.revenge_jwt_jwks_url
        self._key_set = None if url is None else jwt.PyJWKClient(url, timeout=FETCH_SECONDS)
        self._asked_again_at = 0.0

    async def read(self, token: str) -> HostToken:
        """Return who shows a token, and until when.

        Raises:
            UnauthenticatedError: it is forged, has expired, or was made for somebody else.
            UnavailableError: the host's keys cannot be fetched.
        """
        try:
            key, algorithm = await self._key(token)
            claims = self._claims(token, key, algorithm)
            expires_at = datetime.fromtimestamp(claims["exp"], UTC) + LEEWAY
            return HostToken(_caller_of(claims), expires_at)
        except jwt.PyJWKClientConnectionError as error:
            self._asked_again_at = time.monotonic() + PAUSE_SECONDS
            raise _unreachable() from error
        except (jwt.PyJWTError, ValueError, OverflowError) as error:
            raise UnauthenticatedError(f"This token is not accepted: {error}.") from error

    async def _key(self, token: str) -> tuple[Any, str]:
        """Choose the key by our settings, never by what the token says of its algorithm."""
        if self._key_set is not None and jwt.get_unverified_header(token).get("alg") == "RS256":
            if time.monotonic() < self._asked_again_at:
                raise _unreachable()
            signing = await asyncio.to_thread(self._key_set.get_signing_key_from_jwt, token)
            return signing.key, "RS256"
        if self._settings.revenge_jwt_secret is not None:
            return self._settings.revenge_jwt_secret.get_secret_value(), "HS256"
        raise jwt.InvalidTokenError("no kind of host token is set up for it")

    def _claims(self, token: str, key: object, algorithm: str) -> Mapping[str, Any]:
        current = self._settings
        return jwt.decode(
            token,
            cast("Any", key),
            algorithms=[algorithm],
            audience=current.revenge_jwt_audience,
            issuer=current.revenge_jwt_issuer,
            options={
                "require": ["exp", "sub"],
                "verify_aud": current.revenge_jwt_audience is not None,
            },
            leeway=LEEWAY,
        )


def _unreachable() -> UnavailableError:
    return UnavailableError(
        "The host's keys cannot be fetched, so that its tokens cannot be checked.",
        code="host_keys_unavailable",
        retry_after=PAUSE_SECONDS,
    )


def _caller_of(claims: Mapping[str, Any]) -> Caller:
    """Read a host's claims: ``permissions`` (a list) if there are any, else ``role``."""
    subject = str(claims["sub"])
    named = claims.get("permissions")
    if isinstance(named, list):
        names = {str(name) for name in cast("list[object]", named)}
        granted = frozenset(permission for permission in Permission if permission in names)
    else:
        granted = ROLE_PERMISSIONS[Role(claims.get("role", Role.MEMBER))]
    try:
        user_id = UUID(subject)
    except ValueError:
        user_id = None
    return Caller(name=f"user:{subject}", permissions=granted, user_id=user_id)
