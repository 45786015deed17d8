"""All that is kept of a person: for that person, and for who answers for privacy."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends
from fastapi.responses import StreamingResponse

from functions.api.acts import Act, act
from functions.api.persons import own_id
from shared.domain.permissions import Caller, Permission
from shared.http.authentication import Requires
from shared.http.context import Context, Ctx
from shared.http.problems import PROBLEMS
from shared.services import exports

router = APIRouter(tags=["privacy"], responses=PROBLEMS)

_EXAMPLE = {
    "user_id": "0198c0de-0000-7000-8000-000000000001",
    "exported_at": "2026-11-20T20:00:00+00:00",
    "user": [{"name": "ada", "email": "ada@example.org"}],
    "sessions": [{"title": "A film", "ip_address": "81.2.69.160"}],
}
_DOCUMENT: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The rows of every section, as they are kept.",
        "content": {
            "application/json": {
                "schema": {"type": "object", "additionalProperties": True},
                "example": _EXAMPLE,
            }
        },
    }
}


@router.get(
    "/api/v1/analytics/users/{user_id}/export",
    summary="Export all that is kept of a person",
    response_class=StreamingResponse,
    responses=_DOCUMENT,
)
async def export_user(
    user_id: UUID,
    context: Ctx,
    caller: Annotated[Caller, Depends(Requires(Permission.PRIVACY_MANAGE))],
) -> StreamingResponse:
    """Answer with one JSON document of any length, with every row that is about the person.

    One that ends is whole; one that breaks off is not. That it was asked for is noted.
    """
    await exports.check(context.database, user_id)

    async def work(deed: Act) -> None:
        await deed.note("user.export", user_id)

    await act(context, caller, work)
    return _document(context, user_id, own=False)


@router.get(
    "/api/v1/users/me/export",
    summary="Export all that is kept of me",
    response_class=StreamingResponse,
    responses=_DOCUMENT,
)
async def export_myself(
    context: Ctx, caller: Annotated[Caller, Depends(Requires(Permission.OWN_VIEW))]
) -> StreamingResponse:
    """Answer with the same document, without what names other people."""
    user_id = await own_id(context, caller)
    await exports.check(context.database, user_id)
    return _document(context, user_id, own=True)


def _document(context: Context, user_id: UUID, *, own: bool) -> StreamingResponse:
    return StreamingResponse(
        exports.export(context.database, user_id, own=own, now=context.now()),
        media_type="application/json",
        headers={"Content-Disposition": f'attachment; filename="user-{user_id}.json"'},
    )
