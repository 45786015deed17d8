"""The OpenAPI document as it is committed beside this module: ``make openapi`` writes it."""

from pathlib import Path
from typing import Any, cast

DOCUMENT_PATH = Path(__file__).with_name("openapi.json")

_NULL = {"type": "null"}
_BOUNDS = {"exclusiveMinimum": "minimum", "exclusiveMaximum": "maximum"}

Json = dict[str, Any]


def as_openapi_3_0(document: Json) -> Json:
    """Return an OpenAPI 3.1 document as 3.0 says the same, for the bundled Swagger UI 4.

    What our schemas use of 3.1, and what stands for it:

    1. ``anyOf`` with ``null`` is ``nullable``.
    2. ``const`` is an ``enum`` of one.
    3. An exclusive bound is a bound, and a flag beside it.
    4. ``examples`` of a schema are its first, as ``example``.
    """
    return {**_older(document), "openapi": "3.0.3"}


def _older(value: Any) -> Any:  # noqa: ANN401  (any JSON)
    if isinstance(value, list):
        return [_older(inner) for inner in cast("list[Any]", value)]
    if not isinstance(value, dict):
        return value
    members = {name: _older(inner) for name, inner in cast("Json", value).items()}
    return _schema(members)


def _schema(members: Json) -> Json:
    choices = members.get("anyOf")
    if isinstance(choices, list) and _NULL in choices:
        rest = [choice for choice in cast("list[Json]", choices) if choice != _NULL]
        del members["anyOf"]
        members |= {"nullable": True}
        members |= rest[0] if len(rest) == 1 and "$ref" not in rest[0] else {"anyOf": rest}
    if "const" in members:
        members["enum"] = [members.pop("const")]
    for exclusive, plain in _BOUNDS.items():
        if isinstance(members.get(exclusive), (int, float)):
            members[plain] = members[exclusive]
            members[exclusive] = True
    if isinstance(members.get("examples"), list):
        members["example"] = members.pop("examples")[0]
    return members
