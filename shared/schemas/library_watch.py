"""How libraries are watched, as answers show it. What each figure means: docs/statistics.md."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field

from shared.domain.statistics.sums import Sums
from shared.schemas.media import EngagementView
from shared.schemas.shelf_lists import ShelfItem
from shared.schemas.statistics import (
    Cell,
    Figures,
    Group,
    PeriodView,
    SeriesPoint,
    figures,
    total_of,
)


class Weekday(Figures):
    """The figures of a weekday."""

    weekday: int = Field(description="1 is Monday, 7 is Sunday.")


class Hour(Figures):
    """The figures of an hour of the day."""

    hour: int = Field(description="0 to 23, by the clock of the zone.")


class BingeSums(BaseModel):
    """What binges that began in the period came to."""

    binges: int
    users: int
    episodes: int
    longest: int = Field(description="The most episodes in a row.")
    watched_seconds: float


class WatchView(BaseModel):
    """How libraries are watched."""

    period: PeriodView
    total: Figures
    content_types: list[Group]
    months: list[SeriesPoint]
    weekdays: list[Weekday]
    hours: list[Hour]
    engagement: EngagementView
    binges: BingeSums
    data: list[Cell] = Field(description="By weekday and hour; those without any are left out.")


class BingeView(BaseModel):
    """Episodes of a show in a row."""

    id: UUID = Field(description="Of the session that it began with.")
    user_id: UUID
    user_name: str | None
    show_id: str
    show_title: str | None
    server_id: str | None
    library_id: str | None
    started_at: datetime
    ended_at: datetime
    episodes: int
    watched_seconds: float


class WatchedItem(ShelfItem):
    """An item by how long it was watched."""

    rank: int


class WatchedItemsView(BaseModel):
    """Items by how long they were ever watched."""

    data: list[WatchedItem]


def weekdays(cells: Mapping[tuple[int, int], Sums]) -> list[Weekday]:
    """Add hours up by weekday."""
    return [
        Weekday(weekday=day, **figures(total_of(s for (of, _), s in cells.items() if of == day)))
        for day in sorted({day for day, _ in cells})
    ]


def hours(cells: Mapping[tuple[int, int], Sums]) -> list[Hour]:
    """Add weekdays up by hour."""
    return [
        Hour(hour=hour, **figures(total_of(s for (_, of), s in cells.items() if of == hour)))
        for hour in sorted({hour for _, hour in cells})
    ]


def binge_sums(row: Mapping[str, Any]) -> BingeSums:
    """Return the row of ``sum_binges`` as answers show it."""
    return BingeSums.model_validate(
        {**row, "watched_seconds": row["watched_ms"] / 1000}, extra="ignore"
    )


def binge_view(row: Mapping[str, Any]) -> BingeView:
    """Return a row of ``list_binges`` as answers show it."""
    return BingeView.model_validate(
        {**row, "watched_seconds": row["watched_ms"] / 1000}, extra="ignore"
    )


def watched_item(row: Mapping[str, Any]) -> WatchedItem:
    """Return a row of ``tell_items`` as answers show it."""
    return WatchedItem.model_validate(
        {**row, "watched_seconds": row["watched_ms"] / 1000}, extra="ignore"
    )
