"""What Tracearr's public API (v1) can be asked."""

from datetime import UTC, datetime
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator
from pydantic.alias_generators import to_camel

from shared.schemas.moments import Moment
from shared.schemas.pages import MAX_OFFSET
from shared.schemas.periods import Zone
from shared.schemas.text import Text, Word

DEFAULT_PAGE_SIZE = 25
MAX_PAGE_SIZE = 100

Severity = Literal["low", "warning", "high"]
State = Literal["playing", "paused", "stopped"]
Utc = Annotated[datetime, AfterValidator(lambda at: at.astimezone(UTC))]


class Camel(BaseModel):
    """A part of an answer, whose fields are spelled as JavaScript has them."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True)


class Asking(Camel):
    """What an endpoint can be asked."""

    model_config = ConfigDict(extra="forbid")


class ServerParameters(Asking):
    """Of which server."""

    server_id: Word | None = Field(default=None, description="Only what plays on this server.")


class StreamParameters(ServerParameters):
    """Which streams, and how much of them."""

    summary: bool = Field(default=False, description="Only the summary.")


class TodayParameters(ServerParameters):
    """Whose today, and of which server."""

    timezone: Zone | None = Field(default=None, description="IANA zone; else the service's own.")


class ActivityParameters(TodayParameters):
    """Of what time."""

    period: Literal["week", "month", "year"] = "month"


class PagesParameters(Asking):
    """Which page of a list."""

    page: Annotated[int, Field(ge=1)] = 1
    page_size: Annotated[int, Field(ge=1, le=MAX_PAGE_SIZE)] = DEFAULT_PAGE_SIZE

    @property
    def offset(self) -> int:
        """How many come before the page."""
        return (self.page - 1) * self.page_size

    @model_validator(mode="after")
    def _is_within_reach(self) -> Self:
        if self.offset > MAX_OFFSET:
            raise ValueError(f"page is beyond the first {MAX_OFFSET:,}: ask for a shorter time")
        return self


class ViolationParameters(PagesParameters):
    """Which violations."""

    severity: Severity | None = None
    acknowledged: bool | None = Field(default=None, description="Whether somebody judged it.")


class HistoryParameters(PagesParameters, TodayParameters):
    """Which sessions."""

    state: State | None = None
    media_type: Literal["movie", "episode", "track", "live"] | None = None
    start_date: Moment | None = Field(default=None, description="From this day on.")
    end_date: Moment | None = Field(default=None, description="Up to this day, with it.")


class Ending(Asking):
    """What is said to somebody whose stream is ended."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "The server goes down."}]})

    reason: Text | None = None
