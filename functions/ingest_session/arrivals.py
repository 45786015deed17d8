"""From what a producer says to what is recorded."""

from collections.abc import Sequence
from uuid import UUID

from shared.domain.session import EventKind, SessionEvent
from shared.errors import AppError, UnavailableError
from shared.http.context import Context
from shared.schemas.session_events import (
    AnyEvent,
    SessionChange,
    SessionStart,
    to_session_event,
    to_user_id,
)
from shared.services.ingest import Arrival, Outcome
from shared.store.session_rows import Key


def arrival_at_key(
    context: Context, said: SessionStart | SessionChange, kind: EventKind, key: Key
) -> Arrival:
    """Address an event to the current session of a key."""
    user_id = to_user_id(said, key[0])
    return Arrival(
        event=_event(context, said, kind),
        key=key,
        user_id=user_id,
        user_name=said.user_name,
        account_id=None if said.user_id == str(user_id) else said.user_id,
    )


def arrival_at_id(
    context: Context, said: SessionChange, kind: EventKind, session_id: UUID
) -> Arrival:
    """Address an event to the session with an id."""
    return Arrival(
        event=_event(context, said, kind), session_id=session_id, user_name=said.user_name
    )


async def record(context: Context, arrivals: Sequence[Arrival]) -> list[Outcome | AppError]:
    """Record events; return after COMMIT, with an outcome for each in order.

    Raises:
        UnavailableError: analytics are switched off.
    """
    if not context.settings.analytics_enabled:
        raise UnavailableError(
            "Analytics are switched off (ANALYTICS_ENABLED).", code="analytics_disabled"
        )
    outcomes = await context.lanes.record(arrivals)
    await context.nudges.detect(
        {o.session.user_id for o in outcomes if isinstance(o, Outcome) and o.tells_more}
    )
    return outcomes


async def record_one(context: Context, arrival: Arrival) -> Outcome:
    """Record one event.

    Raises:
        AppError: it could not be recorded.
    """
    [outcome] = await record(context, [arrival])
    if isinstance(outcome, AppError):
        raise outcome
    return outcome


def _event(context: Context, said: AnyEvent, kind: EventKind) -> SessionEvent:
    prefix = context.settings.analytics_ipv6_prefix_length
    return to_session_event(said, kind, now=context.now(), ipv6_prefix=prefix)
