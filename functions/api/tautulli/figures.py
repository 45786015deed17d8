"""What is watched most, and how much people and libraries watch."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from types import MappingProxyType

from functions.api.tautulli.call import SERIES, Call, name_people, of_types
from functions.api.tautulli.lists import demand_user
from shared.domain.statistics.period import Window
from shared.domain.statistics.question import Dimension
from shared.domain.statistics.sums import Sums
from shared.domain.statistics.titles import Order, TitleKind
from shared.errors import FieldError
from shared.http.problems import invalid
from shared.schemas.statistics import total_of
from shared.schemas.streams import kind_of
from shared.schemas.tautulli import history_row
from shared.services.rankings import Row
from shared.services.statistics import window_period
from shared.store import libraries, session_lists, statistics

Rows = list[dict[str, object]]
List = Callable[[Call], Awaitable[Rows]]


async def get_home_stats(call: Call) -> object:
    """Return what is at the head of some days: all lists, or the one that is named."""
    wanted = call.wanted.stat_id
    if wanted is None:
        return await _stats(call, list(_TITLES))
    if wanted not in _TITLES:
        raise invalid([FieldError("stat_id", f"is none of {', '.join(_TITLES)}")])
    [stat] = await _stats(call, [wanted])
    return stat


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
        ever = await window_period(call.connection, Window.ALL, call.now, tz=zone, zone=zone)
        sums = total_of(part.sums for part in await call.asked(days or ever).parts())
        found.append(
            {
                "query_days": days,
                "total_plays": sums.plays,
                "total_time": sums.watched_ms // 1000,
            }
        )
    return found


async def _stats(call: Call, names: Sequence[str]) -> Rows:
    """Return lists, in the order of their names."""
    by = "total_plays" if call.wanted.stats_type == "plays" else "total_duration"
    rows = await _rankings(call, names)
    rows |= {name: await _LISTS[name](call) for name in names if name in _LISTS}
    return [
        {"stat_id": name, "stat_type": by, "stat_title": _TITLES[name], "rows": rows[name]}
        for name in names
    ]


async def _rankings(call: Call, names: Collection[str]) -> dict[str, Rows]:
    """Return the lists that rank titles; a kind is read once for both of its orders."""
    found: dict[str, Rows] = {}
    for kind, (series, top, popular) in _RANKINGS.items():
        orders = {top: _order(call), popular: Order.POPULAR}
        asked_for = {name: order for name, order in orders.items() if name in names}
        if asked_for:
            asked = of_types(call.asked(), SERIES[series])
            ranked = await asked.rank_by_each(
                kind, call.wanted.stats_count, list(asked_for.values())
            )
            found |= {name: [_ranked(row) for row in ranked[by]] for name, by in asked_for.items()}
    return found


def _ranked(row: Row) -> dict[str, object]:
    return {
        "title": row["title"] or row["key"],
        "rating_key": row["key"],
        "media_type": kind_of(row["content_type"]),
        "total_plays": row["plays"],
        "total_duration": row["watched_ms"] // 1000,
        "users_watched": row["users"],
        "thumb": "",
    }


async def _libraries(call: Call) -> Rows:
    names = {
        row["id"]: row["name"]
        for row in await libraries.list_libraries(call.connection, adult=call.adult)
    }
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
    asked = call.asked()
    rows = await statistics.list_peaks(call.connection, asked.period, None, asked.filter)
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


def _order(call: Call) -> Order:
    return Order.PLAYS if call.wanted.stats_type == "plays" else Order.WATCHED


_TITLES: Mapping[str, str] = MappingProxyType(
    {
        "top_movies": "Most Watched Movies",
        "popular_movies": "Most Popular Movies",
        "top_tv": "Most Watched TV Shows",
        "popular_tv": "Most Popular TV Shows",
        "top_music": "Most Played Artists",
        "popular_music": "Most Popular Artists",
        "last_watched": "Recently Watched",
        "top_libraries": "Most Active Libraries",
        "top_users": "Most Active Users",
        "top_platforms": "Most Active Platforms",
        "most_concurrent": "Most Concurrent Streams",
    }
)

# Of each kind its series, and the lists by plays or watch time, and by people.
_RANKINGS: Mapping[TitleKind, tuple[str, str, str]] = MappingProxyType(
    {
        TitleKind.ITEM: ("Movies", "top_movies", "popular_movies"),
        TitleKind.SHOW: ("TV", "top_tv", "popular_tv"),
        TitleKind.ARTIST: ("Music", "top_music", "popular_music"),
    }
)

_LISTS: Mapping[str, List] = MappingProxyType(
    {
        "last_watched": _last_watched,
        "top_libraries": _libraries,
        "top_users": _users,
        "top_platforms": _platforms,
        "most_concurrent": _most_concurrent,
    }
)
