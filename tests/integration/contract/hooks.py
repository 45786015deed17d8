"""What the tool that walks the contract has to know of us beyond the contract."""

import re
from http import HTTPStatus
from typing import Any
from urllib.parse import unquote, urlencode

import schemathesis

LONGEST_QUERY = 32_000

# What pydantic says of input that does not fit a type or its bounds, which its schema says, too. What
# no schema can say (an end after its start, a cursor of ours, a zone) is refused in our own words.
OF_A_TYPE = re.compile(
    r"(Input|String|List|Set|Dictionary|Object|Tuple|Data) should .*|Field required|Extra inputs .*"
    r"|Unable to .*|Unexpected .*"
)
# To JSON Schema 3.0 is an integer, and a float is as near to 2**63 as an integer; parameters of rules
# are told by /rules/types; and the id of what is only tried is null.
NOT_OF_A_SCHEMA = (
    "Input should be a valid integer",
    "Input should be less than 9223372036854775808",
    "Unexpected keyword argument",
    "Input should be a valid UUID, invalid character: found `n` at 0",
)


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


@schemathesis.check
def what_fits_its_schema_is_not_refused_for_its_type(
    _: schemathesis.CheckContext, response: schemathesis.Response, case: "schemathesis.Case[Any]"
) -> None:
    """Look at why input is refused that fits its schema: 422 names each field, and says why."""
    fits = case.meta is not None and case.meta.generation.mode.is_positive
    if not fits or response.status_code != HTTPStatus.UNPROCESSABLE_ENTITY:
        return
    reasons = [error["message"] for error in response.json().get("errors", ())]
    unsaid = [r for r in reasons if OF_A_TYPE.fullmatch(r) and r not in NOT_OF_A_SCHEMA]
    assert not unsaid, f"its schema does not say so: {unsaid}"
