"""Pages by cursor: where a page ended, written so that nobody is tempted to make one up."""

import base64
import binascii
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, Generic, TypeVar
from uuid import UUID

from pydantic import AwareDatetime, TypeAdapter, ValidationError

from shared.errors import FieldError
from shared.http.problems import invalid
from shared.schemas.pages import CursorParameters, PageInfo, PageParameters

Position = TypeVar("Position")
Row = TypeVar("Row")


class Cursor(Generic[Position]):
    """Writes and reads positions of one kind of list: the sort key of a page's last row."""

    def __init__(self, kind: Any) -> None:  # noqa: ANN401  (a type form, which has no type yet)
        self._positions: TypeAdapter[Position] = TypeAdapter(kind)

    def write(self, position: Position) -> str:
        """Return the position as URL-safe text."""
        text = base64.urlsafe_b64encode(self._positions.dump_json(position))
        return text.decode().rstrip("=")

    def read(self, parameters: CursorParameters) -> Position | None:
        """Return the position to go on from; ``None`` on the first page.

        Raises:
            InvalidInputError: the cursor is none of ours, or comes with an offset.
        """
        text = parameters.cursor
        if text is None:
            return None
        if isinstance(parameters, PageParameters) and parameters.offset:
            raise invalid([FieldError("offset", "goes with no cursor: give one of the two")])
        try:
            raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
            return self._positions.validate_json(raw, strict=True)
        except (binascii.Error, ValidationError, ValueError):
            message = "is no cursor of this list: begin anew without one"
            raise invalid([FieldError("cursor", message)]) from None


BY_TIME: Cursor[tuple[AwareDatetime, UUID]] = Cursor(tuple[AwareDatetime, UUID])
BY_SCORE: Cursor[tuple[int, UUID]] = Cursor(tuple[int, UUID])
BY_SIGHT: Cursor[tuple[AwareDatetime, str]] = Cursor(tuple[AwareDatetime, str])
BY_FIGURE: Cursor[tuple[int, str, UUID]] = Cursor(tuple[int, str, UUID])
BY_START: Cursor[tuple[date, str]] = Cursor(tuple[date, str])
BY_PAIR: Cursor[tuple[int, UUID, UUID]] = Cursor(tuple[int, UUID, UUID])
BY_ID: Cursor[UUID] = Cursor(UUID)
BY_NAME: Cursor[str] = Cursor(str)
BY_SIZE: Cursor[tuple[int, str]] = Cursor(tuple[int, str])


def page_info(
    rows: Sequence[Row],
    parameters: CursorParameters,
    *,
    end: Callable[[Row], str],
    total: int | None = None,
    most_counted: int | None = None,
) -> PageInfo:
    """Describe a page of which one row more than its limit was asked for.

    Args:
        rows: what was found; the row beyond the limit only says that there is a next page.
        parameters: what was asked.
        end: writes the cursor of a row.
        total: how many there are, if that was asked.
        most_counted: how far they are counted; one more says that there are more.
    """
    limit = parameters.limit
    more = len(rows) > limit
    is_least = total is not None and most_counted is not None and total > most_counted
    return PageInfo(
        next_cursor=end(rows[limit - 1]) if more else None,
        limit=limit,
        total=most_counted if is_least else total,
        total_is_least=is_least,
    )
