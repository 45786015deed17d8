"""Webhook sources: made and revoked by administrators, recognised by their tokens, and counted."""

import logging
import math
import secrets
import time
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from shared.domain.keys import key_digest
from shared.errors import AppError, ConflictError, NotFoundError, UnauthenticatedError
from shared.schemas.sources import (
    WEBHOOKS_PATH,
    CreatedSource,
    NewSource,
    Result,
    SourceView,
    source_view,
)
from shared.services.remembered import Remembered
from shared.store import sources as store
from shared.store.database import Connection, Database
from shared.store.sources import Source, Tally

PREFIX = "rvw_"
_TOKEN_BYTES = 24

MAX_REMEMBERED = 1_000

# How often a worker adds to a source's row, at most.
TALLY_SECONDS = 30.0

_MOST_PROBLEM_TEXT = 500

_log = logging.getLogger(__name__)


async def list_sources(connection: Connection) -> list[SourceView]:
    """Return all sources, newest first, revoked ones too."""
    return [source_view(row) for row in await store.list_sources(connection)]


async def make_source(
    connection: Connection, wanted: NewSource, *, base_url: str, now: datetime
) -> CreatedSource:
    """Make a source; the answer is the only place where its token is ever shown.

    Raises:
        ConflictError: another source has this name.
    """
    token = PREFIX + secrets.token_urlsafe(_TOKEN_BYTES)
    source_id = await store.add_source(
        connection, token, name=wanted.name, kind=wanted.kind, now=now
    )
    if source_id is None:
        raise ConflictError("Another source has this name, or had it.", code="name_taken")
    view = await _find(connection, source_id)
    url = f"{base_url.rstrip('/')}{WEBHOOKS_PATH}/{wanted.kind}/{token}"
    return CreatedSource(**view.model_dump(), token=token, url=url)


async def revoke_source(connection: Connection, source_id: UUID, *, now: datetime) -> None:
    """Take a source's token away; it stays in the list.

    Raises:
        NotFoundError: there is none of this id.
    """
    if not await store.revoke_source(connection, source_id, now=now):
        raise NotFoundError("There is no such source.", code="source_not_found")


async def _find(connection: Connection, source_id: UUID) -> SourceView:
    row = await store.load_source(connection, source_id)
    if row is None:
        raise NotFoundError("There is no such source.", code="source_not_found")
    return source_view(row)


class Doorkeeper:
    """Turns a token into its source, and remembers for a few seconds."""

    def __init__(self) -> None:
        self._sources = Remembered[Source | None](MAX_REMEMBERED)

    async def identify(self, database: Database, kind: str, token: str) -> Source:
        """Return whose token it is.

        Looked up by its digest, so that the time it takes tells nothing of the token.

        Raises:
            UnauthenticatedError: nobody's, nobody's any more, or of another kind of server.
        """
        digest = key_digest(token)

        async def find(connection: Connection) -> Source | None:
            return await store.find_source(connection, digest)

        source = await self._sources.answer(digest, lambda: database.run(find))
        if source is None or source.kind != kind:
            raise UnauthenticatedError(
                f"This is the address of no {kind} source: make one, and paste its URL as it is."
            )
        return source


@dataclass(slots=True)
class _Counts:
    """What is still to be added to a source's row."""

    written_at: float
    events: int = 0
    recorded: int = 0
    ignored: int = 0
    problem: str | None = None
    problem_at: datetime | None = None


class Tallies:
    """Counts a worker's webhooks, and adds to a source's row only now and then."""

    def __init__(self, every_seconds: float = TALLY_SECONDS) -> None:
        self._every_seconds = every_seconds
        self._counts: dict[UUID, _Counts] = {}

    async def note(
        self,
        database: Database,
        source: Source,
        result: Result,
        problem: str | None,
        *,
        now: datetime,
    ) -> None:
        """Count a webhook. What the counting runs into is logged: the webhook itself is done."""
        counts = self._counts.setdefault(source.id, _Counts(written_at=-math.inf))
        counts.events += 1
        counts.recorded += result == "recorded"
        counts.ignored += result == "ignored"
        if problem is not None:
            counts.problem, counts.problem_at = problem[:_MOST_PROBLEM_TEXT], now
        if time.monotonic() - counts.written_at < self._every_seconds:
            return
        self._counts[source.id] = _Counts(written_at=time.monotonic())
        tally = Tally(
            counts.events, counts.recorded, counts.ignored, now, counts.problem, counts.problem_at
        )
        try:
            await database.run(lambda connection: store.add_tally(connection, source.id, tally))
        except AppError as error:
            _log.warning("webhooks of source %s are not counted: %s", source.id, error.detail)
