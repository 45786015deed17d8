"""Who is calling: an API key of ours, or a token of the host's."""

import asyncio
import time
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, cast
from uuid import UUID

import jwt

from shared.clock import utc_now
from shared.domain.keys import PREFIX, is_api_key, key_digest
from shared.domain.permissions import ROLE_PERMISSIONS, Caller, Permission, Role
from shared.errors import UnauthenticatedError
from shared.settings import Settings
from shared.store import access as store
from shared.store.database import Connection, Database

# A revoked key may work this much longer: the price of not asking the database each time.
REMEMBERED_SECONDS = 10.0
MAX_REMEMBERED = 10_000


class Access:
    """Turns a bearer token into a caller, and remembers for a few seconds."""

    def __init__(self, settings: Settings, database: Database) -> None:
        self._settings = settings
        self._database = database
        self._remembered: dict[bytes, tuple[float, Caller]] = {}
        url = settings.revenge_jwt_jwks_url
        self._jwks = None if url is None else jwt.PyJWKClient(url, timeout=5)

    async def authenticate(self, token: str | None) -> Caller:
        """Return who the bearer of a token is.

        Raises:
            UnauthenticatedError: nobody known, or not any more.
        """
        if not token:
            raise UnauthenticatedError(
                "Send an API key or a token of the host's: Authorization: Bearer <key>."
            )
        if token.startswith(PREFIX):
            return await self._by_key(token)
        return await self._by_host_token(token)

    async def _by_key(self, key: str) -> Caller:
        digest = key_digest(key)
        seen_at, caller = self._remembered.get(digest, (0.0, None))
        if caller is not None and time.monotonic() - seen_at < REMEMBERED_SECONDS:
            return caller
        if not is_api_key(key):
            raise UnauthenticatedError("This is no API key: its checksum does not hold.")

        async def find(connection: Connection) -> Caller | None:
            return await store.find_caller(connection, digest, now=utc_now())

        caller = await self._database.run(find)
        if caller is None:
            self._remembered.pop(digest, None)
            raise UnauthenticatedError("This API key is unknown, revoked or expired.")
        if len(self._remembered) >= MAX_REMEMBERED:
            self._remembered.clear()
        self._remembered[digest] = (time.monotonic(), caller)
        return caller

    async def _by_host_token(self, token: str) -> Caller:
        """Check a JWT: HS256 with the shared secret, or RS256 with a key of the host's set."""
        try:
            key, algorithm = await self._host_key(token)
            claims = jwt.decode(
                token,
                key,
                algorithms=[algorithm],
                audience=self._settings.revenge_jwt_audience,
                options={
                    "require": ["exp", "sub"],
                    "verify_aud": self._settings.revenge_jwt_audience is not None,
                },
                leeway=timedelta(seconds=30),
            )
            return _caller_of(claims)
        except (jwt.PyJWTError, ValueError) as error:
            raise UnauthenticatedError(f"This token is not accepted: {error}.") from error

    async def _host_key(self, token: str) -> tuple[Any, str]:
        """Choose the key by our settings, never by what the token says of its algorithm."""
        if self._jwks is not None and jwt.get_unverified_header(token).get("alg") == "RS256":
            signing = await asyncio.to_thread(self._jwks.get_signing_key_from_jwt, token)
            return signing.key, "RS256"
        if self._settings.revenge_jwt_secret is not None:
            return self._settings.revenge_jwt_secret.get_secret_value(), "HS256"
        raise jwt.InvalidTokenError("no kind of host token is set up for it")


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
