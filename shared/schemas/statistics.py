"""Statistics as answers show them."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from pydantic import BaseModel, Field


class DayView(BaseModel):
    """What was played of one content type on one day, by everybody together."""

    day: date = Field(description="A day in the service's time zone (ANALYTICS_TIMEZONE).")
    content_type: str
    sessions: int = Field(description="Sessions that began on the day.")
    plays: int = Field(description="Plays that began on the day: resumed sessions are one play.")
    completed: int = Field(description="Of these, how many were watched to the end.")
    watched_seconds: float = Field(description="Time playing within the day.")
    users: int


def day_view(row: Mapping[str, Any]) -> DayView:
    """Return a row of ``list_days`` as answers show it."""
    return DayView.model_validate({**row, "watched_seconds": row["watched_ms"] / 1000})
