"""Sessions: listed, shown, ended and deleted."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query

from functions.api.acts import Act, act
from functions.api.asking import span_of
from functions.api.ending import ask_to_end
from functions.api.exporting import FILES, exported
from functions.api.watched import page_of_watched
from shared.domain.permissions import Caller, Permission
from shared.http.authentication import Requires, demand
from shared.http.context import Context, Ctx
from shared.http.problems import PROBLEMS
from shared.schemas.actions import ActionView, StreamEnding, action_view
from shared.schemas.active import ActiveSummary, active_summary
from shared.schemas.filters import ActiveFilters, SessionFilters
from shared.schemas.pages import Page
from shared.schemas.session_details import SessionDetail
from shared.schemas.sessions import SessionView, session_view
from shared.services.ingest import Ingest
from shared.services.session_lists import count_sessions
from shared.services.session_lists import list_sessions as read_sessions
from shared.services.sessions import delete_session, end_session, find_session, show_session
from shared.store import session_lists as store

router = APIRouter(prefix="/api/v1/analytics/sessions", tags=["sessions"], responses=PROBLEMS)

Viewer = Annotated[Caller, Depends(Requires(Permission.SESSIONS_VIEW))]
Remover = Annotated[
    Caller, Depends(Requires(Permission.SESSIONS_INGEST, Permission.SESSIONS_DELETE))
]
Terminator = Annotated[Caller, Depends(Requires(Permission.SESSIONS_TERMINATE))]


@router.get("", summary="List sessions", responses=FILES)
@exported("sessions")
async def list_sessions(
    wanted: Annotated[SessionFilters, Query()], context: Ctx, caller: Viewer
) -> Page[SessionView]:
    """List sessions that go on and sessions that ended, as far as they are kept.

    A cursor goes on from where a page ended at any depth, in the same time; an `offset` reads what
    it skips. `total` counts 100,000 sessions at most, and says when there are more. What can be said
    by one value and by a list (`user_id`, `users`) holds together like all else.
    """
    return await _list(context, caller, wanted, **span_of(wanted, context))


@router.get("/active", summary="List the sessions that go on", responses=FILES)
@exported("active-sessions")
async def list_active_sessions(
    wanted: Annotated[ActiveFilters, Query()], context: Ctx, caller: Viewer
) -> Page[SessionView]:
    """List who plays what at the moment, the latest start first."""
    return await _list(context, caller, wanted, active=True)


@router.get("/active/summary", summary="Count what goes on, and the bandwidth it takes")
async def summarize_active_sessions(context: Ctx, caller: Viewer) -> ActiveSummary:
    """Count streams by decision and connection; cheap enough to be asked every second."""
    adult = caller.may(Permission.LEGACY_READ)
    return active_summary(
        await context.database.run(lambda connection: store.count_active(connection, adult=adult))
    )


@router.get("/{session_id}", summary="Show a session with its timeline")
async def get_session(session_id: UUID, context: Ctx, caller: Viewer) -> SessionDetail:
    """Show a session, the networks it played from, and when it was paused or buffering."""
    return await context.database.run(
        lambda connection: show_session(
            connection,
            session_id,
            shows_addresses=caller.may(Permission.ADDRESSES_VIEW),
            shows_adult=caller.may(Permission.LEGACY_READ),
        )
    )


@router.delete("/{session_id}", status_code=204, summary="End a session, or delete its record")
async def remove_session(session_id: UUID, context: Ctx, caller: Remover) -> None:
    """End a session that goes on, or delete the record of one that ended.

    Ending takes `analytics.sessions.ingest`, deleting `analytics.sessions.delete`: no playback
    service can erase history by ending its streams.
    """

    async def work(deed: Act) -> UUID:
        session = await find_session(deed.connection, session_id)
        if session.is_active:
            demand(caller, Permission.SESSIONS_INGEST)
            ingest = Ingest(context.finder, context.settings, context.own_addresses)
            await end_session(deed.connection, session, ingest, deed.now)
            await deed.note("session.end", session_id)
        else:
            demand(caller, Permission.SESSIONS_DELETE)
            await delete_session(deed.connection, session, deed.now)
            await deed.note("session.delete", session_id)
        return session.user_id

    user_id = await act(context, caller, work)
    await context.nudges.detect({user_id})


@router.post(
    "/{session_id}/terminate", status_code=202, summary="Have a stream ended by its media server"
)
async def terminate_session(
    session_id: UUID, context: Ctx, caller: Terminator, said: StreamEnding | None = None
) -> ActionView:
    """Ask the media server to end a stream; the action tells what came of it.

    Ending a stream that is being ended asks for nothing more; one that has ended gives 409.
    """
    row = await ask_to_end(context, caller, session_id, None if said is None else said.message)
    return action_view(row, shows_adult=caller.may(Permission.LEGACY_READ))


async def _list(
    context: Context, caller: Caller, wanted: ActiveFilters, **also: object
) -> Page[SessionView]:
    shows_addresses = caller.may(Permission.ADDRESSES_VIEW)
    return await page_of_watched(
        context,
        caller,
        wanted,
        rows=read_sessions,
        count=count_sessions,
        view=lambda row: session_view(row, shows_addresses=shows_addresses),
        **also,
    )
