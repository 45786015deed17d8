"""How the system fared, hour by hour, as answers show it."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Annotated, Any

from pydantic import BaseModel, Field

from shared.schemas.exports import Exportable

HOURS_KEPT = 7 * 24


class HoursParameters(Exportable):
    """How far back to look."""

    hours: Annotated[int, Field(ge=1, le=HOURS_KEPT)] = Field(
        default=24, description="The present hour, and those before it."
    )


class SystemHour(BaseModel):
    """How the system fared in an hour, from samples every five minutes."""

    hour: datetime = Field(description="When it began.")
    sampled_at: datetime = Field(description="When its last sample was taken.")
    active_streams: int = Field(description="The most in a sample.")
    bandwidth_kbps: int = Field(description="The most that playing streams took in a sample.")
    sessions_started: int = Field(description="Sessions that began in the hour.")
    events: int = Field(description="Events of sessions that were stored in the hour.")
    event_lag_seconds: float | None = Field(
        description="From an event's time to its storing: the median, at most 2 % off."
    )
    worst_event_lag_seconds: float | None
    detection_lag_seconds: float = Field(
        description="The longest that somebody whose timeline changed had been due."
    )
    statistics_lag_seconds: float = Field(
        description="The longest that what somebody did with an item had waited to be counted."
    )
    due_users: int = Field(description="The most people who waited to be looked at.")
    dirty_items: int = Field(description="The most people's items that waited to be counted.")
    outbox_age_seconds: float = Field(description="The age of the oldest event that waited.")
    job_runs: int = Field(description="Runs of scheduled jobs planned for the hour that ended.")
    job_failures: int = Field(description="Those of them that failed.")
    database_bytes: int = Field(description="The size of the database at the last sample.")


def system_hour(row: Mapping[str, Any]) -> SystemHour:
    """Return a row of ``list_hours`` as answers show it."""
    return SystemHour.model_validate(
        {
            **row,
            "event_lag_seconds": _seconds(row["event_lag"]),
            "worst_event_lag_seconds": _seconds(row["worst_event_lag"]),
            "detection_lag_seconds": row["detection_lag"].total_seconds(),
            "statistics_lag_seconds": row["statistics_lag"].total_seconds(),
            "outbox_age_seconds": row["outbox_age"].total_seconds(),
        },
        extra="ignore",
    )


def _seconds(lag: timedelta | None) -> float | None:
    return None if lag is None else lag.total_seconds()
