"""What the statistics of libraries can be asked."""

from typing import Annotated, Literal

from pydantic import Field

from shared.domain.statistics.period import Interval
from shared.schemas.exports import Exportable, Limited
from shared.schemas.pages import CursorParameters, PageParameters
from shared.schemas.periods import PeriodParameters
from shared.schemas.session_events import ContentType
from shared.schemas.stream_filters import MOST_VALUES
from shared.schemas.text import Word

_Many = Field(max_length=MOST_VALUES)

STALE_DAYS = 90

Property = Literal[
    "resolution", "video_codec", "dynamic_range", "audio_codec", "audio_channels", "container"
]


class ShelfParameters(Exportable):
    """Which libraries count: each list up to 100 values, those given hold together."""

    servers: Annotated[list[Word], _Many] = Field(default=[])
    libraries: Annotated[list[Word], _Many] = Field(default=[])
    content_types: Annotated[list[ContentType], _Many] = Field(default=[])


class LibraryPeriodParameters(ShelfParameters, PeriodParameters):
    """Which libraries, and of what time."""


class GrowthParameters(LibraryPeriodParameters):
    """How the period is cut."""

    interval: Literal[Interval.DAY, Interval.WEEK, Interval.MONTH] = Field(
        default=Interval.DAY, description="What was held at the end of each day, week or month."
    )


class QualityParameters(GrowthParameters):
    """Which property of files."""

    by: Property = "resolution"


class ShelfPageParameters(ShelfParameters, PageParameters):
    """Which page of which libraries."""


class ShelfCursorParameters(ShelfParameters, CursorParameters):
    """Which page of which libraries."""


class StaleSumParameters(ShelfParameters):
    """For how long nobody has played it."""

    days: Annotated[int, Field(ge=1, le=36_500)] = Field(
        default=STALE_DAYS, description="On disk, and not played, for so many days."
    )


class StaleParameters(StaleSumParameters, ShelfPageParameters):
    """Which page of what nobody has played."""

    never: bool = Field(default=False, description="true: only what nobody ever played.")


class RoiParameters(LibraryPeriodParameters, Limited):
    """What is put in order, by the hours that it was watched per GB."""

    by: Literal["item", "show", "library"] = "item"
    order: Literal["best", "worst"] = "best"
    limit: Annotated[int, Field(ge=1, le=500)] = 50


class BingeParameters(LibraryPeriodParameters, PageParameters):
    """Which binges."""


class WatchedItemsParameters(ShelfParameters, Limited):
    """Which end of the list."""

    order: Literal["most", "least"] = Field(
        default="most", description="least: with what nobody ever played."
    )
    limit: Annotated[int, Field(ge=1, le=500)] = 50
