"""Rows as CSV and NDJSON."""

import csv
import io
import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from functions.api.tables import cell, columns_of, csv_rows, header, ndjson_rows

# PostgreSQL keeps no NUL, and UTF-8 has no surrogates.
TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))


class Place(BaseModel):
    city: str


class Row(BaseModel):
    title: str | None
    at: datetime | None = None
    plays: int = 0
    share: float | None = None
    live: bool = False
    place: Place | None = None


def read(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def written(*rows: Row) -> str:
    return header(Row) + csv_rows(Row)(rows)


def test_a_file_without_rows_still_names_its_columns() -> None:
    assert written() == "title,at,plays,share,live,place\r\n"


def test_numbers_stay_numbers_and_what_is_nested_is_json() -> None:
    row = Row(
        title="Öl",
        at=datetime(2026, 11, 20, tzinfo=UTC),
        plays=-3,
        share=-0.5,
        place=Place(city="Ö"),
    )
    (found,) = read(written(row))
    assert found == {
        "title": "Öl",
        "at": "2026-11-20T00:00:00Z",
        "plays": "-3",
        "share": "-0.5",
        "live": "false",
        "place": '{"city": "Ö"}',
    }


@pytest.mark.parametrize("first", ["=", "+", "-", "@", "\t", "\r", "\n"], ids=repr)
def test_text_that_a_spreadsheet_would_run_gets_an_apostrophe(first: str) -> None:
    assert cell(f"{first}1") == f"'{first}1"


@given(titles=st.lists(TEXT))
def test_any_text_is_one_cell_of_one_row(titles: list[str]) -> None:
    found = [row["title"] for row in read(written(*(Row(title=title) for title in titles)))]
    assert [text.removeprefix("'") for text in found] == [t.removeprefix("'") for t in titles]
    assert not any(text.startswith(("=", "+", "-", "@", "\t", "\r", "\n")) for text in found)


@given(titles=st.lists(TEXT))
def test_a_line_of_ndjson_is_the_row_of_the_json_answer(titles: list[str]) -> None:
    lines = ndjson_rows([Row(title=title) for title in titles]).split("\n")
    assert lines.pop() == ""
    assert [json.loads(line) for line in lines] == [
        Row(title=title).model_dump(mode="json") for title in titles
    ]


def test_columns_are_called_as_in_json() -> None:
    assert columns_of(Row) == ["title", "at", "plays", "share", "live", "place"]
