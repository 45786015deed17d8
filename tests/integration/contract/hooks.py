"""What the tool that walks the contract has to know of us beyond the contract."""

from typing import Any
from urllib.parse import unquote, urlencode

import schemathesis

LONGEST_QUERY = 32_000


@schemathesis.serializer("application/x-ndjson")
def lines(_: schemathesis.SerializationContext, value: object) -> bytes:
    """Send lines of JSON as the text that was made up."""
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "surrogatepass")


@schemathesis.hook  # pyright: ignore[reportUnknownMemberType]
def filter_case(_: schemathesis.HookContext, case: "schemathesis.Case[Any]") -> bool:
    """Leave out what is refused before it comes to us, as text, for what its address is.

    The functions framework refuses a path with a line break, the gateway an address beyond 64 KiB.
    """
    path = "".join(str(value) for value in (case.path_parameters or {}).values())
    query = urlencode(case.query or {}, doseq=True)
    return "\n" not in unquote(path) and len(query) < LONGEST_QUERY
