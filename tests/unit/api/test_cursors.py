"""Cursors: what is written can be read, and what is made up is refused by name."""

from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.errors import InvalidInputError
from shared.http.pages import BY_ID, BY_SCORE, BY_TIME, page_info
from shared.schemas.pages import CursorParameters, PageParameters

TIMES = st.datetimes(timezones=st.sampled_from([UTC, timezone(timedelta(hours=5, minutes=30))]))


@given(TIMES, st.uuids())
def test_a_position_survives_its_cursor(at: datetime, identifier: UUID) -> None:
    cursor = BY_TIME.write((at, identifier))
    assert BY_TIME.read(CursorParameters(cursor=cursor)) == (at, identifier)
    assert cursor.replace("-", "").replace("_", "").isalnum()


@pytest.mark.parametrize(
    "text",
    [
        "x",
        "%%%",
        "AAAA",
        "é",
        "",
        BY_ID.write(UUID(int=1)),
        BY_SCORE.write((1, UUID(int=1))),
        BY_TIME.write((datetime(2026, 1, 1), UUID(int=1))),  # noqa: DTZ001
    ],
)
def test_a_cursor_that_is_none_of_this_list_is_refused(text: str) -> None:
    with pytest.raises(InvalidInputError) as raised:
        BY_TIME.read(CursorParameters(cursor=text))
    assert [error.field for error in raised.value.errors] == ["cursor"]


def test_a_cursor_goes_with_no_offset() -> None:
    cursor = BY_ID.write(UUID(int=1))
    with pytest.raises(InvalidInputError) as raised:
        BY_ID.read(PageParameters(cursor=cursor, offset=1))
    assert [error.field for error in raised.value.errors] == ["offset"]


def test_the_first_page_needs_no_cursor() -> None:
    assert BY_TIME.read(CursorParameters()) is None


@pytest.mark.parametrize(("total", "told"), [(None, {}), (10, {"total": 10})])
def test_what_is_counted_whole_is_told_as_it_is(total: int | None, told: dict[str, int]) -> None:
    page = page_info([], PageParameters(), end=str, total=total, most_counted=10)
    assert page.model_dump() == {"next_cursor": None, "limit": 50, **told}


def test_a_page_says_when_there_is_more_than_was_counted() -> None:
    page = page_info([], PageParameters(), end=str, total=11, most_counted=10)
    assert (page.total, page.total_is_least) == (10, True)
