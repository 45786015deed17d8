"""The size of a request is limited while it is read, so that nobody's memory is filled."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.errors import BodyTooLargeError
from shared.http.problems import respond

# 1,000 events of a batch with every field at a usual length are about 1 MB.
MAX_BODY_BYTES = 2 * 1024 * 1024


class BodyLimit:
    """Answers 413 as soon as a body is announced, or found, to be larger than the limit.

    Args:
        app: what answers.
        limit: bytes of a body.
        streams: how paths begin whose routes read the body as a stream, and limit it themselves.
    """

    def __init__(
        self, app: ASGIApp, limit: int = MAX_BODY_BYTES, streams: tuple[str, ...] = ()
    ) -> None:
        self._app = app
        self._limit = limit
        self._streams = streams

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with a body that raises when it grows too large."""
        if scope["type"] != "http" or scope["path"].startswith(self._streams):
            await self._app(scope, receive, send)
            return
        announced = dict(scope["headers"]).get(b"content-length", b"0")
        if announced.isdigit() and int(announced) > self._limit:
            await respond(self._too_large())(scope, receive, send)
            return
        taken, answered = 0, False

        async def limited() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > self._limit:
                raise self._too_large()
            return message

        async def unless_too_large(message: Message) -> None:
            # Whatever the app made of the broken reading, the caller is told of its cause.
            nonlocal answered
            if taken <= self._limit or answered:
                answered = True
                await send(message)

        try:
            await self._app(scope, limited, unless_too_large)
        finally:
            if taken > self._limit and not answered:
                await respond(self._too_large())(scope, receive, send)

    def _too_large(self) -> BodyTooLargeError:
        return BodyTooLargeError(
            f"The body is larger than {self._limit} bytes; send it in smaller parts."
        )
