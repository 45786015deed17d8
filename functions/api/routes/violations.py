"""Violations: listed, shown with their evidence, and judged."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query

from functions.api.acts import Act, act
from shared.domain.permissions import Caller, Permission
from shared.http.authentication import Requires
from shared.http.context import Context, Ctx
from shared.http.pages import BY_TIME, page_info
from shared.http.problems import PROBLEMS
from shared.schemas.cases import ViolationDetail, ViolationView, violation_detail, violation_view
from shared.schemas.filters import ViolationFilters
from shared.schemas.pages import Page
from shared.services.judgement import Row, acknowledge, dismiss, find_case
from shared.store import cases as store
from shared.store.database import Connection

router = APIRouter(prefix="/api/v1/analytics/violations", tags=["violations"], responses=PROBLEMS)

Viewer = Annotated[Caller, Depends(Requires(Permission.VIOLATIONS_VIEW))]
Judge = Annotated[Caller, Depends(Requires(Permission.VIOLATIONS_MANAGE))]


@router.get("", summary="List violations, latest first")
async def list_violations(
    wanted: Annotated[ViolationFilters, Query()], context: Ctx, _: Viewer
) -> Page[ViolationView]:
    """List cases: what one rule found about one person, until somebody judges it."""
    filters = wanted.filters()
    after = BY_TIME.read(wanted)
    position = {} if after is None else {"after_at": after[0], "after_id": after[1]}
    window = {"limit": wanted.limit + 1, "offset": wanted.offset}

    async def read(connection: Connection) -> tuple[list[dict[str, Any]], int | None]:
        rows = await store.list_rows(connection, filters | position | window)
        return rows, await store.count_rows(connection, filters) if wanted.total else None

    rows, total = await context.database.run(read)
    return Page(
        data=[violation_view(row) for row in rows[: wanted.limit]],
        page=page_info(
            rows, wanted, end=lambda row: BY_TIME.write((row["opened_at"], row["id"])), total=total
        ),
    )


@router.get("/{violation_id}", summary="Show a violation with all its evidence")
async def get_violation(violation_id: UUID, context: Ctx, caller: Viewer) -> ViolationDetail:
    """Show every session, place, distance and limit that the findings rest on."""
    row = await context.database.run(lambda connection: find_case(connection, violation_id))
    return _detail(row, caller)


@router.put("/{violation_id}/acknowledge", summary="Close a violation that was right")
async def acknowledge_violation(violation_id: UUID, context: Ctx, caller: Judge) -> ViolationDetail:
    """Acknowledge an open violation; one that is acknowledged already stays so."""

    async def judge(deed: Act) -> bool:
        return await acknowledge(deed.connection, violation_id, actor=caller.name, now=deed.now)

    return await _judge(context, caller, violation_id, "violation.acknowledge", judge)


@router.put("/{violation_id}/dismiss", summary="Close a violation that was a false alarm")
async def dismiss_violation(violation_id: UUID, context: Ctx, caller: Judge) -> ViolationDetail:
    """Dismiss an open violation: the trust it cost comes back, and the same is silent a while."""

    async def judge(deed: Act) -> bool:
        return await dismiss(deed.connection, violation_id, actor=caller.name, now=deed.now)

    return await _judge(context, caller, violation_id, "violation.dismiss", judge)


async def _judge(
    context: Context,
    caller: Caller,
    violation_id: UUID,
    action: str,
    judge: Callable[[Act], Awaitable[bool]],
) -> ViolationDetail:
    async def work(deed: Act) -> Row:
        if await judge(deed):
            await deed.note(action, violation_id)
        return await find_case(deed.connection, violation_id)

    return _detail(await act(context, caller, work), caller)


def _detail(row: Row, caller: Caller) -> ViolationDetail:
    return violation_detail(
        row,
        shows_addresses=caller.may(Permission.ADDRESSES_VIEW),
        shows_adult=caller.may(Permission.LEGACY_READ),
    )
