"""How the system fared, hour by hour, as answers show it."""

from collections.abc import Mapping
from datetime import datetime
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
    detection_lag_seconds: float = Field(
        description="The longest that somebody whose timeline changed had been due."
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
            "detection_lag_seconds": row["detection_lag"].total_seconds(),
            "outbox_age_seconds": row["outbox_age"].total_seconds(),
        },
        extra="ignore",
    )
