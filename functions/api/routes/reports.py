"""Reports of days, weeks, months and years: one's own, another person's, and everybody's."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query

from functions.api.exporting import FILES, exported
from functions.api.persons import own_id, person_id
from shared.domain.permissions import Caller, Permission
from shared.domain.statistics.summary import Span
from shared.http.authentication import Requires
from shared.http.context import Context, Ctx
from shared.http.pages import BY_START, page_info
from shared.http.problems import PROBLEMS
from shared.schemas.moments import Day
from shared.schemas.pages import Page
from shared.schemas.reports import Report, ReportParameters, ReportRow, report_row
from shared.services.reports import read_report
from shared.store.reports import ReportKey, list_reports

mine = APIRouter(prefix="/api/v1/users/me/reports", tags=["reports"], responses=PROBLEMS)
router = APIRouter(prefix="/api/v1", tags=["reports"], responses=PROBLEMS)

Member = Annotated[Caller, Depends(Requires(Permission.OWN_VIEW))]
Viewer = Annotated[Caller, Depends(Requires(Permission.STATS_VIEW))]
Wanted = Annotated[ReportParameters, Query()]
DayOfSpan = Annotated[Day, Path(description="Any day of it, in the service's zone.")]


@mine.get("", summary="List my reports, latest first", responses=FILES)
@exported("reports")
async def list_my_reports(wanted: Wanted, context: Ctx, caller: Member) -> Page[ReportRow]:
    """List the days, weeks, months and years of mine that are over and in which I watched."""
    return await _list(await own_id(context, caller), wanted, context)


@mine.get("/{span}/{day}", summary="Read a report of mine")
async def get_my_report(span: Span, day: DayOfSpan, context: Ctx, caller: Member) -> Report:
    """Show the whole summary."""
    return await _read(await own_id(context, caller), span, day, context)


@router.get(
    "/analytics/users/{user_id}/reports",
    summary="List a person's reports, latest first",
    responses=FILES,
)
@exported("reports")
async def list_reports_of_user(
    user_id: UUID, wanted: Wanted, context: Ctx, _: Viewer
) -> Page[ReportRow]:
    """List the days, weeks, months and years that are over and in which the person watched."""
    return await _list(await person_id(context, user_id), wanted, context)


@router.get("/analytics/users/{user_id}/reports/{span}/{day}", summary="Read a person's report")
async def get_report_of_user(
    user_id: UUID, span: Span, day: DayOfSpan, context: Ctx, _: Viewer
) -> Report:
    """Show the whole summary."""
    return await _read(await person_id(context, user_id), span, day, context)


@router.get(
    "/admin/analytics/reports", summary="List everybody's reports, latest first", responses=FILES
)
@exported("reports")
async def list_server_reports(wanted: Wanted, context: Ctx, _: Viewer) -> Page[ReportRow]:
    """List the days, weeks, months and years that are over and in which anybody watched."""
    return await _list(None, wanted, context)


@router.get("/admin/analytics/reports/{span}/{day}", summary="Read everybody's report")
async def get_server_report(span: Span, day: DayOfSpan, context: Ctx, _: Viewer) -> Report:
    """Show the whole summary."""
    return await _read(None, span, day, context)


async def _list(
    user_id: UUID | None, wanted: ReportParameters, context: Context
) -> Page[ReportRow]:
    after = BY_START.read(wanted)
    rows = await context.database.run(
        lambda connection: list_reports(
            connection, user_id, span=wanted.span, after=after, limit=wanted.limit + 1
        )
    )
    return Page(
        data=[report_row(row) for row in rows[: wanted.limit]],
        page=page_info(rows, wanted, end=lambda row: BY_START.write((row["start"], row["span"]))),
    )


async def _read(user_id: UUID | None, span: Span, day: date, context: Context) -> Report:
    key = ReportKey(user_id, span, span.start(day))
    return await context.database.run(lambda connection: read_report(connection, key))
