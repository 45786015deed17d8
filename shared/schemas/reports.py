"""Reports as answers show them."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from pydantic import BaseModel, Field

from shared.domain.statistics.summary import Span
from shared.schemas.pages import CursorParameters
from shared.schemas.statistics import Figures
from shared.schemas.summaries import Summary


class ReportRow(BaseModel):
    """A report of a list."""

    span: Span
    start: date = Field(description="The first day of what it is of.")
    made_at: datetime = Field(description="Made anew when late events changed what it is of.")
    total: Figures


class Report(BaseModel):
    """A day, a week, a month or a year that is over, summed up."""

    made_at: datetime
    summary: Summary


class ReportParameters(CursorParameters):
    """Which reports."""

    span: Span | None = Field(default=None, description="Of days, weeks, months or years alone.")


def report_row(row: Mapping[str, Any]) -> ReportRow:
    """Return a row of ``list_reports`` as answers show it."""
    return ReportRow.model_validate(row)
