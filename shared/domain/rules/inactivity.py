"""Inactivity: no activity for a long time."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

from shared.domain.finding import Detection, Finding, behaviour_key, finding_identity
from shared.domain.rules.bounds import CONFIG, Days
from shared.domain.timeline import Timeline, last_sign_of_life, utc_text


@dataclass(frozen=True, slots=True, kw_only=True)
class Inactivity:
    """Parameters: whoever never streamed counts, from when they were first seen, if included."""

    inactive_days: Days = 30
    include_never_active: bool = False

    __pydantic_config__: ClassVar[dict[str, object]] = CONFIG


def detect(config: Inactivity, timeline: Timeline, now: datetime) -> Detection:
    """Return the finding of the present dormancy, if there is one.

    It is named after the last activity, so it is the same finding until the next. Nothing is
    ever due: a daily scan sees everybody, and a moment 30 days ahead is nobody's to keep.
    """
    person = timeline.person
    last_active_at = _last_active_at(timeline, now)
    since = last_active_at or person.first_seen_at
    at = since + timedelta(days=config.inactive_days)
    never = last_active_at is None
    if person.archived or now < at or (never and not config.include_never_active):
        return Detection()
    key = behaviour_key("inactive", [utc_text(since)])
    finding = Finding(
        behaviour_key=key,
        at=at,
        last_at=at,
        segments=(),
        facts={
            "last_active_at": utc_text(last_active_at) if last_active_at else None,
            "limit": config.inactive_days,
        },
        sentence=_sentence(config, since, never=never),
        identity=finding_identity(key),
    )
    return Detection((finding,))


def _last_active_at(timeline: Timeline, now: datetime) -> datetime | None:
    known = timeline.person.last_active_at
    seen = last_sign_of_life(timeline.segments, now) if timeline.segments else None
    return max((instant for instant in (known, seen) if instant), default=None)


def _sentence(config: Inactivity, since: datetime, *, never: bool) -> str:
    day = utc_text(since)[:10]
    days = "1 day" if config.inactive_days == 1 else f"{config.inactive_days} days"
    if never:
        return f"Never streamed, and known since {day}: longer than {days}."
    return f"No activity for {days}, since {day}."
