r"""Jellyfin: the official Webhook plugin, "send all properties" or a template of these names.

"Send all" escapes quotes before it serialises, so that texts still hold ``\"``; a template with two
braces escapes HTML. Both are undone. A pause is told by IsPaused alone, in progress events.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from functions.ingest_session.adapters.playback import Playback, Reading, lacking
from shared.domain import media
from shared.domain.session import EventKind, State
from shared.servers.emby_items import run_key
from shared.servers.items import (
    EARLIEST_YEAR,
    EPISODES,
    LATEST_YEAR,
    SEASONS,
    content_type,
    is_live,
    is_theme,
    our_id,
    provider_ids,
)
from shared.servers.values import (
    Object,
    count,
    duration_ms,
    flag,
    hex_id,
    identifier,
    instant,
    kbps,
    known,
    real,
    text,
    ticks,
    unescaped,
    whole,
)

_KINDS: Mapping[str, EventKind] = MappingProxyType(
    {
        "PlaybackStart": EventKind.START,
        "PlaybackProgress": EventKind.PROGRESS,
        "PlaybackStop": EventKind.STOP,
    }
)
_PROVIDER = "Provider_"
_MOST_STREAMS = 32
_MOST_PIXELS = 100_000
_MOST_CHANNELS = 64
_FASTEST_FRAMES = 1_000
_REMEDY = "send all properties, or add it to the template (docs/sources/jellyfin.md)"


def read(said: Object, default_server_id: str) -> Reading:
    """Return what a notification tells."""
    plain = {name: unescaped(value) for name, value in said.items()}
    event = text(plain.get("NotificationType")) or ""
    if event not in _KINDS or is_theme(plain.get("ExtraType")):
        return Reading(event)
    user, item = hex_id(plain.get("UserId")), hex_id(plain.get("ItemId"))
    if user is None or item is None:
        return lacking(event, {"UserId": user, "ItemId": item}, _REMEDY)
    server = hex_id(plain.get("ServerId")) or default_server_id
    return Reading(event, (_playback(plain, _KINDS[event], server, user, item),))


def _playback(said: Object, kind: EventKind, server: str, user: str, item: str) -> Playback:
    return Playback(
        kind=kind,
        server_id=server,
        session_key=run_key(said, user, item),
        account_id=user,
        account_name=text(said.get("NotificationUsername")),
        at=instant(said.get("UtcTimestamp")) or instant(said.get("Timestamp"), is_local=True),
        state=_state(said.get("IsPaused")),
        position=ticks(said.get("PlaybackPositionTicks")),
        address=text(said.get("RemoteEndPoint")),
        said_local=None,
        attributes=_attributes(said, server, item),
    )


def _state(is_paused: object) -> State | None:
    paused = flag(is_paused)
    return None if paused is None else State.PAUSED if paused else State.PLAYING


def _attributes(said: Object, server: str, item: str) -> dict[str, Any]:
    return {
        **known(
            server_id=server,
            server_name=text(said.get("ServerName")),
            content_id=our_id(server, "item", item),
            source_content_id=item,
            device_id=identifier(said.get("DeviceId")),
            device_name=text(said.get("DeviceName")),
            client_name=text(said.get("ClientName")) or text(said.get("Client")),
            stream_type=media.stream_type(text(said.get("PlayMethod"))),
            completed=flag(said.get("PlayedToCompletion")),
        ),
        **_item(said, server),
        **provider_ids(
            (name.removeprefix(_PROVIDER), value)
            for name, value in said.items()
            if name.startswith(_PROVIDER)
        ),
        **_streams(said),
    }


def _item(said: Object, server: str) -> dict[str, Any]:
    kind = content_type(said.get("ItemType"))
    described: dict[str, Any] = {"content_type": kind} | known(
        title=text(said.get("Name")),
        year=whole(said.get("Year"), EARLIEST_YEAR, LATEST_YEAR),
        duration_ms=None if is_live(kind) else duration_ms(ticks(said.get("RunTimeTicks"))),
        show_id=our_id(server, "item", hex_id(said.get("SeriesId"))),
        show_title=text(said.get("SeriesName")),
    )
    match kind:
        case "tvshow_episode":
            return described | known(
                season_number=_first_number(said, "SeasonNumber", SEASONS),
                episode_number=_first_number(said, "EpisodeNumber", EPISODES),
            )
        case "music_track":
            artist = text(said.get("Artist"))
            return described | known(artist=artist, album=text(said.get("Album")))
        case _:
            return described


def _first_number(said: Object, name: str, high: int) -> int | None:
    """Return a number that a template may give in any of three widths: 1, 01, 001."""
    numbers = (whole(said.get(name + width), 0, high) for width in ("", "00", "000"))
    return next((number for number in numbers if number is not None), None)


def _streams(said: Object) -> dict[str, Any]:
    """Return the item's first picture and its default sound; which subtitle shows is not told."""
    audio = _audio(said)
    if content_type(said.get("ItemType")) == "music_track":
        return audio | known(bitrate_kbps=kbps(said.get(f"{_default_audio(said)}Bitrate")))
    width = count(said.get("Video_0_Width"), _MOST_PIXELS)
    height = count(said.get("Video_0_Height"), _MOST_PIXELS)
    return audio | known(
        video_codec=media.video_codec(text(said.get("Video_0_Codec"))),
        video_profile=text(said.get("Video_0_Profile")),
        video_bit_depth=media.bit_depth(text(said.get("Video_0_PixelFormat"))),
        video_dynamic_range=media.dynamic_range(text(said.get("Video_0_VideoRange"))),
        video_width=width,
        video_height=height,
        video_frame_rate=real(said.get("Video_0_FrameRate"), 1, _FASTEST_FRAMES),
        resolution=media.resolution(width, height),
    )


def _audio(said: Object) -> dict[str, Any]:
    prefix = _default_audio(said)
    return known(
        audio_codec=media.audio_codec(text(said.get(f"{prefix}Codec"))),
        audio_channels=count(said.get(f"{prefix}Channels"), _MOST_CHANNELS),
        audio_language=media.language(text(said.get(f"{prefix}Language"))),
    )


def _default_audio(said: Object) -> str:
    prefixes = [f"Audio_{index}_" for index in range(_MOST_STREAMS)]
    marked = (prefix for prefix in prefixes if flag(said.get(f"{prefix}Default")))
    return next(marked, prefixes[0])
