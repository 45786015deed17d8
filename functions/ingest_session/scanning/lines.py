"""Newline-delimited JSON, read as it comes: never more than a lot of lines is held."""

from collections.abc import AsyncIterable, AsyncIterator
from dataclasses import dataclass, field

from pydantic import ValidationError

from shared.domain.library import Item
from shared.errors import InvalidInputError
from shared.schemas.libraries import RejectedLine, ToldItem, to_item
from shared.schemas.problems import field_errors

MAX_LINE_BYTES = 512 * 1024
LOT = 500
_TOLD_PROBLEMS = 20


@dataclass(slots=True)
class Rejected:
    """Lines that were not understood: how many, and the first of them."""

    count: int = 0
    first: list[RejectedLine] = field(default_factory=list[RejectedLine])

    def add(self, line: int, problem: str) -> None:
        """Count a line."""
        self.count += 1
        if len(self.first) < _TOLD_PROBLEMS:
            self.first.append(RejectedLine(line=line, problem=problem))


async def read_lots(pieces: AsyncIterable[bytes], rejected: Rejected) -> AsyncIterator[list[Item]]:
    """Yield the items of a body in lots.

    Raises:
        InvalidInputError: a line is longer than any item is.
    """
    lot: list[Item] = []
    number = 0
    async for line in _lines(pieces):
        number += 1
        if not line.strip():
            continue
        try:
            lot.append(to_item(ToldItem.model_validate_json(line)))
        except ValidationError as error:
            named = (f"{wrong.field}: {wrong.message}" for wrong in field_errors(error)[:3])
            rejected.add(number, "; ".join(named))
        if len(lot) >= LOT:
            yield lot
            lot = []
    if lot:
        yield lot


async def _lines(pieces: AsyncIterable[bytes]) -> AsyncIterator[bytes]:
    rest = b""
    async for piece in pieces:
        *lines, rest = (rest + piece).split(b"\n")
        for line in lines:
            yield line
        if len(rest) > MAX_LINE_BYTES:
            raise InvalidInputError(
                f"A line is longer than {MAX_LINE_BYTES} bytes: put each item on a line.",
                code="line_too_long",
            )
    if rest:
        yield rest
