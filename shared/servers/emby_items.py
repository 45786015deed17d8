"""Items as Emby and Jellyfin describe them, in sessions and libraries, and in Emby's webhooks."""

from typing import Any, cast

from shared.servers.items import (
    EARLIEST_YEAR,
    EPISODES,
    LATEST_YEAR,
    SEASONS,
    content_type,
    is_live,
    our_id,
    provider_ids,
)
from shared.servers.values import (
    Object,
    duration_ms,
    hex_id,
    identifier,
    known,
    part,
    text,
    ticks,
    whole,
)


def run_key(session: Object, user: str, item: str) -> str:
    """Return what names a person's run of an item on a player: the same in webhooks and sessions.

    The device's id is stable; a session's is another after a restart of the server, and stands in
    only where no device is named.
    """
    device, session_id = identifier(session.get("DeviceId")), hex_id(session.get("Id"))
    player = f"d-{device}" if device else f"s-{session_id}" if session_id else "d-"
    return f"{player}:{user}:{item}"


def describe(item: Object, server: str) -> dict[str, Any]:
    """Return the item's columns."""
    kind = content_type(item.get("Type"))
    provided = part(item, "ProviderIds")
    ids = provider_ids((str(name), value) for name, value in provided.items())
    described: dict[str, Any] = {"content_type": kind, **ids} | known(
        title=text(item.get("Name")),
        original_title=text(item.get("OriginalTitle")),
        year=whole(item.get("ProductionYear"), EARLIEST_YEAR, LATEST_YEAR),
        duration_ms=None if is_live(kind) else duration_ms(ticks(item.get("RunTimeTicks"))),
        show_id=our_id(server, "item", hex_id(item.get("SeriesId"))),
        show_title=text(item.get("SeriesName")),
    )
    match kind:
        case "tvshow_episode":
            return described | known(
                season_number=whole(item.get("ParentIndexNumber"), 0, SEASONS),
                episode_number=whole(item.get("IndexNumber"), 0, EPISODES),
            )
        case "music_track":
            return described | _track(item)
        case "livetv_program":
            return described | _channel(item)
        case _:
            return described


def _track(item: Object) -> dict[str, Any]:
    artists = item.get("Artists")
    names = cast("list[object]", artists) if isinstance(artists, list) else []
    album_artist = text(item.get("AlbumArtist"))
    return known(
        artist=next((name for value in names if (name := text(value))), album_artist),
        album_artist=album_artist,
        album=text(item.get("Album")),
    )


def _channel(item: Object) -> dict[str, Any]:
    """Return the channel: the item itself, or the one that the programme runs on."""
    is_channel = (text(item.get("Type")) or "").lower().endswith("channel")
    return known(
        channel_id=hex_id(item.get("Id" if is_channel else "ChannelId")),
        channel_title=text(item.get("Name" if is_channel else "ChannelName")),
    )
