"""What is watched most, and how much people and libraries watch."""

from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType

from functions.api.tautulli.call import SERIES, Call, name_people, of_types
from functions.api.tautulli.lists import demand_user
from shared.domain.statistics.period import Window
from shared.domain.statistics.question import Dimension
from shared.domain.statistics.sums import Sums
from shared.errors import FieldError
from shared.http.problems import invalid
from shared.schemas.statistics import total_of
from shared.schemas.streams import kind_of
from shared.schemas.tautulli import history_row
from shared.services.statistics import window_period
from shared.store import libraries, session_lists, statistics

Rows = list[dict[str, object]]
Stat = Callable[[Call], Awaitable[Rows]]


async def get_home_stats(call: Call) -> object:
    """Return what is at the head of some days: all lists, or the one that is named."""
    wanted = call.wanted.stat_id
    if wanted is not None:
        if wanted not in _STATS:
            raise invalid([FieldError("stat_id", f"is none of {', '.join(_STATS)}")])
        return await _stat(call, wanted)
    return [await _stat(call, name) for name in _STATS]


async def get_user_watch_time_stats(call: Call) -> object:
    """Return how much a person watched within some days each; 0 days are all time."""
    demand_user(call)
    return await _watch_times(call)


async def get_library_watch_time_stats(call: Call) -> object:
    """Return how much of a library was watched within some days each; 0 days are all time."""
    if call.wanted.section_id is None:
        raise invalid([FieldError("section_id", "is missing")])
    return await _watch_times(call)


async def _watch_times(call: Call) -> Rows:
    zone, found = call.context.settings.zone, list[dict[str, object]]()
    for days in (int(text) for text in call.wanted.query_days.split(",")):
        ever = await window_period(call.connection, Window.ALL, call.now, zone)
        sums = total_of(part.sums for part in await call.asked(days or ever).parts())
        found.append(
            {
                "query_days": days,
                "total_plays": sums.plays,
                "total_time": sums.watched_ms // 1000,
            }
        )
    return found


async def _stat(call: Call, name: str) -> dict[str, object]:
    title, read = _STATS[name]
    by = "total_plays" if call.wanted.stats_type == "plays" else "total_duration"
    return {"stat_id": name, "stat_type": by, "stat_title": title, "rows": await read(call)}


def _titles(kind: str, series: str, *, popular: bool) -> Stat:
    """Return what reads a ranking of titles."""

    async def read(call: Call) -> Rows:
        order = "popular" if popular else _order(call)
        asked = of_types(call.asked(), SERIES[series])
        return [
            {
                "title": row["title"] or row["key"],
                "rating_key": row["key"],
                "media_type": kind_of(row["content_type"]),
                "total_plays": row["plays"],
                "total_duration": row["watched_ms"] // 1000,
                "users_watched": row["users"],
                "thumb": "",
            }
            for row in await asked.rank(kind, call.wanted.stats_count, order)
        ]

    return read


async def _libraries(call: Call) -> Rows:
    names = {row["id"]: row["name"] for row in await libraries.list_libraries(call.connection)}
    return [
        {"section_id": key, "section_name": names.get(key, key), **_figures(sums)}
        for key, sums in await _first(call, Dimension.LIBRARY)
    ]


async def _users(call: Call) -> Rows:
    first = await _first(call, Dimension.USER)
    names = await name_people(call, [key for key, _ in first])
    return [
        {"user_id": key, "user": names[key], "friendly_name": names[key], **_figures(sums)}
        for key, sums in first
    ]


async def _platforms(call: Call) -> Rows:
    return [
        {"platform": key, "platform_name": key.lower(), **_figures(sums)}
        for key, sums in await _first(call, Dimension.PLATFORM)
    ]


async def _last_watched(call: Call) -> Rows:
    filters: dict[str, object] = {
        "active": False,
        "adult": call.adult,
        "limit": call.wanted.stats_count,
        "start": call.asked().period.start,
    }
    rows = await session_lists.list_rows(call.connection, filters)
    return [history_row(row, shows_addresses=call.shows_addresses) for row in rows]


async def _most_concurrent(call: Call) -> Rows:
    names = {
        "all": "Concurrent Streams",
        "transcode": "Concurrent Transcodes",
        "direct_stream": "Concurrent Direct Streams",
        "direct_play": "Concurrent Direct Plays",
    }
    rows = await statistics.list_peaks(call.connection, call.asked().period, None)
    peaks = {row["stream_type"]: row for row in rows}
    return [
        {"title": title, "count": peaks[key]["peak"], "started": int(peaks[key]["at"].timestamp())}
        for key, title in names.items()
        if key in peaks
    ]


async def _first(call: Call, by: Dimension) -> list[tuple[str, Sums]]:
    """Return the keys with the largest figures, and their sums; what is unknown is left out."""

    def figure(sums: Sums) -> int:
        return sums.plays if call.wanted.stats_type == "plays" else sums.watched_ms

    known = [(key, sums) for key, sums in (await call.asked().keys(by)).items() if key]
    return sorted(known, key=lambda pair: (-figure(pair[1]), pair[0]))[: call.wanted.stats_count]


def _figures(sums: Sums) -> dict[str, object]:
    return {"total_plays": sums.plays, "total_duration": sums.watched_ms // 1000}


def _order(call: Call) -> str:
    return "plays" if call.wanted.stats_type == "plays" else "watched"


_STATS: Mapping[str, tuple[str, Stat]] = MappingProxyType(
    {
        "top_movies": ("Most Watched Movies", _titles("item", "Movies", popular=False)),
        "popular_movies": ("Most Popular Movies", _titles("item", "Movies", popular=True)),
        "top_tv": ("Most Watched TV Shows", _titles("show", "TV", popular=False)),
        "popular_tv": ("Most Popular TV Shows", _titles("show", "TV", popular=True)),
        "top_music": ("Most Played Artists", _titles("artist", "Music", popular=False)),
        "popular_music": ("Most Popular Artists", _titles("artist", "Music", popular=True)),
        "last_watched": ("Recently Watched", _last_watched),
        "top_libraries": ("Most Active Libraries", _libraries),
        "top_users": ("Most Active Users", _users),
        "top_platforms": ("Most Active Platforms", _platforms),
        "most_concurrent": ("Most Concurrent Streams", _most_concurrent),
    }
)
