"""What people watched, as answers show it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field

from shared.domain.statistics.people import Taste, ViewerType
from shared.schemas.pages import Page
from shared.schemas.statistics import Figures, Group, PeriodView, RankedItem, share


class PersonFigures(BaseModel):
    """What one person watched, and what kind of viewer that makes."""

    user_id: UUID
    name: str | None
    first_seen_at: datetime
    last_active_at: datetime
    archived: bool = Field(description="Gone from the server.")
    active: bool = Field(description="With a play in the period.")
    dormant: bool = Field(description="Silent by now for as long as the inactivity rule says.")
    type: ViewerType | None = Field(
        description="How much a week of the period: 14 hours or more, 3 or more, less; null: none."
    )
    taste: Taste | None = Field(description="What takes 60 % of the watch time or more.")
    sessions: int
    plays: int
    completed: int
    completion_rate: float | None = Field(description="completed / plays.")
    watched_seconds: float


class PeopleView(Page[PersonFigures]):
    """People in an order."""

    period: PeriodView


class OverviewView(BaseModel):
    """A period at a glance."""

    period: PeriodView
    total: Figures
    content_types: list[Group]
    platforms: list[Group]
    libraries: list[Group]
    users: list[PersonFigures]
    items: list[RankedItem]
    shows: list[RankedItem]


def person_figures(row: Mapping[str, Any]) -> PersonFigures:
    """Return a row of ``page_people`` as answers show it."""
    return PersonFigures.model_validate(
        {
            **row,
            "active": row["plays"] > 0,
            "completion_rate": share(row["completed"], row["plays"]),
            "watched_seconds": row["watched_ms"] / 1000,
        },
        extra="ignore",
    )
