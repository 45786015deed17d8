"""What media servers send: understood by an adapter, recorded like any other event.

They do not retry usefully and log every error: so whoever has a token is answered 2xx, whatever
came, unless what came could not be stored for now.
"""

import logging
from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from prometheus_client import Counter

from functions.ingest_session.adapters import ADAPTERS
from functions.ingest_session.adapters.arrivals import to_arrival
from functions.ingest_session.adapters.bodies import read_text
from functions.ingest_session.adapters.documents import read_objects
from functions.ingest_session.adapters.meeting import (
    Listening,
    met,
    runs_upon,
    told_late,
    without_delivery,
)
from functions.ingest_session.adapters.playback import Playback, Reading
from functions.ingest_session.arrivals import record
from shared.errors import AppError, InvalidInputError, NotFoundError
from shared.http.context import Context, Ctx
from shared.http.metrics import Metrics
from shared.http.problems import PROBLEMS
from shared.schemas.sources import WEBHOOKS_PATH, Result, SourceKind, WebhookReceipt
from shared.servers.plex_items import account_of
from shared.services.sources import Doorkeeper, Tallies
from shared.store.sources import Source

_BODY = {
    "description": "As the media server sends it; see docs/sources.",
    "content": {
        "application/json": {
            "schema": {"type": "object"},
            "example": {"NotificationType": "PlaybackStart", "UserId": "ada", "ItemId": "m1"},
        },
        "text/plain": {"schema": {"type": "string"}, "example": '{"Event": "playback.start"}'},
        "multipart/form-data": {
            "schema": {
                "type": "object",
                "properties": {name: {"type": "string"} for name in ("payload", "data")},
            },
            "example": {"payload": '{"event": "media.play", "Account": {"title": "ada"}}'},
        },
    },
}

_log = logging.getLogger(__name__)


class TokenInPath:
    """A dependency that lets a media server through by the token in its address."""

    def __init__(self) -> None:
        self._doorkeeper = Doorkeeper()

    async def __call__(self, kind: SourceKind, token: str, context: Ctx) -> Source:
        """Return the source.

        Raises:
            UnauthenticatedError: the token is unknown, revoked, or of another kind.
        """
        return await self._doorkeeper.identify(context.database, kind, token)


def router(metrics: Metrics) -> APIRouter:
    """Return the route for webhooks, counting into these metrics."""
    counter = Counter(
        "webhooks_total",
        "Webhooks of media servers, by what became of them.",
        ("kind", "source", "result"),
        registry=metrics.registry,
    )
    tallies, listening = Tallies(), Listening()
    routes = APIRouter(prefix=WEBHOOKS_PATH, tags=["ingest"], responses=PROBLEMS)

    @routes.post(
        "/{kind}/{token}",
        summary="Take what a media server sends",
        openapi_extra={"requestBody": _BODY},
    )
    async def take_webhook(
        request: Request, context: Ctx, source: Annotated[Source, Depends(TokenInPath())]
    ) -> WebhookReceipt:
        """Record what a webhook tells; what tells of no playback is counted, and left at that."""
        now = context.now()
        receipt = await _take(request, context, source, listening)
        counter.labels(source.kind, source.name, receipt.result).inc()
        await tallies.note(context.database, source, receipt.result, receipt.problem, now=now)
        return receipt

    return routes


async def _take(
    request: Request, context: Context, source: Source, listening: Listening
) -> WebhookReceipt:
    text = await read_text(request.headers.get("content-type", ""), request.stream())
    if text == b"":
        # What old versions of Emby send to try an address out.
        return WebhookReceipt(event="", result="ignored")
    objects = None if text is None else read_objects(text)
    if objects is None:
        problem = "the body holds no JSON object: see what to paste in docs/sources"
        return WebhookReceipt(event="", result="unreadable", problem=problem)
    readings = [ADAPTERS[source.kind](said, str(source.id)) for said in objects]
    told = [playback for reading in readings for playback in reading.playbacks]
    playbacks = [await _met(playback, source.kind, context, listening) for playback in told]
    refusals = await _record(context, source, playbacks)
    return _receipt(readings, refusals)


async def _met(playback: Playback, kind: str, context: Context, listening: Listening) -> Playback:
    """Return an event as it fits what the server's list of sessions tells of the same playback."""
    database, server_id, now = context.database, playback.server_id, context.now()
    if not await listening.has(database, server_id, now):
        return playback
    device, item = (playback.attributes.get(name) for name in ("device_id", "content_id"))
    runs = await runs_upon(database, kind, server_id, [device])
    known_as = met(playback.session_key, device, item, runs)
    thin = without_delivery(playback)
    if known_as is None:
        return await told_late(database, kind, thin, now) or thin
    return replace(thin, session_key=known_as, account_id=account_of(known_as))


async def _record(
    context: Context, source: Source, playbacks: Sequence[Playback]
) -> list[AppError]:
    """Record what was read; return why what was not recorded was not, after COMMIT.

    Raises:
        AppError: nothing could be stored for now.
    """
    now, own = context.now(), await context.own_addresses.current(context.database)
    arrivals = [
        to_arrival(p, source.kind, context.settings, now, own_addresses=own) for p in playbacks
    ]
    try:
        outcomes = await record(context, arrivals)
    except InvalidInputError as error:
        _log.warning("a webhook of source %s cannot be stored: %s", source.id, error.detail)
        return [error]
    return [outcome for outcome in outcomes if isinstance(outcome, AppError)]


def _receipt(readings: Sequence[Reading], refusals: Sequence[AppError]) -> WebhookReceipt:
    """Say what became of a webhook: the worst of it, if it told of several things."""
    event = ", ".join(dict.fromkeys(reading.event for reading in readings))[:200]
    problem = next((reading.problem for reading in readings if reading.problem), None)
    result: Result = "ignored"
    # A sign of life of a session that nobody knows is nothing to be put right.
    refused = [error for error in refusals if not isinstance(error, NotFoundError)]
    if refused:
        result, problem = "refused", refused[0].detail
    elif problem is not None:
        result = "incomplete"
    elif sum(len(reading.playbacks) for reading in readings) > len(refusals):
        result = "recorded"
    return WebhookReceipt(event=event, result=result, problem=problem)
