"""The audit log as answers show it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field

from shared.schemas.filters import End, Start
from shared.schemas.pages import PageParameters
from shared.schemas.text import Word


class AuditFilters(PageParameters):
    """Which entries."""

    actor: Word | None = Field(default=None, examples=["key:bootstrap"])
    action: Word | None = Field(
        default=None,
        description="What was done, or how that begins: `key` finds all that was done to keys.",
        examples=["key.create"],
    )
    subject: Word | None = Field(default=None, description="What it was done to: mostly an id.")
    start: Start = None
    end: End = None


class AuditEntryView(BaseModel):
    """Who did what, to what.

    `hash` is over the hash of the entry before; how, docs/privacy.md says.
    """

    number: int | None = Field(description="In the chain, from 1; null if older than the chain.")
    id: UUID
    at: datetime
    actor: str = Field(description="`key:` and a key's name, or `user:` and a host's user.")
    action: str
    subject: str
    details: dict[str, Any]
    erased_at: datetime | None = Field(
        description="When what it says of a person was taken out; null if it is whole."
    )
    salt: str | None = Field(description="Hexadecimal, as are `seal` and `hash`.")
    seal: str | None
    hash: str | None


class BrokenEntryView(BaseModel):
    """The first entry that is not as it was written."""

    number: int
    id: UUID | None = Field(description="null if there is no such entry any more.")
    reason: str


class AuditVerificationView(BaseModel):
    """Whether the chain holds."""

    intact: bool
    verified: int = Field(description="How many entries hold, from the first on.")
    hash: str = Field(
        description="Of the last of these. Kept elsewhere, it proves later that these were there."
    )
    erased: int = Field(description="Entries without what they said of an erased person.")
    unchained: int = Field(description="Entries older than the chain: they prove nothing.")
    broken: BrokenEntryView | None


def audit_entry_view(row: Mapping[str, Any]) -> AuditEntryView:
    """Return a row of the log as it is shown."""
    shown = {name: row[name] for name in AuditEntryView.model_fields}
    for name in ("salt", "seal", "hash"):
        shown[name] = None if row[name] is None else row[name].hex()
    return AuditEntryView.model_validate(shown)
