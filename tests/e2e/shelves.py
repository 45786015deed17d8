"""The demo's catalogue as libraries that hold it."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from math import ceil
from typing import Any

from infra.demo.catalogue import (
    CINDER_LINE,
    EVENING_NEWS,
    GLASS_MERIDIAN,
    HARBOUR_LIGHTS,
    LANTERN_KEEPER,
    LITTLE_TUG,
    MATCH_NIGHT,
    MOSS_AND_PEBBLE,
    OFFICE_OF_WEATHER,
    PAPER_ORBIT,
    SEVEN_WINTERS,
    TIDEWRACK,
    Item,
)
from infra.demo.viewing import SOURCE

FILMS = (LANTERN_KEEPER, PAPER_ORBIT, SEVEN_WINTERS, LITTLE_TUG, GLASS_MERIDIAN)
SHOWS = (*TIDEWRACK, *OFFICE_OF_WEATHER, *MOSS_AND_PEBBLE, *CINDER_LINE)
TRACKS = HARBOUR_LIGHTS
CHANNELS = (EVENING_NEWS, MATCH_NIGHT)
PROGRAMMES = {EVENING_NEWS: "Evening bulletin", MATCH_NIGHT: "Match of the night"}
IN_2160P = (PAPER_ORBIT, SEVEN_WINTERS, GLASS_MERIDIAN, *CINDER_LINE)
TWICE = (PAPER_ORBIT, LITTLE_TUG)
"""Films that lie there in two qualities."""

_LIBRARIES = (
    ("films", "Films", "movies", FILMS),
    ("series", "Series", "shows", SHOWS),
    ("music", "Music", "music", TRACKS),
)
_GENRES = ("Drama", "Adventure", "Mystery")

Told = tuple[str, dict[str, str], str]


def told_libraries(now: datetime, share: float) -> Iterator[Told]:
    """Yield path, parameters and body of a scan of each library, as long as it was so full.

    Args:
        now: in relation to which things were added.
        share: of the items that are there by now, above 0 to 1.
    """
    for library, name, holds, items in _LIBRARIES:
        lines = [json.dumps(_told(item, number, now)) for number, item in enumerate(items)]
        lines = lines[: ceil(share * len(lines))]
        params = {"name": name, "server_id": SOURCE, "holds": holds}
        yield f"/api/v1/analytics/library/{library}/scans", params, "\n".join(lines)


def _told(item: Item, number: int, now: datetime) -> dict[str, Any]:
    said = {
        "id": item.content_id,
        "content_type": item.content_type,
        "title": item.title,
        "show_id": item.show,
        "show_title": item.show,
        "season_number": item.season,
        "episode_number": item.episode,
        "duration_ms": None if item.length is None else item.length // timedelta(milliseconds=1),
        "added_at": (now - timedelta(days=400 - 20 * number)).isoformat(),
        "genres": [_GENRES[number % len(_GENRES)]],
        **_known(item, number),
        "files": list(_files(item)),
    }
    return {name: value for name, value in said.items() if value is not None}


def _known(item: Item, number: int) -> dict[str, Any]:
    """Return what a server knows of an item besides; of one film it knows nothing."""
    if item in TRACKS:
        return {"artist": "Salt Roads", "album": "Harbour Lights"}
    if item is LITTLE_TUG:
        return {}
    return {"year": 2015 + number, "tmdb_id": str(7_000_000 + number)}


def _files(item: Item) -> Iterator[dict[str, Any]]:
    seconds = (item.length or timedelta()).total_seconds()
    if item in TRACKS:
        yield _file(item, seconds, 950) | {"container": "flac", "audio_codec": "flac"}
        return
    if item in IN_2160P:
        yield _file(item, seconds, 18_000, "2160p") | {
            "video_codec": "hevc",
            "video_dynamic_range": "HDR10",
        }
    if item not in IN_2160P or item in TWICE:
        yield _file(item, seconds, 8_000, "1080p") | {"video_codec": "h264"}
    if item in TWICE and item not in IN_2160P:
        yield _file(item, seconds, 3_000, "720p") | {"video_codec": "h264"}


def _file(item: Item, seconds: float, kbps: int, resolution: str = "") -> dict[str, Any]:
    """Return a file that is as large as its bitrate makes it."""
    ending = "mkv" if resolution else "flac"
    name = f"{item.content_id}-{resolution}".rstrip("-")
    video = {"resolution": resolution, "container": "mkv", "audio_codec": "eac3"}
    return {
        "id": name,
        "path": f"/media/{item.library}/{name}.{ending}",
        "size_bytes": round(seconds * kbps * 125),
        "duration_ms": round(seconds * 1000),
        "bitrate_kbps": kbps,
        **(video if resolution else {}),
    }
