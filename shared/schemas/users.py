"""People as a playback service describes them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StrictBool

from shared.schemas.text import Text, Word

Email = Annotated[str, Field(max_length=320, pattern=r"^[^@\s\x00]+@[^@\s\x00]+$")]


class UserChange(BaseModel):
    """What is known of a person; what is left out stays as it is."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"name": "ada", "groups": ["family"], "stream_limit": 2}]},
    )

    name: Text | None = None
    email: Email | None = None
    groups: Annotated[list[Word], Field(max_length=100)] | None = None
    stream_limit: Annotated[int, Field(ge=1, le=1_000, strict=True)] | None = Field(
        default=None, description="The person's own limit of streams at once; null takes it away."
    )
    archived: StrictBool | None = Field(
        default=None, description="Gone: no longer looked at as dormant."
    )


class UserView(BaseModel):
    """A person."""

    user_id: UUID
    name: str | None
    email: str | None = Field(description="null to those who may not see addresses.")
    groups: list[str]
    stream_limit: int | None
    archived_at: datetime | None
    merged_into: UUID | None = Field(
        description="The person whom this account's user was merged into: all it does is theirs."
    )
    first_seen_at: datetime
    last_active_at: datetime


def user_view(row: Mapping[str, Any], *, shows_addresses: bool) -> UserView:
    """Return a row of ``users`` as the caller may see it."""
    shown = {name: row[name] for name in UserView.model_fields}
    return UserView.model_validate(shown if shows_addresses else shown | {"email": None})
