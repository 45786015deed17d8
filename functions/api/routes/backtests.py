"""Backtests: rules tried on the past, without any effect."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response

from functions.api.acts import Act, act
from functions.api.exporting import FILES, exported
from shared.domain.permissions import Caller, Permission
from shared.http.authentication import Requires
from shared.http.context import Context, Ctx
from shared.http.pages import BY_ID, BY_SCORE, page_info
from shared.http.problems import PROBLEMS
from shared.schemas.backtests import (
    BacktestDetail,
    BacktestList,
    BacktestRange,
    BacktestView,
    DryRun,
    NewBacktest,
    NewDryRun,
    WouldBeView,
    backtest_view,
    would_be_view,
)
from shared.schemas.pages import Page, whole
from shared.schemas.rules import NewRule
from shared.schemas.shadow import ShadowAccountView, ShadowParameters
from shared.services import backtests
from shared.services.backtests import Row
from shared.services.shadow import accounts
from shared.store import backtests as store
from shared.store.database import Connection

RULES = "/api/v1/analytics/rules"
PREFIX = "/api/v1/analytics/backtests"

router = APIRouter(tags=["rules"], responses=PROBLEMS)

Viewer = Annotated[Caller, Depends(Requires(Permission.RULES_VIEW))]
Manager = Annotated[Caller, Depends(Requires(Permission.RULES_MANAGE))]


@router.post(f"{RULES}/backtest", status_code=202, summary="Try a rule on the past")
async def backtest_new_rule(
    wanted: NewBacktest, context: Ctx, caller: Manager, response: Response
) -> BacktestView:
    """Find what a rule would have made of the past: no case, no penalty and no message comes of it.

    The answer says where to ask how far it is. It takes seconds to minutes.
    """
    return await _ask(context, caller, wanted.rule, wanted, response)


@router.post(
    f"{RULES}/{{rule_id}}/backtest", status_code=202, summary="Try a saved rule on the past"
)
async def backtest_rule(
    rule_id: UUID, wanted: BacktestRange, context: Ctx, caller: Manager, response: Response
) -> BacktestView:
    """Do the same with a rule as it is now, be it enabled or not."""
    return await _ask(context, caller, rule_id, wanted, response)


@router.post(f"{RULES}/dry-run", summary="Try a rule on the past of a few people, at once")
async def dry_run(wanted: NewDryRun, context: Ctx, caller: Manager) -> Page[WouldBeView]:
    """Answer with the cases that a rule would have opened of up to 20 people; nothing is kept."""
    return await _try(context, caller, wanted.rule, wanted)


@router.post(
    f"{RULES}/{{rule_id}}/dry-run", summary="Try a saved rule on the past of a few people, at once"
)
async def dry_run_rule(
    rule_id: UUID, wanted: DryRun, context: Ctx, caller: Manager
) -> Page[WouldBeView]:
    """Do the same with a rule as it is now, be it enabled or not."""
    return await _try(context, caller, rule_id, wanted)


@router.get("/api/v1/analytics/shadow-accounts", summary="What rules in shadow would have done")
async def list_shadow_accounts(
    wanted: Annotated[ShadowParameters, Query()], context: Ctx, _: Viewer
) -> Page[ShadowAccountView]:
    """Account, week by week, for each rule in shadow: people, violations, messages, trust."""
    found = await context.database.run(
        lambda connection: accounts(
            connection, context.settings, weeks=wanted.weeks, now=context.now()
        )
    )
    return whole(found)


@router.get(
    f"{RULES}/{{rule_id}}/shadow-account", summary="What one rule in shadow would have done"
)
async def get_shadow_account(
    rule_id: UUID, wanted: Annotated[ShadowParameters, Query()], context: Ctx, _: Viewer
) -> Page[ShadowAccountView]:
    """Account for one rule's violations in shadow, week by week."""
    found = await context.database.run(
        lambda connection: accounts(
            connection, context.settings, weeks=wanted.weeks, now=context.now(), rule_id=rule_id
        )
    )
    return whole(found)


@router.get(PREFIX, summary="List backtests, newest first", responses=FILES)
@exported("backtests")
async def list_backtests(
    wanted: Annotated[BacktestList, Query()], context: Ctx, _: Viewer
) -> Page[BacktestView]:
    """List what was asked for in the past 30 days, and how far it is."""
    before = BY_ID.read(wanted)
    rows = await context.database.run(
        lambda connection: store.list_rows(
            connection, now=context.now(), limit=wanted.limit + 1, before=before
        )
    )
    return Page(
        data=[backtest_view(row) for row in rows[: wanted.limit]],
        page=page_info(rows, wanted, end=lambda row: BY_ID.write(row["id"])),
    )


@router.get(f"{PREFIX}/{{backtest_id}}", summary="Show a backtest")
async def get_backtest(backtest_id: UUID, context: Ctx, caller: Viewer) -> BacktestDetail:
    """Show how far a backtest is and what it found so far.

    That is: how many people and messages, by week, and which trusted entries would change most.
    """
    shows = caller.may(Permission.ADDRESSES_VIEW)
    return await context.database.run(
        lambda connection: backtests.show(connection, backtest_id, shows_addresses=shows)
    )


@router.get(
    f"{PREFIX}/{{backtest_id}}/cases",
    summary="List would-be cases, the worst first",
    responses=FILES,
)
@exported("backtest-cases")
async def list_cases(
    backtest_id: UUID, wanted: Annotated[BacktestList, Query()], context: Ctx, caller: Viewer
) -> Page[WouldBeView]:
    """List the cases that the rule would have opened, one per person, with their reasons."""
    after = BY_SCORE.read(wanted)

    async def read(connection: Connection) -> list[Row]:
        await backtests.find(connection, backtest_id)
        return list(
            await store.list_cases(connection, backtest_id, limit=wanted.limit + 1, after=after)
        )

    rows = await context.database.run(read)
    shows = caller.may(Permission.ADDRESSES_VIEW)
    return Page(
        data=[would_be_view(row, shows_addresses=shows) for row in rows[: wanted.limit]],
        page=page_info(
            rows, wanted, end=lambda row: BY_SCORE.write((row["occurrences"], row["user_id"]))
        ),
    )


@router.post(f"{PREFIX}/{{backtest_id}}/cancel", summary="Cancel a backtest")
async def cancel_backtest(backtest_id: UUID, context: Ctx, caller: Manager) -> BacktestView:
    """Stop working at a backtest; what it found so far stays."""

    async def work(deed: Act) -> Row:
        if await backtests.cancel(deed.connection, backtest_id, now=deed.now):
            await deed.note("backtest.cancel", backtest_id)
        return await backtests.find(deed.connection, backtest_id)

    return backtest_view(await act(context, caller, work))


@router.delete(f"{PREFIX}/{{backtest_id}}", status_code=204, summary="Delete a backtest")
async def delete_backtest(backtest_id: UUID, context: Ctx, caller: Manager) -> None:
    """Delete a backtest and what it found."""

    async def work(deed: Act) -> None:
        await backtests.delete(deed.connection, backtest_id)
        await deed.note("backtest.delete", backtest_id)

    await act(context, caller, work)


async def _try(
    context: Context, caller: Caller, rule: NewRule | UUID, wanted: DryRun
) -> Page[WouldBeView]:
    found = await context.database.run(
        lambda connection: backtests.dry_run(
            connection, rule, wanted, context.settings, now=context.now()
        )
    )
    shows = caller.may(Permission.ADDRESSES_VIEW)
    return whole([would_be_view(row, shows_addresses=shows) for row in found])


async def _ask(
    context: Context,
    caller: Caller,
    rule: NewRule | UUID,
    wanted: BacktestRange,
    response: Response,
) -> BacktestView:
    async def work(deed: Act) -> Row:
        backtest_id = await backtests.ask(
            deed.connection, rule, wanted, context.settings, actor=caller.name, now=deed.now
        )
        row = await backtests.find(deed.connection, backtest_id)
        await deed.note("backtest.create", backtest_id, rule=row["rule"]["name"])
        return row

    view = backtest_view(await act(context, caller, work))
    await context.nudges.backtest(view.id)
    response.headers["Location"] = f"{PREFIX}/{view.id}"
    return view
