"""What is asked of the statistics, and which of the rollups can answer it."""

from dataclasses import dataclass, fields
from enum import StrEnum
from uuid import UUID
from zoneinfo import ZoneInfo

from shared.domain.statistics.clock import ClockParts
from shared.domain.statistics.facts import Facet, Quality
from shared.domain.statistics.period import Interval, Period


class Dimension(StrEnum):
    """What figures can be told apart by."""

    CONTENT_TYPE = "content_type"
    STREAM_TYPE = "stream_type"
    LOCATION = "location"
    SERVER = "server_id"
    LIBRARY = "library_id"
    DEVICE_TYPE = "device_type"
    CLIENT = "client_name"
    PLATFORM = "platform"
    COUNTRY = "country"

    USER = "user_id"
    DEVICE = "device_id"
    ITEM = "content_id"
    CONTINENT = "continent"
    REGION = "region"
    CITY = "city"
    ASN = "asn"
    CONTAINER = "container"
    VIDEO_CODEC = "video_codec"
    AUDIO_CODEC = "audio_codec"
    RESOLUTION = "resolution"
    DYNAMIC_RANGE = "dynamic_range"
    AUDIO_CHANNELS = "audio_channels"
    STREAM_CONTAINER = "stream_container"
    STREAM_VIDEO_CODEC = "stream_video_codec"
    STREAM_AUDIO_CODEC = "stream_audio_codec"
    STREAM_RESOLUTION = "stream_resolution"
    STREAM_DYNAMIC_RANGE = "stream_dynamic_range"
    STREAM_AUDIO_CHANNELS = "stream_audio_channels"
    VIDEO_DECISION = "video_decision"
    AUDIO_DECISION = "audio_decision"
    SUBTITLE_DECISION = "subtitle_decision"
    TRANSCODE_REASONS = "transcode_reasons"
    BITRATE = "bitrate"


@dataclass(frozen=True, slots=True)
class Filter:
    """Which sessions count. An empty list leaves everything in; those given hold together.

    Attributes:
        devices: ids of devices.
        items: ids of items.
        works: ids of works, as facts have them.
        adult: whether adult content counts.
    """

    users: tuple[UUID, ...] = ()
    groups: tuple[str, ...] = ()
    servers: tuple[str, ...] = ()
    libraries: tuple[str, ...] = ()
    content_types: tuple[str, ...] = ()
    devices: tuple[str, ...] = ()
    device_types: tuple[str, ...] = ()
    clients: tuple[str, ...] = ()
    platforms: tuple[str, ...] = ()
    stream_types: tuple[str, ...] = ()
    locations: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    works: tuple[UUID, ...] = ()
    adult: bool = False

    @property
    def given(self) -> frozenset[str]:
        """The names of the lists that narrow anything."""
        return frozenset(
            field.name
            for field in fields(self)
            if field.name != "adult" and getattr(self, field.name)
        )


class Source(StrEnum):
    """The rollups that can answer, from the smallest to the largest."""

    FACETS = "facets"
    QUALITIES = "qualities"
    PLACES = "places"
    RATES = "rates"
    PEOPLE = "people"
    HOURS = "hours"
    QUARTER_HOURS = "quarter_hours"
    FACTS = "facts"


@dataclass(frozen=True, slots=True)
class Question:
    """Sums over a period, told apart by intervals and by a dimension, if that is wanted."""

    period: Period
    filter: Filter = Filter()
    interval: Interval | None = None
    by: Dimension | None = None


_PERSONAL = frozenset({"users", "groups"})
_OF_STREAMS = frozenset({"content_types", "stream_types"})
_OF_QUARTER_HOURS = _OF_STREAMS | {"libraries"}
_BY_QUARTER_HOURS = frozenset(
    {None, Dimension.CONTENT_TYPE, Dimension.STREAM_TYPE, Dimension.LIBRARY}
)
_OF_FACTS = frozenset({"devices", "items", "works"})
_OF_EVERYTHING = (
    frozenset(field.name for field in fields(Filter)) - _PERSONAL - _OF_FACTS - {"adult"}
)


@dataclass(frozen=True, slots=True)
class _Days:
    """Sums that are kept by days: what they can be told apart and narrowed by."""

    source: Source
    by: frozenset[str | None]
    filters: frozenset[str]


def _names(made_of: type[Facet | Quality]) -> frozenset[str | None]:
    return frozenset(field.name for field in fields(made_of))


_BY_DAYS = (
    _Days(Source.FACETS, _names(Facet) | {None}, _OF_EVERYTHING),
    _Days(
        Source.QUALITIES,
        _names(Quality),
        _OF_STREAMS | {"device_types", "clients", "platforms"},
    ),
    _Days(
        Source.PLACES,
        frozenset({Dimension.CONTINENT, Dimension.REGION, Dimension.CITY, Dimension.ASN}),
        _OF_STREAMS | {"locations", "countries"},
    ),
    _Days(Source.RATES, frozenset({Dimension.BITRATE}), _OF_STREAMS | {"locations"}),
    _Days(
        Source.PEOPLE,
        frozenset({None, Dimension.USER, Dimension.CONTENT_TYPE}),
        _PERSONAL | {"content_types"},
    ),
)


def clock_source_of(wanted: Filter, clock: ClockParts) -> Source:
    """Return the smallest of the rollups that tells at which hours of the week sessions were."""
    if clock.is_hourly and wanted.given <= {"content_types"}:
        return Source.HOURS
    return Source.QUARTER_HOURS if wanted.given <= _OF_QUARTER_HOURS else Source.FACTS


def source_of(question: Question, zone: ZoneInfo) -> Source:
    """Return the smallest of the rollups that answers exactly.

    Args:
        question: what is asked.
        zone: the service's own: the one that days are kept in.
    """
    given = question.filter.given
    is_whole = question.period.days_of(zone) is not None
    if is_whole and question.interval is not Interval.HOUR:
        for kept in _BY_DAYS:
            if question.by in kept.by and given <= kept.filters:
                return kept.source
    if given <= _OF_QUARTER_HOURS and question.by in _BY_QUARTER_HOURS:
        return Source.QUARTER_HOURS
    return Source.FACTS
