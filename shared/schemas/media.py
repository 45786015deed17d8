"""One item, show, season, artist, album, track, channel or programme, as answers show it."""

from enum import StrEnum
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from shared.domain.statistics.period import Interval
from shared.domain.statistics.titles import Order
from shared.schemas.exports import Limited
from shared.schemas.statistics import Cell, Figures, Group, PeriodView, RankedItem, SeriesPoint
from shared.schemas.statistics_query import FilterParameters, TableParameters
from shared.schemas.stream_filters import MOST_VALUES

MOST_CONTENTS = 2_000
"""A daily serial of some eight years."""


class MediaKind(StrEnum):
    """What has a page. Items are movies, episodes, tracks, programmes and all else."""

    ITEM = "item"
    SHOW = "show"
    SEASON = "season"
    ARTIST = "artist"
    ALBUM = "album"
    TRACK = "track"
    CHANNEL = "channel"
    PROGRAMME = "programme"


class MediaParameters(FilterParameters):
    """Which sessions count, of what time, and how that is cut."""

    interval: Interval = Field(default=Interval.DAY, description="What the trend is cut into.")
    limit: Annotated[int, Field(ge=1, le=MOST_VALUES)] = Field(
        default=10, description="How many people, the most watching first."
    )


class EngagementView(BaseModel):
    """Plays by what became of them."""

    abandoned: int = Field(description="Below 20 % of the duration.")
    sampled: int = Field(description="From 20 %, below 50 %.")
    engaged: int = Field(description="From 50 % on, not completed.")
    completed: int
    unknown: int = Field(description="Live, without duration, or not known any more.")
    rewatched_by: int = Field(description="People who completed one item twice or more.")


class StepView(BaseModel):
    """How many were still watching."""

    percent: int = Field(description="Of the duration.")
    share: float = Field(description="Of the plays of which it is known, those that came as far.")


class WatcherView(Figures):
    """What one person watched of it."""

    user_id: UUID
    name: str | None


class MediaView(BaseModel):
    """What was watched of an item or a group, by whom, on what and how far."""

    kind: MediaKind
    id: str
    content_type: str
    title: str | None
    show_title: str | None
    artist: str | None
    channel_title: str | None
    period: PeriodView
    total: Figures
    users: int = Field(description="Different people who played it.")
    trend: list[SeriesPoint] = Field(description="Parts without any are left out.")
    people: list[WatcherView]
    clients: list[Group]
    device_types: list[Group]
    stream_types: list[Group]
    patterns: list[Cell] = Field(
        description="When in the week it was watched; hours without any are left out."
    )
    engagement: EngagementView
    still_watching: list[StepView] = Field(description="At each tenth; empty if nothing is known.")


class ContentsParameters(TableParameters, Limited):
    """Which sessions count, of what time, and how much there is told of."""

    limit: Annotated[int, Field(ge=1, le=MOST_CONTENTS)] = Field(
        default=MOST_CONTENTS, description="How many, in their own order."
    )


class ContentView(BaseModel):
    """An episode, a track or a programme, and what was played of it."""

    id: str
    content_type: str
    title: str | None
    season_number: int | None
    episode_number: int | None
    album: str | None
    part_id: str | None = Field(
        description="Of a show, the season, of an artist, the album that it is in, as the key of"
        " its page."
    )
    users: int = Field(description="Different people who played it.")
    plays: int
    completed: int
    watched_seconds: float


class ContentsView(BaseModel):
    """What there is in a show, a season, an artist's work, an album or a channel."""

    period: PeriodView
    data: list[ContentView]


class PopularListsParameters(TableParameters):
    """In what order, and how much of each list."""

    order: Literal["popular", "plays", "watched", "least_watched"] = Order.POPULAR.value
    limit: Annotated[int, Field(ge=1, le=MOST_VALUES)] = 10


class ListedItem(RankedItem):
    """A ranked item with the list that it is in."""

    list: str


class PopularListsView(BaseModel):
    """Each kind of media in an order, each in its own list."""

    period: PeriodView
    movies: list[RankedItem]
    shows: list[RankedItem]
    episodes: list[RankedItem]
    artists: list[RankedItem]
    albums: list[RankedItem]
    tracks: list[RankedItem]
    channels: list[RankedItem]
    programmes: list[RankedItem]

    @property
    def data(self) -> list[ListedItem]:
        """All of them in one table, as a file has them."""
        return [
            ListedItem(**item.model_dump(), list=name)
            for name, items in self
            if name != "period"
            for item in items
        ]
