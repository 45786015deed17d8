"""Erasures as they are asked for and shown."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StrictBool

from shared.schemas.text import Word


class NewErasure(BaseModel):
    """Who is to be erased, once more, so that nobody is by a slip."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"confirm": "ada"}, {"dry_run": True}]},
    )

    confirm: Word | None = Field(
        default=None, description="The user's id or name, repeated; a dry run needs it not."
    )
    dry_run: StrictBool = Field(default=False, description="Only say what would go.")


class ErasureState(StrEnum):
    """How far an erasure is."""

    PREVIEW = "preview"
    RUNNING = "running"
    DONE = "done"


class ErasureView(BaseModel):
    """An erasure."""

    id: UUID | None = Field(description="null of a preview, which is not kept.")
    state: ErasureState
    user_id: UUID | None = Field(description="null once it is done: nothing names them any more.")
    requested_by: str
    requested_at: datetime
    expected: dict[str, int] = Field(
        description="How many rows there were of what, by the sections of an export.",
        examples=[{"sessions": 812, "devices": 3, "violations": 1}],
    )
    deleted_sessions: int
    forgotten_items: int = Field(
        description="Items of which what the person did was taken out of every sum."
    )
    finished_at: datetime | None


def erasure_view(row: Mapping[str, Any]) -> ErasureView:
    """Return a row of ``erasures`` as it is shown."""
    return ErasureView(
        id=row["id"],
        state=ErasureState.DONE if row["finished_at"] else ErasureState.RUNNING,
        user_id=row["user_id"],
        requested_by=row["requested_by"],
        requested_at=row["requested_at"],
        expected=row["expected"],
        deleted_sessions=row["sessions"],
        forgotten_items=row["items"],
        finished_at=row["finished_at"],
    )


def preview_view(
    user_id: UUID, expected: Mapping[str, int], *, actor: str, now: datetime
) -> ErasureView:
    """Return what an erasure would be."""
    return ErasureView(
        id=None,
        state=ErasureState.PREVIEW,
        user_id=user_id,
        requested_by=actor,
        requested_at=now,
        expected=dict(expected),
        deleted_sessions=0,
        forgotten_items=0,
        finished_at=None,
    )
