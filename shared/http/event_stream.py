"""Server-sent events (WHATWG HTML, 9.2) as an answer."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing

from starlette.responses import StreamingResponse
from starlette.types import Send

# A client that takes nothing for so long is gone, whatever its connection says.
SEND_SECONDS = 30


class EventStream(StreamingResponse):
    """Sends events as they come, until they end or the client is gone."""

    media_type = "text/event-stream"

    def __init__(self, events: AsyncGenerator[bytes]) -> None:
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        super().__init__(events, headers=headers)
        self._events = events

    async def stream_response(self, send: Send) -> None:
        """Send the events, each piece in a time in which somebody who listens takes it."""
        begin = {"status": self.status_code, "headers": self.raw_headers}
        async with aclosing(self._events) as events:
            await send({"type": "http.response.start", **begin})
            async for piece in events:
                try:
                    async with asyncio.timeout(SEND_SECONDS):
                        await send({"type": "http.response.body", "body": piece, "more_body": True})
                except TimeoutError:
                    return  # the answer is left incomplete, and the server cuts the connection
            await send({"type": "http.response.body", "body": b"", "more_body": False})
