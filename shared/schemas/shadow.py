"""Accounts of rules in shadow as they are asked for and shown."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field


class ShadowParameters(BaseModel):
    """Which weeks."""

    model_config = ConfigDict(extra="forbid")

    weeks: Annotated[int, Field(ge=1, le=13)] = Field(
        default=4, description="How many, the present one included."
    )


class ShadowAccountView(BaseModel):
    """What a rule in shadow would have done in a week, had it been live."""

    rule_id: UUID
    rule_name: str
    rule_type: str
    week: date = Field(description="Its Monday, in UTC.")
    users: int = Field(description="People of whom it found something.")
    cases: int = Field(description="Violations that it opened.")
    findings: int
    alerts: int = Field(description="Messages that people would have got.")
    trust_lost: int = Field(description="Points, of all people together.")
    actions: list[Any] = Field(description="What would have been done for each violation.")
