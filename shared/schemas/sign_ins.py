"""Signing in with a browser, and where one is signed in."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from shared.domain.permissions import Caller
from shared.schemas.sessions import shown_address


class Credential(BaseModel):
    """What somebody signs in with."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"credential": "rva_..."}]},
    )

    credential: SecretStr = Field(
        min_length=1, max_length=16_384, description="An API key, or a token of the host's."
    )


class CallerView(BaseModel):
    """Who somebody is here, and what that one may do."""

    name: str = Field(description="key:<its name>, or user:<the host's id>.")
    user_id: UUID | None
    permissions: list[str]
    sign_in_id: UUID | None = Field(description="None for who shows a key or a token.")


class SignedIn(CallerView):
    """Who has just signed in."""

    expires_at: datetime = Field(description="Then at the latest one signs in anew.")


class SignInView(BaseModel):
    """Where somebody is signed in."""

    id: UUID
    is_this: bool = Field(description="Whether it is the one that asks.")
    created_at: datetime
    seen_at: datetime = Field(description="To the minute.")
    expires_at: datetime
    address: str | None
    client: str | None = Field(description="What the browser calls itself.")


def caller_view(caller: Caller) -> CallerView:
    """Return a caller as that one sees itself."""
    return CallerView(
        name=caller.name,
        user_id=caller.user_id,
        permissions=sorted(caller.permissions),
        sign_in_id=caller.sign_in_id,
    )


def sign_in_view(row: Mapping[str, Any], current: UUID | None) -> SignInView:
    """Return a row of ``list_own`` as answers show it."""
    shown = {name: row[name] for name in SignInView.model_fields if name in row}
    address = shown_address(row["address"], shows_addresses=True)
    return SignInView.model_validate(shown | {"address": address, "is_this": row["id"] == current})
