"""Tables as files: any list or table that an endpoint answers with, whole, as CSV or NDJSON."""

from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator, Sequence
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
    name: str,
) -> Callable[[Endpoint[Asked, Answer]], Callable[Asked, Awaitable[Answer | Response]]]:
    """Let an endpoint with the parameters ``wanted`` answer with a file, if that is asked.

    A file has every page, asked of the endpoint one after the other: it shows what the list shows
    its caller, and neither rows nor a connection are held while a slow client reads. What is put in
    an order for the question alone has no pages: it is asked for once, with every row.

    Args:
        name: of the file, without its ending.
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

            return await _file(name, row, wanted, ask)

        return answer

    return decorate


async def _file(
    name: str,
    row: type[BaseModel],
    wanted: Exportable,
    ask: Callable[[Exportable], Awaitable[Table]],
) -> Response:
    """Begin a file. Its first page is read before, so that what is wrong by then is a problem."""
    if isinstance(wanted, CursorParameters):
        wanted = wanted.model_copy(update={"limit": MAX_LIMIT})
    first = await ask(wanted)
    is_csv = wanted.format is Format.CSV
    write = csv_rows(row) if is_csv else ndjson_rows

    async def parts() -> AsyncGenerator[str]:
        if is_csv:
            yield header(row)
        table = first
        for rows in _lots(table.data):
            yield write(rows)
        # An error in here cuts the connection: a file that ends is whole.
        while isinstance(table, Page) and table.page.next_cursor is not None:
            table = await ask(wanted.model_copy(update={"cursor": table.page.next_cursor}))
            yield write(table.data)

    return StreamingResponse(
        parts(),
        headers={
            "Content-Type": MEDIA_TYPES[wanted.format],
            "Content-Disposition": f'attachment; filename="{name}.{wanted.format}"',
        },
    )


def _lots(rows: Sequence[BaseModel]) -> Iterator[Sequence[BaseModel]]:
    """Cut rows into lots, so that to write many of them at once keeps nobody else waiting."""
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
