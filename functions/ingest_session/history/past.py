"""What a server remembers of a person, as sessions: pure.

A server keeps one instant of a viewing, its end (Plex) or its beginning (Jellyfin, Emby), and nothing
of pauses, players or addresses. So an imported session is an estimate and is marked as one: as
long as its item, but never into the next of the same person.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from functions.ingest_session.adapters.playback import Playback
from shared.domain.servers import HistoryEntry
from shared.domain.session import EventKind
from shared.store.server_states import Span

# A session of the same item this close to a remembered viewing is that viewing.
MARGIN = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Viewing:
    """A remembered viewing with its estimated time."""

    entry: HistoryEntry
    start: datetime
    end: datetime


def viewings(
    entries: Iterable[HistoryEntry],
    durations: Mapping[str, int],
    known: Sequence[Span],
    *,
    oldest: datetime,
    now: datetime,
) -> list[Viewing]:
    """Return the viewings that are to be imported, in order; none overlaps another.

    Args:
        entries: what the server remembers of one person.
        durations: of items, in milliseconds, by our ids; what is in none cannot be imported.
        known: what the person is known to have played.
        oldest: what began before is no longer kept.
        now: what goes on is told by lists.
    """
    timed = [timed for entry in entries if (timed := _timed(entry, durations)) is not None]
    timed.sort(key=lambda viewing: (viewing.start, viewing.end, viewing.entry.item_id))
    ends = [min(one.end, after.start) for one, after in pairwise(timed)]
    clipped = [
        Viewing(one.entry, one.start, end)
        for one, end in zip(timed, [*ends, *(last.end for last in timed[-1:])], strict=True)
    ]
    return [
        viewing
        for viewing in clipped
        if oldest <= viewing.start < viewing.end <= now and not _is_known(viewing, known)
    ]


def told(viewing: Viewing, server_id: str, account_name: str | None) -> tuple[Playback, Playback]:
    """Return a viewing's start and stop. Its key holds when it was, so that it is told once."""
    entry = viewing.entry
    length = viewing.end - viewing.start
    key = f"history:{entry.account_id}:{entry.item_id}:{entry.at:%Y%m%d%H%M%S}"

    def event(kind: EventKind, at: datetime, position: timedelta) -> Playback:
        return Playback(
            kind=kind,
            server_id=server_id,
            session_key=key,
            account_id=entry.account_id,
            account_name=account_name,
            at=at,
            state=None,
            position=position,
            address=None,
            said_local=None,
            attributes={
                **entry.attributes,
                "completed": True,
                "is_estimated": True,
                "reports_progress": False,
            },
        )

    return (
        event(EventKind.START, viewing.start, timedelta()),
        event(EventKind.STOP, viewing.end, length),
    )


def _timed(entry: HistoryEntry, durations: Mapping[str, int]) -> Viewing | None:
    content_id = str(entry.attributes["content_id"])
    length_ms = entry.attributes.get("duration_ms") or durations.get(content_id)
    if not isinstance(length_ms, int):
        return None
    length = timedelta(milliseconds=length_ms)
    start = entry.at - length if entry.is_end else entry.at
    return Viewing(entry, start, start + length)


def _is_known(viewing: Viewing, known: Sequence[Span]) -> bool:
    item = viewing.entry.attributes["content_id"]
    return any(
        span.content_id == item
        and span.started_at <= viewing.end + MARGIN
        and viewing.start <= span.ended_at + MARGIN
        for span in known
    )
