"""Tables as files: any list or table that an endpoint answers with, whole, as CSV or NDJSON."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator, Sequence
from contextlib import aclosing
from functools import wraps
from typing import Any, ParamSpec, Protocol, TypeVar, cast, get_args, get_type_hints

from fastapi.responses import Response, StreamingResponse
from pydantic import BaseModel

from functions.api.tables import MEDIA_TYPES, csv_rows, header, ndjson_rows
from shared.schemas.exports import Exportable, Format
from shared.schemas.pages import MAX_LIMIT, CursorParameters, Page


class Table(Protocol):
    """An answer with rows."""

    @property
    def data(self) -> Sequence[BaseModel]:
        """The rows."""
        ...


Asked = ParamSpec("Asked")
Answer = TypeVar("Answer", bound=Table)
Endpoint = Callable[Asked, Awaitable[Answer]]
Walk = AsyncGenerator[Sequence[BaseModel]]

# What such an endpoint may answer besides JSON, for the OpenAPI document.
FILES: dict[int | str, dict[str, Any]] = {
    200: {
        "content": {
            media_type.partition(";")[0]: {"schema": {"type": "string"}}
            for media_type in MEDIA_TYPES.values()
        }
    }
}


def exported(
    name: str, walk: Callable[..., Walk] | None = None
) -> Callable[[Endpoint[Asked, Answer]], Callable[Asked, Awaitable[Answer | Response]]]:
    """Let an endpoint with the parameters ``wanted`` answer with a file, if that is asked.

    A file has every page, asked of the endpoint one after the other: it shows what the list shows
    its caller, and neither rows nor a connection are held while a slow client reads. What has no
    pages is asked for once, with every row; where these are many, ``walk`` yields them.

    Args:
        name: of the file, without its ending.
        walk: yields the rows of a file, some at a time, for what the endpoint takes.
    """

    def decorate(
        endpoint: Endpoint[Asked, Answer],
    ) -> Callable[Asked, Awaitable[Answer | Response]]:
        row = _row_of(endpoint)

        @wraps(endpoint)
        async def answer(*args: Asked.args, **kwargs: Asked.kwargs) -> Answer | Response:
            wanted = cast("Exportable", kwargs["wanted"])
            if wanted.format is Format.JSON:
                return await endpoint(*args, **kwargs)

            async def ask(wanted: Exportable) -> Table:
                kwargs["wanted"] = wanted
                return await endpoint(*args, **kwargs)

            rows = walk(*args, **kwargs) if walk else _pages(wanted, ask)
            return await _file(name, row, wanted.format, rows)

        return answer

    return decorate


async def _pages(wanted: Exportable, ask: Callable[[Exportable], Awaitable[Table]]) -> Walk:
    """Yield the rows of every page, some at a time."""
    if isinstance(wanted, CursorParameters):
        wanted = wanted.model_copy(update={"limit": MAX_LIMIT})
    while True:
        table = await ask(wanted)
        for rows in _lots(table.data):
            yield rows
        if not isinstance(table, Page) or table.page.next_cursor is None:
            return
        wanted = wanted.model_copy(update={"cursor": table.page.next_cursor})


async def _file(name: str, row: type[BaseModel], kind: Format, walk: Walk) -> Response:
    """Begin a file. Its first rows are read before, so that what is wrong by then is a problem."""
    first = await anext(walk, None)
    is_csv = kind is Format.CSV
    write = csv_rows(row) if is_csv else ndjson_rows

    async def parts() -> AsyncGenerator[str]:
        if is_csv:
            yield header(row)
        if first:
            yield write(first)
        # An error in here cuts the connection: a file that ends is whole.
        async with aclosing(walk):
            async for rows in walk:
                # To send waits for nobody who reads fast enough: others go in between.
                await asyncio.sleep(0)
                yield write(rows)

    return StreamingResponse(
        parts(),
        headers={
            "Content-Type": MEDIA_TYPES[kind],
            "Content-Disposition": f'attachment; filename="{name}.{kind}"',
        },
    )


def _lots(rows: Sequence[BaseModel]) -> Iterator[Sequence[BaseModel]]:
    """Cut rows into lots, so that to write many of them keeps nobody else waiting."""
    for start in range(0, len(rows), MAX_LIMIT):
        yield rows[start : start + MAX_LIMIT]


def _row_of(endpoint: Callable[..., Awaitable[Table]]) -> type[BaseModel]:
    """Return the kind of rows that an endpoint says it answers with."""
    answer: type[BaseModel] = get_type_hints(endpoint)["return"]
    data = vars(answer).get("data")
    # An answer of several lists puts them together for a file alone.
    rows = (
        get_type_hints(data.fget)["return"]
        if isinstance(data, property)
        else answer.model_fields["data"].annotation
    )
    (row,) = get_args(rows)
    return row
