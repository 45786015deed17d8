"""What played when: a person's timeline as slices of time with a constant set of actors."""

from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.domain.timeline import Activity, Interval, Segment, activities, playing


@dataclass(frozen=True, slots=True)
class Slice:
    """A span of time during which the same actors played.

    Attributes:
        actors: valid until the next slice is taken; copy what must last.
        is_alive: it reaches to now, and everybody in it still plays.
    """

    start: datetime
    end: datetime
    actors: AbstractSet[str]
    is_alive: bool


def slices(
    segments: Iterable[Segment], now: datetime, *, handover: timedelta, count_paused: bool
) -> Iterator[Slice]:
    """Yield the slices in order, without gaps between the first start and now.

    An actor plays once, however many sessions it has. What ends at the instant at which
    something else starts leaves no moment in between.
    """
    events: list[tuple[datetime, bool, str]] = []
    for activity in activities(segments, now, handover=handover, same=lambda s: s.actor):
        for span in spans(activity, now, handover=handover, count_paused=count_paused):
            events.append((span.start, True, activity.actor))
            if span.end is not None:
                events.append((span.end, False, activity.actor))
    actors: set[str] = set()
    at: datetime | None = None
    for instant, starts, actor in sorted(events):
        if at is not None and instant > at:
            yield Slice(at, instant, actors, is_alive=False)
        at = instant
        (actors.add if starts else actors.discard)(actor)
    if at is not None:
        yield Slice(at, max(at, now), actors, is_alive=True)


def spans(
    activity: Activity, now: datetime, *, handover: timedelta, count_paused: bool
) -> list[Interval]:
    """Return the disjoint spans in which an activity played, by start.

    The gap of a hand-over between two members counts as playing; a pause never does.
    """
    ends = {segment.end_or(now) for segment in activity.segments}
    starts = {segment.started_at for segment in activity.segments}
    pieces = [
        piece
        for segment in activity.segments
        for piece in (_whole(segment) if count_paused else playing(segment, now))
    ]
    joined: list[Interval] = []
    for piece in sorted(pieces, key=lambda piece: piece.start):
        last = joined[-1] if joined else None
        if last and _continues(last, piece, starts, ends, handover):
            joined[-1] = Interval(last.start, _later(last.end, piece.end))
        else:
            joined.append(piece)
    return joined


def _continues(
    last: Interval,
    piece: Interval,
    starts: AbstractSet[datetime],
    ends: AbstractSet[datetime],
    handover: timedelta,
) -> bool:
    if last.end is None or piece.start <= last.end:
        return True
    handed_over = last.end in ends and piece.start in starts
    return handed_over and piece.start - last.end <= handover


def _whole(segment: Segment) -> list[Interval]:
    start, end = segment.started_at, segment.ended_at
    return [Interval(start, end)] if end is None or end > start else []


def _later(a: datetime | None, b: datetime | None) -> datetime | None:
    return None if a is None or b is None else max(a, b)
