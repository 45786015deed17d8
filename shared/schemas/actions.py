"""Actions as answers and alerts show them, and what people say to them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from shared.domain.action_state import UNFINISHED, ActionKind, ActionState
from shared.schemas.session_events import is_adult
from shared.schemas.text import Remark

_STRICT = ConfigDict(extra="forbid", str_strip_whitespace=True)


class ActionView(BaseModel):
    """Something that is, or was, to be done about a person."""

    id: UUID
    kind: ActionKind
    state: ActionState
    user_id: UUID
    user_name: str | None
    case_id: UUID | None = Field(description="The violation that is the reason, if one is.")
    rule_name: str | None
    threshold: str | None = Field(description="The threshold of trust that asks, if one does.")
    sentence: str | None = Field(description="What was found, as a person would say it.")
    requested_by: str = Field(description="A rule, trust, or who asked.")
    session_id: UUID | None = Field(description="The stream to end.")
    title: str | None
    device_name: str | None
    message: str | None = Field(description="What the player is told to show.")
    created_at: datetime
    decided_by: str | None = Field(description="Who approved or refused.")
    decided_at: datetime | None
    due_at: datetime | None = Field(description="When it is looked at next; null once it is over.")
    attempts: int
    last_error: str | None = Field(description="Why the latest attempt was not taken.")
    sent_at: datetime | None = Field(description="When the media server took it.")
    finished_at: datetime | None
    reason: str | None = Field(description="Why it ended as it did, where that needs words.")


class Refusal(BaseModel):
    """Why an action is refused, if there is something to say."""

    model_config = _STRICT | {"json_schema_extra": {"examples": [{"reason": "She is my sister."}]}}

    reason: Remark | None = None


class StreamEnding(BaseModel):
    """What the player shows when its stream is ended, where its server can show anything."""

    model_config = _STRICT | {
        "json_schema_extra": {"examples": [{"message": "The server goes down for an hour."}]}
    }

    message: Remark | None = None


class AccountMessage(BaseModel):
    """What a person is told whose account is suspended, or let in again."""

    model_config = _STRICT | {
        "json_schema_extra": {"examples": [{"message": "Please call me before you go on."}]}
    }

    message: Remark | None = None


def action_view(row: Mapping[str, Any], *, shows_adult: bool = False) -> ActionView:
    """Return a row of ``list_actions`` as answers show it."""
    shown = {name: row[name] for name in ActionView.model_fields}
    if row["state"] not in UNFINISHED:
        shown["due_at"] = None
    if is_adult(row["content_type"]) and not shows_adult:
        shown["title"] = None
    return ActionView.model_validate(shown)


def actions_payload(rows: Sequence[Mapping[str, Any]], *, public_url: str | None) -> dict[str, Any]:
    """Return what an alert about actions of one person says."""
    payload: dict[str, Any] = {
        "user_name": rows[0]["user_name"],
        "actions": [action_view(row).model_dump(mode="json") for row in rows],
    }
    if public_url:
        payload["url"] = f"{public_url.rstrip('/')}{_page(rows[0]['state'])}"
    return payload


def _page(state: str) -> str:
    """Return the page that lists an action; one that is tried again is on it in any state."""
    if state == ActionState.AWAITING_APPROVAL:
        return "/sharing/approvals"
    return f"/sharing/approvals?state={'all' if state in UNFINISHED else state}"
