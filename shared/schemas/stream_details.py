"""What a producer may say of an item and of how it is delivered, beyond the main columns.

All of it optional, kept by name in the session's ``details``; changes of the delivery are kept
with their times (``shared.domain.session.STREAM_ATTRIBUTES``).
"""

from typing import Annotated, Literal

from pydantic import BaseModel, Field, StrictBool

from shared.domain.media import MOST_KBPS
from shared.schemas.text import Text, Word

Kbps = Annotated[int, Field(ge=0, le=MOST_KBPS)]
Pixels = Annotated[int, Field(ge=1, le=100_000)]
Decision = Literal["direct", "copy", "transcode", "burn", "unknown"]


class StreamDetails(BaseModel):
    """The item with its ids elsewhere, source and delivered streams, player and connection."""

    server_name: Text | None = None
    library_name: Text | None = None
    source_content_id: Text | None = Field(
        default=None, description="What the server itself calls the item."
    )
    original_title: Text | None = None
    year: Annotated[int, Field(ge=1800, le=2200)] | None = None
    artist: Text | None = None
    album: Text | None = None
    album_artist: Text | None = None
    channel_id: Text | None = None
    channel_title: Text | None = None
    guid: Text | None = None
    imdb_id: Word | None = None
    tmdb_id: Word | None = None
    tvdb_id: Word | None = None
    musicbrainz_id: Word | None = None

    video_decision: Decision | None = None
    audio_decision: Decision | None = None
    subtitle_decision: Decision | None = Field(default=None, description="burn: into the picture.")
    stream_container: Word | None = None
    video_profile: Word | None = None
    video_bit_depth: Annotated[int, Field(ge=1, le=64)] | None = None
    video_dynamic_range: Word | None = Field(default=None, description="SDR, HDR10, HLG, DV, ...")
    video_width: Pixels | None = None
    video_height: Pixels | None = None
    video_frame_rate: Annotated[float, Field(gt=0, le=1_000)] | None = None
    video_language: Word | None = None
    stream_video_codec: Word | None = None
    stream_resolution: Word | None = None
    stream_video_dynamic_range: Word | None = None
    audio_channels: Annotated[int, Field(ge=1, le=128)] | None = None
    audio_language: Word | None = None
    audio_profile: Word | None = None
    stream_audio_codec: Word | None = None
    stream_audio_channels: Annotated[int, Field(ge=1, le=128)] | None = None
    subtitle_codec: Word | None = None
    subtitle_language: Word | None = None
    transcode_reasons: Text | None = Field(default=None, description="Names, joined by commas.")
    transcode_hardware: StrictBool | None = None
    transcode_speed: Annotated[float, Field(ge=0, le=10_000)] | None = None
    transcode_throttled: StrictBool | None = None
    stream_bitrate_kbps: Kbps | None = None
    bandwidth_kbps: Kbps | None = None

    product: Text | None = None
    platform_version: Text | None = None
    location: Literal["lan", "wan", "cellular"] | None = None
    secure: StrictBool | None = None
    relayed: StrictBool | None = None
    completed: StrictBool | None = Field(default=None, description="The player's own word.")
    reports_progress: StrictBool | None = Field(
        default=None,
        description="false: the source sends no heartbeats, and silence is no sign of an end.",
    )


STREAM_DETAILS = tuple(StreamDetails.model_fields)
