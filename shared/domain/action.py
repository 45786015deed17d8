"""Actions: what a rule may do about a case besides keeping it, and to which streams."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated, ClassVar, Literal
from uuid import UUID

from annotated_types import Ge, Le, Len

from shared.domain.finding import Finding
from shared.domain.timeline import Segment, Timeline

CONFIG: dict[str, object] = {"extra": "forbid"}
"""For ``__pydantic_config__``: unknown keys are refused."""

DelaySeconds = Annotated[int, Ge(0), Le(300)]
Message = Annotated[str, Len(1, 500)]
"""What the player shows to the person, where its server can show anything."""


class Target(StrEnum):
    """Which of a person's streams to end.

    TRIGGERING is the latest of the finding itself; the others choose from all that the person
    plays within the rule's scope, by when a stream began.
    """

    TRIGGERING = "triggering"
    NEWEST = "newest"
    OLDEST = "oldest"
    ALL_BUT_OLDEST = "all_but_oldest"
    ALL = "all"


@dataclass(frozen=True, slots=True, kw_only=True)
class Warn:
    """Tell the channels of the case."""

    type: Literal["warn"] = "warn"

    __pydantic_config__: ClassVar[dict[str, object]] = CONFIG


@dataclass(frozen=True, slots=True, kw_only=True)
class TerminateStream:
    """End streams, after a delay or once somebody approves."""

    type: Literal["terminate_stream"] = "terminate_stream"
    target: Target = Target.TRIGGERING
    delay_seconds: DelaySeconds = 0
    message: Message | None = None
    require_approval: bool = False

    __pydantic_config__: ClassVar[dict[str, object]] = CONFIG


@dataclass(frozen=True, slots=True, kw_only=True)
class SuspendAccount:
    """Lock the person out; by default only once somebody approves."""

    type: Literal["suspend_account"] = "suspend_account"
    message: Message | None = None
    require_approval: bool = True

    __pydantic_config__: ClassVar[dict[str, object]] = CONFIG


ActionConfig = Warn | TerminateStream | SuspendAccount


def live_streams(timeline: Timeline) -> tuple[UUID, ...]:
    """Return the sessions that go on, in the order in which they began."""
    began = _began(timeline)
    live = {segment.session_id for segment in timeline.segments if segment.is_open}
    return tuple(sorted(live, key=lambda session_id: (began[session_id], session_id)))


def streams_to_end(target: Target, finding: Finding, timeline: Timeline) -> tuple[UUID, ...]:
    """Return the sessions to end, in the order in which they began.

    None, if nothing of the finding goes on: what is over is no reason to end something else.

    Args:
        target: which to choose.
        finding: what is the reason.
        timeline: the person's, as the rule sees it: what is trusted or outside is not touched.
    """
    live = live_streams(timeline)
    found = {segment.session_id for segment in finding.segments}
    concerned = tuple(session_id for session_id in live if session_id in found)
    if not concerned:
        return ()
    match target:
        case Target.TRIGGERING:
            return concerned[-1:]
        case Target.NEWEST:
            return live[-1:]
        case Target.OLDEST:
            return live[:1]
        case Target.ALL_BUT_OLDEST:
            return live[1:]
        case Target.ALL:
            return live


def devices_playing(timeline: Timeline, *, count_paused: bool) -> int:
    """Return how many devices play at the end of a timeline; those that are paused, if asked."""
    live = (segment for segment in timeline.segments if segment.is_open)
    return len({segment.actor for segment in live if count_paused or not _is_paused(segment)})


def _is_paused(segment: Segment) -> bool:
    return any(pause.end is None for pause in segment.pauses)


def _began(timeline: Timeline) -> Mapping[UUID, datetime]:
    """Return when each session began: a session is several segments if its network changed."""
    began: dict[UUID, datetime] = {}
    for segment in timeline.segments:
        began.setdefault(segment.session_id, segment.started_at)
    return began
