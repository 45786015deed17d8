"""A session as an operator sees it, ends it, or deletes its record."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from shared.domain.session import EndReason, EventKind, Session
from shared.errors import AppError, NotFoundError
from shared.schemas.session_details import SessionDetail, session_detail
from shared.schemas.session_events import SessionChange, to_session_event
from shared.services.ingest import Arrival, Ingest, record_arrivals
from shared.services.marks import mark_changed
from shared.store import people, session_lists
from shared.store import sessions as store
from shared.store.database import Connection


async def find_session(connection: Connection, session_id: UUID) -> Session:
    """Return a session.

    Raises:
        NotFoundError: there is none of this id.
    """
    found = await store.load_by_ids(connection, {session_id})
    if session_id not in found:
        raise _no_such_session()
    return found[session_id].record.session


async def show_session(
    connection: Connection, session_id: UUID, *, shows_addresses: bool, shows_adult: bool
) -> SessionDetail:
    """Return a session with its timeline, as far as the caller may see it.

    Raises:
        NotFoundError: there is none of this id for this caller.
    """
    row = await session_lists.find_row(connection, session_id, adult=shows_adult)
    if row is None:
        raise _no_such_session()
    session = await find_session(connection, session_id)
    seen = (session.network, *(left.network for left in session.past_segments))
    pinned = await people.load_networks(
        connection, {(session.user_id, network.key) for network in seen if network is not None}
    )
    networks = {key: network for (_, key), network in pinned.items()}
    return session_detail(row, session, networks, shows_addresses=shows_addresses)


async def end_session(
    connection: Connection, session: Session, ingest: Ingest, now: datetime
) -> None:
    """End a session that goes on, as its producer would have done.

    Raises:
        AppError: the end could not be recorded.
    """
    prefix = ingest.settings.analytics_ipv6_prefix_length
    said = to_session_event(SessionChange(), EventKind.STOP, now=now, ipv6_prefix=prefix)
    end = replace(said, end_reason=EndReason.TERMINATED)
    arrival = Arrival(event=end, session_id=session.id)
    [outcome] = await record_arrivals(connection, [arrival], ingest, now)
    if isinstance(outcome, AppError):
        raise outcome


async def delete_session(connection: Connection, session: Session, now: datetime) -> None:
    """Delete a session's record and have its item counted anew; late events stay out.

    Raises:
        NotFoundError: somebody else deleted it.
    """
    if not await store.delete(connection, session, now=now):
        raise _no_such_session()
    await mark_changed(connection, [session], now)


def _no_such_session() -> NotFoundError:
    return NotFoundError("There is no such session.", code="session_not_found")
