"""The routes that producers call."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, FastAPI, Response
from pydantic import ValidationError

from functions.ingest_session.arrivals import arrival_at_id, arrival_at_key, record, record_one
from functions.ingest_session.heartbeats import HeartbeatRoute, producers
from shared.domain.permissions import Caller
from shared.domain.session import EventKind
from shared.errors import AppError
from shared.http.context import Context, Ctx
from shared.http.problems import PROBLEMS, invalid, told
from shared.schemas.problems import field_errors
from shared.schemas.session_events import Batch, BatchEvent, SessionChange, SessionStart
from shared.schemas.sessions import BatchReceipt, BatchResult, SessionReceipt, receipt
from shared.services.ingest import Arrival, Outcome

_PREFIX = "/api/v1/analytics/sessions"

router = APIRouter(prefix=_PREFIX, tags=["ingest"], responses=PROBLEMS)

Producer = Annotated[Caller, Depends(producers)]


@router.post(
    "",
    status_code=201,
    summary="Start a session",
    responses={200: {"model": SessionReceipt, "description": "The session is known already."}},
)
async def start_session(
    said: SessionStart, context: Ctx, response: Response, _: Producer
) -> SessionReceipt:
    """Start a session. A start repeated with its source, key and start time is the same one."""
    arrival = arrival_at_key(context, said, EventKind.START, (said.source, said.session_key))
    outcome = await record_one(context, arrival)
    response.status_code = 201 if outcome.created else 200
    return receipt(outcome.session, outcome.network)


@router.post(
    "/batch",
    summary="Record up to 1,000 events",
    response_model=BatchReceipt,
    responses={207: {"model": BatchReceipt, "description": "Some events were not recorded."}},
)
async def record_batch(batch: Batch, context: Ctx, _: Producer) -> Response:
    """Record events, in any order, with an answer for each; a wrong one spoils no other."""
    read = [_read(context, item) for item in batch.events]
    outcomes = iter(await record(context, [a for a in read if isinstance(a, Arrival)]))
    results = [
        _result(index, entry if isinstance(entry, AppError) else next(outcomes))
        for index, entry in enumerate(read)
    ]
    rejected = sum(result.problem is not None for result in results)
    said = BatchReceipt(accepted=len(results) - rejected, rejected=rejected, results=results)
    # Made by us, a thousand answers are not checked and copied by FastAPI once more.
    return Response(said.model_dump_json(), 207 if rejected else 200, media_type="application/json")


async def change_session(
    session_id: UUID, said: SessionChange, context: Ctx, _: Producer
) -> SessionReceipt:
    """Record a heartbeat or a change: all that is known, all of it optional."""
    arrival = arrival_at_id(context, said, EventKind.PROGRESS, session_id)
    outcome = await record_one(context, arrival)
    return receipt(outcome.session, outcome.network)


@router.post("/{session_id}/stop", summary="Tell that a session ended")
async def stop_session(
    session_id: UUID, context: Ctx, _: Producer, said: SessionChange | None = None
) -> SessionReceipt:
    """Record the end of a session."""
    arrival = arrival_at_id(context, said or SessionChange(), EventKind.STOP, session_id)
    outcome = await record_one(context, arrival)
    return receipt(outcome.session, outcome.network)


def add_heartbeats(app: FastAPI) -> None:
    """Add the route that nearly all requests take, before all others.

    It is the app's own: one of an included router is looked for twice, among all before it.
    """
    app.router.add_api_route(
        f"{_PREFIX}/{{session_id}}",
        change_session,
        methods=["PUT"],
        summary="Tell that a session goes on, or what changed",
        tags=["ingest"],
        responses=PROBLEMS,
        route_class_override=HeartbeatRoute,
    )
    app.router.routes.insert(0, app.router.routes.pop())


def _read(context: Context, item: object) -> Arrival | AppError:
    """Read one event of a batch, or say what is wrong with it."""
    try:
        said = BatchEvent.model_validate(item)
    except ValidationError as error:
        return invalid(field_errors(error))
    return arrival_at_key(context, said, said.event, (said.source, said.session_key))


def _result(index: int, outcome: Outcome | AppError) -> BatchResult:
    if isinstance(outcome, AppError):
        return BatchResult(index=index, status=outcome.status, problem=told(outcome))
    status = 201 if outcome.created else 200
    return BatchResult(index=index, status=status, id=outcome.session.id)
