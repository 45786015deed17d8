"""What the tool that walks the contract has to know of us beyond the contract."""

from urllib.parse import urlencode

import schemathesis

LONGEST_QUERY = 32_000


@schemathesis.serializer("application/x-ndjson")
def lines(_: schemathesis.SerializationContext, value: object) -> bytes:
    """Send lines of JSON as the text that was made up."""
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "surrogatepass")


@schemathesis.hook  # pyright: ignore[reportUnknownMemberType]
def filter_path_parameters(_: schemathesis.HookContext, values: dict[str, object] | None) -> bool:
    """Leave out paths with a line break: the functions framework refuses them before us, as text."""
    return not any("\n" in str(value) for value in (values or {}).values())


@schemathesis.hook  # pyright: ignore[reportUnknownMemberType]
def filter_query(_: schemathesis.HookContext, values: dict[str, object] | None) -> bool:
    """Leave out addresses that are too long to be read: the gateway refuses them, as text."""
    return len(urlencode(values or {}, doseq=True)) < LONGEST_QUERY
