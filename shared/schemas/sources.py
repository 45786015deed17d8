"""Webhook sources as they are asked for and shown, and what a webhook is answered."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from shared.schemas.text import NotBlank

WEBHOOKS_PATH = "/api/v1/analytics/webhooks"

SourceKind = Literal["plex", "jellyfin", "emby"]
Result = Literal["recorded", "ignored", "unreadable", "incomplete", "refused"]


class NewSource(BaseModel):
    """A source to be made."""

    model_config = ConfigDict(
        extra="forbid",
        str_strip_whitespace=True,
        json_schema_extra={"examples": [{"name": "Plex at home", "kind": "plex"}]},
    )

    name: Annotated[NotBlank, Field(max_length=100)]
    kind: SourceKind


class SourceView(BaseModel):
    """A source as lists show it; the counts are up to half a minute behind."""

    id: UUID
    name: str
    kind: SourceKind
    hint: str = Field(description="How the token begins.")
    created_at: datetime
    revoked_at: datetime | None
    last_event_at: datetime | None = Field(description="When a webhook last came.")
    events: int = Field(description="Webhooks that came.")
    recorded: int = Field(description="Those that told of a playback, now stored.")
    ignored: int = Field(description="Those that told of something else.")
    last_problem: str | None = Field(
        description="Why a webhook that should have been recorded was not, the last time."
    )
    last_problem_at: datetime | None


class CreatedSource(SourceView):
    """A source that has just been made."""

    token: str = Field(description="Keep it safe: it is never shown again.")
    url: str = Field(description="Paste it into the media server.")


class WebhookReceipt(BaseModel):
    """What became of a webhook. Once its token is known, the answer is never an error of ours."""

    event: str = Field(description="The sender's name of the event.")
    result: Result = Field(
        description="recorded; ignored: no playback; unreadable: no JSON as expected; incomplete:"
        " a user or an item is missing; refused: the session's rules do not allow it."
    )
    problem: str | None = Field(default=None, description="What to change, if anything.")


def source_view(row: Mapping[str, Any]) -> SourceView:
    """Return a row of ``list_sources`` as answers show it."""
    return SourceView.model_validate({name: row[name] for name in SourceView.model_fields})
