"""What is trusted: listed, made, changed and revoked, and what it would have silenced."""

from functools import partial
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response

from functions.api.acts import Act, act
from functions.api.exporting import FILES, exported
from functions.api.judging import judge_violation, nudge
from functions.api.lists import latest_first, page_of
from shared.domain.case import CaseState
from shared.domain.permissions import Caller, Permission
from shared.http.authentication import Requires
from shared.http.context import Ctx
from shared.http.problems import PROBLEMS
from shared.schemas.filters import TrustedFilters
from shared.schemas.pages import Page
from shared.schemas.trusted import (
    NewTrustedEntry,
    TrustedEntryChange,
    TrustedEntryView,
    TrustFromCase,
    TrustPreview,
    trusted_entry_view,
)
from shared.services import trusted
from shared.services.judgement import Judged, find_case
from shared.services.trusted import Row
from shared.services.trusted_preview import preview
from shared.store import trusted as store

PREFIX = "/api/v1/analytics/trusted-entries"

router = APIRouter(prefix="/api/v1/analytics", tags=["trust"], responses=PROBLEMS)

Viewer = Annotated[Caller, Depends(Requires(Permission.TRUST_VIEW))]
Manager = Annotated[Caller, Depends(Requires(Permission.TRUST_MANAGE))]
Judge = Annotated[Caller, Depends(Requires(Permission.VIOLATIONS_MANAGE))]


_RENEWED: dict[int | str, dict[str, Any]] = {
    200: {"model": TrustedEntryView, "description": "It was trusted already, and is renewed."}
}


@router.get("/trusted-entries", summary="List what is trusted, newest first", responses=FILES)
@exported("trusted-entries")
async def list_trusted_entries(
    wanted: Annotated[TrustedFilters, Query()], context: Ctx, caller: Viewer
) -> Page[TrustedEntryView]:
    """List devices, networks, places, users and pairs that are evidence of nothing."""
    now = context.now()
    return await page_of(
        context,
        wanted,
        latest_first("created_at"),
        rows=partial(store.list_rows, now=now),
        count=partial(store.count_rows, now=now),
        view=lambda row: _view(row, caller),
    )


@router.post("/trusted-entries", status_code=201, summary="Trust something", responses=_RENEWED)
async def make_trusted_entry(
    wanted: NewTrustedEntry, context: Ctx, caller: Manager, response: Response
) -> TrustedEntryView:
    """Trust a device, a network, a place, a user or a pair; also for what has been already.

    What is trusted in these words already is renewed instead (200).
    """

    async def work(deed: Act) -> tuple[Row, bool]:
        entry = await trusted.entry_wanted(deed.connection, wanted, deed.now)
        row, is_new = await trusted.trust(
            deed.connection, entry, note=wanted.note, actor=caller.name, now=deed.now
        )
        said = wanted.model_dump(mode="json", exclude_none=True)
        await deed.note("trusted.create" if is_new else "trusted.renew", row["id"], **said)
        return row, is_new

    return _made(await act(context, caller, work), caller, response)


@router.post("/trusted-entries/preview", summary="Show what an entry would have silenced")
async def preview_trusted_entry(wanted: NewTrustedEntry, context: Ctx, _: Manager) -> TrustPreview:
    """Show which violations of the past 90 days would not stand, wholly or partly; change nothing.

    A finding whose sessions are gone cannot be made again, and stands.
    """
    now = context.now()
    entry = await context.database.run(
        lambda connection: trusted.entry_wanted(connection, wanted, now)
    )
    return await preview(context.database, entry, now)


@router.get("/trusted-entries/{entry_id}", summary="Show a trusted entry")
async def get_trusted_entry(entry_id: UUID, context: Ctx, caller: Viewer) -> TrustedEntryView:
    """Show an entry, with who made it and why."""
    now = context.now()
    row = await context.database.run(
        lambda connection: trusted.find_entry(connection, entry_id, now=now)
    )
    return _view(row, caller)


@router.put(
    "/trusted-entries/{entry_id}",
    name="put_trusted_entry",
    summary="Change a trusted entry (as PATCH)",
)
@router.patch("/trusted-entries/{entry_id}", summary="Change a trusted entry")
async def change_trusted_entry(
    entry_id: UUID, change: TrustedEntryChange, context: Ctx, caller: Manager
) -> TrustedEntryView:
    """Change how long something is trusted, or the note; what began before the end stays so."""

    async def work(deed: Act) -> Row:
        row = await trusted.change_entry(deed.connection, entry_id, change, deed.now)
        said = change.model_dump(mode="json", exclude_unset=True)
        await deed.note("trusted.change", entry_id, **said)
        return row

    return _view(await act(context, caller, work), caller)


@router.delete("/trusted-entries/{entry_id}", status_code=204, summary="Revoke a trusted entry")
async def revoke_trusted_entry(entry_id: UUID, context: Ctx, caller: Manager) -> None:
    """Take an entry away as if it had never been; to end it from now on, let it expire."""

    async def work(deed: Act) -> None:
        row = await trusted.revoke_entry(deed.connection, entry_id, deed.now)
        said = trusted_entry_view(row, shows_addresses=True).model_dump(mode="json")
        await deed.note("trusted.revoke", entry_id, **{k: said[k] for k in ("what", "user_id")})

    await act(context, caller, work)


@router.post(
    "/violations/{violation_id}/trust",
    status_code=201,
    summary="Trust something in a violation's evidence",
    responses=_RENEWED,
)
async def trust_from_violation(
    violation_id: UUID, wanted: TrustFromCase, context: Ctx, caller: Judge, response: Response
) -> TrustedEntryView:
    """Say that a device, network, place or user in the evidence is fine.

    That is the latest stream of it, unless `session_id` names another. The violation stays as it
    is, unless `dismiss` is set.
    """

    async def work(deed: Act) -> tuple[tuple[Row, bool], Judged | None]:
        case = await find_case(deed.connection, violation_id)
        made = await trusted.trust(
            deed.connection,
            trusted.entry_from_case(case, wanted, deed.now),
            note=wanted.note,
            actor=caller.name,
            now=deed.now,
            case_id=violation_id,
        )
        said = wanted.model_dump(mode="json", exclude_none=True)
        await deed.note("violation.trust", violation_id, entry_id=str(made[0]["id"]), **said)
        if not wanted.dismiss:
            return made, None
        return made, await judge_violation(
            deed, violation_id, CaseState.DISMISSED, context.settings
        )

    made, judged = await act(context, caller, work)
    if judged is not None:
        await nudge(context, judged)
    return _made(made, caller, response)


@router.post(
    "/violations/{violation_id}/trust/preview",
    summary="Show what trusting a violation's evidence would have silenced",
)
async def preview_trust_from_violation(
    violation_id: UUID, wanted: TrustFromCase, context: Ctx, _: Judge
) -> TrustPreview:
    """Show what the entry would have silenced that the same body would make; change nothing."""
    now = context.now()
    case = await context.database.run(lambda connection: find_case(connection, violation_id))
    return await preview(context.database, trusted.entry_from_case(case, wanted, now), now)


def _made(made: tuple[Row, bool], caller: Caller, response: Response) -> TrustedEntryView:
    """Answer 201 with the address of what is new, 200 for what was renewed."""
    row, is_new = made
    response.status_code = 201 if is_new else 200
    response.headers["Location"] = f"{PREFIX}/{row['id']}"
    return _view(row, caller)


def _view(row: Row, caller: Caller) -> TrustedEntryView:
    return trusted_entry_view(row, shows_addresses=caller.may(Permission.ADDRESSES_VIEW))
