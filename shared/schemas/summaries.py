"""Summaries of days, weeks, months and years: as reports are stored and as answers show them."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field

from shared.domain.statistics.summary import Span
from shared.schemas.people_statistics import PersonFigures
from shared.schemas.periods import Zone
from shared.schemas.statistics import Figures, GenreFigures, Group, PeriodView, RankedItem


class Course(Figures):
    """A day of a week or a month, or a month of a year."""

    start: date


class StreakView(BaseModel):
    """Days in a row with a play that began."""

    first: date
    last: date
    days: int


class Busiest(BaseModel):
    """When the most was watched: on which day, weekday or hour."""

    day: date | None = None
    weekday: int | None = Field(default=None, description="1 is Monday, 7 is Sunday.")
    hour: int | None = Field(default=None, description="0 to 23, by the clock of the zone.")


class Habits(BaseModel):
    """On which days and at what times somebody watches."""

    active_days: int = Field(description="Days with a play that began.")
    longest_streak: StreakView | None
    busiest: Busiest


class Favourites(BaseModel):
    """What was watched most: a person's by watch time, everybody's by people, then plays."""

    items: list[RankedItem]
    shows: list[RankedItem]
    artists: list[RankedItem]
    genres: list[GenreFigures] = Field(description="By watch time.")


class PlayView(BaseModel):
    """A play."""

    started_at: datetime
    content_id: str
    content_type: str
    title: str | None
    show_title: str | None


class DeviceFigures(BaseModel):
    """What was watched on a device."""

    device_id: str | None
    name: str | None
    sessions: int
    plays: int
    watched_seconds: float


class Audience(BaseModel):
    """The people of a server."""

    active: int = Field(description="With a play in the period.")
    new: int = Field(description="First seen in it.")
    top: list[PersonFigures] = Field(description="By watch time.")


class PeakView(BaseModel):
    """The most streams at one instant."""

    streams: int
    at: datetime = Field(description="The quarter hour in which it was first reached.")


class Summary(BaseModel):
    """A day, a week, a month or a year of a person or of everybody; without adult content."""

    user_id: UUID | None = Field(description="Whose it is; null: everybody's.")
    span: Span
    start: date = Field(description="Its first day.")
    period: PeriodView
    total: Figures
    before: Figures = Field(description="Of the day, week, month or year before.")
    change_of_plays: float | None = Field(description="Against what was before; 0.5: half more.")
    change_of_watch_time: float | None
    content_types: list[Group]
    course: list[Course] = Field(description="Its days; of a year its months; of a day none.")
    habits: Habits
    first_play: PlayView | None
    last_play: PlayView | None
    favourites: Favourites
    clients: list[Group]
    devices: list[DeviceFigures] = Field(description="A person's.")
    people: Audience | None = Field(description="Of everybody's.")
    peak: PeakView | None = Field(description="Of everybody's.")


class Standing(BaseModel):
    """How much a person watched beside the others, in the days of the service's zone."""

    people: int = Field(description="Those who watched anything in the year.")
    watched_more_than: float | None = Field(description="Share of the others who watched less.")
    share_of_watch_time: float


class Review(BaseModel):
    """A year in review."""

    year: int
    is_over: bool = Field(description="What is not over is summed up until now.")
    made_at: datetime
    standing: Standing | None = Field(description="Of a person who watched, in the service's zone.")
    summary: Summary


class ReviewParameters(BaseModel):
    """Which year."""

    model_config = ConfigDict(extra="forbid")

    year: Annotated[int, Field(ge=2000, le=2200)] | None = Field(
        default=None, description="Of the calendar; the present one if absent."
    )
    tz: Zone | None = Field(default=None, description="IANA zone; the service's own if absent.")

    def zone(self, default: ZoneInfo) -> ZoneInfo:
        """Return the zone asked for."""
        return default if self.tz is None else ZoneInfo(self.tz)
