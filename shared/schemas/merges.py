"""Users that are merged into people, or may be, as they are asked for and shown."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from shared.domain.merging import Likeness, Suggestion


class OtherUser(BaseModel):
    """The user to be merged, or split off."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"user_id": "0198a1b2-0000-7000-8000-000000000002"}]},
    )

    user_id: UUID


class AccountView(BaseModel):
    """A user of a person's, and an account that a media server has of it."""

    user_id: UUID = Field(
        description="As sources name it: the person's own, or one merged into it."
    )
    user_name: str | None
    merged_at: datetime | None = Field(description="null for the person's own.")
    server_id: str | None = Field(description="null for a playback service's, which has no other.")
    account_id: str | None
    name: str | None
    email: str | None = Field(description="null to those who may not see addresses.")
    avatar: str | None
    listed_at: datetime | None = Field(description="When its server last had it.")
    gone_at: datetime | None


class SuggestedUser(BaseModel):
    """One of two who may be one."""

    user_id: UUID
    name: str | None


class MergeSuggestion(BaseModel):
    """Two people who may be one."""

    person: SuggestedUser = Field(description="Who was seen first.")
    user: SuggestedUser = Field(description="Who may be merged into that one.")
    reason: str = Field(description="In words.")


def account_view(row: Mapping[str, Any], *, shows_addresses: bool) -> AccountView:
    """Return a row of ``list_accounts`` as the caller may see it."""
    return AccountView.model_validate({**row} if shows_addresses else {**row, "email": None})


def suggestion_view(
    found: Suggestion, names: Mapping[UUID, str | None], *, shows_addresses: bool
) -> MergeSuggestion:
    """Return a suggestion as the caller may see it."""
    person, user = (
        SuggestedUser(user_id=user_id, name=names.get(user_id))
        for user_id in (found.person_id, found.user_id)
    )
    return MergeSuggestion(person=person, user=user, reason=_reason(found, shows_addresses))


def _reason(found: Suggestion, shows_addresses: bool) -> str:  # noqa: FBT001  (a value, no switch)
    if found.likeness is Likeness.NAME:
        return f"Both are called {found.shared}, on different servers."
    if not shows_addresses:
        return "Both have the same e-mail."
    return f"Both have the e-mail {found.shared}."
