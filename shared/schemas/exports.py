"""In which format a table is given."""

from enum import StrEnum
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator


class Format(StrEnum):
    """Formats of tables."""

    JSON = "json"
    CSV = "csv"
    NDJSON = "ndjson"


OF_PAGES = frozenset({"limit", "cursor", "offset", "total"})
"""What says which part of a list is wanted."""


class Exportable(BaseModel):
    """What any table can be asked."""

    model_config = ConfigDict(extra="forbid")

    format: Format = Field(
        default=Format.JSON,
        description="csv or ndjson: all the rows as a file, from the first to the last page.",
    )


class Limited(Exportable):
    """What a table can be asked of which an answer has a part, and a file all."""

    limit: int

    @property
    def most(self) -> int | None:
        """How many rows are wanted; None for all there are."""
        return self.limit if self.format is Format.JSON else None

    @model_validator(mode="after")
    def _a_file_has_no_part(self) -> Self:
        if self.format is not Format.JSON and self.model_fields_set & OF_PAGES:
            raise ValueError("a file has the whole list: it goes with no limit, cursor or offset")
        return self
