"""Statistics over everybody: sums by time and by what sessions have in common."""

from collections.abc import AsyncGenerator, Iterable, Sequence
from typing import Annotated

from fastapi import APIRouter, Depends, Query

from functions.api.asking import Asked, asked_by, checked
from functions.api.exporting import FILES, exported
from shared.domain.permissions import Caller, Permission
from shared.domain.statistics.compatibility import FEWEST_SESSIONS
from shared.domain.statistics.histogram import percentiles
from shared.domain.statistics.period import Interval, Period
from shared.domain.statistics.question import Dimension, Question
from shared.domain.statistics.sums import Sums
from shared.errors import FieldError
from shared.http.authentication import Requires
from shared.http.context import Context, Ctx
from shared.http.problems import PROBLEMS, invalid
from shared.schemas.pages import MAX_LIMIT, Page, whole
from shared.schemas.periods import too_long
from shared.schemas.statistics import (
    BandwidthView,
    CompatibilitiesView,
    ConcurrencyView,
    DayView,
    Figures,
    Group,
    GroupsView,
    PatternsView,
    Peak,
    SeriesPoint,
    StreamsView,
    SumsView,
    cells,
    compatibility_view,
    day_view,
    figures,
    groups,
    period_view,
    share,
    total_of,
)
from shared.schemas.statistics_query import (
    BandwidthParameters,
    CompatibilityParameters,
    ConcurrencyParameters,
    DeviceParameters,
    GeoParameters,
    SumsParameters,
    TableParameters,
)
from shared.services.statistics import (
    Part,
    answer_in_lots,
    answer_of_keys,
    by_reason,
    keys_in,
    parts_in,
)
from shared.store import statistics as store
from shared.store.database import Connection
from shared.store.day_sums import count_compatibility

# So many are written within a quarter of a second.
MOST_POINTS = 20_000

PERCENTILES = (5, 25, 50, 75, 95, 99)

router = APIRouter(prefix="/api/v1/analytics/stats", tags=["statistics"], responses=PROBLEMS)

Viewer = Annotated[Caller, Depends(Requires(Permission.STATS_VIEW))]


@router.get("/daily", summary="What was played, day by day", responses=FILES)
@exported("daily")
async def list_daily_statistics(
    wanted: Annotated[TableParameters, Query()], context: Ctx, caller: Viewer
) -> Page[DayView]:
    """List days of the zone and content types, latest day first, of at most 3,000 days."""

    async def read(connection: Connection) -> Page[DayView]:
        asked = await asked_by(wanted, context, connection, caller)
        if too_long(asked.period, Interval.DAY):
            raise invalid([FieldError("start", "is more than 3,000 days before the end")])
        rows = await store.list_days(connection, asked.period, asked.filter, context.settings.zone)
        return whole([day_view(row) for row in rows])

    return await context.database.run(read)


async def _find_sums(
    wanted: SumsParameters, asked: Asked, most: int | None = None
) -> tuple[Question, list[str]]:
    checked(asked.period, wanted.interval)
    question = Question(asked.period, asked.filter, wanted.interval, wanted.by)
    zone = asked.context.settings.zone
    return question, await answer_in_lots(asked.connection, question, zone, most)


async def _walk_sums(
    wanted: SumsParameters, context: Context, caller: Caller
) -> AsyncGenerator[Sequence[SeriesPoint]]:
    async def find(connection: Connection) -> tuple[Question, list[str]]:
        return await _find_sums(wanted, await asked_by(wanted, context, connection, caller))

    question, lots = await context.database.run(find)
    if wanted.by is Dimension.TRANSCODE_REASONS:
        # There are few combinations of them: they are taken apart together.
        found = by_reason(part for lot in lots for part in parts_in(lot, question))
        for start in range(0, len(found), MAX_LIMIT):
            yield _points(found[start : start + MAX_LIMIT], question.period)
        return
    for lot in lots:
        yield _points(parts_in(lot, question), question.period)


async def _walk_groups(
    wanted: DeviceParameters | GeoParameters | BandwidthParameters,
    context: Context,
    caller: Caller,
) -> AsyncGenerator[Sequence[Group]]:
    async def find(connection: Connection) -> list[str]:
        asked = await asked_by(wanted, context, connection, caller)
        return await asked.rank_keys(Dimension(wanted.by), None)

    for lot in await context.database.run(find):
        yield groups(*keys_in(lot))


@router.get(
    "/plays", summary="Sums by time, and by anything that sessions have in common", responses=FILES
)
@exported("plays", _walk_sums)
async def get_sums(
    wanted: Annotated[SumsParameters, Query()], context: Ctx, caller: Viewer
) -> SumsView:
    """Sum up sessions, plays, completions, watch time and data; parts without any are left out.

    An answer has up to 20,000 rows; a file has all.
    """

    async def read(connection: Connection) -> SumsView:
        asked = await asked_by(wanted, context, connection, caller)
        question, lots = await _find_sums(wanted, asked, MOST_POINTS + 1)
        found = [part for lot in lots for part in parts_in(lot, question)]
        if len(found) > MOST_POINTS:
            field = "by" if wanted.interval is None else "interval"
            raise invalid([FieldError(field, "makes too long an answer: ask for less, or a file")])
        shown = by_reason(found) if wanted.by is Dimension.TRANSCODE_REASONS else found
        return SumsView(
            period=period_view(asked.period),
            total=Figures(**figures(total_of(part.sums for part in found))),
            data=_points(shown, asked.period),
        )

    return await context.database.run(read)


@router.get(
    "/streams", summary="How sessions were delivered, and why they were transcoded", responses=FILES
)
@exported("streams")
async def get_streams(
    wanted: Annotated[TableParameters, Query()], context: Ctx, caller: Viewer
) -> StreamsView:
    """Sum up direct play, direct stream, transcode and unknown, each on its own."""

    async def read(connection: Connection) -> StreamsView:
        asked = await asked_by(wanted, context, connection, caller)
        by_decision = await asked.keys(Dimension.STREAM_TYPE)
        reasons: list[Part] = []
        if by_decision.get("transcode"):
            reasons = await asked.only_transcoded().parts(Dimension.TRANSCODE_REASONS)
        known = total_of(sums for key, sums in by_decision.items() if key != "unknown")
        transcoded = by_decision.get("transcode", Sums())
        return StreamsView(
            period=period_view(asked.period),
            total=Figures(**figures(total_of(by_decision.values()))),
            data=groups(by_decision),
            efficiency_by_sessions=share(known.sessions - transcoded.sessions, known.sessions),
            efficiency_by_watch_time=share(
                known.watched_ms - transcoded.watched_ms, known.watched_ms
            ),
            reasons=groups({part.key: part.sums for part in by_reason(reasons)}, of=transcoded),
        )

    return await context.database.run(read)


@router.get("/devices", summary="What people watched on", responses=FILES)
@exported("devices", _walk_groups)
async def get_devices(
    wanted: Annotated[DeviceParameters, Query()], context: Ctx, caller: Viewer
) -> GroupsView:
    """Sum up by client, platform, type of device, or device."""
    return await _groups(wanted, context, caller)


@router.get(
    "/compatibility", summary="How well players play what is there, unconverted", responses=FILES
)
@exported("compatibility")
async def get_compatibility(
    wanted: Annotated[CompatibilityParameters, Query()], context: Ctx, caller: Viewer
) -> CompatibilitiesView:
    """Score each kind of player by the source's container, codecs, resolution and range."""

    async def read(connection: Connection) -> CompatibilitiesView:
        asked = await asked_by(wanted, context, connection, caller)
        rows = await count_compatibility(
            connection,
            asked.period,
            asked.filter,
            Dimension(wanted.by),
            zone=context.settings.zone,
            fewest=FEWEST_SESSIONS,
        )
        return CompatibilitiesView(
            period=period_view(asked.period), data=[compatibility_view(row) for row in rows]
        )

    return await context.database.run(read)


@router.get("/geo", summary="Where people watched from", responses=FILES)
@exported("geo", _walk_groups)
async def get_geography(
    wanted: Annotated[GeoParameters, Query()], context: Ctx, caller: Viewer
) -> GroupsView:
    """Sum up by country, continent, region, city or network operator (ASN)."""
    return await _groups(wanted, context, caller)


@router.get("/bandwidth", summary="What streams took", responses=FILES)
@exported("bandwidth", _walk_groups)
async def get_bandwidth(
    wanted: Annotated[BandwidthParameters, Query()], context: Ctx, caller: Viewer
) -> BandwidthView:
    """Sum up estimated data by person, device, content type or LAN and WAN, and the bitrates.

    A `series` has up to 20,000 rows.
    """

    async def read(connection: Connection) -> BandwidthView:
        asked = await asked_by(wanted, context, connection, caller)
        found, total = await _most_watched(asked, wanted)
        rates = await asked.keys(Dimension.BITRATE)
        counts = {int(key): sums.sessions for key, sums in rates.items() if key is not None}
        return BandwidthView(
            period=period_view(asked.period),
            total=Figures(**figures(total)),
            data=groups(found, total),
            series=await _series(asked, Dimension(wanted.by), wanted.interval, found),
            bitrate_percentiles_kbps={
                f"p{percent}": value for percent, value in percentiles(counts, PERCENTILES).items()
            },
        )

    return await context.database.run(read)


@router.get("/concurrency", summary="The most streams at once", responses=FILES)
@exported("concurrency")
async def get_concurrency(
    wanted: Annotated[ConcurrencyParameters, Query()], context: Ctx, caller: Viewer
) -> ConcurrencyView:
    """Show the most sessions alive at one instant, of each decision and of all together."""

    async def read(connection: Connection) -> ConcurrencyView:
        asked = await asked_by(wanted, context, connection, caller)
        period = checked(asked.period, wanted.interval)
        rows = await store.list_peaks(connection, period, wanted.interval, asked.filter)
        starts = [edge.astimezone(period.zone) for edge in period.edges(wanted.interval)]
        return ConcurrencyView(
            period=period_view(period),
            data=[
                Peak(
                    start=starts[int(row["part"]) - 1],
                    stream_type=row["stream_type"],
                    peak=row["peak"],
                    at=row["at"].astimezone(period.zone),
                )
                for row in rows
            ],
        )

    return await context.database.run(read)


@router.get("/patterns", summary="When in the week people watch", responses=FILES)
@exported("patterns")
async def get_patterns(
    wanted: Annotated[TableParameters, Query()], context: Ctx, caller: Viewer
) -> PatternsView:
    """Sum up by weekday and hour of the zone."""

    async def read(connection: Connection) -> PatternsView:
        asked = await asked_by(wanted, context, connection, caller)
        return PatternsView(period=period_view(asked.period), data=cells(await asked.clock()))

    return await context.database.run(read)


def _points(parts: Iterable[Part], period: Period) -> list[SeriesPoint]:
    return [
        SeriesPoint(start=part.start.astimezone(period.zone), key=part.key, **figures(part.sums))
        for part in parts
    ]


async def _series(
    asked: Asked, by: Dimension, interval: Interval | None, keys: Iterable[str | None]
) -> list[SeriesPoint]:
    """Return the sums of some keys in each part of the period; nothing if it is not cut.

    Raises:
        InvalidInputError: there are too many parts, or sums.
    """
    if interval is None:
        return []
    checked(asked.period, interval)
    question = Question(asked.period, asked.filter, interval, by)
    zone = asked.context.settings.zone
    parts = await answer_of_keys(asked.connection, question, zone, keys, MOST_POINTS + 1)
    if len(parts) > MOST_POINTS:
        said = "makes too long an answer: ask for less time, or for fewer keys (limit)"
        raise invalid([FieldError("interval", said)])
    return _points(parts, asked.period)


async def _most_watched(
    asked: Asked, wanted: DeviceParameters | GeoParameters | BandwidthParameters
) -> tuple[dict[str | None, Sums], Sums]:
    """Return the sums of the keys that are told of, and those of all keys."""
    lots = await asked.rank_keys(Dimension(wanted.by), wanted.limit)
    return keys_in(lots[0]) if lots else ({}, Sums())


async def _groups(
    wanted: DeviceParameters | GeoParameters, context: Ctx, caller: Caller
) -> GroupsView:
    async def read(connection: Connection) -> GroupsView:
        asked = await asked_by(wanted, context, connection, caller)
        found, total = await _most_watched(asked, wanted)
        return GroupsView(
            period=period_view(asked.period),
            total=Figures(**figures(total)),
            data=groups(found, total),
        )

    return await context.database.run(read)
