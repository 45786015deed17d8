"""What programs made for Tracearr read: its public API (v1), answered from our lists."""

from collections import Counter
from datetime import date, datetime
from typing import Annotated
from uuid import UUID
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Query, Request

from functions.api.ending import ask_to_end
from shared.domain.calendar import day_after, first_instant
from shared.domain.permissions import Caller, Permission
from shared.http.authentication import Requires
from shared.http.context import Ctx
from shared.http.problems import PROBLEMS
from shared.schemas.server_health import is_online
from shared.schemas.streams import CONTENT_TYPES, PlayedKind
from shared.schemas.tracearr import (
    SEVERITIES,
    Health,
    People,
    Terminated,
    Violations,
    meta_of,
    person_of,
    status_of,
    violation_of,
)
from shared.schemas.tracearr_query import (
    Ending,
    HistoryParameters,
    PagesParameters,
    StreamParameters,
    ViolationParameters,
)
from shared.schemas.tracearr_streams import (
    History,
    Streams,
    history_item,
    stream_view,
    summary_of,
)
from shared.services.session_lists import count_sessions, list_sessions
from shared.store import cases, people, server_states, session_lists
from shared.store.database import Connection

MOST_STREAMS = 500

router = APIRouter(prefix="/api/v1/public", tags=["integrations"], responses=PROBLEMS)

Viewer = Annotated[Caller, Depends(Requires(Permission.SESSIONS_VIEW))]


@router.get("/health", summary="That it answers, for readers of Tracearr")
async def get_public_health(request: Request, context: Ctx, caller: Viewer) -> Health:
    """Name the media servers, and say which of them tell what they play."""

    async def read(connection: Connection) -> Health:
        now, active = context.now(), Counter[str]()
        for row in await session_lists.count_active(connection, adult=_adult(caller)):
            active[row["server_id"]] += row["streams"]
        rows = await server_states.list_states(connection)
        return Health(
            version=request.app.version,
            timestamp=now,
            servers=[status_of(row, active, online=is_online(row, now)) for row in rows],
        )

    return await context.database.run(read)


@router.get("/streams", summary="What plays now, for readers of Tracearr")
async def list_public_streams(
    wanted: Annotated[StreamParameters, Query()], context: Ctx, caller: Viewer
) -> Streams:
    """List streams, the newest first, with a summary; of more than 500 the rest is summed only."""
    filters = {"active": True, "adult": _adult(caller), "limit": MOST_STREAMS}

    async def read(connection: Connection) -> Streams:
        counted = await session_lists.count_active(connection, adult=_adult(caller))
        summary = summary_of(row for row in counted if _is_of(wanted, row["server_id"]))
        if wanted.summary:
            return Streams(summary=summary)
        rows = await session_lists.list_rows(connection, filters)
        streams = [stream_view(row) for row in rows]
        return Streams(
            data=[one for one in streams if _is_of(wanted, one.server_id)], summary=summary
        )

    return await context.database.run(read)


@router.post("/streams/{stream_id}/terminate", summary="Have a stream ended, as Tracearr does")
async def terminate_public_stream(
    stream_id: UUID,
    context: Ctx,
    caller: Annotated[Caller, Depends(Requires(Permission.SESSIONS_TERMINATE))],
    said: Ending | None = None,
) -> Terminated:
    """Ask the media server to end a stream. One that has ended gives 409."""
    row = await ask_to_end(context, caller, stream_id, None if said is None else said.reason)
    return Terminated(termination_log_id=row["id"], message="The media server is asked to end it.")


@router.get("/users", summary="People, for readers of Tracearr")
async def list_public_users(
    wanted: Annotated[PagesParameters, Query()], context: Ctx, caller: Viewer
) -> People:
    """List people, who was there last the first, with their trust and violations."""

    async def read(connection: Connection) -> People:
        rows = await people.page_people(
            connection, adult=_adult(caller), limit=wanted.page_size, offset=wanted.offset
        )
        records = await people.list_records(connection, [row["user_id"] for row in rows])
        total = await people.count_people(connection)
        return People(
            data=[person_of(row, records[row["user_id"]]) for row in rows],
            meta=meta_of(wanted, total),
        )

    return await context.database.run(read)


@router.get("/violations", summary="Violations, for readers of Tracearr")
async def list_public_violations(
    wanted: Annotated[ViolationParameters, Query()],
    context: Ctx,
    _: Annotated[Caller, Depends(Requires(Permission.VIOLATIONS_VIEW))],
) -> Violations:
    """List violations, the latest first; those of rules in shadow are left out."""
    filters: dict[str, object] = {"mode": "live"}
    if wanted.severity is not None:
        filters["severities"] = list(SEVERITIES[wanted.severity])
    if wanted.acknowledged is not None:
        judged = ["acknowledged", "dismissed"]
        filters["states"] = judged if wanted.acknowledged else ["open"]

    async def read(connection: Connection) -> Violations:
        rows = await cases.list_rows(connection, filters | _window(wanted))
        total = await cases.count_rows(connection, filters)
        return Violations(data=[violation_of(row) for row in rows], meta=meta_of(wanted, total))

    return await context.database.run(read)


@router.get("/history", summary="What was played, for readers of Tracearr")
async def list_public_history(
    wanted: Annotated[HistoryParameters, Query()], context: Ctx, caller: Viewer
) -> History:
    """List sessions, the newest first, as far as they are kept. 100,000 are counted at most."""
    zone = context.settings.zone if wanted.timezone is None else ZoneInfo(wanted.timezone)
    filters: dict[str, object] = {**_sessions(wanted, zone), "adult": _adult(caller)}

    async def read(connection: Connection) -> History:
        now = context.now()
        rows = await list_sessions(connection, filters | _window(wanted), now)
        total = min(await count_sessions(connection, filters, now), session_lists.MOST_COUNTED)
        return History(data=[history_item(row) for row in rows], meta=meta_of(wanted, total))

    return await context.database.run(read)


def _adult(caller: Caller) -> bool:
    return caller.may(Permission.LEGACY_READ)


def _is_of(wanted: StreamParameters, server_id: str) -> bool:
    return wanted.server_id in (None, server_id)


def _window(wanted: PagesParameters) -> dict[str, object]:
    return {"limit": wanted.page_size, "offset": wanted.offset}


def _sessions(wanted: HistoryParameters, zone: ZoneInfo) -> dict[str, object]:
    """Return the parameters of lists of sessions that are meant."""
    kind = None if wanted.media_type is None else CONTENT_TYPES[PlayedKind(wanted.media_type)]
    given = {
        "server_id": wanted.server_id,
        "state": wanted.state,
        "content_type": kind,
        "start": _instant(wanted.start_date, zone, is_end=False),
        "end": _instant(wanted.end_date, zone, is_end=True),
    }
    return {name: value for name, value in given.items() if value is not None}


def _instant(at: date | datetime | None, zone: ZoneInfo, *, is_end: bool) -> datetime | None:
    """Return when a day begins, or, for an end, is over; an instant is itself."""
    if at is None or isinstance(at, datetime):
        return at
    return first_instant(day_after(at) if is_end else at, zone)
