"""Violations: listed, shown with their evidence, and judged."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query

from functions.api.acts import act
from functions.api.exporting import FILES, exported
from functions.api.judging import judge_violation, nudge
from functions.api.lists import latest_first, page_of
from shared.domain.case import CaseState
from shared.domain.permissions import Caller, Permission
from shared.http.authentication import Requires
from shared.http.context import Context, Ctx
from shared.http.problems import PROBLEMS
from shared.schemas.cases import (
    ViolationDetail,
    ViolationView,
    violation_detail,
    violation_view,
)
from shared.schemas.filters import ViolationFilters
from shared.schemas.pages import MAX_LIMIT, Page
from shared.services.judgement import Judged, Row, find_case
from shared.store import actions
from shared.store import cases as store
from shared.store.database import Connection

router = APIRouter(prefix="/api/v1/analytics/violations", tags=["violations"], responses=PROBLEMS)

# What violations were called first: the same, for those who still ask so.
alerts = APIRouter(
    prefix="/api/v1/analytics/sharing/alerts",
    tags=["violations"],
    responses=PROBLEMS,
    deprecated=True,
)

Viewer = Annotated[Caller, Depends(Requires(Permission.VIOLATIONS_VIEW))]
Judge = Annotated[Caller, Depends(Requires(Permission.VIOLATIONS_MANAGE))]


@alerts.get("", name="list_sharing_alerts", summary="List violations", responses=FILES)
@router.get("", summary="List violations, latest first", responses=FILES)
@exported("violations")
async def list_violations(
    wanted: Annotated[ViolationFilters, Query()], context: Ctx, _: Viewer
) -> Page[ViolationView]:
    """List cases: what one rule found about one person, until somebody judges it."""
    return await page_of(
        context,
        wanted,
        latest_first("opened_at"),
        rows=store.list_rows,
        count=store.count_rows,
        view=violation_view,
    )


@router.get("/{violation_id}", summary="Show a violation with all its evidence")
async def get_violation(violation_id: UUID, context: Ctx, caller: Viewer) -> ViolationDetail:
    """Show every session, place, distance and limit that the findings rest on."""
    return await _show(context, caller, violation_id)


@router.put("/{violation_id}/acknowledge", summary="Close a violation that was right")
async def acknowledge_violation(violation_id: UUID, context: Ctx, caller: Judge) -> ViolationDetail:
    """Acknowledge an open violation; one that is acknowledged already stays so."""
    await _judge(context, caller, violation_id, CaseState.ACKNOWLEDGED)
    return await _show(context, caller, violation_id)


@alerts.post("/{violation_id}/dismiss", name="dismiss_sharing_alert", summary="Dismiss a violation")
@router.put("/{violation_id}/dismiss", summary="Close a violation that was a false alarm")
async def dismiss_violation(violation_id: UUID, context: Ctx, caller: Judge) -> ViolationDetail:
    """Dismiss a violation: the trust it cost comes back, and the same is silent a while.

    One that was acknowledged can be dismissed too, when it turns out that it was a false alarm.
    """
    await _judge(context, caller, violation_id, CaseState.DISMISSED)
    return await _show(context, caller, violation_id)


@router.put("/{violation_id}/reopen", summary="Open a violation again")
async def reopen_violation(violation_id: UUID, context: Ctx, caller: Judge) -> ViolationDetail:
    """Reopen a violation: what it cost counts again, if it was dismissed, and its silence ends.

    Refused while another violation of its rule and person is open.
    """
    await _judge(context, caller, violation_id, CaseState.OPEN)
    return await _show(context, caller, violation_id)


async def _judge(
    context: Context, caller: Caller, violation_id: UUID, verdict: CaseState
) -> Judged:
    judged = await act(
        context, caller, lambda deed: judge_violation(deed, violation_id, verdict, context.settings)
    )
    await nudge(context, judged)
    return judged


async def _show(context: Context, caller: Caller, violation_id: UUID) -> ViolationDetail:
    async def read(connection: Connection) -> tuple[Row, list[dict[str, Any]]]:
        row = await find_case(connection, violation_id)
        about = {"user_id": row["user_id"], "case_id": violation_id, "limit": MAX_LIMIT}
        return row, await actions.list_rows(connection, about)

    row, done = await context.database.run(read)
    return violation_detail(
        row,
        done,
        shows_addresses=caller.may(Permission.ADDRESSES_VIEW),
        shows_adult=caller.may(Permission.LEGACY_READ),
    )
