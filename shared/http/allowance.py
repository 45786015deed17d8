"""What is left of a limit, said on every answer (draft-ietf-httpapi-ratelimit-headers-10)."""

from math import ceil

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.domain.limits import Allowance
from shared.errors import RateLimitedError


def demand_allowance(request: Request, allowance: Allowance | None) -> None:
    """Have the answer say what is left, and insist that something is.

    Raises:
        RateLimitedError: nothing is.
    """
    request.state.allowance = allowance
    if allowance is not None and allowance.is_spent:
        seconds = ceil(allowance.more_in.total_seconds())
        raise RateLimitedError(
            f"More than {allowance.policy.quota} {allowance.policy.name} within"
            f" {allowance.policy.window.total_seconds():.0f} s.",
            retry_after=max(1, seconds),
        )


class TellAllowance:
    """Adds RateLimit and RateLimit-Policy to answers to which a limit applied."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and add what its route noted."""
        state = scope.setdefault("state", {})

        async def telling(message: Message) -> None:
            allowance: Allowance | None = state.get("allowance")
            if allowance is not None and message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["RateLimit-Policy"] = _policy(allowance)
                headers["RateLimit"] = _left(allowance)
            await send(message)

        await self._app(scope, receive, telling)


def _policy(allowance: Allowance) -> str:
    policy = allowance.policy
    return f'"{policy.name}";q={policy.quota};w={policy.window.total_seconds():.0f}'


def _left(allowance: Allowance) -> str:
    seconds = ceil(allowance.more_in.total_seconds())
    return f'"{allowance.policy.name}";r={max(0, allowance.remaining)};t={seconds}'
