"""Problem details (RFC 9457): the one shape of every error answer."""

import re
from collections.abc import Iterable
from typing import Any

from pydantic import BaseModel, Field, ValidationError

from shared.errors import AppError, FieldError

_VALUE_ERROR = "Value error, "
_MEMBER = re.compile(r"<\w+\.\w+: ('[^']*')>")


class Problem(BaseModel):
    """What went wrong, for a person (``detail``) and for a program (``code``)."""

    type: str = Field(default="about:blank", description="A URI for the kind of problem.")
    title: str = Field(description="The HTTP status in words.")
    status: int = Field(ge=400, le=599, description="The HTTP status.")
    detail: str = Field(description="What happened and what to do next.")
    code: str = Field(description="A stable word for the kind of problem.")
    errors: list["ProblemField"] | None = Field(
        default=None, description="The fields that are wrong, if the input was."
    )


class ProblemField(BaseModel):
    """One field that is wrong."""

    field: str = Field(description="Dotted path of the field in the request.")
    message: str


def problem(error: AppError, title: str) -> Problem:
    """Return the problem that tells of an error."""
    return Problem(
        title=title,
        status=error.status,
        detail=error.detail,
        code=error.code,
        errors=[ProblemField(field=e.field, message=e.message) for e in error.errors] or None,
    )


def field_errors(error: ValidationError) -> list[FieldError]:
    """Name the fields that a model refused."""
    return to_field_errors(error.errors(include_url=False, include_input=False))


def to_field_errors(errors: Iterable[Any], skip: tuple[str, ...] = ()) -> list[FieldError]:
    """Turn pydantic's error list into ours, leaving out path parts that only name the carrier."""
    return [
        FieldError(
            ".".join(str(part) for part in error["loc"] if part not in skip) or "body",
            _MEMBER.sub(r"\1", str(error["msg"]).removeprefix(_VALUE_ERROR)),
        )
        for error in errors
    ]
