"""Years in review: one's own, another person's, and everybody's."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query

from functions.api.persons import own_id, person_id
from shared.domain.permissions import Caller, Permission
from shared.http.authentication import Requires
from shared.http.context import Context, Ctx
from shared.http.problems import PROBLEMS
from shared.schemas.summaries import Review, ReviewParameters
from shared.services.reviews import review

mine = APIRouter(prefix="/api/v1/users/me", tags=["statistics"], responses=PROBLEMS)
router = APIRouter(prefix="/api/v1", tags=["statistics"], responses=PROBLEMS)

Member = Annotated[Caller, Depends(Requires(Permission.OWN_VIEW))]
Viewer = Annotated[Caller, Depends(Requires(Permission.STATS_VIEW))]
Wanted = Annotated[ReviewParameters, Query()]


@mine.get("/review", summary="My year in review")
async def get_my_review(wanted: Wanted, context: Ctx, caller: Member) -> Review:
    """Sum up my year: what I watched most, when and on what, beside the year before and others."""
    return await _review(await own_id(context, caller), wanted, context)


@router.get("/analytics/users/{user_id}/review", summary="A person's year in review")
async def get_review_of_user(user_id: UUID, wanted: Wanted, context: Ctx, _: Viewer) -> Review:
    """Sum up a person's year; one who never watched anything has zeros."""
    return await _review(await person_id(context, user_id), wanted, context)


@router.get("/admin/analytics/review", summary="Everybody's year in review")
async def get_review(wanted: Wanted, context: Ctx, _: Viewer) -> Review:
    """Sum up the year of the server: what was popular, who was there, and when."""
    return await _review(None, wanted, context)


async def _review(user_id: UUID | None, wanted: ReviewParameters, context: Context) -> Review:
    zone = context.settings.zone
    return await context.database.run(
        lambda connection: review(
            connection,
            user_id,
            wanted.year,
            tz=wanted.zone(zone),
            zone=zone,
            now=context.now(),
        )
    )
