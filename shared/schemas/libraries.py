"""Libraries as they are told by playback services, and as answers show them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from shared.domain import media
from shared.domain.library import MOST_BYTES, Item, LibraryKind, MediaFile
from shared.domain.scans import ScanKind, ScanState
from shared.schemas.moments import Instant
from shared.schemas.session_events import ContentType, Key
from shared.schemas.stream_details import Pixels
from shared.schemas.text import Text, Word

MOST_FILES = 200
MOST_WORDS = 200

Milliseconds = Annotated[int, Field(gt=0, le=31_536_000_000)]
Words = Annotated[list[Word], Field(max_length=MOST_WORDS)]


class ToldFile(BaseModel):
    """A file of an item."""

    model_config = ConfigDict(extra="forbid")

    id: Key = Field(description="Unique within the item.")
    path: Text | None = Field(default=None, description="The same path is the same file.")
    size_bytes: Annotated[int, Field(ge=0, le=MOST_BYTES)] | None = None
    duration_ms: Milliseconds | None = None
    container: Word | None = None
    bitrate_kbps: Annotated[int, Field(ge=0, lt=2**31)] | None = None
    video_codec: Word | None = None
    video_profile: Word | None = None
    video_bit_depth: Annotated[int, Field(ge=1, le=64)] | None = None
    video_dynamic_range: Word | None = None
    video_width: Pixels | None = None
    video_height: Pixels | None = None
    video_frame_rate: Annotated[float, Field(gt=0, le=1_000)] | None = None
    resolution: Word | None = None
    audio_codec: Word | None = None
    audio_channels: Annotated[int, Field(ge=1, le=128)] | None = None
    audio_languages: Words = []
    subtitle_languages: Words = []


def _told_apart(files: list[ToldFile]) -> list[ToldFile]:
    if len({file.id for file in files}) < len(files):
        message = "must have an id each: two have the same"
        raise ValueError(message)
    return files


class ToldItem(BaseModel):
    """An item of a library: one line of a scan."""

    model_config = ConfigDict(extra="forbid")

    id: Key = Field(description="As sessions name it in content_id.")
    content_type: ContentType
    title: Text | None = None
    original_title: Text | None = None
    year: Annotated[int, Field(ge=1800, le=2200)] | None = None
    parent_id: Key | None = Field(default=None, description="An episode's season, a track's album.")
    show_id: Key | None = None
    show_title: Text | None = None
    season_number: Annotated[int, Field(ge=0, le=100_000)] | None = None
    episode_number: Annotated[int, Field(ge=0, le=1_000_000)] | None = None
    artist_id: Key | None = None
    artist: Text | None = None
    album: Text | None = None
    duration_ms: Milliseconds | None = None
    added_at: Instant | None = None
    guid: Text | None = None
    imdb_id: Word | None = None
    tmdb_id: Word | None = None
    tvdb_id: Word | None = None
    musicbrainz_id: Word | None = None
    genres: Words = []
    collections: Words = []
    files: Annotated[list[ToldFile], Field(max_length=MOST_FILES), AfterValidator(_told_apart)] = []


class ScanParameters(BaseModel):
    """What a scan is of."""

    model_config = ConfigDict(extra="forbid")

    kind: Literal["full", "delta"] = Field(
        default="full", description="full: what is not told of is missing; delta: what changed."
    )
    server_id: Word = Field(default="revenge", description="As sessions name it in server_id.")
    name: Word | None = Field(default=None, description="What people call the library.")
    holds: LibraryKind = Field(default=LibraryKind.MIXED, description="What it is meant to hold.")


class RejectedLine(BaseModel):
    """A line that was not understood."""

    line: int = Field(description="Counted from 1.")
    problem: str


class ScanReceipt(BaseModel):
    """What became of a scan."""

    scan_id: UUID
    kind: ScanKind
    state: ScanState = Field(description="done; suspicious: what was not found counts for nothing.")
    read: int
    changed: int = Field(description="Items that are new or changed.")
    missing: int = Field(description="Items that this scan did not find and the last one did.")
    gone: int = Field(description="Items that the last full scan did not find either.")
    rejected: int = Field(description="Lines that were not understood.")
    problems: list[RejectedLine] = Field(description="The first of these.")


class ScanView(BaseModel):
    """A scan as it goes on, or as it ended."""

    id: UUID
    kind: ScanKind
    state: ScanState
    read: int
    total: int | None = Field(description="Of the list that is being read.")
    changed: int
    missing: int
    gone: int
    started_at: datetime
    updated_at: datetime
    finished_at: datetime | None
    problem: str | None


class LibraryView(BaseModel):
    """A library with what is in it."""

    id: str
    server_id: str
    server_name: str | None
    name: str
    kind: LibraryKind
    items: int
    files: int
    size_bytes: int
    missing_since: datetime | None
    gone_at: datetime | None
    last_full_at: datetime | None
    last_scan_at: datetime | None
    scan: ScanView | None = Field(description="The latest scan.")


def to_item(told: ToldItem) -> Item:
    """Return what a line tells."""
    values = told.model_dump(exclude={"files", "genres", "collections"})
    return Item(
        **values,
        original_id=told.id,
        genres=tuple(told.genres),
        collections=tuple(told.collections),
        files=tuple(_file(file) for file in told.files),
    )


def library_view(row: Mapping[str, Any]) -> LibraryView:
    """Return a row of ``list_libraries`` as answers show it."""
    scan = None
    if row["scan_id"] is not None:
        scan = ScanView.model_validate({n: row[f"scan_{n}"] for n in ScanView.model_fields})
    values = {name: row[name] for name in LibraryView.model_fields if name != "scan"}
    return LibraryView(**values, scan=scan)


def _file(told: ToldFile) -> MediaFile:
    values = told.model_dump(exclude={"audio_languages", "subtitle_languages"})
    return MediaFile(
        **(values | media.in_one_vocabulary(values)),
        audio_languages=tuple(told.audio_languages),
        subtitle_languages=tuple(told.subtitle_languages),
    )
