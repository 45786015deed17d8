"""Many things done alike, as they are asked for and answered."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Generic, Self, TypeVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StrictBool, model_validator

from shared.domain.bulk import MOST_ITEMS, UNDONE_WITHIN, BulkKind
from shared.schemas.filters import (
    Choice,
    RuleChoice,
    SessionChoice,
    StreamChoice,
    TrustChoice,
    ViolationChoice,
)
from shared.schemas.text import Remark

Chosen = TypeVar("Chosen", bound=Choice)

_ID = "01995d3a-5b1c-7c9e-8a51-0f6f6d4c2b7e"


def _config(*examples: dict[str, Any]) -> ConfigDict:
    return ConfigDict(
        extra="forbid",
        str_strip_whitespace=True,
        json_schema_extra={"examples": list(examples)},
    )


class Bulk(BaseModel, Generic[Chosen]):
    """What a deed is done to: things by their ids, or those that a filter lets through."""

    ids: Annotated[list[UUID], Field(min_length=1, max_length=MOST_ITEMS)] | None = Field(
        default=None, description="What is named twice is done once."
    )
    filter: Chosen | None = Field(
        default=None,
        description="As of the list; at least one criterion. Of what it lets through and the deed"
        f" would change, up to {MOST_ITEMS} are done at once; `more` says if there are others.",
    )
    dry_run: StrictBool = Field(
        default=False, description="Only say what would happen: all is tried and taken back."
    )

    @model_validator(mode="after")
    def _one_way_to_choose(self) -> Self:
        if (self.ids is None) == (self.filter is None):
            raise ValueError("give either ids or a filter")
        if self.filter is not None and not self.filter.model_dump(exclude_none=True):
            raise ValueError("a filter needs at least one criterion: nothing is done to everything")
        return self


class ViolationBulk(Bulk[ViolationChoice]):
    """Violations to be judged alike."""

    model_config = _config(
        {"ids": [_ID]}, {"filter": {"rule_type": "impossible_travel"}, "dry_run": True}
    )


class TrustBulk(Bulk[TrustChoice]):
    """People whose trust is set back to 100."""

    model_config = _config(
        {"ids": [_ID], "reason": "A new year."},
        {"filter": {"max_score": 50}, "reason": "A new year."},
    )

    reason: Remark


class SessionBulk(Bulk[SessionChoice]):
    """Ended sessions whose records are deleted."""

    model_config = _config(
        {"ids": [_ID]}, {"filter": {"user_id": _ID, "end": "2026-01-01T00:00:00Z"}}
    )


class StreamBulk(Bulk[StreamChoice]):
    """Streams to be ended by their media servers."""

    model_config = _config(
        {"ids": [_ID]}, {"filter": {"server_id": "main"}, "message": "Down for an hour."}
    )

    message: Remark | None = None


class RuleBulk(Bulk[RuleChoice]):
    """Sharing rules."""

    model_config = _config({"ids": [_ID]}, {"filter": {"type": "device_velocity"}})


class BulkItem(BaseModel):
    """What became of one thing of several."""

    id: UUID
    changed: bool = Field(description="Whether it is this that changed it, or would.")
    state: str | None = Field(
        default=None,
        description="What it is now, or would be: a violation's state, `deleted`, `enabled`,"
        " `disabled`, a trust score, or the state of the action that is to end a stream.",
    )
    problem: dict[str, Any] | None = Field(default=None, description="Why it could not be done.")


class BulkAnswer(BaseModel):
    """What became of several things: an answer for each, in order."""

    id: UUID | None = Field(description="Undo it by this; null where nothing can be undone.")
    kind: BulkKind
    dry_run: bool
    changed: int
    failed: int
    more: bool = Field(description="The filter lets through more than was done: ask again.")
    undo_until: datetime | None = Field(description="null: it cannot be undone.")
    results: list[BulkItem]


def bulk_answer(
    kind: BulkKind,
    results: Sequence[BulkItem],
    *,
    operation_id: UUID | None = None,
    began_at: datetime | None = None,
    dry_run: bool = False,
    more: bool = False,
) -> BulkAnswer:
    """Return what became of several things.

    Args:
        kind: what was done.
        results: to each.
        operation_id: by which it can be undone, if it can.
        began_at: when it was done, if it can be undone.
        dry_run: it was only tried.
        more: there are others to do it to.
    """
    return BulkAnswer(
        id=operation_id,
        kind=kind,
        dry_run=dry_run,
        changed=sum(item.changed for item in results),
        failed=sum(item.problem is not None for item in results),
        more=more,
        undo_until=None if began_at is None else began_at + UNDONE_WITHIN,
        results=list(results),
    )
