"""What a session counts for: the least that every statistic is a sum of.

This is the definition. The database counts the same from its rows (``roll_up`` in
``shared/store/sql/rollups.sql``), and a property test holds one against the other.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from hashlib import md5
from types import MappingProxyType
from uuid import UUID

from shared.domain.media import MOST_KBPS
from shared.domain.network import Network, NetworkClass
from shared.domain.place import Place
from shared.domain.plays import Play, plays
from shared.domain.session import Session
from shared.domain.statistics.histogram import bin_of

QUARTER_HOUR = timedelta(minutes=15)
"""Every time zone in use today is off UTC by a multiple of this, in summer and in winter."""

GROUP_KEY_LENGTH = 500
"""In characters: as long as an index takes, of whatever script, and an address."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)

# What says how much a stream takes, the best first.
_BITRATES = ("bandwidth_kbps", "stream_bitrate_kbps", "bitrate_kbps")

# What sessions call differently.
_TOLD_AS: Mapping[str, str] = MappingProxyType(
    {
        "dynamic_range": "video_dynamic_range",
        "stream_dynamic_range": "stream_video_dynamic_range",
    }
)

NetworkKey = tuple[UUID, str]


@dataclass(frozen=True, slots=True)
class Facet:
    """What statistics are filtered and grouped by: what, on what, how and from where.

    A session that went on in another way, or from another network, counts as it was at last.
    """

    server_id: str | None
    library_id: str | None
    content_type: str
    device_type: str | None
    client_name: str | None
    platform: str | None
    stream_type: str
    location: str
    country: str | None


@dataclass(frozen=True, slots=True)
class Quality:
    """What was to be played and what was delivered, for which client and how."""

    content_type: str
    stream_type: str
    device_type: str | None
    client_name: str | None
    platform: str | None
    container: str | None
    video_codec: str | None
    audio_codec: str | None
    resolution: str | None
    dynamic_range: str | None
    audio_channels: str | None
    stream_container: str | None
    stream_video_codec: str | None
    stream_audio_codec: str | None
    stream_resolution: str | None
    stream_dynamic_range: str | None
    stream_audio_channels: str | None
    video_decision: str | None
    audio_decision: str | None
    subtitle_decision: str | None
    transcode_reasons: str | None


@dataclass(frozen=True, slots=True)
class Scene:
    """Where it was played, and what of."""

    content_type: str
    stream_type: str
    location: str
    continent: str | None
    country: str | None
    region: str | None
    city: str | None
    asn: int | None
    organisation: str | None


@dataclass(frozen=True, slots=True)
class Rate:
    """How much was streamed: the bin of the histogram that the bitrate lies in."""

    content_type: str
    stream_type: str
    location: str
    bin: int | None


class GroupKind(StrEnum):
    """What an item may be part of."""

    SHOW = "show"
    SEASON = "season"
    ARTIST = "artist"
    ALBUM = "album"
    CHANNEL = "channel"


Group = tuple[GroupKind, str]
"""A kind of group and its key."""


@dataclass(frozen=True, slots=True)
class Fact:
    """What one session counts for.

    Attributes:
        spread: the milliseconds watched in the quarter hour of UTC that it began in, and in each
            one after that until it ended.
        plays: 1 if a play began with it that was long enough to count.
        completed: 1 if that play reached the end.
        reached: how far that play came, in per cent, if that can be told.
        bitrate_kbps: what the stream takes: as the player tells, else of what is delivered, else
            of the source; at most ``MOST_KBPS``.
        groups: what its item is part of, as the session told it.
    """

    user_id: UUID
    id: UUID
    content_id: str
    started_at: datetime
    ended_at: datetime
    spread: tuple[int, ...]
    plays: int
    completed: int
    reached: int | None
    buffered_ms: int
    bitrate_kbps: int | None
    device_id: str | None
    facet: Facet
    quality: Quality
    scene: Scene
    groups: tuple[Group, ...]

    @property
    def rate(self) -> Rate:
        """What it streamed."""
        facet, rate = self.facet, self.bitrate_kbps
        number = bin_of(rate) if rate else None
        return Rate(facet.content_type, facet.stream_type, facet.location, number)

    @property
    def start(self) -> datetime:
        """The quarter hour it began in."""
        return quarter_hour(self.started_at)


def facts(sessions: Iterable[Session], networks: Mapping[NetworkKey, Network]) -> list[Fact]:
    """Return what sessions count for; all that is known of each person and item must be there."""
    return [_fact(session, play, networks) for play in plays(sessions) for session in play.sessions]


def quarter_hour(at: datetime) -> datetime:
    """Return the beginning of the quarter hour that an instant lies in."""
    return at - (at - _EPOCH) % QUARTER_HOUR


def _fact(session: Session, play: Play, networks: Mapping[NetworkKey, Network]) -> Fact:
    begins = session.id == play.id and play.is_counted
    facet = _facet(session, networks)
    return Fact(
        user_id=session.user_id,
        id=session.id,
        content_id=str(session.attributes.get("content_id")),
        started_at=session.started_at,
        ended_at=_ended_at(session),
        spread=tuple(_spread(session)),
        plays=int(begins),
        completed=int(begins and play.is_completed),
        reached=play.reached if begins else None,
        buffered_ms=session.buffered // _MILLISECOND,
        bitrate_kbps=_bitrate(session),
        device_id=_text(session, "device_id"),
        facet=facet,
        quality=_quality(session, facet),
        scene=_scene(session, facet, networks),
        groups=tuple(_groups(session)),
    )


def _ended_at(session: Session) -> datetime:
    return session.stopped_at or session.last_seen_at


def _spread(session: Session) -> Iterator[int]:
    """Yield what was watched in each quarter hour: its part of the session, less interruptions."""
    ended_at = _ended_at(session)
    lost = [(interruption.start, interruption.end) for interruption in session.interruptions]
    if session.is_active and session.interrupted_since is not None:
        lost.append((session.interrupted_since, session.last_seen_at))
    start = quarter_hour(session.started_at)
    while True:
        first, last = max(start, session.started_at), min(start + QUARTER_HOUR, ended_at)
        missing = sum((_overlap(first, last, *times) for times in lost), timedelta())
        yield max(timedelta(), last - first - missing) // _MILLISECOND
        start += QUARTER_HOUR
        if start >= ended_at:
            return


def _overlap(first: datetime, last: datetime, start: datetime, end: datetime) -> timedelta:
    return max(timedelta(), min(last, end) - max(first, start))


def _bitrate(session: Session) -> int | None:
    known = (session.attributes.get(name) for name in _BITRATES)
    return next((min(rate, MOST_KBPS) for rate in known if isinstance(rate, int)), None)


def _facet(session: Session, networks: Mapping[NetworkKey, Network]) -> Facet:
    network = _network(session, networks)
    return Facet(
        server_id=_text(session, "server_id"),
        library_id=_text(session, "library_id"),
        content_type=str(session.attributes.get("content_type")),
        device_type=_text(session, "device_type"),
        client_name=_text(session, "client_name"),
        platform=_text(session, "platform"),
        stream_type=_text(session, "stream_type") or "unknown",
        location=_location(network),
        country=network.place.country if network and network.place else None,
    )


def _quality(session: Session, facet: Facet) -> Quality:
    names = (field.name for field in fields(Quality)[2:])
    told = {name: _text(session, _TOLD_AS.get(name, name)) for name in names}
    return Quality(facet.content_type, facet.stream_type, **told)


def _scene(session: Session, facet: Facet, networks: Mapping[NetworkKey, Network]) -> Scene:
    network = _network(session, networks)
    place = (network and network.place) or Place()
    return Scene(
        facet.content_type,
        facet.stream_type,
        facet.location,
        place.continent,
        place.country,
        place.region,
        place.city,
        place.asn,
        place.organisation,
    )


def group_key(told: str) -> str:
    """Return the key of a group: what it is called, or of a long name its head and its digest."""
    if len(told) <= GROUP_KEY_LENGTH:
        return told
    digest = md5(told.encode(), usedforsecurity=False).hexdigest()
    return f"{told[: GROUP_KEY_LENGTH - len(digest) - 1]}~{digest}"


def _groups(session: Session) -> Iterator[Group]:
    return ((kind, group_key(told)) for kind, told in _named_groups(session))


def _named_groups(session: Session) -> Iterator[Group]:
    show, season = _text(session, "show_id"), _text(session, "season_number")
    artist, album = _text(session, "artist"), _text(session, "album")
    channel = _text(session, "channel_id")
    if show is not None:
        yield GroupKind.SHOW, show
    if show is not None and season is not None:
        yield GroupKind.SEASON, f"{show}:{season}"
    if artist is not None:
        yield GroupKind.ARTIST, artist
    if album is not None:
        by = _text(session, "album_artist") or artist
        yield GroupKind.ALBUM, album if by is None else f"{by} - {album}"
    if channel is not None:
        yield GroupKind.CHANNEL, channel


def _text(session: Session, name: str) -> str | None:
    value = session.attributes.get(name)
    return None if value is None else str(value)


def _network(session: Session, networks: Mapping[NetworkKey, Network]) -> Network | None:
    key = None if session.network is None else session.network.key
    return None if key is None else networks.get((session.user_id, key))


def _location(network: Network | None) -> str:
    if network is None:
        return "unknown"
    return "lan" if network.network_class is NetworkClass.LOCAL else "wan"
