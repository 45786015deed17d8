"""Statistics of libraries as answers show them. What each figure means: docs/statistics.md."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from itertools import pairwise
from typing import Any

from pydantic import BaseModel, Field

from shared.domain.forecast import LEAST_DAYS
from shared.domain.holdings import Foreseen, Held, total
from shared.schemas.statistics import PeriodView, share


class HeldView(BaseModel):
    """What is held."""

    items: int = Field(description="Films, episodes, tracks, and also shows, seasons, albums.")
    files: int = Field(description="The same path, size and type is one, in whichever libraries.")
    size_bytes: int
    duration_seconds: float = Field(description="How long the items play.")


class HeldOfType(HeldView):
    """What is held of a content type."""

    content_type: str


class HeldByLibrary(HeldOfType):
    """What a library holds of a content type; a file in two libraries counts for each."""

    library_id: str
    server_id: str
    name: str


class GrowthPoint(HeldOfType):
    """What was held of a content type at the end of a part of the period."""

    day: date = Field(description="The last day of the part, in the service's zone.")
    items_change: int = Field(description="Since the part before, or since before the period.")
    size_change_bytes: int


class LibraryOverview(BaseModel):
    """What libraries hold, and how that grew."""

    period: PeriodView
    total: HeldView = Field(description="At the end of the period.")
    content_types: list[HeldOfType]
    libraries: list[HeldByLibrary] = Field(description="As of now.")
    data: list[GrowthPoint]


class QualityPoint(BaseModel):
    """Files of one quality at the end of a part of the period."""

    day: date = Field(description="The last day of the part, in the service's zone.")
    value: str | None = Field(description="null: the server does not say.")
    files: int
    size_bytes: int
    share_of_files: float | None


class QualityView(BaseModel):
    """What files are like, and how that changed."""

    period: PeriodView
    by: str
    data: list[QualityPoint]


class ForecastBacktest(BaseModel):
    """How often intervals that were forecast from the library's past held what came."""

    forecasts: int
    held: int
    share: float | None = Field(description="0.8 is what was promised.")


class ForecastView(BaseModel):
    """How many bytes there will be."""

    days: int = Field(description="From now.")
    status: str = Field(description=f"ok, or not_enough_data: below {LEAST_DAYS} days of growth.")
    expected_bytes: int | None
    low_bytes: int | None = Field(description="Less is to be expected one time in ten.")
    high_bytes: int | None = Field(description="More is to be expected one time in ten.")
    backtest: ForecastBacktest


class StorageView(BaseModel):
    """How much room libraries take, and will take."""

    standings_at: datetime | None = Field(
        description="When duplicates and stale items were last worked out."
    )
    duplicates: int = Field(description="Cuts of works that there are more copies of than needed.")
    reclaimable_bytes: int = Field(description="What all copies of these but the best take.")
    stale_items: int = Field(
        description="On disk, and not played, for 90 days, when that was worked out."
    )
    stale_bytes: int
    total: HeldView = Field(description="As of now.")
    content_types: list[HeldOfType]
    data: list[ForecastView] = Field(description="From the growth of two years at most.")


def held(what: Held) -> dict[str, Any]:
    """Return what is held as answers show it."""
    return {
        "items": what.items,
        "files": what.files,
        "size_bytes": what.size_bytes,
        "duration_seconds": what.duration_ms / 1000,
    }


def held_by_type(parts: Mapping[str | None, Held]) -> list[HeldOfType]:
    """Return what is held of each content type, what takes most first."""
    ordered = sorted(parts.items(), key=lambda part: (-part[1].size_bytes, part[0] or ""))
    return [HeldOfType(content_type=key or "", **held(what)) for key, what in ordered]


def held_by_library(rows: Iterable[Mapping[str, Any]]) -> list[HeldByLibrary]:
    """Return rows of ``list_by_library`` as answers show them."""
    return [
        HeldByLibrary.model_validate({**row, "duration_seconds": row["duration_ms"] / 1000})
        for row in rows
    ]


def growth(days: Mapping[date, Mapping[str | None, Held]]) -> list[GrowthPoint]:
    """Return how what is held grew from each of these days to the next; of the first, nothing."""
    points: list[GrowthPoint] = []
    for (_, before), (day, now) in pairwise(days.items()):
        for key in sorted({*before, *now}, key=lambda name: name or ""):
            was, what = before.get(key, Held()), now.get(key, Held())
            points.append(
                GrowthPoint(
                    day=day,
                    content_type=key or "",
                    items_change=what.items - was.items,
                    size_change_bytes=what.size_bytes - was.size_bytes,
                    **held(what),
                )
            )
    return points


def qualities(days: Mapping[date, Mapping[str | None, Held]]) -> list[QualityPoint]:
    """Return what files were like on each of these days, most files first."""
    points: list[QualityPoint] = []
    for day, parts in days.items():
        files = total(parts.values()).files
        ordered = sorted(parts.items(), key=lambda part: (-part[1].files, part[0] or ""))
        points.extend(
            QualityPoint(
                day=day,
                value=key,
                files=what.files,
                size_bytes=what.size_bytes,
                share_of_files=share(what.files, files),
            )
            for key, what in ordered
        )
    return points


def forecast_view(foreseen: Foreseen) -> ForecastView:
    """Return what is foreseen as answers show it."""
    made, tried = foreseen.forecast, foreseen.backtest
    return ForecastView(
        days=foreseen.days,
        status="not_enough_data" if made is None else "ok",
        expected_bytes=None if made is None else round(made.expected),
        low_bytes=None if made is None else round(made.low),
        high_bytes=None if made is None else round(made.high),
        backtest=ForecastBacktest(
            forecasts=tried.forecasts, held=tried.held, share=share(tried.held, tried.forecasts)
        ),
    )
