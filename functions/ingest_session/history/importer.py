"""Importing what a server remembers of the past: once, account by account."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from functions.ingest_session.adapters.arrivals import to_arrival
from functions.ingest_session.arrivals import record
from functions.ingest_session.history.past import Viewing, told, viewings
from shared.domain.identifiers import derived_id
from shared.domain.servers import Account, HistoryEntry
from shared.errors import AppError, NotFoundError
from shared.http.context import Context
from shared.servers.clients import MediaServer
from shared.store import server_states
from shared.store.database import Connection
from shared.store.server_states import Answering, Span

LEASE = timedelta(minutes=5)
# How long a library that cannot be read is waited for: of what is in it, Plex tells no lengths.
PATIENCE = timedelta(days=1)
PAGE = 200
MOST_ENTRIES = 20_000
LOT = 100

# Of what is about to be dropped nothing is imported.
_EDGE = timedelta(days=1)


async def import_history(client: MediaServer, server: Answering, context: Context) -> int:
    """Import what is not imported yet; return how many viewings.

    Whoever is killed leaves the account it was at to whoever comes next; told again, its viewings
    are the same sessions.

    Raises:
        ServerError: the server does not tell.
        AppError: nothing can be stored for now.
    """
    now = context.now()
    done = await context.database.run(
        lambda connection: server_states.claim_history(
            connection,
            server.media_server_id,
            waits_since=now - PATIENCE,
            now=now,
            lease_until=now + LEASE,
        )
    )
    if done is None:
        return 0
    count = 0
    for account in sorted(await client.accounts(), key=lambda account: account.id):
        if account.id > done:
            count += await _import_account(client, server, context, account)
            await _move(context, server, account)
    await context.database.run(
        lambda connection: server_states.end_history(
            connection, server.media_server_id, now=context.now()
        )
    )
    return count


async def _import_account(
    client: MediaServer, server: Answering, context: Context, account: Account
) -> int:
    now = context.now()
    oldest = now - timedelta(days=context.settings.analytics_retention_days) + _EDGE
    entries = await _remembered(client, server, account, oldest)
    found = viewings(
        entries,
        await _durations(context, entries),
        await _known(context, server, account, oldest),
        oldest=oldest,
        now=now,
    )
    for start in range(0, len(found), LOT):
        await _record(context, server, account, found[start : start + LOT])
    return len(found)


async def _remembered(
    client: MediaServer, server: Answering, account: Account, oldest: datetime
) -> list[HistoryEntry]:
    """Return what is remembered of a person, newest first, as far back as sessions are kept."""
    entries: list[HistoryEntry] = []
    start = 0
    while start < MOST_ENTRIES:
        page = await client.history(server.server_id, account.id, start, PAGE)
        entries += (entry for entry in page.entries if entry.at >= oldest)
        start += page.taken
        if page.taken == 0 or any(entry.at < oldest for entry in page.entries):
            break
    return entries


async def _durations(context: Context, entries: Sequence[HistoryEntry]) -> dict[str, int]:
    ids = {str(entry.attributes["content_id"]) for entry in entries}
    return await context.database.run(
        lambda connection: server_states.list_durations(connection, ids)
    )


async def _known(
    context: Context, server: Answering, account: Account, oldest: datetime
) -> list[Span]:
    user_id = derived_id(server.server_id, "user", account.id)
    return await context.database.run(
        lambda connection: server_states.list_spans(connection, user_id, since=oldest)
    )


async def _record(
    context: Context, server: Answering, account: Account, found: Sequence[Viewing]
) -> None:
    events = [event for viewing in found for event in told(viewing, server.server_id, account.name)]
    now, own = context.now(), await context.own_addresses.current(context.database)
    arrivals = [
        to_arrival(event, server.kind, context.settings, now, own_addresses=own) for event in events
    ]
    outcomes = await record(context, arrivals)
    # What was deleted, as a session or with its person, does not come back, and holds nothing up.
    refused = [
        outcome
        for outcome in outcomes
        if isinstance(outcome, AppError) and not isinstance(outcome, NotFoundError)
    ]
    if refused and len(refused) == len(outcomes):
        raise refused[0]


async def _move(context: Context, server: Answering, account: Account) -> None:
    until = context.now() + LEASE

    async def work(connection: Connection) -> None:
        await server_states.move_history(
            connection, server.media_server_id, account.id, lease_until=until
        )

    await context.database.run(work)
