"""Plex: the media server's webhooks, and those that imitate their shape.

There is no progress event, no session id and no time: a session is an account on a player with an
item, and things happen when they arrive. The unofficial Jellyfin plugin sends this shape too: it is
known by an account that is a GUID and an item without a ratingKey, and gives durations in units of
0.1 ms. Only a body of exactly that shape is corrected.
"""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from functions.ingest_session.adapters.items import (
    EARLIEST_YEAR,
    EPISODES,
    LATEST_YEAR,
    SEASONS,
    content_type,
    is_live,
    our_id,
    provider_ids,
)
from functions.ingest_session.adapters.playback import Playback, Reading, lacking
from functions.ingest_session.adapters.plex_streams import read_streams
from functions.ingest_session.adapters.values import (
    Object,
    duration_ms,
    first,
    flag,
    identifier,
    known,
    milliseconds,
    part,
    parts,
    text,
    whole,
)
from shared.domain.session import EventKind

_KINDS: Mapping[str, EventKind] = MappingProxyType(
    {
        "media.play": EventKind.START,
        "playback.started": EventKind.START,
        "media.resume": EventKind.RESUME,
        "media.pause": EventKind.PAUSE,
        "media.stop": EventKind.STOP,
        "media.scrobble": EventKind.PROGRESS,
    }
)
_PRE_ROLLS = -2
_GUID = re.compile(r"[0-9a-fA-F]{8}-?(?:[0-9a-fA-F]{4}-?){3}[0-9a-fA-F]{12}")
_AGENT_GUID = re.compile(
    r"com\.plexapp\.agents\.(?P<agent>\w+)://(?P<id>[^/?]+)(?:/(?P<season>\d+)/(?P<episode>\d+))?",
    re.ASCII,
)
_LIVE_KEY = "/livetv/"


def read(said: Object, default_server_id: str) -> Reading:
    """Return what a webhook tells.

    A scrobble also comes when somebody marks an item as watched, and its position is stale: it is
    a sign of life of a session that is known, and begins none.
    """
    event = text(said.get("event")) or ""
    metadata = part(said, "Metadata")
    section = whole(metadata.get("librarySectionID"), _PRE_ROLLS, 2**31)
    if event not in _KINDS or section == _PRE_ROLLS:
        return Reading(event)
    account, item = identifier(part(said, "Account").get("id")), _item_id(metadata)
    if account is None or item is None:
        return lacking(event, {"account": account, "item": item}, "is it a Plex webhook?")
    server = identifier(part(said, "Server").get("uuid")) or default_server_id
    return Reading(event, (_playback(said, _KINDS[event], server, account, item),))


def _playback(said: Object, kind: EventKind, server: str, account: str, item: str) -> Playback:
    player = part(said, "Player")
    tells = kind is not EventKind.PROGRESS
    position = milliseconds(part(said, "Metadata").get("viewOffset"))
    return Playback(
        kind=kind,
        server_id=server,
        session_key=":".join((account, identifier(player.get("uuid")) or "", item)),
        account_id=account,
        account_name=text(part(said, "Account").get("title")),
        at=None,
        state=None,
        position=position if tells else None,
        address=text(player.get("publicAddress")),
        said_local=None if _is_imitation(said) else flag(player.get("local")),
        attributes=_attributes(said, server, item) if tells else {},
    )


def _item_id(metadata: Object) -> str | None:
    """Return what names the item; a live one by its tuning, since its ratingKey is transient."""
    names = ("key", "ratingKey") if _is_live(metadata) else ("ratingKey", "key")
    named = (identifier(metadata.get(name)) for name in names)
    guid, title = text(metadata.get("guid")), text(metadata.get("title"))
    # An imitation's guid may lack the very id: only with the title does it name one item.
    return next((name for name in named if name), None) or (
        identifier(f"{guid}#{title or ''}") if guid else None
    )


def _is_live(metadata: Object) -> bool:
    key = text(metadata.get("key")) or ""
    return bool(flag(metadata.get("live"))) or key.startswith(_LIVE_KEY)


def _is_imitation(said: Object) -> bool:
    account = text(part(said, "Account").get("id")) or ""
    return bool(_GUID.fullmatch(account)) and "ratingKey" not in part(said, "Metadata")


def _attributes(said: Object, server: str, item: str) -> dict[str, Any]:
    metadata, player = part(said, "Metadata"), part(said, "Player")
    section = text(metadata.get("librarySectionID"))
    return {
        "reports_progress": False,
        **known(
            server_id=server,
            server_name=text(part(said, "Server").get("title")),
            library_id=our_id(server, "library", section),
            library_name=text(metadata.get("librarySectionTitle")),
            content_id=our_id(server, "item", item),
            source_content_id=item,
            guid=identifier(metadata.get("guid")),
            device_id=identifier(player.get("uuid")),
            device_name=text(player.get("title")),
            client_name=text(player.get("product")),
            client_version=text(player.get("version")),
            platform=text(player.get("platform")),
            platform_version=text(player.get("platformVersion")),
            product=text(player.get("product")),
        ),
        **_item(metadata, server, imitation=_is_imitation(said)),
        **provider_ids(_provider_pairs(metadata)),
        **read_streams(metadata, player),
    }


def _item(metadata: Object, server: str, *, imitation: bool) -> dict[str, Any]:
    kind = content_type(
        metadata.get("type"), metadata.get("librarySectionType"), live=_is_live(metadata)
    )
    length = milliseconds(metadata.get("duration"))
    if length is not None and imitation:
        length /= 10
    described: dict[str, Any] = {"content_type": kind} | known(
        title=text(metadata.get("title")),
        original_title=text(metadata.get("originalTitle")),
        year=whole(metadata.get("year"), EARLIEST_YEAR, LATEST_YEAR),
        duration_ms=None if is_live(kind) else duration_ms(length),
    )
    match kind:
        case "tvshow_episode":
            return described | _episode(metadata, server)
        case "music_track":
            return described | _track(metadata)
        case "livetv_program":
            return described | _episode(metadata, server) | _channel(metadata)
        case _:
            return described


def _episode(metadata: Object, server: str) -> dict[str, Any]:
    """Return show, season and episode; numbers that are missing may stand in an old agent's guid.

    Season 0 and episode 0 are real.
    """
    told = _AGENT_GUID.match(text(metadata.get("guid")) or "")
    old: Mapping[str, str | None] = told.groupdict() if told else {}
    season = whole(metadata.get("parentIndex"), 0, SEASONS)
    episode = whole(metadata.get("index"), 0, EPISODES)
    return known(
        show_id=our_id(server, "item", identifier(metadata.get("grandparentRatingKey"))),
        show_title=text(metadata.get("grandparentTitle")),
        season_number=whole(old.get("season"), 0, SEASONS) if season is None else season,
        episode_number=whole(old.get("episode"), 0, EPISODES) if episode is None else episode,
    )


def _track(metadata: Object) -> dict[str, Any]:
    album_artist = text(metadata.get("grandparentTitle"))
    return known(
        artist=text(metadata.get("originalTitle")) or album_artist,
        album_artist=album_artist,
        album=text(metadata.get("parentTitle")),
    )


def _channel(metadata: Object) -> dict[str, Any]:
    media = first(parts(metadata, "Media"))
    return known(
        channel_id=identifier(media.get("channelIdentifier")),
        channel_title=text(media.get("channelTitle"))
        or text(media.get("channelCallSign"))
        or text(metadata.get("sourceTitle")),
    )


def _provider_pairs(metadata: Object) -> list[tuple[str, object]]:
    """Return provider and id of each external id.

    An old agent's guid of an episode names its show, so that it is no id of the episode.
    """
    urls = [text(external.get("id")) or "" for external in parts(metadata, "Guid")]
    pairs: list[tuple[str, object]] = [
        (provider, value) for provider, _, value in (url.partition("://") for url in urls)
    ]
    told = _AGENT_GUID.match(text(metadata.get("guid")) or "")
    if told and told["season"] is None and text(metadata.get("type")) == "movie":
        pairs.append((told["agent"], told["id"]))
    return pairs
