"""Concurrent streams: more devices playing at one moment than allowed."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

from shared.domain.finding import Detection, Finding, behaviour_key, detection, finding_identity
from shared.domain.rules.bounds import CONFIG, Count, HandoverSeconds, OverlapSeconds
from shared.domain.rules.sentences import clock, listing, span, who
from shared.domain.rules.streams import Slice, slices
from shared.domain.timeline import Segment, Timeline, last_sign_of_life

_REPORTS = 20
"""Findings per run of excess: after so many, another device tells nobody anything new."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConcurrentStreams:
    """Parameters: a person's own ``stream_limit`` beats ``max_streams``."""

    max_streams: Count = 3
    min_overlap_seconds: OverlapSeconds = 60
    count_paused: bool = False
    handover_seconds: HandoverSeconds = 60

    __pydantic_config__: ClassVar[dict[str, object]] = CONFIG


@dataclass(frozen=True, slots=True)
class _Report:
    """A set of actors who played at the same time for long enough, and since when that is so."""

    at: datetime
    actors: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Run:
    """A longest span in which there were always too many streams.

    Attributes:
        due_at: when something in it, which still goes on, will have lasted; None if nothing.
    """

    start: datetime
    end: datetime
    is_alive: bool
    peak: int
    reports: tuple[_Report, ...]
    due_at: datetime | None


def detect(config: ConcurrentStreams, timeline: Timeline, now: datetime) -> Detection:
    """Return a finding for each run of excess that lasted, and for each larger set within it.

    1. What each actor played becomes disjoint spans, over which devices count once.
    2. A sweep over their ends gives slices of time with a constant set of actors.
    3. Slices above the limit that follow each other are a run; it is ripe once it has lasted.
    """
    own = timeline.person.stream_limit
    limit = config.max_streams if own is None else own
    least = timedelta(seconds=config.min_overlap_seconds)
    handover = timedelta(seconds=config.handover_seconds)
    swept = slices(timeline.segments, now, handover=handover, count_paused=config.count_paused)
    runs = list(_runs(swept, limit, least))
    played = _by_actor(timeline.segments)
    found = [_finding(report, run, limit, played, now) for run in runs for report in run.reports]
    return detection(found, [run.due_at for run in runs if run.due_at])


def _runs(swept: Iterable[Slice], limit: int, least: timedelta) -> Iterator[_Run]:
    run: _Run | None = None
    for piece in swept:
        if len(piece.actors) > limit:
            run = _longer(run, piece, least)
        elif run:
            yield run
            run = None
    if run:
        yield run


def _longer(run: _Run | None, piece: Slice, least: timedelta) -> _Run:
    """Return the run with one more slice, and with a report if that shows something new."""
    start, reports = (run.start, run.reports) if run else (piece.start, ())
    ripe_at = _ripe_at(reports, piece, start, least)
    is_ripe = ripe_at is not None and ripe_at <= piece.end
    if ripe_at and is_ripe:
        reports = (*reports, _Report(ripe_at, frozenset(piece.actors)))
    return _Run(
        start=start,
        end=piece.end,
        is_alive=piece.is_alive,
        peak=max(run.peak if run else 0, len(piece.actors)),
        reports=reports,
        due_at=ripe_at if piece.is_alive and not is_ripe else None,
    )


def _ripe_at(
    told: tuple[_Report, ...], piece: Slice, run_start: datetime, least: timedelta
) -> datetime | None:
    """Return when the slice, if it lasts, is worth a report; None if it adds no device."""
    if not told:
        return run_start + least
    if len(told) >= _REPORTS or any(piece.actors <= report.actors for report in told):
        return None
    return piece.start + least


def _by_actor(segments: Iterable[Segment]) -> dict[str, list[Segment]]:
    played: dict[str, list[Segment]] = {}
    for segment in segments:
        played.setdefault(segment.actor, []).append(segment)
    return played


def _segment_at(segments: list[Segment], at: datetime) -> Segment:
    """Return what the actor played at the instant: the last started that had not ended."""
    started = segments[: bisect_right(segments, at, key=lambda segment: segment.started_at)]
    alive = (s for s in reversed(started) if s.ended_at is None or s.ended_at >= at)
    return next(alive, started[-1] if started else segments[0])


def _finding(
    report: _Report,
    run: _Run,
    limit: int,
    played: Mapping[str, list[Segment]],
    now: datetime,
) -> Finding:
    segments = tuple(_segment_at(played[actor], report.at) for actor in sorted(report.actors))
    devices = [segment.actor if segment.knows_device else "unknown" for segment in segments]
    key = behaviour_key("devices", devices)
    return Finding(
        behaviour_key=key,
        at=report.at,
        last_at=max(run.end, last_sign_of_life(segments, now)),
        segments=segments,
        facts={
            "streams": len(segments),
            "peak": run.peak,
            "seconds": round((run.end - run.start).total_seconds()),
            "limit": limit,
        },
        sentence=_sentence(run, segments, limit),
        identity=finding_identity(key, [segment.session_id for segment in segments]),
    )


def _sentence(run: _Run, segments: tuple[Segment, ...], limit: int) -> str:
    start, end = clock(run.start, run.end)
    when = f"since {start}" if run.is_alive else f"from {start} to {end}"
    return (
        f"Played {len(segments)} streams at once, {when} ({span(run.end - run.start)}): "
        f"{listing([who(segment) for segment in segments])}; the limit is {limit}."
    )
