"""The answers of Tracearr's public API (v1), as programs made for it read them.

Home Assistant's reader calls int() and float() on figures: of these none is ever null. Pictures are
null, since there are none that the same key would open.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Literal
from uuid import UUID

from pydantic import Field

from shared.schemas.tracearr_query import Camel, PagesParameters, Severity, Utc

Row = Mapping[str, Any]

# Ours are from 1, the gravest, to 5.
SEVERITIES: Mapping[Severity, tuple[int, ...]] = MappingProxyType(
    {"high": (1, 2), "warning": (3,), "low": (4, 5)}
)
_SEVERITY_OF: Mapping[int, Severity] = {
    ours: theirs for theirs, many in SEVERITIES.items() for ours in many
}


class ServerStatus(Camel):
    """A media server, and whether it answers."""

    id: str
    name: str
    type: Literal["plex", "jellyfin", "emby"]
    online: bool
    active_streams: int


class Health(Camel):
    """That this service answers, and how the media servers do."""

    status: Literal["ok"] = "ok"
    version: str
    timestamp: Utc
    servers: list[ServerStatus]


class Stats(Camel):
    """Figures at a glance."""

    active_streams: int
    total_users: int
    total_sessions: int = Field(description="Of the last 30 days.")
    recent_violations: int = Field(description="Of the last 7 days.")
    timestamp: Utc


class TodayStats(Camel):
    """Figures of today."""

    active_streams: int
    today_plays: int
    watch_time_hours: float
    alerts_last24h: int = Field(serialization_alias="alertsLast24h")
    active_users_today: int
    timestamp: Utc


class Meta(Camel):
    """Where a page stands in its list."""

    total: int
    page: int
    page_size: int


class PersonBrief(Camel):
    """Who it was."""

    id: UUID
    username: str
    thumb_url: None = None
    avatar_url: None = None


class Person(PersonBrief):
    """Somebody, with what is known of them."""

    display_name: str
    role: Literal["member"] = "member"
    trust_score: int
    total_violations: int = Field(description="Without those that were false alarms.")
    server_id: str = Field(description="Where they were last.")
    server_name: str
    last_activity_at: Utc
    session_count: int
    created_at: Utc


class People(Camel):
    """A page of people, who was there last the first."""

    data: list[Person]
    meta: Meta


class RuleBrief(Camel):
    """What somebody is said to have done against."""

    id: UUID
    type: str
    name: str


class Violation(Camel):
    """A violation."""

    id: UUID
    server_id: str = Field(default="", description="Empty: it is a person's, on any server.")
    server_name: str = ""
    severity: Severity
    acknowledged: bool
    data: dict[str, str]
    created_at: Utc
    rule: RuleBrief
    user: PersonBrief


class Violations(Camel):
    """A page of violations, the latest first."""

    data: list[Violation]
    meta: Meta


class Terminated(Camel):
    """That a stream is to be ended."""

    success: Literal[True] = True
    termination_log_id: UUID = Field(description="The action, which tells what came of it.")
    message: str


def meta_of(wanted: PagesParameters, total: int) -> Meta:
    """Return where a page stands."""
    return Meta(total=total, page=wanted.page, page_size=wanted.page_size)


def brief_of(user_id: UUID, name: str | None) -> PersonBrief:
    """Return who it was; who has no name is called by the id."""
    return PersonBrief(id=user_id, username=name or str(user_id))


def person_of(row: Row, record: Row) -> Person:
    """Return a row of ``page_people`` with the same person's of ``list_records``."""
    name = row["name"] or str(row["user_id"])
    server_id = record["server_id"] or ""
    return Person(
        id=row["user_id"],
        username=name,
        display_name=name,
        trust_score=record["score"],
        total_violations=record["violations"],
        server_id=server_id,
        server_name=record["server_name"] or server_id,
        last_activity_at=row["last_active_at"],
        session_count=row["sessions"],
        created_at=row["first_seen_at"],
    )


def violation_of(row: Row) -> Violation:
    """Return a row of ``list_cases``: its sentence, and no evidence, which tells addresses."""
    details = row["details"]
    return Violation(
        id=row["id"],
        severity=_SEVERITY_OF[row["severity"]],
        acknowledged=row["state"] != "open",
        data={"sentence": details["sentence"] or "", "state": row["state"]},
        created_at=row["opened_at"],
        rule=RuleBrief(id=row["rule_id"], type=row["rule_type"], name=details["rule"]["name"]),
        user=brief_of(row["user_id"], row["user_name"]),
    )


def status_of(row: Row, active: Mapping[str, int], *, online: bool) -> ServerStatus:
    """Return a row of ``list_states``.

    Args:
        row: of a media server.
        active: how many streams go on, by what servers call themselves.
        online: whether it tells what it plays.
    """
    server_id = row["server_id"] or str(row["id"])
    return ServerStatus(
        id=server_id,
        name=row["name"],
        type=row["kind"],
        online=online,
        active_streams=active.get(server_id, 0),
    )
