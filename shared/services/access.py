"""Who is calling: an API key of ours, a token of the host's, or who is signed in with a browser."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from shared.clock import utc_now
from shared.domain.keys import PREFIX, is_api_key, key_digest
from shared.domain.permissions import Caller
from shared.errors import UnauthenticatedError
from shared.services.host_tokens import HostTokens
from shared.services.remembered import Remembered
from shared.settings import Settings
from shared.store import access as store
from shared.store import sign_ins
from shared.store.database import Connection, Database

MAX_REMEMBERED = 10_000

# Being there is noted this often: a sign-in may look idle for as long while it is used.
NOTED_EVERY = timedelta(minutes=1)


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
        self._callers = Remembered[Caller | None](MAX_REMEMBERED)

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

        caller = await self._callers.answer(digest, lambda: self._database.run(find))
        if caller is None:
            raise UnauthenticatedError("You are not signed in any more.", code="signed_out")
        return caller

    def forget(self) -> None:
        """Ask the database about everybody, since somebody has been signed out."""
        self._callers.forget()

    async def _by_key(self, key: str) -> Caller:
        if not is_api_key(key):
            raise UnauthenticatedError("This is no API key: its checksum does not hold.")
        digest = key_digest(key)

        async def find(connection: Connection) -> Caller | None:
            return await store.find_caller(connection, digest, now=utc_now())

        caller = await self._callers.answer(digest, lambda: self._database.run(find))
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
