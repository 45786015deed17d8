"""The audit log: who did what, and the proof that it was not rewritten."""

from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter, Depends, Query

from functions.api.exporting import FILES, exported
from functions.api.lists import latest_first, page_of
from shared.domain.permissions import Caller, Permission
from shared.http.authentication import Requires
from shared.http.context import Ctx
from shared.http.problems import PROBLEMS
from shared.schemas.audit import (
    AuditEntryView,
    AuditFilters,
    AuditVerificationView,
    BrokenEntryView,
    audit_entry_view,
)
from shared.schemas.pages import Page
from shared.services import audit
from shared.store import audit as store

router = APIRouter(prefix="/api/v1/admin/audit", tags=["audit"], responses=PROBLEMS)

Viewer = Annotated[Caller, Depends(Requires(Permission.AUDIT_VIEW))]


@router.get("", summary="List what was done, the latest first", responses=FILES)
@exported("audit")
async def list_audit_entries(
    wanted: Annotated[AuditFilters, Query()], context: Ctx, _: Viewer
) -> Page[AuditEntryView]:
    """List every administrative act: who did what to what, and when. Nothing is ever removed."""
    return await page_of(
        context,
        wanted,
        latest_first("at"),
        rows=store.list_rows,
        count=store.count_rows,
        view=audit_entry_view,
    )


@router.get("/verify", summary="Verify that the audit log was not rewritten")
async def verify_audit(context: Ctx, _: Viewer) -> AuditVerificationView:
    """Go through all entries and their hashes; name the first that is not as it was written."""
    found = await audit.verify(context.database)
    return AuditVerificationView(
        intact=found.broken is None,
        verified=found.end.number,
        hash=found.end.hash.hex(),
        erased=found.erased,
        unchained=found.unchained,
        broken=None if found.broken is None else BrokenEntryView(**asdict(found.broken)),
    )
