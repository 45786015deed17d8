"""Items as Plex describes them, in webhooks, sessions and libraries alike."""

import re
from typing import Any

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
    first,
    flag,
    identifier,
    known,
    milliseconds,
    parts,
    text,
    whole,
)

PRE_ROLLS = -2
"""The section of what a cinema shows before the film."""

_AGENT_GUID = re.compile(
    r"com\.plexapp\.agents\.(?P<agent>\w+)://(?P<id>[^/?]+)(?:/(?P<season>\d+)/(?P<episode>\d+))?",
    re.ASCII,
)
_LIVE_KEY = "/livetv/"

# Whom Plex's lists call its owner.
_OWNER = "1"


def is_pre_roll(metadata: Object) -> bool:
    """Say whether it is a trailer that nobody chose to play."""
    return whole(metadata.get("librarySectionID"), PRE_ROLLS, 2**31) == PRE_ROLLS


def run_key(account: str, player: str | None, item: str) -> str:
    """Return what names a person's run of an item on a player: the same in webhooks and sessions.

    Webhooks name no session, and a session's key in lists is used again after a restart.
    """
    return f"{account}:{player or ''}:{item}"


def known_keys(key: str) -> tuple[str, str]:
    """Return how a run may be named: by its key, and as lists name it if it is the owner's.

    To webhooks, the owner is account 1 on some servers and the account of plex.tv on others.
    """
    return key, key.replace(account_of(key), _OWNER, 1)


def account_of(key: str) -> str:
    """Return whose run a key names."""
    return key.partition(":")[0]


def item_id(metadata: Object) -> str | None:
    """Return what names the item; a live one by its tuning, since its ratingKey is transient."""
    names = ("key", "ratingKey") if _live(metadata) else ("ratingKey", "key")
    named = (identifier(metadata.get(name)) for name in names)
    guid, title = text(metadata.get("guid")), text(metadata.get("title"))
    # An imitation's guid may lack the very id: only with the title does it name one item.
    return next((name for name in named if name), None) or (
        identifier(f"{guid}#{title or ''}") if guid else None
    )


def _live(metadata: Object) -> bool:
    key = text(metadata.get("key")) or ""
    return bool(flag(metadata.get("live"))) or key.startswith(_LIVE_KEY)


def describe(metadata: Object, server: str, *, imitation: bool = False) -> dict[str, Any]:
    """Return the item's columns; ``imitation`` says that durations are ten times too long."""
    kind = content_type(
        metadata.get("type"), metadata.get("librarySectionType"), live=_live(metadata)
    )
    length = milliseconds(metadata.get("duration"))
    if length is not None and imitation:
        length /= 10
    described: dict[str, Any] = {"content_type": kind, **_ids(metadata)} | known(
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


def _ids(metadata: Object) -> dict[str, str]:
    return known(guid=identifier(metadata.get("guid"))) | provider_ids(_provider_pairs(metadata))


def _episode(metadata: Object, server: str) -> dict[str, Any]:
    """Return show, season and episode; numbers that are missing may stand in an old agent's guid.

    Season 0 and episode 0 are real.
    """
    told = _AGENT_GUID.match(text(metadata.get("guid")) or "")
    old: dict[str, str | None] = told.groupdict() if told else {}
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
