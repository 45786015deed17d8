"""What one person watched: for that person, and for those who may see everybody."""

from dataclasses import replace
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query

from functions.api.asking import Asked, checked, period_of, span_of
from functions.api.exporting import FILES, exported
from functions.api.persons import own_id, person_id
from shared.domain.permissions import Caller, Permission
from shared.domain.statistics.favourites import by_artist, by_genre, by_item, by_show
from shared.domain.statistics.question import Dimension
from shared.http.authentication import Requires
from shared.http.context import Context, Ctx
from shared.http.pages import BY_TIME, page_info
from shared.http.problems import PROBLEMS
from shared.schemas.filters import OwnSessionFilters
from shared.schemas.pages import Page
from shared.schemas.sessions import SessionView, session_view
from shared.schemas.statistics import (
    Figures,
    PersonView,
    SeriesPoint,
    favourites,
    figures,
    genre_figures,
    groups,
    period_view,
    total_of,
)
from shared.schemas.statistics_query import PersonParameters
from shared.store import session_lists
from shared.store.database import Connection
from shared.store.favourites import list_items

FAVOURITES = 10

mine = APIRouter(prefix="/api/v1/users/me", tags=["statistics"], responses=PROBLEMS)
router = APIRouter(prefix="/api/v1/analytics", tags=["statistics"], responses=PROBLEMS)

Member = Annotated[Caller, Depends(Requires(Permission.OWN_VIEW))]


@mine.get("/stats", summary="What I watched", responses=FILES)
@exported("statistics")
async def get_my_statistics(
    wanted: Annotated[PersonParameters, Query()], context: Ctx, caller: Member
) -> PersonView:
    """Sum up my own sessions, with what I watched most and on what."""
    return await _show(await own_id(context, caller), wanted, context, caller)


@mine.get("/stats/history", summary="My sessions, newest first", responses=FILES)
@exported("sessions")
async def list_my_sessions(
    wanted: Annotated[OwnSessionFilters, Query()], context: Ctx, caller: Member
) -> Page[SessionView]:
    """List my own sessions, as far as they are kept."""
    after = BY_TIME.read(wanted)
    filters: dict[str, object] = {
        **wanted.filters(),
        **span_of(wanted, context),
        "user_id": await own_id(context, caller),
        "adult": caller.may(Permission.LEGACY_READ),
        "limit": wanted.limit + 1,
    }
    if after is not None:
        filters |= {"after_at": after[0], "after_id": after[1]}
    rows = await context.database.run(lambda c: session_lists.list_rows(c, filters))
    return Page(
        data=[session_view(row, shows_addresses=True) for row in rows[: wanted.limit]],
        page=page_info(rows, wanted, end=lambda row: BY_TIME.write((row["started_at"], row["id"]))),
    )


@router.get("/sessions/user/{user_id}", summary="What a person watched", responses=FILES)
@exported("statistics")
async def get_statistics_of_user(
    user_id: UUID,
    wanted: Annotated[PersonParameters, Query()],
    context: Ctx,
    caller: Annotated[Caller, Depends(Requires(Permission.STATS_VIEW))],
) -> PersonView:
    """Sum up a person's sessions; one who never watched anything has zeros."""
    return await _show(await person_id(context, user_id), wanted, context, caller)


async def _show(
    user_id: UUID, wanted: PersonParameters, context: Context, caller: Caller
) -> PersonView:
    async def read(connection: Connection) -> PersonView:
        period = checked(await period_of(wanted, context, connection), wanted.interval)
        narrowed = wanted.filter(adult=caller.may(Permission.LEGACY_READ))
        person = replace(narrowed, users=(user_id,))
        asked = Asked(context, connection, period, person)
        items = await list_items(connection, period, person)
        series = await asked.parts(Dimension.CONTENT_TYPE, wanted.interval)
        return PersonView(
            user_id=user_id,
            period=period_view(period),
            total=Figures(**figures(total_of(part.sums for part in series))),
            data=[
                SeriesPoint(
                    start=part.start.astimezone(period.zone), key=part.key, **figures(part.sums)
                )
                for part in series
            ],
            favourite_devices=groups(await asked.keys(Dimension.DEVICE))[:FAVOURITES],
            favourite_items=favourites(by_item(items)[:FAVOURITES]),
            favourite_shows=favourites(by_show(items)[:FAVOURITES]),
            favourite_artists=favourites(by_artist(items)[:FAVOURITES]),
            favourite_genres=genre_figures(by_genre(items)[:FAVOURITES]),
        )

    return await context.database.run(read)
