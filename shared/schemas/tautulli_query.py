"""What Tautulli's API (v2) can be asked: one set of parameters for all its commands.

Readers send what their command does not know, and leave parameters empty: both count for nothing.
"""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from shared.schemas.moments import Day
from shared.schemas.pages import MAX_OFFSET
from shared.schemas.text import Text, Word

MOST_ROWS = 500
LONGEST_DAYS = 3_650


def _or_none(value: object) -> object:
    return None if value == "" else value


def _days(text: str) -> str:
    parts = text.split(",")
    if not all(part.isascii() and part.isdigit() and int(part) <= LONGEST_DAYS for part in parts):
        raise ValueError(f"is no list of days, each at most {LONGEST_DAYS}")
    return text


_Empty = BeforeValidator(_or_none)
OptionalId = Annotated[UUID | None, _Empty]
OptionalWord = Annotated[Word | None, _Empty]
OptionalDay = Annotated[Day | None, _Empty]


class TautulliParameters(BaseModel):
    """The parameters of all commands."""

    model_config = ConfigDict(extra="ignore")

    cmd: OptionalWord = Field(default=None, examples=["get_activity"])
    apikey: OptionalWord = Field(
        default=None, description="An API key (rva_...), unless it comes in a header."
    )
    user_id: OptionalId = None
    session_id: OptionalId = None
    session_key: OptionalId = Field(default=None, description="The same as session_id.")
    message: Annotated[Text | None, _Empty] = None
    media_type: Annotated[Literal["movie", "episode", "track", "live"] | None, _Empty] = None
    transcode_decision: Annotated[Literal["direct play", "copy", "transcode"] | None, _Empty] = None
    section_id: OptionalWord = Field(default=None, description="A library.")
    start_date: OptionalDay = Field(default=None, description="This day alone.")
    after: OptionalDay = Field(default=None, description="From this day on.")
    before: OptionalDay = Field(default=None, description="Up to this day, with it.")
    search: OptionalWord = None
    order_dir: Literal["asc", "desc", ""] = "desc"
    start: Annotated[int, Field(ge=0, le=MAX_OFFSET)] = 0
    length: Annotated[int, Field(ge=1, le=MOST_ROWS)] = 25
    time_range: Annotated[int, Field(ge=1, le=LONGEST_DAYS)] = Field(
        default=30, description="Days; months of get_plays_per_month."
    )
    y_axis: Literal["plays", "duration"] = "plays"
    stats_type: Literal["plays", "duration"] = "plays"
    stats_count: Annotated[int, Field(ge=1, le=100)] = 10
    stat_id: OptionalWord = None
    query_days: Annotated[str, Field(max_length=100), AfterValidator(_days)] = "1,7,30,0"

    @property
    def session(self) -> UUID | None:
        """The session that is meant."""
        return self.session_id or self.session_key
