"""Items of libraries in lists, as answers show them. What each figure means: docs/statistics.md."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, Field

from shared.schemas.statistics import PeriodView


class ShelfItem(BaseModel):
    """An item of a library, and how its work was watched, under whatever id."""

    library_id: str
    item_id: str
    content_type: str
    title: str | None
    show_title: str | None
    season_number: int | None
    episode_number: int | None
    year: int | None
    added_at: datetime
    files: int
    size_bytes: int
    plays: int
    watched_seconds: float
    last_played_at: datetime | None


class StaleSums(BaseModel):
    """What was not played for some days, of a content type."""

    content_type: str
    items: int
    size_bytes: int
    never_played: int = Field(description="Of the items, those that nobody ever played.")
    never_played_bytes: int


class StaleSumsView(BaseModel):
    """What was not played for some days: what takes most room first."""

    standings_at: datetime | None = Field(description="When this was last worked out.")
    data: list[StaleSums]


class LackingItem(ShelfItem):
    """An item without metadata."""

    lacking: list[str] = Field(description="What is not known of it and should be.")


class OrphanedFile(BaseModel):
    """A file whose item is gone. Whether it is still on disk, only the disk can say."""

    library_id: str
    item_id: str
    content_type: str
    title: str | None
    path: str
    size_bytes: int | None
    gone_at: datetime = Field(description="When its item was found to be gone.")


class CopyView(BaseModel):
    """A copy of a work: a file, or the parts it is in."""

    library_id: str
    item_id: str
    paths: list[str | None]
    size_bytes: int
    duration_ms: int | None
    resolution: str | None
    dynamic_range: str | None
    bitrate_kbps: int | None


class DuplicateView(BaseModel):
    """Copies of one cut of a work, of which one is enough."""

    id: str
    content_type: str
    title: str | None
    show_title: str | None
    season_number: int | None
    episode_number: int | None
    year: int | None
    confidence: Literal["high", "medium", "low"] = Field(
        description="high: providers' ids and lengths agree; medium: one of the two; low: titles."
    )
    size_bytes: int
    reclaimable_bytes: int = Field(description="What all but the best take.")
    copies: list[CopyView] = Field(description="The best first.")


class RoiRow(BaseModel):
    """What an item, a show or a library was watched for what it takes."""

    rank: int
    id: str
    library_id: str
    content_type: str | None
    title: str | None
    show_title: str | None
    size_bytes: int
    watched_seconds: float
    hours_per_gb: float | None = Field(description="GB are 10^9 bytes.")


class RoiView(BaseModel):
    """What was watched for what it takes."""

    period: PeriodView
    data: list[RoiRow]


class LibraryHealth(BaseModel):
    """What is amiss with a library."""

    library_id: str
    server_id: str
    name: str
    items: int = Field(description="That can be played.")
    lacking_metadata: int
    without_files: int


class HealthView(BaseModel):
    """What is amiss."""

    standings_at: datetime | None = Field(description="When this was last worked out.")
    items: int = Field(description="That can be played.")
    lacking_metadata: int = Field(description="Items of which something is not known.")
    without_files: int = Field(description="Items without a file.")
    orphaned_files: int = Field(description="Files whose item is gone.")
    orphaned_bytes: int
    data: list[LibraryHealth]


def shelf_item(row: Mapping[str, Any]) -> ShelfItem:
    """Return a row of ``library_standings`` as answers show it."""
    return ShelfItem.model_validate(_in_seconds(row), extra="ignore")


def lacking_item(row: Mapping[str, Any]) -> LackingItem:
    """Return a row of ``library_standings`` with what it lacks."""
    return LackingItem.model_validate(_in_seconds(row), extra="ignore")


def orphaned_file(row: Mapping[str, Any]) -> OrphanedFile:
    """Return a row of ``library_orphans`` as answers show it."""
    return OrphanedFile.model_validate(row, extra="ignore")


def duplicate_view(row: Mapping[str, Any]) -> DuplicateView:
    """Return a row of ``library_duplicates`` as answers show it."""
    return DuplicateView.model_validate(row, extra="ignore")


def roi_row(row: Mapping[str, Any]) -> RoiRow:
    """Return a ranked row with what it is worth (``roi``) as answers show it."""
    return RoiRow.model_validate(_in_seconds(row) | {"hours_per_gb": row["roi"]}, extra="ignore")


def _in_seconds(row: Mapping[str, Any]) -> dict[str, Any]:
    return {**row, "watched_seconds": row["watched_ms"] / 1000}
