"""Signing in with a browser: a key or a token of the host's is shown once, a cookie from then on."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from shared.clock import utc_now
from shared.domain.keys import key_digest
from shared.domain.permissions import Caller
from shared.errors import NotFoundError
from shared.services.access import Proof
from shared.services.jobs import Counts
from shared.settings import Settings
from shared.store import access, limits
from shared.store import sign_ins as store
from shared.store.database import Connection, Database

SECRET_BYTES = 32
WINDOWS_KEPT = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Browser:
    """Who signs in, as far as it shows."""

    address: str | None
    client: str | None


@dataclass(frozen=True, slots=True)
class Started:
    """A sign-in that has begun; its secret is in the cookie, and nowhere else."""

    id: UUID
    secret: str
    expires_at: datetime


async def sign_in(
    connection: Connection, proof: Proof, browser: Browser, settings: Settings, now: datetime
) -> Started:
    """Sign somebody in: until the absolute timeout, and no longer than the host's token holds."""
    expires_at = now + timedelta(hours=settings.analytics_sign_in_absolute_hours)
    if proof.expires_at is not None:
        expires_at = min(expires_at, proof.expires_at)
    secret = secrets.token_urlsafe(SECRET_BYTES)
    new = store.NewSignIn(
        caller=proof.caller,
        digest=key_digest(secret),
        key_digest=proof.key_digest,
        expires_at=expires_at,
        address=browser.address,
        client=browser.client,
    )
    return Started(await store.add(connection, new, now=now), secret, expires_at)


async def list_own(
    connection: Connection, caller: Caller, settings: Settings, now: datetime
) -> list[Mapping[str, Any]]:
    """Return where a caller is signed in, latest first."""
    idle_since = now - timedelta(minutes=settings.analytics_sign_in_idle_minutes)
    return [*await store.list_own(connection, caller.name, now=now, idle_since=idle_since)]


async def sign_out(connection: Connection, caller: Caller, sign_in_id: UUID) -> None:
    """Sign a caller out of one browser.

    Raises:
        NotFoundError: it is not signed in there.
    """
    if not await store.end_one(connection, caller.name, sign_in_id):
        raise NotFoundError("You are not signed in there.", code="sign_in_not_found")


async def forget_sign_ins(database: Database, settings: Settings) -> Counts:
    """Forget what does not hold any more: sign-ins, former keys, and what limits counted."""
    now = utc_now()
    idle_since = now - timedelta(minutes=settings.analytics_sign_in_idle_minutes)
    counts = {
        "sign_ins": await database.run(
            lambda connection: store.forget(connection, now=now, idle_since=idle_since)
        )
    }
    counts["former_keys"] = await database.run(
        lambda connection: access.forget_former(connection, now=now)
    )
    counts["windows"] = await database.run(
        lambda connection: limits.forget(connection, before=now - WINDOWS_KEPT)
    )
    return counts
