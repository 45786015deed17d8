"""Of what time statistics and histories are asked, and in which zone."""

from datetime import date, datetime, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationInfo, field_validator

from shared.domain.calendar import first_instant
from shared.domain.statistics.facts import quarter_hour
from shared.domain.statistics.period import Interval, Period, Window
from shared.schemas.moments import Moment
from shared.settings import known_zone

MOST_PARTS = 3_000
LONGEST = timedelta(days=100 * 366)
SHORTEST_PART = {
    Interval.HOUR: timedelta(hours=1),
    Interval.DAY: timedelta(days=1),
    Interval.WEEK: timedelta(weeks=1),
    Interval.MONTH: timedelta(days=28),
}


def _on_quarter_hour(moment: date | datetime) -> date | datetime:
    if isinstance(moment, datetime) and quarter_hour(moment) != moment:
        raise ValueError("is on no quarter hour, which is how exact statistics are kept")
    return moment


Zone = Annotated[str, AfterValidator(known_zone)]
QuarterHour = Annotated[Moment, AfterValidator(_on_quarter_hour)]


class TimeParameters(BaseModel):
    """Of what time, in which zone: a window, or a start and an end, each as its subclass has it."""

    model_config = ConfigDict(extra="forbid")

    tz: Zone | None = Field(default=None, description="IANA zone; the service's own if absent.")

    @field_validator("start", "end", check_fields=False)
    @classmethod
    def _one_way_to_say_when(cls, told: object, info: ValidationInfo) -> object:
        if info.data.get("window") is not None:
            raise ValueError("goes with no window: give one of the two")
        return told

    def zone(self, default: ZoneInfo) -> ZoneInfo:
        """Return the zone asked for."""
        return default if self.tz is None else ZoneInfo(self.tz)


class PeriodParameters(TimeParameters):
    """Of what time: a window that ends with today, or from a start until before an end."""

    window: Window | None = Field(
        default=None, description="Today and the days before it; a month (30 days) if absent."
    )
    start: QuarterHour | None = Field(
        default=None, description="A day, or an instant on a quarter hour; 30 days back if absent."
    )
    end: QuarterHour | None = Field(
        default=None, description="Before this day or instant; until now, with today, if absent."
    )


def instant(moment: date | datetime, zone: ZoneInfo) -> datetime:
    """Return the instant that a day of a zone begins at, or the instant itself."""
    return moment if isinstance(moment, datetime) else first_instant(moment, zone)


def too_long(period: Period, interval: Interval | None) -> str | None:
    """Return which parameter makes a period too long to answer for, if one does."""
    length = period.end - period.start
    if length > LONGEST:
        return "start"
    if interval is not None and length > MOST_PARTS * SHORTEST_PART[interval]:
        return "interval"
    return None
