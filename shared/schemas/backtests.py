"""Backtests as they are asked for, kept and shown."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from shared.domain.backtest import WouldBe
from shared.domain.network import mask_address
from shared.domain.trusted import TrustedDevice, TrustedNetwork
from shared.domain.what_if import Effect
from shared.schemas.cases import without_addresses
from shared.schemas.moments import Instant
from shared.schemas.pages import CursorParameters
from shared.schemas.rules import NewRule

MOST_USERS = 10_000
MOST_AT_ONCE = 20
"""People whom a dry run may look at: it is answered while the caller waits."""

KEPT_SENTENCES = 3
KEPT_EFFECTS = 3


class BacktestRange(BaseModel):
    """Which past, and whose."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"start": "2026-10-01T00:00:00Z"}]}
    )

    start: Instant | None = Field(
        default=None, description="Absent, or earlier than what is kept: all that is kept."
    )
    end: Instant | None = Field(default=None, description="Absent, or in the future: now.")
    user_ids: Annotated[list[UUID], Field(min_length=1, max_length=MOST_USERS)] | None = Field(
        default=None, description="Whose past; everybody's if absent."
    )
    limit: Annotated[int, Field(ge=1, le=MOST_USERS)] | None = Field(
        default=None, description="At most so many people, those who were active last."
    )


class NewBacktest(BacktestRange):
    """A rule, saved or not, to be tried on the past."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "rule": {
                        "name": "Two streams at most",
                        "type": "concurrent_streams",
                        "config": {"max_streams": 2},
                    },
                    "start": "2026-10-01T00:00:00Z",
                }
            ]
        },
    )

    rule: NewRule


class DryRun(BaseModel):
    """The past of a few people that a rule is to be tried on, answered at once."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"user_ids": ["01980000-0000-7000-8000-000000000001"]}],
        },
    )

    user_ids: Annotated[list[UUID], Field(min_length=1, max_length=MOST_AT_ONCE)]
    start: Instant | None = None
    end: Instant | None = None


class NewDryRun(DryRun):
    """The same, with a rule that is not saved."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "rule": {"name": "Two streams at most", "type": "concurrent_streams"},
                    "user_ids": ["01980000-0000-7000-8000-000000000001"],
                }
            ]
        },
    )

    rule: NewRule


class BacktestList(CursorParameters):
    """Which backtests: all."""


class BacktestedRule(BaseModel):
    """The rule that was tried, as it was then."""

    id: UUID | None = Field(description="null if it is not saved.")
    name: str
    type: str
    config: dict[str, Any]
    scope: dict[str, Any]


class BacktestView(BaseModel):
    """A backtest and how far it is."""

    id: UUID
    rule: BacktestedRule
    state: str = Field(description="waiting, running, done, failed or cancelled.")
    start: datetime
    end: datetime
    people: int = Field(description="Whose past is looked at.")
    people_done: int
    progress: float = Field(ge=0, le=1)
    created_by: str
    created_at: datetime
    finished_at: datetime | None
    error: str | None = Field(description="What went wrong last, while that is not mended.")


class WeekView(BaseModel):
    """What people would have had to look at in a week."""

    week: date = Field(description="Its Monday, in UTC.")
    cases: int = Field(description="Opened in it.")
    alerts: int = Field(description="Messages: of openings and of what grew.")


class EffectView(BaseModel):
    """A trusted entry, and what it would have changed."""

    trusted: dict[str, Any] = Field(
        description="`what` of a trusted entry; masked unless the caller may see addresses."
    )
    name: str = Field(description="What people call it.")
    fewer_cases: int
    fewer_alerts: int
    users: int


class BacktestDetail(BacktestView):
    """A backtest with what it found so far."""

    users: int = Field(description="People of whom the rule would have opened a case.")
    alerts: int
    findings: int
    alerts_per_week: float
    weeks: list[WeekView]
    effects: list[EffectView] = Field(description="Those that would have changed most.")


class WouldBeView(BaseModel):
    """A case that the rule would have opened."""

    user_id: UUID
    user_name: str | None
    occurrences: int
    alerts: int
    first_at: datetime
    last_at: datetime
    sentences: list[str] = Field(description="Why: the first of each behaviour.")
    effects: list[EffectView]


def case_row(user_id: UUID, would_be: WouldBe, effects: tuple[Effect, ...]) -> dict[str, Any]:
    """Return a case as it is kept, without the backtest it belongs to."""
    return {
        "user_id": user_id,
        "occurrences": would_be.case.occurrences,
        "alerts": len(would_be.alerts),
        "first_at": would_be.case.first_seen_at,
        "last_at": would_be.case.last_seen_at,
        "sentences": _sentences(would_be),
        "effects": [_effect_row(effect) for effect in effects[:KEPT_EFFECTS]],
    }


def backtest_view(row: Mapping[str, Any]) -> BacktestView:
    """Return a row of ``list_backtests`` as lists show it."""
    return BacktestView(**_view(row))


def backtest_detail(
    row: Mapping[str, Any],
    *,
    sums: Mapping[str, Any],
    weeks: list[Mapping[str, Any]],
    effects: list[EffectView],
) -> BacktestDetail:
    """Return a backtest with what it found so far."""
    days = (row["end_at"] - row["start_at"]).total_seconds() / 86_400
    return BacktestDetail(
        **_view(row),
        users=sums["users"],
        alerts=sums["alerts"],
        findings=sums["findings"],
        alerts_per_week=round(sums["alerts"] / max(1.0, days / 7), 1),
        weeks=[WeekView.model_validate(week) for week in weeks],
        effects=effects,
    )


def would_be_view(row: Mapping[str, Any], *, shows_addresses: bool) -> WouldBeView:
    """Return a case as the caller may see it."""
    effects = [
        effect_view(
            effect | {"fewer_cases": int(effect["prevents_case"]), "users": 1},
            shows_addresses=shows_addresses,
        )
        for effect in row["effects"]
    ]
    return WouldBeView.model_validate({**row, "effects": effects})


def effect_view(row: Mapping[str, Any], *, shows_addresses: bool) -> EffectView:
    """Return what an entry would have changed as the caller may see it."""
    trusted: dict[str, Any] = row["trusted"]
    if not shows_addresses:
        trusted = without_addresses(trusted)
        if "network" in trusted:
            trusted |= {"network": mask_address(row["trusted"]["network"])}
    return EffectView.model_validate({**row, "trusted": trusted})


def _view(row: Mapping[str, Any]) -> dict[str, Any]:
    rule = row["rule"]
    return {
        "id": row["id"],
        "rule": BacktestedRule(
            id=row["rule_id"],
            name=rule["name"],
            type=rule["type"],
            config=rule["config"],
            scope=rule["scope"],
        ),
        "state": row["state"],
        "start": row["start_at"],
        "end": row["end_at"],
        "people": row["people"],
        "people_done": row["people_done"],
        "progress": round(row["people_done"] / row["people"], 4) if row["people"] else 1.0,
        "created_by": row["created_by"],
        "created_at": row["created_at"],
        "finished_at": row["finished_at"],
        "error": row["error"],
    }


def _sentences(would_be: WouldBe) -> list[str]:
    by_behaviour: dict[str, str] = {}
    for finding in would_be.findings:
        by_behaviour.setdefault(finding.behaviour_key, finding.sentence)
    return list(by_behaviour.values())[:KEPT_SENTENCES]


def _effect_row(effect: Effect) -> dict[str, Any]:
    trusted = effect.candidate.trusted
    match trusted:
        case TrustedDevice():
            said = {"kind": "device", "device_id": trusted.device_id}
        case TrustedNetwork():
            said = {"kind": "network", "network": str(trusted.network)}
        case _:
            said = {"kind": "place", **asdict(trusted)}
    return {
        "trusted": said,
        "name": effect.candidate.name,
        "prevents_case": effect.prevents_case,
        "fewer_alerts": effect.fewer_alerts,
    }
