"""Rows as text: CSV (RFC 4180) with a header, and NDJSON."""

import csv
import io
import json
from collections.abc import Callable, Sequence
from typing import Any

from pydantic import BaseModel

from shared.schemas.exports import Format

Write = Callable[[Sequence[BaseModel]], str]

MEDIA_TYPES = {
    Format.CSV: "text/csv; charset=utf-8; header=present",
    Format.NDJSON: "application/x-ndjson",
}

# A spreadsheet takes text that begins so for a formula (OWASP, CSV Injection).
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def columns_of(model: type[BaseModel]) -> list[str]:
    """Return what the fields of a row are called in answers, in their order."""
    return list(model.model_json_schema(mode="serialization")["properties"])


def header(model: type[BaseModel]) -> str:
    """Return the first line of a CSV file."""
    return _lines([columns_of(model)])


def csv_rows(model: type[BaseModel]) -> Write:
    """Return what writes rows of this kind as lines of CSV."""
    columns = columns_of(model)

    def write(rows: Sequence[BaseModel]) -> str:
        dumped = (row.model_dump(mode="json", by_alias=True) for row in rows)
        return _lines([[cell(row.get(column)) for column in columns] for row in dumped])

    return write


def ndjson_rows(rows: Sequence[BaseModel]) -> str:
    """Write rows as they are in a JSON answer, each on a line."""
    return "".join(f"{row.model_dump_json(by_alias=True)}\n" for row in rows)


def cell(value: Any) -> str | float | None:  # noqa: ANN401  (any JSON value)
    """Return a JSON value as a cell holds it.

    Numbers stay numbers and null is empty; lists, objects, true and false are JSON; text that a
    spreadsheet would run as a formula gets an apostrophe before it.
    """
    if isinstance(value, str):
        return f"'{value}" if value.startswith(_FORMULA) else value
    if isinstance(value, bool | list | dict):
        return json.dumps(value, ensure_ascii=False)
    return value


def _lines(rows: Sequence[Sequence[str | float | None]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return text.getvalue()
