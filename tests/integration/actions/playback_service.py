"""A reference receiver of docs/playback-control.md: a playback service with a control endpoint.

It does what a receiver is asked to do, and no more: verify the signature, do each thing once
however often it is asked, and say truly what became of it.
"""

import json
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from standardwebhooks.webhooks import Webhook, WebhookVerificationError

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


class PlaybackService:
    """Streams and accounts, and who asked for what.

    Attributes:
        streams: keys of the sessions that go on.
        suspended: ids of the people who are locked out.
        done: ids of the requests that had an effect.
        seen: types of all requests that were verified, repeats too.
        out_of_order: statuses to answer with before anything else, one each.
        on_end: called with the key of a session that was ended.
        on_arrival: called with each request, before it is answered.
    """

    def __init__(self, secret: str = SECRET) -> None:
        self.streams: set[str] = set()
        self.suspended: set[str] = set()
        self.done: dict[str, int] = {}
        self.seen: list[str] = []
        self.said: list[dict[str, Any]] = []
        self.out_of_order: list[int] = []
        self.on_end: Callable[[str], None] = self.streams.discard
        self.on_arrival: Callable[[], None] = lambda: None
        self._webhook = Webhook(secret)
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}/control"

    def take(self, body: bytes, headers: dict[str, str]) -> int:
        """Return the status to answer with."""
        self.on_arrival()
        if self.out_of_order:
            return self.out_of_order.pop(0)
        try:
            said: dict[str, Any] = self._webhook.verify(body, headers)
        except (WebhookVerificationError, ValueError):
            return 401
        self.seen.append(said["type"])
        self.said.append(said)
        key = headers["webhook-id"]
        if key not in self.done:
            self.done[key] = self._carry_out(said["type"], said["data"])
        return self.done[key]

    def _carry_out(self, kind: str, data: dict[str, Any]) -> int:
        match kind:
            case "ping":
                return 204
            case "session.terminate":
                key = data["session"]["session_key"]
                if key not in self.streams:
                    return 404
                self.on_end(key)
                return 202
            case "user.suspend":
                self.suspended.add(data["user"]["id"])
                return 200
            case "user.unsuspend":
                self.suspended.discard(data["user"]["id"])
                return 200
            case _:
                return 400

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        service = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                headers = {name.lower(): value for name, value in self.headers.items()}
                answer = json.dumps({}).encode()
                self.send_response(service.take(body, headers))
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, format: str, *_: object) -> None:  # noqa: A002
                pass

        return Handler


@contextmanager
def running(secret: str = SECRET) -> Generator[PlaybackService]:
    service = PlaybackService(secret)
    thread = threading.Thread(target=service.server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield service
    finally:
        service.server.shutdown()
        service.server.server_close()
        thread.join()
