"""What is asked of the statistics, and which of the rollups can answer it."""

from dataclasses import dataclass, fields
from enum import StrEnum
from uuid import UUID
from zoneinfo import ZoneInfo

from shared.domain.statistics.facts import Facet
from shared.domain.statistics.period import Interval, Period


class Dimension(StrEnum):
    """What figures can be told apart by. Those after ``COUNTRY`` take a look at each session."""

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
        adult: whether adult content counts.
    """

    users: tuple[UUID, ...] = ()
    groups: tuple[str, ...] = ()
    servers: tuple[str, ...] = ()
    libraries: tuple[str, ...] = ()
    content_types: tuple[str, ...] = ()
    device_types: tuple[str, ...] = ()
    clients: tuple[str, ...] = ()
    platforms: tuple[str, ...] = ()
    stream_types: tuple[str, ...] = ()
    locations: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
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

    DAYS = "days"
    QUARTER_HOURS = "quarter_hours"
    FACTS = "facts"


@dataclass(frozen=True, slots=True)
class Question:
    """Sums over a period, told apart by intervals and by a dimension, if that is wanted."""

    period: Period
    filter: Filter = Filter()
    interval: Interval | None = None
    by: Dimension | None = None


_OF_FACETS = frozenset(field.name for field in fields(Facet))
_PERSONAL = frozenset({"users", "groups"})
_OF_QUARTER_HOURS = frozenset({"content_types", "stream_types"})
_BY_QUARTER_HOURS = (None, Dimension.CONTENT_TYPE, Dimension.STREAM_TYPE)


def source_of(question: Question, zone: ZoneInfo) -> Source:
    """Return the smallest of the rollups that answers exactly.

    Args:
        question: what is asked.
        zone: the service's own: the one that days are kept in.
    """
    given = question.filter.given
    is_whole = question.period.zone.key == zone.key and question.period.days is not None
    of_days = is_whole and question.interval is not Interval.HOUR and not given & _PERSONAL
    if of_days and (question.by is None or question.by in _OF_FACETS):
        return Source.DAYS
    if given <= _OF_QUARTER_HOURS and question.by in _BY_QUARTER_HOURS:
        return Source.QUARTER_HOURS
    return Source.FACTS
