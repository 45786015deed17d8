"""What every server says of an item in its own way: ids of providers, kinds, and derived ids."""

import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType

from shared.domain.identifiers import derived_id
from shared.servers.values import text

SEASONS = 100_000
EPISODES = 1_000_000
LATEST_YEAR = 2_200
EARLIEST_YEAR = 1_800

# The column, and how an id of the provider looks; what looks otherwise is no id ("imdb://").
_PROVIDERS: Mapping[str, tuple[str, re.Pattern[str]]] = MappingProxyType(
    {
        **dict.fromkeys(("imdb",), ("imdb_id", re.compile(r"tt\d{5,10}", re.ASCII))),
        **dict.fromkeys(("tmdb", "themoviedb"), ("tmdb_id", re.compile(r"\d{1,10}", re.ASCII))),
        **dict.fromkeys(("tvdb", "thetvdb"), ("tvdb_id", re.compile(r"\d{1,10}", re.ASCII))),
        **dict.fromkeys(
            ("mbid", "musicbrainztrack", "musicbrainzrecording"),
            ("musicbrainz_id", re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")),
        ),
    }
)

_LIVE = "livetv_program"
_TYPES: Mapping[str, str] = MappingProxyType(
    {
        "movie": "movie",
        "episode": "tvshow_episode",
        "show": "tvshow_episode",
        **dict.fromkeys(("track", "audio", "artist"), "music_track"),
        **dict.fromkeys(("clip", "video", "trailer"), "clip"),
        "musicvideo": "music_video",
        "photo": "photo",
        **dict.fromkeys(
            (
                "tvchannel", "livetvchannel", "program", "tvprogram", "livetvprogram",
            ),
            _LIVE,
        ),
    }
)  # fmt: skip
_PLAIN_WORD = re.compile(r"[a-z][a-z0-9_]{0,49}")
_THEMES = frozenset({"themesong", "themevideo"})


def content_type(*words: object, live: bool = False) -> str:
    """Return our word for the kind of an item, by the first of the server's words that we know."""
    if live:
        return _LIVE
    named = [word.lower() for value in words if (word := text(value))]
    known = [_TYPES[word] for word in named if word in _TYPES]
    plain = [word for word in named if _PLAIN_WORD.fullmatch(word)]
    return (known or plain or ["other"])[0]


def is_live(kind: str) -> bool:
    """Say whether it is live television, whose duration is only its slot's."""
    return kind == _LIVE


def is_theme(extra_type: object) -> bool:
    """Say whether it is the music of a menu, which nobody chose to play."""
    return (text(extra_type) or "").lower() in _THEMES


def provider_ids(named: Iterable[tuple[str, object]]) -> dict[str, str]:
    """Return the columns of the providers' ids; the first good one of each counts."""
    columns: dict[str, str] = {}
    for provider, value in named:
        column, form = _PROVIDERS.get(provider.lower(), (None, None))
        written = (text(value) or "").lower()
        if column is not None and form is not None and form.fullmatch(written):
            columns.setdefault(column, written)
    return columns


def our_id(server_id: str, kind: str, original: str | None) -> str | None:
    """Return our id of something that a server named."""
    return None if original is None else str(derived_id(server_id, kind, original))
