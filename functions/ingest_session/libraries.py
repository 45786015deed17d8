"""Scans of libraries that a playback service tells of by itself."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from starlette.requests import ClientDisconnect

from functions.ingest_session.scanning.lines import Rejected, read_lots
from shared.domain.library import Item, Library, Reading
from shared.domain.permissions import Caller, Permission
from shared.domain.scans import ScanKind
from shared.errors import ConflictError, InvalidInputError, UnavailableError
from shared.http.authentication import Requires
from shared.http.context import Context, Ctx
from shared.http.problems import PROBLEMS
from shared.schemas.libraries import ScanParameters, ScanReceipt
from shared.services import scans
from shared.services.scans import Ended, LostLibraryError, Page
from shared.store import libraries
from shared.store.database import Connection
from shared.store.libraries import Scan

PREFIX = "/api/v1/analytics/library"

_BODY = {
    "description": "An item a line (see `ToldItem`), none for a library that holds nothing; what"
    " comes is stored while more is coming.",
    "content": {
        "application/x-ndjson": {
            "schema": {"type": "string"},
            "example": '{"id": "m1", "content_type": "movie", "title": "The Third Harbour",'
            ' "year": 1998, "files": [{"id": "1", "path": "/films/harbour.mkv",'
            ' "size_bytes": 4000000000, "resolution": "2160p", "video_codec": "hevc"}]}\n',
        }
    },
}
_BROKE_OFF = "The stream broke off."

router = APIRouter(prefix=PREFIX, tags=["ingest"], responses=PROBLEMS)


@router.post(
    "/{library_id}/scans",
    status_code=200,
    summary="Tell what is in a library",
    openapi_extra={"requestBody": _BODY},
    responses={207: {"model": ScanReceipt, "description": "Some lines were not understood."}},
)
async def scan_library(
    library_id: Annotated[str, Path(min_length=1, max_length=200)],
    wanted: Annotated[ScanParameters, Query()],
    request: Request,
    response: Response,
    context: Ctx,
    _: Annotated[Caller, Depends(Requires(Permission.SESSIONS_INGEST))],
) -> ScanReceipt:
    """Store items as they come: all of a library's, or those that changed.

    What a full scan leaves out is missing, and gone when the next one leaves it out too; but not
    if the stream breaks off, a line is not understood, or suspiciously little is told.
    """
    if not context.settings.analytics_enabled:
        raise UnavailableError("Analytics are switched off.", code="analytics_disabled")
    scan = await _begin(context, library_id, wanted)
    rejected = Rejected()
    try:
        async for lot in read_lots(request.stream(), rejected):
            scan = await _take(context, scan, lot)
        ended = await _finish(context, scan, rejected)
    except LostLibraryError as error:
        raise _taken() from error
    except (ClientDisconnect, InvalidInputError):
        await context.database.run(lambda c: scans.abandon(c, scan, _BROKE_OFF, now=context.now()))
        raise
    response.status_code = 207 if rejected.count else 200
    return _receipt(scan, ended, rejected)


async def _begin(context: Context, library_id: str, wanted: ScanParameters) -> Scan:
    library = Library(
        library_id, wanted.server_id, library_id, wanted.name or library_id, wanted.holds
    )
    given = {"server_id": "server_id", "name": "name", "holds": "kind"}
    said = {given[name] for name in wanted.model_fields_set & given.keys()}

    async def work(connection: Connection) -> Scan | None:
        now = context.now()
        await libraries.add_library(connection, library, said=said, now=now)
        kind = ScanKind(wanted.kind)
        return await scans.begin(
            connection, library_id, kind, last_scan_at=None, now=now, resume=False
        )

    scan = await context.database.run(work)
    if scan is None:
        raise _taken()
    return scan


async def _take(context: Context, scan: Scan, lot: list[Item]) -> Scan:
    page = Page(lot, len(lot), Reading(0, scan.reading.start + len(lot)))
    return await context.database.run(
        lambda connection: scans.take(connection, scan, page, now=context.now())
    )


async def _finish(context: Context, scan: Scan, rejected: Rejected) -> Ended:
    doubt = None
    if rejected.count:
        doubt = f"{rejected.count} lines were not understood: nothing was counted as missing."
    return await context.database.run(
        lambda connection: scans.finish(connection, scan, doubt=doubt, now=context.now())
    )


def _receipt(scan: Scan, ended: Ended, rejected: Rejected) -> ScanReceipt:
    return ScanReceipt(
        scan_id=scan.id,
        kind=scan.kind,
        state=ended.state,
        read=ended.tally.read,
        changed=ended.tally.changed,
        missing=ended.tally.missing,
        gone=ended.tally.gone,
        rejected=rejected.count,
        problems=rejected.first,
    )


def _taken() -> ConflictError:
    return ConflictError(
        "Another scan of this library goes on; send this one again when it is done.",
        code="scan_running",
        retry_after=30,
    )
