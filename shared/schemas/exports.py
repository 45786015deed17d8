"""In which format a table is given."""

from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field


class Format(StrEnum):
    """Formats of tables."""

    JSON = "json"
    CSV = "csv"
    NDJSON = "ndjson"


class Exportable(BaseModel):
    """What any table can be asked."""

    model_config = ConfigDict(extra="forbid")

    format: Format = Field(
        default=Format.JSON,
        description="csv or ndjson: all the rows as a file, from the first to the last page.",
    )
