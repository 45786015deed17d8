"""What statistics can be asked: a time, a zone, and how sums are cut."""

from typing import Annotated, Literal

from pydantic import Field

from shared.domain.statistics.people import Activity, PeopleOrder, Taste, ViewerType
from shared.domain.statistics.period import Interval, Window
from shared.domain.statistics.question import Dimension
from shared.schemas.exports import Exportable, Limited
from shared.schemas.pages import MAX_LIMIT, PageParameters
from shared.schemas.periods import PeriodParameters, QuarterHour, TimeParameters
from shared.schemas.stream_filters import MOST_VALUES, Filters, StreamFilters
from shared.schemas.text import NotBlank

Title = Literal["item", "show", "season", "artist", "album", "channel"]


class FilterParameters(Filters, PeriodParameters):
    """Which sessions count, and of what time."""


class TableParameters(FilterParameters, Exportable):
    """Which sessions count, and in which format that is told."""


class SeriesParameters(TableParameters):
    """How the period is cut."""

    interval: Interval | None = Field(
        default=None, description="Cut the period by the hours, days, weeks or months of the zone."
    )


class SumsParameters(SeriesParameters):
    """What figures are told apart by."""

    by: Dimension | None = Field(default=None, description="Tell figures apart by this.")


class KeyParameters(TableParameters, Limited):
    """How many keys are told of."""

    limit: Annotated[int, Field(ge=1, le=MAX_LIMIT)] = Field(
        default=MAX_LIMIT,
        description="How many, the most watched first; `total` and shares are of all, and a file"
        " has all.",
    )


class DeviceParameters(KeyParameters):
    """By which property of devices."""

    by: Literal["client_name", "platform", "device_type", "device_id"] = "client_name"


class CompatibilityParameters(TableParameters):
    """What kinds of players are told apart by."""

    by: Literal["client_name", "platform", "device_type"] = "client_name"


class GeoParameters(KeyParameters):
    """By which kind of place."""

    by: Literal["country", "continent", "region", "city", "asn"] = "country"


class BandwidthParameters(KeyParameters):
    """Whose bandwidth."""

    by: Literal[
        "content_type",
        "location",
        "user_id",
        "client_name",
        "device_type",
        "device_id",
        "platform",
        "country",
        "server_id",
        "library_id",
    ] = "content_type"
    interval: Interval | None = Field(
        default=None, description="Also tell each part of the period apart (`series`)."
    )


class ConcurrencyParameters(TableParameters):
    """How the period is cut."""

    interval: Interval | None = Field(
        default=None, description="The peak of each hour, day, week or month of the zone."
    )


class PersonParameters(StreamFilters, PeriodParameters, Exportable):
    """Which of a person's sessions count, of what time, and how that is cut."""

    interval: Interval | None = Field(
        default=None, description="Cut the period by the hours, days, weeks or months of the zone."
    )


class RankingParameters(TableParameters):
    """What is put in order, and how much of it."""

    of: Title = "item"
    limit: Annotated[int, Field(ge=1, le=MOST_VALUES)] = 10


class TrendingParameters(Filters, TimeParameters, Exportable):
    """Of what time, compared with the four of that length before it."""

    window: Literal[Window.DAY, Window.WEEK, Window.MONTH] | None = Field(
        default=None, description="Today and the days before it; a week if absent."
    )
    start: QuarterHour | None = Field(
        default=None,
        description="A day, or an instant on a quarter hour; a week before the end if absent. At"
        " most 31 days before it.",
    )
    end: QuarterHour | None = Field(
        default=None, description="Before this day or instant; until now, with today, if absent."
    )
    of: Title = "item"
    limit: Annotated[int, Field(ge=1, le=MOST_VALUES)] = 10


class PeopleParameters(FilterParameters, PageParameters):
    """Which people, and in which order."""

    order: PeopleOrder = Field(
        default=PeopleOrder.WATCHED,
        description="The most or the latest first; by name, or silent for the longest, the first.",
    )
    activity: Activity | None = Field(
        default=None,
        description="active: with a play in the period; inactive: without one; dormant: silent by"
        " now for as long as the inactivity rule says.",
    )
    type: ViewerType | None = Field(
        default=None, description="A week of the period: 14 hours or more, 3 or more, or less."
    )
    taste: Taste | None = Field(
        default=None, description="What takes 60 % of the watch time or more; mixed: nothing does."
    )
    search: NotBlank | None = Field(
        default=None,
        description="Words, or parts of words, that all occur in what somebody is called, here or on"
        " a media server.",
    )
    archived: bool = Field(
        default=False, description="true: archived people, in place of all others."
    )


class PopularParameters(RankingParameters):
    """In what order."""

    order: Literal["popular", "plays", "watched", "least_watched"] = Field(
        default="popular",
        description="popular: different people, then plays; watched: by watch time;"
        " least_watched: of what was watched at all, the least first.",
    )
