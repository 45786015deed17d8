"""Statistics as answers show them. What each figure means: docs/statistics.md."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import date, datetime
from typing import Any, TypeVar
from uuid import UUID

from pydantic import BaseModel, Field

from shared.domain.statistics.compatibility import Compatibility
from shared.domain.statistics.favourites import Favourite
from shared.domain.statistics.period import Period
from shared.domain.statistics.sums import Sums

Ranked = TypeVar("Ranked", bound="RankedItem")


class DayView(BaseModel):
    """What was played of one content type on one day, by everybody together."""

    day: date = Field(description="A day of the zone that was asked for.")
    content_type: str
    sessions: int = Field(description="Sessions that began on the day.")
    plays: int = Field(description="Plays that began on the day: resumed sessions are one play.")
    completed: int = Field(description="Of these, how many were watched to the end.")
    watched_seconds: float = Field(description="Time playing within the day.")
    users: int = Field(description="People with a session that began, or who watched, on the day.")


class PeriodView(BaseModel):
    """The time that figures are about."""

    start: datetime
    end: datetime = Field(description="The first instant that is no part of it.")
    tz: str


class Figures(BaseModel):
    """Sums over sessions."""

    sessions: int = Field(description="Sessions that began.")
    plays: int = Field(description="Plays that began: resumed sessions are one play.")
    completed: int = Field(description="Of these, how many were watched to the end.")
    completion_rate: float | None = Field(description="completed / plays.")
    watched_seconds: float = Field(description="Time playing within the period.")
    buffered_seconds: float = Field(description="Of the sessions that began.")
    estimated_bytes: int = Field(description="Bitrate times time playing: players tell no bytes.")


class SeriesPoint(Figures):
    """The figures of one part of the period and one key."""

    start: datetime = Field(description="When the part began; its end is the next one's start.")
    key: str | None = Field(description="null: unknown, or figures are not told apart.")


class Group(Figures):
    """The figures of one key, and its share of all."""

    key: str | None = Field(description="null is unknown.")
    share_of_sessions: float | None
    share_of_watch_time: float | None


class SumsView(BaseModel):
    """Sums by time and by key."""

    period: PeriodView
    total: Figures
    data: list[SeriesPoint]


class GroupsView(BaseModel):
    """Sums by key, the largest watch time first."""

    period: PeriodView
    total: Figures
    data: list[Group]


class StreamsView(GroupsView):
    """How sessions were delivered."""

    efficiency_by_sessions: float | None = Field(
        description="Share of the sessions with a known decision that needed no transcode."
    )
    efficiency_by_watch_time: float | None = Field(description="The same of their watch time.")
    reasons: list[Group] = Field(
        description="Why sessions were transcoded, as players say it. One with several reasons"
        " counts for each; shares are of all that were transcoded."
    )


class BandwidthView(GroupsView):
    """What streams took."""

    series: list[SeriesPoint] = Field(description="By time, if `interval` is given.")
    bitrate_percentiles_kbps: dict[str, float | None] = Field(
        description="Of the sessions' bitrates, from a histogram: at most 2 % off."
    )


class CompatibilityView(BaseModel):
    """How well a kind of player plays what is there."""

    key: str = Field(description="The client, platform or type of device.")
    property: str = Field(
        description="`all`, `container`, `video_codec`, `audio_codec`, `resolution` or"
        " `dynamic_range` of the source."
    )
    value: str = Field(description="Of that property; `all`: whatever it is.")
    sessions: int = Field(description="With a known decision; from 5 on.")
    direct: int = Field(description="Of these, played directly.")
    transcoded: int = Field(description="Of these, transcoded; the rest were direct streams.")
    score: float = Field(description="direct / sessions, from 0 to 100.")
    lower_bound: float = Field(description="What the score is at least (Wilson, 95 %): rank by it.")


class CompatibilitiesView(BaseModel):
    """Kinds of players and sources, and how often the one played the other directly."""

    period: PeriodView
    data: list[CompatibilityView]


class Peak(BaseModel):
    """The most streams at one instant."""

    start: datetime = Field(description="When the part of the period began.")
    stream_type: str = Field(description="A decision, or `all`.")
    peak: int
    at: datetime = Field(description="The quarter hour in which it was first reached.")


class ConcurrencyView(BaseModel):
    """The most streams at one instant of each part of a period."""

    period: PeriodView
    data: list[Peak]


class Cell(Figures):
    """The figures of one hour of one weekday."""

    weekday: int = Field(description="1 is Monday, 7 is Sunday.")
    hour: int = Field(description="0 to 23, by the clock of the zone.")


class PatternsView(BaseModel):
    """When in the week is watched; hours in which nothing was are left out."""

    period: PeriodView
    data: list[Cell]


class RankedItem(BaseModel):
    """An item, or a show, an artist, an album or a channel, in an order."""

    rank: int
    id: str
    title: str | None
    content_type: str
    users: int = Field(description="Different people who played it.")
    plays: int
    completed: int
    watched_seconds: float


class PopularItem(RankedItem):
    """A ranked item, with what it belongs to."""

    show_title: str | None
    artist: str | None
    channel_title: str | None


class RankingView(BaseModel):
    """Items in an order."""

    period: PeriodView
    data: list[PopularItem]


class TrendingItem(BaseModel):
    """An item that is played more than was to be expected."""

    rank: int
    id: str
    title: str | None
    show_title: str | None
    content_type: str
    library_id: str | None
    users: int
    plays: int
    past_plays: int = Field(description="In the four windows before.")
    surprise: float = Field(
        description="Plays above what its own past and its library's growth lead one to expect,"
        " in standard deviations."
    )


class TrendingView(BaseModel):
    """What is on the rise."""

    period: PeriodView
    data: list[TrendingItem]


class GenreFigures(BaseModel):
    """What was watched of a genre; what is of several counts for each."""

    rank: int
    genre: str
    plays: int
    completed: int
    watched_seconds: float


class PersonView(SumsView):
    """What a person watched, by content type and time, and what most of all."""

    user_id: UUID
    favourite_items: list[RankedItem] = Field(description="By watch time, as all favourites.")
    favourite_shows: list[RankedItem]
    favourite_artists: list[RankedItem]
    favourite_genres: list[GenreFigures]
    favourite_devices: list[Group]


def day_view(row: Mapping[str, Any]) -> DayView:
    """Return a row of ``list_days`` as answers show it."""
    return DayView.model_validate({**row, "watched_seconds": row["watched_ms"] / 1000})


def period_view(period: Period) -> PeriodView:
    """Return a period with its times by the clock of its zone."""
    return PeriodView(
        start=period.start.astimezone(period.zone),
        end=period.end.astimezone(period.zone),
        tz=period.zone.key,
    )


def figures(sums: Sums) -> dict[str, Any]:
    """Return sums as answers show them."""
    return {
        "sessions": sums.sessions,
        "plays": sums.plays,
        "completed": sums.completed,
        "completion_rate": share(sums.completed, sums.plays),
        "watched_seconds": sums.watched_ms / 1000,
        "buffered_seconds": sums.buffered_ms / 1000,
        "estimated_bytes": sums.bits // 8,
    }


def groups(sums: Mapping[str | None, Sums], of: Sums | None = None) -> list[Group]:
    """Return the figures of each key with its share of all, the most watched first.

    Args:
        sums: by key.
        of: what all is, where something counts for several keys; else these together.
    """
    total = total_of(sums.values()) if of is None else of
    ordered = sorted(sums.items(), key=lambda pair: (-pair[1].watched_ms, pair[0] or ""))
    return [
        Group(
            **figures(each),
            key=key,
            share_of_sessions=share(each.sessions, total.sessions),
            share_of_watch_time=share(each.watched_ms, total.watched_ms),
        )
        for key, each in ordered
    ]


def cells(clock: Mapping[tuple[int, int], Sums]) -> list[Cell]:
    """Return sums by weekday and hour as answers show them."""
    return [
        Cell(weekday=weekday, hour=hour, **figures(sums)) for (weekday, hour), sums in clock.items()
    ]


def total_of(sums: Iterable[Sums]) -> Sums:
    """Add sums up."""
    return sum(sums, Sums())


def compatibility_view(row: Mapping[str, Any]) -> CompatibilityView:
    """Return a row of ``count_compatibility`` as answers show it."""
    found = Compatibility(row["sessions"], row["direct"])
    return CompatibilityView(
        **row, score=round(found.score, 2), lower_bound=round(found.lower_bound, 2)
    )


def share(part: int, whole: int) -> float | None:
    """Return a share from 0 to 1; None of nothing."""
    return part / whole if whole else None


def ranking(rows: Iterable[Mapping[str, Any]]) -> list[RankedItem]:
    """Return rows of ``rank_titles`` as answers show them."""
    return _ranked(rows, RankedItem)


def popular(rows: Iterable[Mapping[str, Any]]) -> list[PopularItem]:
    """Return rows of ``rank_titles`` with what the items belong to."""
    return _ranked(rows, PopularItem)


def _ranked(rows: Iterable[Mapping[str, Any]], item: type[Ranked]) -> list[Ranked]:
    return [
        item.model_validate(
            {**row, "rank": rank, "id": row["key"], "watched_seconds": row["watched_ms"] / 1000},
            extra="ignore",
        )
        for rank, row in enumerate(rows, 1)
    ]


def favourites(found: Iterable[Favourite]) -> list[RankedItem]:
    """Return what one person watched most as answers show it."""
    return ranking(asdict(one) | {"users": int(one.plays > 0)} for one in found)


def genre_figures(found: Iterable[Favourite]) -> list[GenreFigures]:
    """Return genres as answers show them."""
    return [
        GenreFigures(
            rank=rank,
            genre=one.key,
            plays=one.plays,
            completed=one.completed,
            watched_seconds=one.watched_ms / 1000,
        )
        for rank, one in enumerate(found, 1)
    ]


def trending_item(rank: int, row: Mapping[str, Any]) -> TrendingItem:
    """Return a row of ``list_rising`` as answers show it."""
    return TrendingItem.model_validate(
        {**row, "rank": rank, "id": row["key"], "surprise": round(row["surprise"], 3)},
        extra="ignore",
    )
