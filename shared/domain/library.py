"""Libraries: what a server has to offer, item by item and file by file."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

MOVIE = "movie"
SHOW = "tvshow"
SEASON = "tvshow_season"
EPISODE = "tvshow_episode"
ARTIST = "music_artist"
ALBUM = "music_album"
TRACK = "music_track"
COLLECTION = "collection"
PHOTO = "photo"

HOLDERS = (SHOW, SEASON, ARTIST, ALBUM, COLLECTION)
"""Content types of what only holds others: it cannot be played, and lasts as long as what is in it."""

MOST_BYTES = 2**44
"""No file of media is larger (17.6 TB, as large as ext4 has them): whoever says so does not know.
Half a million files of this size still add up to what PostgreSQL counts with."""


class LibraryKind(StrEnum):
    """What a library is meant to hold."""

    MOVIES = "movies"
    SHOWS = "shows"
    MUSIC = "music"
    PHOTOS = "photos"
    BOOKS = "books"
    LIVE_TV = "live_tv"
    COLLECTIONS = "collections"
    MIXED = "mixed"


@dataclass(frozen=True, slots=True)
class Library:
    """A library of a server.

    Attributes:
        id: ours: that of ``library_id`` in sessions.
        original_id: the server's.
    """

    id: str
    server_id: str
    original_id: str
    name: str
    kind: LibraryKind


@dataclass(frozen=True, slots=True)
class MediaFile:
    """A file of an item: one version of it, or one part of a version.

    Attributes:
        id: unique within the item.
        path: where the server has it; the same path in two libraries is one file.
        audio_languages: of all sounds, in order, without repeats; likewise subtitles.
    """

    id: str
    path: str | None = None
    size_bytes: int | None = None
    duration_ms: int | None = None
    container: str | None = None
    bitrate_kbps: int | None = None
    video_codec: str | None = None
    video_profile: str | None = None
    video_bit_depth: int | None = None
    video_dynamic_range: str | None = None
    video_width: int | None = None
    video_height: int | None = None
    video_frame_rate: float | None = None
    resolution: str | None = None
    audio_codec: str | None = None
    audio_channels: int | None = None
    audio_languages: tuple[str, ...] = ()
    subtitle_languages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Item:
    """An item of a library: what can be played, or what holds such (a show, an album).

    Attributes:
        id: ours: that of ``content_id`` in sessions.
        original_id: the server's.
        content_type: as sessions name it; of what holds others ``tvshow``, ``music_album``, ...
        parent_id: the season of an episode, the show of a season, the album of a track.
        show_id: the show of a season or an episode; the artist of an album or a track has
            ``artist_id``.
        added_at: when the server says that it came.
        genres: in the words of the server.
        collections: names of those it is in; ``None`` where the server says so by collection only.
    """

    id: str
    original_id: str
    content_type: str
    title: str | None
    original_title: str | None = None
    year: int | None = None
    parent_id: str | None = None
    show_id: str | None = None
    show_title: str | None = None
    season_number: int | None = None
    episode_number: int | None = None
    artist_id: str | None = None
    artist: str | None = None
    album: str | None = None
    duration_ms: int | None = None
    added_at: datetime | None = None
    guid: str | None = None
    imdb_id: str | None = None
    tmdb_id: str | None = None
    tvdb_id: str | None = None
    musicbrainz_id: str | None = None
    genres: tuple[str, ...] = ()
    collections: tuple[str, ...] | None = ()
    files: tuple[MediaFile, ...] = ()


@dataclass(frozen=True, slots=True)
class Membership:
    """What is in a collection, by our ids."""

    name: str
    item_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ItemPage:
    """A part of a library's list of items.

    Attributes:
        items: those of the page that could be read.
        taken: how many entries the page held, also those that could not be read.
        total: how many the whole list has, if the server says.
        memberships: what is in those collections of the page that are told by what is in them.
    """

    items: tuple[Item, ...]
    taken: int
    total: int | None
    memberships: tuple[Membership, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """How far a scan has read: which of a library's lists, and how many entries of it.

    Servers list films, shows, seasons and so on one after the other (Plex), or all in one list.
    """

    part: int = 0
    start: int = 0
