"""Plays, or seconds watched, by time and by what they have in common: categories and series."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace

from functions.api.asking import Asked
from functions.api.tautulli.call import SERIES, Call, name_people, of_streams, of_types
from shared.domain.statistics.period import Interval, last_days
from shared.domain.statistics.question import Dimension
from shared.domain.statistics.sums import Sums
from shared.services.statistics import sums_of
from shared.store import statistics

TOP = 10
DAYS_OF_A_MONTH = 31

_WEEK = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")
_STREAMS = {
    "Direct Play": ("direct_play",),
    "Direct Stream": ("direct_stream",),
    "Transcode": ("transcode",),
}

Chart = dict[str, object]
Values = Mapping[str, Mapping[str, int]]


async def by_date(call: Call) -> Chart:
    """Return a chart of days by content type."""
    return await _by_time(call, call.asked(), Interval.DAY, Dimension.CONTENT_TYPE, "%Y-%m-%d")


async def per_month(call: Call) -> Chart:
    """Return a chart of months by content type; this month is the last."""
    months = call.wanted.time_range
    zone = call.context.settings.zone
    period = last_days(months * DAYS_OF_A_MONTH, call.now, zone)
    edges = list(period.edges(Interval.MONTH))[-months:]
    asked = call.asked(replace(period, start=edges[0]))
    return await _by_time(call, asked, Interval.MONTH, Dimension.CONTENT_TYPE, "%b %Y")


async def by_stream_type(call: Call) -> Chart:
    """Return a chart of days by decision."""
    return await _by_time(call, call.asked(), Interval.DAY, Dimension.STREAM_TYPE, "%Y-%m-%d")


async def by_day_of_week(call: Call) -> Chart:
    """Return a chart of the days of the week, from Sunday."""
    values = await _by_clock(call, "weekday")
    names = {str(day or 7): name for day, name in enumerate(_WEEK)}
    return _chart(names, values)


async def by_hour_of_day(call: Call) -> Chart:
    """Return a chart of the hours of the day."""
    return _chart({str(hour): f"{hour:02d}" for hour in range(24)}, await _by_clock(call, "hour"))


async def by_platform(call: Call) -> Chart:
    """Return a chart of the platforms most played on."""
    return _top(await _by_type(call, Dimension.PLATFORM))


async def by_user(call: Call) -> Chart:
    """Return a chart of the people who play most."""
    return await _named(call, await _by_type(call, Dimension.USER))


async def by_source_resolution(call: Call) -> Chart:
    """Return a chart of the resolutions of files, by decision."""
    return _top(await _by_stream(call, Dimension.RESOLUTION))


async def by_stream_resolution(call: Call) -> Chart:
    """Return a chart of the resolutions that were delivered, by decision."""
    return _top(await _by_stream(call, Dimension.STREAM_RESOLUTION))


async def streams_by_platform(call: Call) -> Chart:
    """Return a chart of the platforms most played on, by decision."""
    return _top(await _by_stream(call, Dimension.PLATFORM))


async def streams_by_user(call: Call) -> Chart:
    """Return a chart of the people who play most, by decision."""
    return await _named(call, await _by_stream(call, Dimension.USER))


async def concurrent_streams(call: Call) -> Chart:
    """Return a chart of the most streams at once of each day, by decision."""
    asked = call.asked()
    edges = list(asked.period.edges(Interval.DAY))
    names = {name: types[0] for name, types in _STREAMS.items()} | {"Max. Streams": "all"}
    peaks: dict[str, dict[str, int]] = defaultdict(dict)
    rows = await statistics.list_peaks(call.connection, asked.period, Interval.DAY, asked.filter)
    for row in rows:
        peaks[row["stream_type"]][str(row["part"])] = row["peak"]
    zone = asked.period.zone
    days = {f"{n}": f"{at.astimezone(zone):%Y-%m-%d}" for n, at in enumerate(edges, 1)}
    return _chart(days, {name: peaks[kind] for name, kind in names.items()})


async def _by_time(call: Call, asked: Asked, interval: Interval, by: Dimension, form: str) -> Chart:
    zone = asked.period.zone
    names = {at.isoformat(): f"{at.astimezone(zone):{form}}" for at in asked.period.edges(interval)}
    found: dict[str | None, dict[str, int]] = defaultdict(dict)
    for part in await asked.parts(by, interval):
        found[part.key][part.start.isoformat()] = _figure(call, part.sums)
    series = SERIES if by is Dimension.CONTENT_TYPE else _STREAMS
    return _chart(names, {name: found[keys[0]] for name, keys in series.items()})


async def _by_clock(call: Call, part: str) -> Values:
    """Return figures by the part of the clock, of each content type that has any."""
    found: dict[str, dict[str, int]] = {}
    for name, content_types in SERIES.items():
        asked = of_types(call.asked(), content_types)
        values: dict[str, int] = defaultdict(int)
        if asked.filter.given == frozenset({"content_types"}):
            for row in await statistics.sum_clock(call.connection, asked.period, asked.filter):
                values[str(row[part])] += _figure(call, sums_of(row))
        else:
            for each in await asked.parts(interval=Interval.HOUR):
                at = each.start.astimezone(asked.period.zone)
                key = at.isoweekday() if part == "weekday" else at.hour
                values[str(key)] += _figure(call, each.sums)
        found[name] = values
    return found


async def _by_type(call: Call, by: Dimension) -> Values:
    asked = call.asked()
    return {
        name: _figures(call, await of_types(asked, content_types).keys(by))
        for name, content_types in SERIES.items()
    }


async def _by_stream(call: Call, by: Dimension) -> Values:
    asked = call.asked()
    return {
        name: _figures(call, await of_streams(asked, stream_types).keys(by))
        for name, stream_types in _STREAMS.items()
    }


async def _named(call: Call, values: Values) -> Chart:
    """Return the chart of people by their names."""
    heads = _heads(values)
    names = await name_people(call, heads)
    return _chart({key: names[key] for key in heads}, values)


def _top(values: Values) -> Chart:
    return _chart({key: key or "Unknown" for key in _heads(values)}, values)


def _heads(values: Values) -> list[str]:
    """Return the keys of the largest figures, all series together."""
    totals: dict[str, int] = defaultdict(int)
    for series in values.values():
        for key, value in series.items():
            totals[key] += value
    return sorted(totals, key=lambda key: (-totals[key], key))[:TOP]


def _chart(names: Mapping[str, str], values: Values) -> Chart:
    """Return a chart.

    Args:
        names: of the categories, by key, in order.
        values: by the name of the series, and the key of the category.
    """
    return {
        "categories": list(names.values()),
        "series": [
            {"name": name, "data": [series.get(key, 0) for key in names]}
            for name, series in values.items()
        ],
    }


def _figures(call: Call, sums: Mapping[str | None, Sums]) -> dict[str, int]:
    return {key or "": _figure(call, each) for key, each in sums.items()}


def _figure(call: Call, sums: Sums) -> int:
    return sums.plays if call.wanted.y_axis == "plays" else sums.watched_ms // 1000
