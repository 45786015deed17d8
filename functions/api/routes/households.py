"""Learned households, sharing scores, and accounts that share devices or a home."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query

from functions.api.acts import Act, act
from functions.api.exporting import FILES, exported
from functions.api.lists import BY_POINTS, page_of
from functions.api.persons import of_persons, person_id
from shared.domain.households import HouseholdClass
from shared.domain.linked_accounts import Link
from shared.domain.permissions import Caller, Permission
from shared.http.authentication import Requires
from shared.http.context import Context, Ctx
from shared.http.pages import BY_PAIR, page_info
from shared.http.problems import PROBLEMS
from shared.schemas.filters import LinkFilters, SharingScoreFilters
from shared.schemas.households import (
    HouseholdsView,
    HouseholdWord,
    LinkView,
    SharingScoreRow,
    SharingScoreView,
    households_view,
    link_view,
    score_view,
)
from shared.schemas.pages import Page
from shared.services.households import find_learned, list_links, take_word
from shared.store import households as store
from shared.store.database import Connection

router = APIRouter(prefix="/api/v1/analytics", tags=["households"], responses=PROBLEMS)

Viewer = Annotated[Caller, Depends(Requires(Permission.TRUST_VIEW))]
Manager = Annotated[Caller, Depends(Requires(Permission.TRUST_MANAGE))]


@router.get("/users/{user_id}/households", summary="Show where a person's account lives")
async def get_households(user_id: UUID, context: Ctx, caller: Viewer) -> HouseholdsView:
    """Show the households of the past 90 days, each with what it is and why, the home first."""
    person = await person_id(context, user_id)
    row = await context.database.run(lambda connection: find_learned(connection, person))
    return _visible(households_view(row), caller)


@router.put(
    "/users/{user_id}/households/{household_id}", summary="Say what a household is to a person"
)
async def put_household(
    user_id: UUID, household_id: str, word: HouseholdWord, context: Ctx, caller: Manager
) -> HouseholdsView:
    """Name a household: "this is their second home". It holds from now on, and for the score."""
    return await _take_word(context, caller, user_id, household_id, HouseholdClass(word.said))


@router.delete(
    "/users/{user_id}/households/{household_id}", summary="Take back what was said of a household"
)
async def delete_household_word(
    user_id: UUID, household_id: str, context: Ctx, caller: Manager
) -> HouseholdsView:
    """Let it be learned again what the household is. Without a word on it nothing changes."""
    return await _take_word(context, caller, user_id, household_id, None)


@router.get("/users/{user_id}/sharing-score", summary="Show how much speaks for a shared account")
async def get_sharing_score(user_id: UUID, context: Ctx, _: Viewer) -> SharingScoreView:
    """Show the score, 0 to 100, and in words what it is the sum of."""
    person = await person_id(context, user_id)
    row = await context.database.run(lambda connection: find_learned(connection, person))
    return score_view(row)


@router.get(
    "/sharing-scores", summary="List people by sharing score, highest first", responses=FILES
)
@exported("sharing-scores")
async def list_sharing_scores(
    wanted: Annotated[SharingScoreFilters, Query()], context: Ctx, _: Viewer
) -> Page[SharingScoreRow]:
    """List scores with what each is made of; who was not yet learned of is not in it."""
    return await page_of(
        context,
        wanted,
        BY_POINTS,
        rows=store.list_scores,
        count=store.count_scores,
        view=SharingScoreRow.model_validate,
    )


@router.get(
    "/linked-accounts", summary="List accounts that share devices or a home", responses=FILES
)
@exported("linked-accounts")
async def list_linked_accounts(
    wanted: Annotated[LinkFilters, Query()], context: Ctx, _: Viewer
) -> Page[LinkView]:
    """List pairs, those that share something longest first. It is no violation by itself."""
    after = BY_PAIR.read(wanted)

    async def read(connection: Connection) -> tuple[list[Link], dict[UUID, str | None]]:
        meant = await of_persons(connection, wanted)
        found = await list_links(
            connection, context.settings, user_id=meant.user_id, now=context.now()
        )
        asked = [link for link in found if wanted.trusted in (None, link.trusted)]
        rest = [link for link in asked if after is None or _position(link) > _ordered(*after)]
        page = rest[: wanted.limit + 1]
        users = {user_id for link in page for user_id in link.user_ids}
        return page, await store.list_names(connection, users)

    found, names = await context.database.run(read)
    return Page(
        data=[link_view(link, names) for link in found[: wanted.limit]],
        page=page_info(found, wanted, end=lambda link: BY_PAIR.write((link.days, *link.user_ids))),
    )


async def _take_word(
    context: Context, caller: Caller, user_id: UUID, household_id: str, said: HouseholdClass | None
) -> HouseholdsView:
    async def work(deed: Act) -> HouseholdsView:
        before = await take_word(
            deed.connection,
            user_id,
            household_id,
            said,
            context.settings,
            actor=caller.name,
            now=deed.now,
        )
        action = "household.learn" if said is None else "household.say"
        await deed.note(
            action, user_id, sites=before.sites, before=before.household_class, said=said
        )
        return households_view(await find_learned(deed.connection, user_id))

    return _visible(await act(context, caller, work), caller)


def _visible(view: HouseholdsView, caller: Caller) -> HouseholdsView:
    return view if caller.may(Permission.ADDRESSES_VIEW) else view.veiled()


def _position(link: Link) -> tuple[int, UUID, UUID]:
    return _ordered(link.days, *link.user_ids)


def _ordered(days: int, first: UUID, second: UUID) -> tuple[int, UUID, UUID]:
    """Return where a pair stands in the list: those that share something longest come first."""
    return -days, first, second
