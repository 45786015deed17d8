"""Trust as answers show it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from shared.domain.trust import LedgerEntry
from shared.schemas.text import Remark

# A ledger grows by at most a few entries a day; what is older than this is of no use on a screen.
SHOWN_ENTRIES = 500


class TrustView(BaseModel):
    """A person's score."""

    user_id: UUID
    user_name: str | None
    score: int = Field(ge=0, le=100)
    updated_at: datetime | None = Field(description="null if the score never moved.")


class LedgerEntryView(BaseModel):
    """One change of a person's trust."""

    at: datetime
    kind: str = Field(description="violation, recovery, reset or adjustment.")
    delta: int
    reason: str
    case_id: UUID | None
    void: bool = Field(description="Taken back: its case was dismissed.")


class TrustDetail(TrustView):
    """A person's score, and the latest of what made it, newest first."""

    suspended_at: datetime | None = Field(description="Since when the account is suspended.")
    ledger: list[LedgerEntryView]


class TrustReset(BaseModel):
    """Why a score is set back to 100."""

    model_config = ConfigDict(
        extra="forbid",
        str_strip_whitespace=True,
        json_schema_extra={"examples": [{"reason": "It was the holiday flat."}]},
    )

    reason: Remark


def trust_view(row: Mapping[str, Any]) -> TrustView:
    """Return a row of ``list_scores`` as lists show it."""
    return TrustView.model_validate({name: row[name] for name in TrustView.model_fields})


def trust_detail(
    row: Mapping[str, Any], entries: Sequence[LedgerEntry], *, suspended_at: datetime | None
) -> TrustDetail:
    """Return a score with its ledger; ``entries`` come oldest first."""
    latest = entries[-SHOWN_ENTRIES:][::-1]
    return TrustDetail(
        **trust_view(row).model_dump(),
        suspended_at=suspended_at,
        ledger=[LedgerEntryView.model_validate(entry, from_attributes=True) for entry in latest],
    )
