"""One family of errors: what went wrong for the caller, as an HTTP status and a stable code.

Every endpoint turns these into problem+json (RFC 9457) in one place, ``shared.http.problems``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FieldError:
    """One field of the input that is wrong: a dotted path and a sentence."""

    field: str
    message: str


class AppError(Exception):
    """An outcome that the caller is told about.

    Attributes:
        status: HTTP status, 400 to 599.
        code: stable machine-readable word, for example ``session_not_found``.
        detail: a sentence for a person, saying what to do next where that helps.
        errors: the fields concerned, if the input was wrong.
        retry_after: seconds after which a repeat may succeed.
    """

    status = 500
    code = "internal_error"

    def __init__(
        self,
        detail: str,
        *,
        code: str | None = None,
        errors: Sequence[FieldError] = (),
        retry_after: int | None = None,
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        self.code = code or self.code
        self.errors = tuple(errors)
        self.retry_after = retry_after

    def headers(self) -> Mapping[str, str]:
        """Return the response headers that belong to the error."""
        return {} if self.retry_after is None else {"Retry-After": str(self.retry_after)}


class UnknownCommandError(AppError):
    """What is asked for by name is nothing that is done here (400)."""

    status = 400
    code = "unknown_command"


class InvalidInputError(AppError):
    """The input breaks a rule; ``errors`` names the fields (422)."""

    status = 422
    code = "invalid_input"


class UnauthenticatedError(AppError):
    """Nobody known is calling (401)."""

    status = 401
    code = "unauthenticated"

    def headers(self) -> Mapping[str, str]:
        """Name the scheme that would be accepted, as RFC 9110 asks of a 401."""
        return {"WWW-Authenticate": "Bearer"}


class ForbiddenError(AppError):
    """The caller is known and may not do this (403)."""

    status = 403
    code = "forbidden"


class NotFoundError(AppError):
    """There is no such thing (404)."""

    status = 404
    code = "not_found"


class ConflictError(AppError):
    """The state of the thing does not allow this (409)."""

    status = 409
    code = "conflict"


class BodyTooLargeError(AppError):
    """The request body is larger than the endpoint takes (413)."""

    status = 413
    code = "body_too_large"


class TooBusyError(AppError):
    """More arrives than can be stored at the moment; come back (429)."""

    status = 429
    code = "too_busy"


class RateLimitedError(AppError):
    """The caller asks more often than a limit allows; come back (429)."""

    status = 429
    code = "rate_limited"


class UnavailableError(AppError):
    """Something this service stands on is away; come back (503)."""

    status = 503
    code = "unavailable"
