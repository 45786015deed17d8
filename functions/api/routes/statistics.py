"""Statistics."""

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Query

from shared.domain.permissions import Caller, Permission
from shared.errors import FieldError
from shared.http.authentication import Requires
from shared.http.context import Ctx
from shared.http.problems import PROBLEMS, invalid
from shared.schemas.filters import DayFilters
from shared.schemas.pages import Page, whole
from shared.schemas.session_events import is_adult
from shared.schemas.statistics import DayView, day_view
from shared.store.statistics import list_days

USUAL_SPAN = timedelta(days=30)
LONGEST_SPAN = timedelta(days=366)

# A year of thirty content types; a library has five or six.
MAX_ROWS = 11_000

router = APIRouter(prefix="/api/v1/analytics/stats", tags=["statistics"], responses=PROBLEMS)


@router.get("/daily", summary="What was played, day by day")
async def list_daily_statistics(
    wanted: Annotated[DayFilters, Query()],
    context: Ctx,
    caller: Annotated[Caller, Depends(Requires(Permission.STATS_VIEW))],
) -> Page[DayView]:
    """List days and content types, latest day first, of at most 366 days."""
    today = context.now().astimezone(context.settings.zone).date()
    end = wanted.end or today + timedelta(days=1)
    start = wanted.start or end - USUAL_SPAN
    if end - start > LONGEST_SPAN:
        raise invalid([FieldError("start", "is more than 366 days before the end")])
    rows = await context.database.run(
        lambda connection: list_days(connection, start=start, end=end, limit=MAX_ROWS)
    )
    shows_adult = caller.may(Permission.LEGACY_READ)
    return whole(
        [day_view(row) for row in rows if shows_adult or not is_adult(row["content_type"])]
    )
