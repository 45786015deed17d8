"""What is watched: every kind of media in its own list, and a page of each of them."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query

from functions.api.asking import Asked, asked_by, checked
from functions.api.exporting import FILES, exported
from shared.domain.permissions import Caller, Permission
from shared.domain.statistics.engagement import engagements, still_watching
from shared.domain.statistics.facts import GroupKind
from shared.domain.statistics.period import Interval
from shared.domain.statistics.question import Dimension
from shared.domain.statistics.titles import TitleKind
from shared.errors import NotFoundError
from shared.http.authentication import Requires
from shared.http.context import Ctx
from shared.http.problems import PROBLEMS
from shared.schemas.media import (
    ContentsParameters,
    ContentsView,
    ContentView,
    EngagementView,
    MediaKind,
    MediaParameters,
    MediaView,
    PopularListsParameters,
    PopularListsView,
    StepView,
    WatcherView,
)
from shared.schemas.session_events import is_adult
from shared.schemas.statistics import (
    Figures,
    RankedItem,
    SeriesPoint,
    cells,
    figures,
    groups,
    period_view,
    ranking,
    total_of,
)
from shared.services.rankings import only
from shared.store import media as store
from shared.store.database import Connection

router = APIRouter(prefix="/api/v1/admin/analytics", tags=["statistics"], responses=PROBLEMS)

Viewer = Annotated[Caller, Depends(Requires(Permission.STATS_VIEW))]
Key = Annotated[str, Path(min_length=1, max_length=500, pattern=r"^[^\x00]+$")]

# Items of one content type: a page of each is a page of an item.
_TYPES = {MediaKind.TRACK: "music_track", MediaKind.PROGRAMME: "livetv_program"}

# Each list of what is popular: what is ranked, and of which content types, if not of all.
_LISTS: dict[str, tuple[TitleKind, tuple[str, ...]]] = {
    "movies": (TitleKind.ITEM, ("movie",)),
    "shows": (TitleKind.SHOW, ()),
    "episodes": (TitleKind.ITEM, ("tvshow_episode",)),
    "artists": (TitleKind.ARTIST, ()),
    "albums": (TitleKind.ALBUM, ()),
    "tracks": (TitleKind.ITEM, ("music_track",)),
    "channels": (TitleKind.CHANNEL, ()),
    "programmes": (TitleKind.ITEM, ("livetv_program",)),
}


@router.get("/popular", summary="What is watched most or least, by kind of media", responses=FILES)
@exported("popular-by-kind")
async def list_popular_by_kind(
    wanted: Annotated[PopularListsParameters, Query()], context: Ctx, caller: Viewer
) -> PopularListsView:
    """Rank movies, shows, episodes, artists, albums, tracks, channels and programmes."""

    async def read(connection: Connection) -> PopularListsView:
        asked = await asked_by(wanted, context, connection, caller)
        lists = {name: await _list(asked, name, wanted) for name in _LISTS}
        return PopularListsView(period=period_view(asked.period), **lists)

    return await context.database.run(read)


async def _list(asked: Asked, name: str, wanted: PopularListsParameters) -> list[RankedItem]:
    """Return one of the lists; it is empty where another content type is asked for."""
    kind, content_types = _LISTS[name]
    if content_types and wanted.content_types and not {*content_types} & {*wanted.content_types}:
        return []
    narrowed = asked
    if content_types:
        filtered = replace(asked.filter, content_types=content_types)
        narrowed = replace(asked, filter=filtered)
    return ranking(await narrowed.rank(kind, wanted.limit, wanted.order))


@router.get("/media/{kind}/{key:path}", summary="What was watched of an item or a group")
async def get_media(
    kind: MediaKind,
    key: Key,
    wanted: Annotated[MediaParameters, Query()],
    context: Ctx,
    caller: Viewer,
) -> MediaView:
    """Show figures, trend, people, players and how far plays came; zeros if nobody played it.

    All of them are of the sessions that the filters let in.
    """
    title = TitleKind.ITEM if kind in _TYPES else TitleKind(kind)
    adult = caller.may(Permission.LEGACY_READ)

    async def read(connection: Connection) -> MediaView:
        known = await store.describe(connection, title, key)
        if known is None or not _is_shown(kind, known["content_type"], adult=adult):
            raise NotFoundError(f"There is no such {kind}.")
        asked = await _only(await asked_by(wanted, context, connection, caller), title, key)
        checked(asked.period, wanted.interval)
        by_client = await asked.keys(Dimension.CLIENT)
        return MediaView(
            kind=kind,
            id=key,
            **known,
            period=period_view(asked.period),
            total=Figures(**figures(total_of(by_client.values()))),
            trend=await _trend(asked, wanted.interval),
            people=await _people(asked, wanted.limit),
            clients=groups(by_client),
            device_types=groups(await asked.keys(Dimension.DEVICE_TYPE)),
            stream_types=groups(await asked.keys(Dimension.STREAM_TYPE)),
            patterns=cells(await asked.clock()),
            **await _engagement(asked),
        )

    return await context.database.run(read)


@router.get("/contents/{kind}/{key:path}", summary="What there is in a group", responses=FILES)
@exported("contents")
async def list_contents(
    kind: GroupKind,
    key: Key,
    wanted: Annotated[ContentsParameters, Query()],
    context: Ctx,
    caller: Viewer,
) -> ContentsView:
    """List what libraries have of a group or was played of it, with what was played of each.

    Episodes and tracks are in their order, programmes of a channel the most played first. Filters
    narrow what was played; servers, libraries and content types also what libraries have.
    """
    title = TitleKind(kind)

    async def read(connection: Connection) -> ContentsView:
        asked = await _only(await asked_by(wanted, context, connection, caller), title, key)
        rows = await store.list_contents(
            connection, asked.period, asked.filter, title, key, limit=wanted.most
        )
        return ContentsView(period=period_view(asked.period), data=[_content(row) for row in rows])

    return await context.database.run(read)


async def _only(asked: Asked, title: TitleKind, key: str) -> Asked:
    """Return the same question of an item or a group alone."""
    return replace(asked, filter=await only(asked.connection, asked.filter, title, [key]))


def _content(row: Mapping[str, Any]) -> ContentView:
    watched = row["watched_ms"] / 1000
    return ContentView.model_validate({**row, "watched_seconds": watched}, extra="ignore")


def _is_shown(kind: MediaKind, content_type: str, *, adult: bool) -> bool:
    """Say whether what was found is of the kind that was asked for, and may be seen."""
    return (adult or not is_adult(content_type)) and _TYPES.get(kind, content_type) == content_type


async def _trend(asked: Asked, interval: Interval) -> list[SeriesPoint]:
    zone = asked.period.zone
    return [
        SeriesPoint(start=part.start.astimezone(zone), key=part.key, **figures(part.sums))
        for part in await asked.parts(None, interval)
    ]


async def _engagement(asked: Asked) -> dict[str, Any]:
    """Return who played it, and how far."""
    users, rewatched_by = await store.count_people(asked.connection, asked.period, asked.filter)
    reaches = await store.count_reaches(asked.connection, asked.period, asked.filter)
    return {
        "users": users,
        "engagement": EngagementView(**engagements(reaches), rewatched_by=rewatched_by),
        "still_watching": [
            StepView(percent=step, share=share) for step, share in still_watching(reaches)
        ],
    }


async def _people(asked: Asked, limit: int) -> list[WatcherView]:
    found = [(UUID(key), sums) for key, sums in (await asked.keys(Dimension.USER)).items() if key]
    first = sorted(found, key=lambda pair: (-pair[1].watched_ms, pair[0]))[:limit]
    names = await store.list_names(asked.connection, (user_id for user_id, _ in first))
    return [
        WatcherView(user_id=user_id, name=names.get(user_id), **figures(sums))
        for user_id, sums in first
    ]
