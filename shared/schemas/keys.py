"""API keys as they are asked for and shown. A key itself is shown once, when it is made."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from shared.domain.permissions import ROLE_PERMISSIONS, Permission, Role
from shared.schemas.moments import Instant
from shared.schemas.text import NotBlank


class NewKey(BaseModel):
    """A key to be made."""

    model_config = ConfigDict(
        extra="forbid",
        str_strip_whitespace=True,
        json_schema_extra={"examples": [{"name": "Home Assistant", "role": "integration"}]},
    )

    name: Annotated[NotBlank, Field(max_length=100)]
    role: Role
    permissions: frozenset[Permission] | None = Field(
        default=None, description="In place of the role's, if given."
    )
    user_id: UUID | None = Field(
        default=None, description="Whose key it is; a member's key needs it."
    )
    expires_at: Instant | None = None

    def granted(self) -> frozenset[Permission]:
        """Return what the key will permit."""
        return ROLE_PERMISSIONS[self.role] if self.permissions is None else self.permissions


class KeyRotation(BaseModel):
    """How a key is to be rotated."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"overlap_seconds": 3600}]}
    )

    overlap_seconds: int = Field(
        default=86_400,
        strict=True,
        ge=0,
        le=30 * 86_400,
        description="How long the secret before opens the key too. 0: from now on it does not.",
    )


class KeyView(BaseModel):
    """A key as lists show it."""

    id: UUID
    name: str
    hint: str = Field(description="How the key begins.")
    role: Role
    permissions: list[str]
    user_id: UUID | None
    created_at: datetime
    rotated_at: datetime | None = Field(description="When it was last given another secret.")
    expires_at: datetime | None
    revoked_at: datetime | None


class CreatedKey(KeyView):
    """A key that has just been made."""

    key: str = Field(description="Keep it safe: it is never shown again.")


class RotatedKey(CreatedKey):
    """A key that has just been given another secret."""

    former_until: datetime = Field(description="Until then the secret before opens it too.")


def key_view(row: Mapping[str, Any]) -> KeyView:
    """Return a row of ``list_keys`` as answers show it."""
    shown = {name: row[name] for name in KeyView.model_fields}
    granted = row["permissions"]
    if granted is None:
        granted = ROLE_PERMISSIONS[Role(row["role"])]
    return KeyView.model_validate(shown | {"permissions": sorted(granted)})
