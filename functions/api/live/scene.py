"""What goes on at one moment, what changed since another, and both as text.

Everything is written once, as those see it who may see addresses and as the others do; who listens
is only sent what is there.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from uuid import UUID

from functions.api.live.audience import Audience
from shared.schemas.active import ActiveSummary
from shared.schemas.cases import violation_view
from shared.schemas.sessions import session_view

ADULT = "qar."


class Kind(StrEnum):
    """What happened."""

    SNAPSHOT = "snapshot"
    STARTED = "started"
    UPDATED = "updated"
    STOPPED = "stopped"
    VIOLATION = "violation"
    STATISTICS = "statistics"


@dataclass(frozen=True, slots=True)
class ShownSession:
    """A session as JSON, for either kind of audience."""

    user_id: UUID
    is_adult: bool
    whole: str
    masked: str

    def text(self, audience: Audience) -> str | None:
        """Return what the audience is told of it; None if nothing."""
        if audience.user_id not in (None, self.user_id) or (self.is_adult and not audience.adult):
            return None
        return self.whole if audience.addresses else self.masked


@dataclass(frozen=True, slots=True)
class ShownViolation:
    """A case as JSON."""

    json: str

    def text(self, audience: Audience) -> str | None:
        """Return what the audience is told of it; None if nothing."""
        return self.json if audience.violations else None


@dataclass(frozen=True, slots=True)
class ShownStatistics:
    """What goes on in figures, with adult items and without."""

    all: str
    without_adult: str

    def text(self, audience: Audience) -> str | None:
        """Return what the audience is told of it; None if nothing."""
        if not audience.hears_of_everybody:
            return None
        return self.all if audience.adult else self.without_adult


Shown = ShownSession | ShownViolation | ShownStatistics


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that happened, and to what."""

    kind: Kind
    shown: Shown


@dataclass(frozen=True, slots=True)
class Scene:
    """What goes on at a moment.

    Attributes:
        versions: of the sessions that go on; a change of one is a change of the other.
        cases: how those stand that were opened within the last hour.
        statistics: None as long as nobody looked.
    """

    versions: Mapping[UUID, int] = field(default_factory=dict[UUID, int])
    sessions: Mapping[UUID, ShownSession] = field(default_factory=dict[UUID, ShownSession])
    cases: Mapping[UUID, tuple[int, str]] = field(default_factory=dict[UUID, tuple[int, str]])
    violations: Mapping[UUID, ShownViolation] = field(default_factory=dict[UUID, ShownViolation])
    statistics: ShownStatistics | None = None

    def snapshot(self, audience: Audience) -> str:
        """Return all of it, as far as the audience may be told."""
        sessions = _list(shown.text(audience) for shown in self.sessions.values())
        violations = _list(shown.text(audience) for shown in self.violations.values())
        statistics = (self.statistics and self.statistics.text(audience)) or "null"
        return f'{{"sessions":{sessions},"violations":{violations},"statistics":{statistics}}}'


def session_shown(row: Mapping[str, Any]) -> ShownSession:
    """Write a row of ``list_sessions``."""
    return ShownSession(
        user_id=row["user_id"],
        is_adult=row["content_type"].startswith(ADULT),
        whole=session_view(row, shows_addresses=True).model_dump_json(),
        masked=session_view(row, shows_addresses=False).model_dump_json(),
    )


def violation_shown(row: Mapping[str, Any]) -> ShownViolation:
    """Write a row of ``list_cases``."""
    return ShownViolation(violation_view(row).model_dump_json())


def statistics_shown(summary: ActiveSummary, without_adult: ActiveSummary) -> ShownStatistics:
    """Write the figures of what goes on."""
    return ShownStatistics(summary.model_dump_json(), without_adult.model_dump_json())


def happenings(before: Scene, after: Scene, ended: Mapping[UUID, ShownSession]) -> list[Happening]:
    """Return what happened between two moments.

    Args:
        before: the earlier.
        after: the later.
        ended: sessions that do not go on any more, as they ended.
    """
    told = [Happening(Kind.STOPPED, shown) for shown in ended.values()]
    for session_id, shown in after.sessions.items():
        known = before.sessions.get(session_id)
        if known is None:
            told.append(Happening(Kind.STARTED, shown))
        elif known is not shown:
            told.append(Happening(Kind.UPDATED, shown))
    for case_id, violation in after.violations.items():
        if before.violations.get(case_id) is not violation:
            told.append(Happening(Kind.VIOLATION, violation))
    if after.statistics is not None and before.statistics != after.statistics:
        told.append(Happening(Kind.STATISTICS, after.statistics))
    return told


def _list(texts: Iterator[str | None]) -> str:
    return f"[{','.join(text for text in texts if text is not None)}]"


def changed(before: Mapping[UUID, Any], after: Mapping[UUID, Any]) -> Sequence[UUID]:
    """Return what is new or other than it was."""
    return [key for key, value in after.items() if before.get(key) != value]
