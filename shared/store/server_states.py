"""What is known of the media servers that are asked what plays."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.rows import DictRow

from shared.store.database import Connection
from shared.store.queries import json_text, load

_SQL = load("server_states")


@dataclass(frozen=True, slots=True)
class Claim:
    """A server that is ours to ask until the lease ends; the token proves it."""

    media_server_id: UUID
    token: int
    name: str
    kind: str
    config: bytes
    server_id: str | None
    watch: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Heard:
    """How it goes with what a server says by itself; nothing is told where nobody listens.

    Attributes:
        at: when it last said anything, which a healthy one does every few seconds.
        problem: why it is not heard now, in a word; ``None`` if it is.
        sentence: the same for a person.
    """

    at: datetime | None = None
    problem: str | None = None
    sentence: str | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """What came of asking a server.

    Attributes:
        watch: what it plays, for JSON.
        playing: how many sessions these are.
        polled_at: when it last answered, if it did since the last finding.
        problem: why it is not known what it plays, in a word; ``None`` if it is.
        sentence: the same for a person.
        heard: how it goes with what the server says by itself.
    """

    watch: Mapping[str, Any]
    playing: int
    polled_at: datetime | None = None
    server_id: str | None = None
    server_name: str | None = None
    version: str | None = None
    public_address: str | None = None
    problem: str | None = None
    sentence: str | None = None
    heard: Heard = Heard()


@dataclass(frozen=True, slots=True)
class Answering:
    """A server that answers; ``accounts_at`` is when its accounts were last read."""

    media_server_id: UUID
    name: str
    kind: str
    config: bytes
    server_id: str
    accounts_at: datetime | None


@dataclass(frozen=True, slots=True)
class Span:
    """When a person played an item."""

    content_id: str
    started_at: datetime
    ended_at: datetime


@dataclass(frozen=True, slots=True)
class Run:
    """A session that goes on, by its key."""

    session_key: str
    device_id: str
    content_id: str


@dataclass(frozen=True, slots=True)
class Unlisted:
    """A session that goes on, but not by its server's list."""

    id: UUID
    last_seen_at: datetime


async def claim(connection: Connection, *, now: datetime, lease_until: datetime) -> list[Claim]:
    """Claim the servers that nobody asks."""
    cursor = await connection.execute(_SQL["claim"], {"now": now, "lease_until": lease_until})
    return [
        Claim(
            media_server_id=row["media_server_id"],
            token=row["lease_token"],
            name=row["name"],
            kind=row["kind"],
            config=row["config"],
            server_id=row["server_id"],
            watch=row["watch"] or {},
        )
        for row in await cursor.fetchall()
    ]


async def keep(
    connection: Connection,
    claimed: Claim,
    finding: Finding,
    *,
    now: datetime,
    leased_until: datetime,
) -> bool:
    """Write a finding; ``False`` if the server is gone, or was taken over meanwhile."""
    values = {
        "id": claimed.media_server_id,
        "token": claimed.token,
        "now": now,
        "leased_until": leased_until,
        "watch": json_text(finding.watch),
        "playing": finding.playing,
        "polled_at": finding.polled_at,
        "server_id": finding.server_id,
        "server_name": finding.server_name,
        "version": finding.version,
        "public_address": finding.public_address,
        "problem": finding.problem,
        "sentence": finding.sentence,
        "events_at": finding.heard.at,
        "events_problem": finding.heard.problem,
        "events_sentence": finding.heard.sentence,
    }
    return (await connection.execute(_SQL["keep"], values)).rowcount == 1


async def list_states(connection: Connection) -> list[DictRow]:
    """Return all servers that are asked, by name, with what is known of each."""
    return await (await connection.execute(_SQL["list_states"])).fetchall()


async def list_public_addresses(connection: Connection) -> list[str]:
    """Return where the enabled servers' own networks were last seen on the internet."""
    cursor = await connection.execute(_SQL["list_public_addresses"])
    return [row["address"] for row in await cursor.fetchall()]


async def list_listening(connection: Connection, *, since: datetime) -> frozenset[str]:
    """Return the servers that answered since then, by the ids they give themselves."""
    cursor = await connection.execute(_SQL["list_listening"], {"since": since})
    return frozenset(row["server_id"] for row in await cursor.fetchall())


async def list_active_runs(
    connection: Connection, source: str, device_ids: Sequence[str]
) -> list[Run]:
    """Return what goes on upon some devices of a source, oldest first."""
    cursor = await connection.execute(
        _SQL["list_active_runs"], {"source": source, "device_ids": list(device_ids)}
    )
    return [Run(**row) for row in await cursor.fetchall()]


async def list_ended_runs(
    connection: Connection, source: str, keys: Iterable[str], *, since: datetime
) -> set[str]:
    """Return which of some keys of a source were last used for what ended since an instant."""
    values = {"source": source, "keys": list(keys), "since": since}
    cursor = await connection.execute(_SQL["list_ended_runs"], values)
    return {row["session_key"] for row in await cursor.fetchall()}


async def list_unlisted(
    connection: Connection, source: str, keys: Iterable[str], *, since: datetime
) -> list[Unlisted]:
    """Return what goes on of a source by other keys, and was not heard of since an instant."""
    values = {"source": source, "keys": list(keys), "since": since}
    cursor = await connection.execute(_SQL["list_unlisted"], values)
    return [Unlisted(**row) for row in await cursor.fetchall()]


async def list_answering(connection: Connection) -> list[Answering]:
    """Return the enabled servers that answered when they were last asked."""
    cursor = await connection.execute(_SQL["list_answering"])
    return [Answering(**row) for row in await cursor.fetchall()]


async def mark_accounts(
    connection: Connection, media_server_id: UUID, *, since: datetime, now: datetime
) -> bool:
    """Note that a server's accounts were read; ``False`` if somebody did since an instant."""
    values = {"id": media_server_id, "since": since, "now": now}
    return (await connection.execute(_SQL["mark_accounts"], values)).rowcount == 1


async def claim_history(
    connection: Connection,
    media_server_id: UUID,
    *,
    waits_since: datetime,
    now: datetime,
    lease_until: datetime,
) -> str | None:
    """Claim the import of what a server remembers; return up to which account it is done.

    ``None`` if it is not due: done, somebody else's, or the libraries are not known yet. A library
    that cannot be read is waited for if it was first seen after ``waits_since``.
    """
    values = {
        "id": media_server_id,
        "waits_since": waits_since,
        "now": now,
        "lease_until": lease_until,
    }
    row = await (await connection.execute(_SQL["claim_history"], values)).fetchone()
    return None if row is None else row["account_id"]


async def move_history(
    connection: Connection, media_server_id: UUID, account_id: str, *, lease_until: datetime
) -> None:
    """Note up to which account a server's past is imported."""
    values = {"id": media_server_id, "account_id": account_id, "lease_until": lease_until}
    await connection.execute(_SQL["move_history"], values)


async def end_history(connection: Connection, media_server_id: UUID, *, now: datetime) -> None:
    """Note that a server's past is imported."""
    await connection.execute(_SQL["end_history"], {"id": media_server_id, "now": now})


async def list_durations(connection: Connection, ids: Iterable[str]) -> dict[str, int]:
    """Return how many milliseconds items last, of those that are known, by our ids."""
    cursor = await connection.execute(_SQL["list_durations"], {"ids": list(ids)})
    return {row["id"]: row["duration_ms"] for row in await cursor.fetchall()}


async def list_spans(connection: Connection, user_id: UUID, *, since: datetime) -> list[Span]:
    """Return when a person played what, since an instant."""
    cursor = await connection.execute(_SQL["list_spans"], {"user_id": user_id, "since": since})
    return [Span(**row) for row in await cursor.fetchall()]
