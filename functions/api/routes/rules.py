"""Sharing rules: read, made, taken over, changed and deleted."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response

from functions.api.acts import Act, act
from shared.domain.permissions import Caller, Permission
from shared.http.authentication import Requires
from shared.http.context import Context, Ctx
from shared.http.problems import PROBLEMS
from shared.schemas.pages import Page, whole
from shared.schemas.rules import (
    NewRule,
    RuleChange,
    RuleImport,
    RuleTypeView,
    RuleView,
    rule_types,
)
from shared.services import rules
from shared.services.rules import Row
from shared.store.rules import list_rules as read_rules

PREFIX = "/api/v1/analytics/rules"

router = APIRouter(prefix=PREFIX, tags=["rules"], responses=PROBLEMS)

Viewer = Annotated[Caller, Depends(Requires(Permission.RULES_VIEW))]
Manager = Annotated[Caller, Depends(Requires(Permission.RULES_MANAGE))]


@router.get("", summary="List the sharing rules")
async def list_rules(context: Ctx, _: Viewer) -> Page[RuleView]:
    """List all rules, in the order in which they were made."""
    rows = await context.database.run(read_rules)
    return whole([RuleView.model_validate(row) for row in rows])


@router.post("", status_code=201, summary="Make a sharing rule")
async def make_rule(wanted: NewRule, context: Ctx, caller: Manager, response: Response) -> RuleView:
    """Make a rule. It begins in shadow, kept and shown but without consequences, unless said."""

    async def work(deed: Act) -> Row:
        row = await rules.make_rule(
            deed.connection,
            wanted,
            deed.now,
            retention_days=context.settings.analytics_retention_days,
        )
        await deed.note("rule.create", row["id"], **wanted.model_dump(mode="json"))
        return row

    view = RuleView.model_validate(await act(context, caller, work))
    response.headers["Location"] = f"{PREFIX}/{view.id}"
    return view


@router.post("/import", status_code=201, summary="Take over rules of another installation")
async def import_rules(wanted: RuleImport, context: Ctx, caller: Manager) -> Page[RuleView]:
    """Make the rules that another installation lists, all of them or none.

    Each begins in shadow, whatever it was there: look at what it would do before it is live.
    """

    async def work(deed: Act) -> list[Row]:
        rows = await rules.import_rules(
            deed.connection,
            wanted.data,
            deed.now,
            retention_days=context.settings.analytics_retention_days,
        )
        for row in rows:
            await deed.note("rule.import", row["id"], name=row["name"])
        return rows

    return whole([RuleView.model_validate(row) for row in await act(context, caller, work)])


@router.get("/types", summary="List what rules can be about")
async def list_rule_types(_: Viewer) -> Page[RuleTypeView]:
    """List the types of rules, each with its parameters, their defaults and ranges."""
    return whole(rule_types())


@router.get("/{rule_id}", summary="Show a sharing rule")
async def get_rule(rule_id: UUID, context: Ctx, _: Viewer) -> RuleView:
    """Show a rule with all its parameters."""
    row = await context.database.run(lambda connection: rules.find_rule(connection, rule_id))
    return RuleView.model_validate(row)


@router.put("/{rule_id}", name="put_rule", summary="Change a sharing rule (as PATCH)")
@router.patch("/{rule_id}", summary="Change a sharing rule")
async def change_rule(rule_id: UUID, change: RuleChange, context: Ctx, caller: Manager) -> RuleView:
    """Change what is given; what is left out stays, single parameters too."""

    async def work(deed: Act) -> Row:
        row = await rules.change_rule(
            deed.connection,
            rule_id,
            change,
            deed.now,
            retention_days=context.settings.analytics_retention_days,
        )
        said = change.model_dump(mode="json", exclude_none=True)
        await deed.note("rule.change", rule_id, **said)
        return row

    return RuleView.model_validate(await act(context, caller, work))


@router.put("/{rule_id}/enable", summary="Enable a sharing rule")
async def enable_rule(rule_id: UUID, context: Ctx, caller: Manager) -> RuleView:
    """Let a rule look at people again; one that is enabled already stays so."""
    return await _switch(context, caller, rule_id, enabled=True)


@router.put("/{rule_id}/disable", summary="Disable a sharing rule")
async def disable_rule(rule_id: UUID, context: Ctx, caller: Manager) -> RuleView:
    """Let a rule find nothing more; what it found stays."""
    return await _switch(context, caller, rule_id, enabled=False)


@router.delete("/{rule_id}", status_code=204, summary="Delete a sharing rule")
async def delete_rule(rule_id: UUID, context: Ctx, caller: Manager) -> None:
    """Delete a rule; its cases stay, each with a copy of the rule."""

    async def work(deed: Act) -> None:
        row = await rules.find_rule(deed.connection, rule_id)
        await rules.delete_rule(deed.connection, rule_id)
        await deed.note("rule.delete", rule_id, name=row["name"])

    await act(context, caller, work)


async def _switch(context: Context, caller: Caller, rule_id: UUID, *, enabled: bool) -> RuleView:
    async def work(deed: Act) -> Row:
        row, changed = await rules.switch_rule(
            deed.connection,
            rule_id,
            deed.now,
            enabled=enabled,
            retention_days=context.settings.analytics_retention_days,
        )
        if changed:
            await deed.note("rule.change", rule_id, enabled=enabled)
        return row

    return RuleView.model_validate(await act(context, caller, work))
