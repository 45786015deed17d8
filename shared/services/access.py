"""Who is calling: an API key of ours, a token of the host's, or who is signed in with a browser."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from shared.clock import utc_now
from shared.domain.keys import PREFIX, is_api_key, key_digest
from shared.domain.permissions import Caller
from shared.errors import UnauthenticatedError
from shared.services.host_tokens import HostTokens
from shared.settings import Settings
from shared.store import access as store
from shared.store import sign_ins
from shared.store.database import Connection, Database

# What was revoked may work this much longer: the price of not asking the database each time.
REMEMBERED_SECONDS = 10.0
MAX_REMEMBERED = 10_000

# Being there is noted this often: a sign-in may look idle for as long while it is used.
NOTED_EVERY = timedelta(minutes=1)

Find = Callable[[Connection], Awaitable[Caller | None]]


@dataclass(frozen=True, slots=True)
class Proof:
    """Who somebody has proved to be, by a key or a token, and for how long that holds."""

    caller: Caller
    key_digest: bytes | None = None
    expires_at: datetime | None = None


class Access:
    """Turns what a request shows into a caller, and remembers for a few seconds."""

    def __init__(self, settings: Settings, database: Database) -> None:
        self._database = database
        self._host_tokens = HostTokens(settings)
        self._idle = timedelta(minutes=settings.analytics_sign_in_idle_minutes)
        self._remembered: dict[bytes, tuple[float, Caller | None]] = {}
        self._asking: dict[bytes, asyncio.Task[Caller | None]] = {}

    async def authenticate(self, token: str | None) -> Caller:
        """Return who the bearer of a token is.

        Raises:
            UnauthenticatedError: nobody known, or not any more.
            UnavailableError: it cannot be told at the moment.
        """
        if not token:
            raise UnauthenticatedError(
                "Send an API key or a token of the host's: Authorization: Bearer <key>."
            )
        return (await self.prove(token)).caller

    async def prove(self, token: str) -> Proof:
        """Return who shows a key or a token, and what that rests on.

        Raises:
            UnauthenticatedError: nobody known, or not any more.
            UnavailableError: it cannot be told at the moment.
        """
        if token.startswith(PREFIX):
            return Proof(await self._by_key(token), key_digest=key_digest(token))
        read = await self._host_tokens.read(token)
        return Proof(read.caller, expires_at=read.expires_at)

    async def by_sign_in(self, secret: str) -> Caller:
        """Return who is signed in with the secret of a cookie.

        Raises:
            UnauthenticatedError: nobody, or not any more.
        """
        digest = key_digest(secret)

        async def find(connection: Connection) -> Caller | None:
            return await self._signed_in(connection, digest)

        caller = await self._remember(digest, find)
        if caller is None:
            raise UnauthenticatedError("You are not signed in any more.", code="signed_out")
        return caller

    def forget(self) -> None:
        """Ask the database about everybody, since somebody has been signed out."""
        self._remembered.clear()
        self._asking.clear()

    async def _by_key(self, key: str) -> Caller:
        if not is_api_key(key):
            raise UnauthenticatedError("This is no API key: its checksum does not hold.")
        digest = key_digest(key)

        async def find(connection: Connection) -> Caller | None:
            return await store.find_caller(connection, digest, now=utc_now())

        caller = await self._remember(digest, find)
        if caller is None:
            raise UnauthenticatedError("This API key is unknown, revoked or expired.")
        return caller

    async def _signed_in(self, connection: Connection, digest: bytes) -> Caller | None:
        """Find who is signed in: with a key, as that key is now."""
        now = utc_now()
        found = await sign_ins.find(connection, digest, now=now, idle_since=now - self._idle)
        if found is None:
            return None
        caller = found.caller
        if found.key_digest is not None:
            caller = await store.find_caller(connection, found.key_digest, now=now)
        if caller is None:
            return None
        if found.seen_at < now - NOTED_EVERY:
            await sign_ins.note_seen(connection, found.id, now=now)
        return replace(caller, sign_in_id=found.id)

    async def _remember(self, digest: bytes, find: Find) -> Caller | None:
        """Return what is known of a digest, asking at most every few seconds, also of nobody.

        Whoever comes while it is being asked waits for the same answer: of a crowd with one key,
        each would otherwise ask the database for it.
        """
        asked_at, caller = self._remembered.get(digest, (0.0, None))
        if asked_at and time.monotonic() - asked_at < REMEMBERED_SECONDS:
            return caller
        asking = self._asking.get(digest)
        if asking is None:
            asking = asyncio.create_task(self._database.run(find))
            self._asking[digest] = asking
            asking.add_done_callback(partial(self._note, digest))
        return await asyncio.shield(asking)

    def _note(self, digest: bytes, asked: asyncio.Task[Caller | None]) -> None:
        """Remember an answer, unless it failed, or everybody was to be forgotten meanwhile."""
        has_failed = asked.cancelled() or asked.exception() is not None
        if self._asking.get(digest) is not asked:
            return
        del self._asking[digest]
        if has_failed:
            return
        if len(self._remembered) >= MAX_REMEMBERED:
            self._remembered.clear()
        self._remembered[digest] = (time.monotonic(), asked.result())
